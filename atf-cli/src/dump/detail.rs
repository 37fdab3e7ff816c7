//! The fields of a detail record: header, then payload.

use atf_runtime::DetailEvent;
use atf_runtime::format::{CountedTail, DetailEventHeader, DetailFunctionPayload, Field, Record};
use atf_runtime::reader::FunctionView;

use crate::values::{record_bytes, shown_fields};

/// The name for a payload printed as hexadecimal digits: one that is not a function payload, or
/// has bytes after it.
pub(super) const PAYLOAD_HEX: &str = "payload_hex";

/// The fields of a detail record in schema order, without reserved ones.
pub(super) struct DetailFields {
    pub(super) header: Vec<&'static Field>,
    pub(super) function: Vec<&'static Field>,
    /// The stack snapshot.
    pub(super) tail: Option<CountedTail>,
}

impl DetailFields {
    pub(super) fn new() -> Self {
        Self {
            header: shown_fields::<DetailEventHeader>().collect(),
            function: shown_fields::<DetailFunctionPayload>().collect(),
            tail: DetailFunctionPayload::TAIL,
        }
    }
}

pub(super) fn header_bytes<'a>(record: &DetailEvent<'a>) -> &'a [u8] {
    record_bytes(record.header)
}

/// The bytes of a function payload before the stack.
pub(super) fn function_bytes<'a>(function: &'a FunctionView<'_>) -> &'a [u8] {
    record_bytes(&function.registers)
}
