//! `AtfLayout` on a user's own structs, against the real schema: they compile because they
//! match. Wrong ones are in `atf-derive/tests` and in `packaged.rs`. G-02.

#![allow(dead_code, reason = "the compiler only measures the structs")]

use atf_derive::AtfLayout;

// G-02
#[derive(AtfLayout)]
#[atf(schema = "../schema/atf-v2.toml", record = "IndexEvent")]
#[repr(C)]
struct Event {
    timestamp_ns: u64,
    function_id: u64,
    #[atf(field = "thread_id")]
    thread: u32,
    event_kind: Kind,
    call_depth: u32,
    detail_seq: u32,
}

/// A type of one's own is measured.
#[repr(u32)]
enum Kind {
    Call = 1,
}

#[derive(AtfLayout)]
#[atf(schema = "../schema/atf-v2.toml", record = "AtfDetailHeader")]
#[repr(C, packed)]
struct Header {
    magic: [u8; 4],
    endian: u8,
    version: u8,
    arch: u8,
    os: u8,
    flags: u32,
    thread_id: u32,
    _reserved1: u32,
    events_offset: u64,
    event_count: u64,
    bytes_length: u64,
    index_seq_start: u64,
    index_seq_end: u64,
    _reserved2: [u8; 4],
}

// The generated types pass the same test as a user's.
#[derive(AtfLayout)]
#[atf(schema = "../schema/atf-v2.toml", record = "DetailFunctionPayload")]
#[repr(C)]
struct Payload {
    function_id: zerocopy::little_endian::U64,
    x_regs: [zerocopy::little_endian::U64; 8],
    lr: zerocopy::little_endian::U64,
    fp: zerocopy::little_endian::U64,
    sp: zerocopy::little_endian::U64,
    stack_size: zerocopy::little_endian::U16,
    _reserved: zerocopy::little_endian::U16,
}

// G-02
#[test]
fn fields_of_right_structs_lie_where_those_of_the_generated_types_do() {
    use atf_runtime::format;
    use std::mem::offset_of;

    assert_eq!(offset_of!(Event, event_kind), offset_of!(format::IndexEvent, event_kind));
    assert_eq!(
        offset_of!(Header, index_seq_end),
        offset_of!(format::AtfDetailHeader, index_seq_end)
    );
    assert_eq!(size_of::<Payload>(), size_of::<format::DetailFunctionPayload>());
}
