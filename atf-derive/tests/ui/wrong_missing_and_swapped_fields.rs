#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/point.toml", record = "Point")]
#[repr(C, packed)]
struct Point {
    id: u32,
    time: u64,
    weight: f32,
    label_len: u32,
}

fn main() {}
