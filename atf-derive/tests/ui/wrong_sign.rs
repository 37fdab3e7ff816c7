#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/point.toml", record = "Point")]
#[repr(C, packed)]
struct Point {
    id: i32,
    x: u32,
    weight: u32,
    time: f64,
    label_len: u32,
}

fn main() {}
