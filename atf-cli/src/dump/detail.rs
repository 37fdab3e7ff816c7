//! The fields of a detail record, whatever its payload: header, then payload.

use atf_runtime::DetailEvent;
use atf_runtime::format::{CountedTail, DetailEventHeader, DetailFunctionPayload, Field, Record};
use atf_runtime::reader::FunctionView;

use crate::values::{record_bytes, shown_fields};

/// Name under which a payload is printed as hexadecimal digits that is not exactly a function's.
pub(super) const PAYLOAD_HEX: &str = "payload_hex";

/// A detail record's fields in the order of the schema, without the reserved ones.
pub(super) struct DetailFields {
    pub(super) header: Vec<&'static Field>,
    pub(super) function: Vec<&'static Field>,
    /// The stack.
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

/// The bytes of a record's header.
pub(super) fn header_bytes<'a>(record: &DetailEvent<'a>) -> &'a [u8] {
    record_bytes(record.header)
}

/// The bytes of a function payload before the stack.
pub(super) fn function_bytes<'a>(function: &FunctionView<'a>) -> &'a [u8] {
    record_bytes(function.registers)
}
