use zerocopy::{BE, U32};

#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/shapes.toml", record = "Shape")]
#[repr(C, packed)]
struct Written {
    color: bool,
    numbers: [bool; 3],
    id: char,
    time: zerocopy::big_endian::U64,
    height: zerocopy::F32<zerocopy::BigEndian>,
    depth: zerocopy::I32<BE>,
    pairs: [U32<zerocopy::NetworkEndian>; 2],
}

fn main() {}
