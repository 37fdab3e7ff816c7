#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/point.toml", record = "Point")]
struct Point {
    id: u32,
    x: i32,
    weight: f32,
    time: u64,
    label_len: u32,
}

fn main() {}
