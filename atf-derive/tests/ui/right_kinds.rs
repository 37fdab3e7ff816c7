//! Little-endian numbers under any name, and types of one's own, whatever they hold.

#![deny(warnings)]
#![allow(dead_code)]

use zerocopy::little_endian::U32 as Word;

type Time = zerocopy::U64<zerocopy::LE>;
type Three = [u8; 3];

#[repr(transparent)]
struct Flag(bool);

/// Its name is that of a type of zerocopy.
#[repr(transparent)]
struct U32([u8; 4]);

#[derive(atf_derive::AtfLayout)]
#[atf(schema = "schema/shapes.toml", record = "Shape")]
#[repr(C, packed)]
struct Shape {
    color: Flag,
    numbers: Three,
    id: Word,
    time: Time,
    height: f32,
    depth: core::ffi::c_int,
    pairs: [U32; 2],
}

fn main() {}
