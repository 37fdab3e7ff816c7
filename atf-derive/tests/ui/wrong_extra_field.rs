#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/point.toml", record = "Point")]
#[repr(C, packed)]
struct Point {
    id: u32,
    x: i32,
    weight: f32,
    time: u64,
    label_len: u32,
    lable: [u8; 4],
    color: u32,
}

fn main() {}
