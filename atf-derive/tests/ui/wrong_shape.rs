#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/point.toml", record = "Point")]
#[repr(C)]
struct Tuple(u32);

#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/point.toml", record = "Point")]
#[repr(u8)]
enum Enum {
    A,
}

#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/point.toml", record = "Point")]
#[repr(C, packed)]
struct Parameter<T> {
    id: T,
    x: i32,
    weight: f32,
    time: u64,
    label_len: u32,
}

fn main() {}
