#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/point.toml", record = "Pint")]
#[repr(C)]
struct A {
    id: u32,
}

#[derive(atf_derive::AtfLayout)]
#[atf(schema = "nowhere/points.toml", record = "Point")]
#[repr(C)]
struct B {
    id: u32,
}

#[derive(atf_derive::AtfLayout)]
#[atf(record = "Point")]
#[repr(C)]
struct C {
    id: u32,
}

#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/point.toml", record = "Point", size = 4)]
#[repr(C)]
struct D {
    id: u32,
}

#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/point.toml", record = "Point")]
#[repr(C)]
struct E {
    id: u32,
    #[atf(field = "id")]
    again: u32,
    x: i32,
    weight: f32,
    #[atf(feild = "time")]
    time: u64,
    label_len: u32,
}

fn main() {}
