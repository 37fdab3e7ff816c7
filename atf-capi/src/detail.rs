//! A detail record, as C sees it.

use std::ptr;

use atf_runtime::DetailEvent;
use atf_runtime::format::{DetailEventHeader, DetailFunctionPayload, OriginalDetailPayload};

/// A detail record: its header, and where its payload is in the mapped file.
///
/// The pointers are valid until the handle that gave the record is closed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfDetail {
    /// A copy of the record's header.
    pub header: DetailEventHeader,
    /// Where the record starts, in bytes from the start of the file.
    pub offset: u64,
    /// The payload: the bytes after the header. Never NULL.
    pub payload: *const u8,
    /// Length of the payload in bytes: `header.total_length - 24`.
    pub payload_size: usize,
    /// The registers, if the payload is that of a function call or return; otherwise NULL.
    pub function: *const DetailFunctionPayload,
    /// The registers, if the payload is one of the original tracer; otherwise NULL. At most one of this and `function`
    /// is set.
    pub original: *const OriginalDetailPayload,
    /// The stack bytes from the `sp` of the registers upward; NULL without registers.
    pub stack: *const u8,
    /// Length of the stack bytes, 0 to ATF_MAX_STACK_BYTES.
    pub stack_size: usize,
}

impl AtfDetail {
    pub(crate) fn new(record: &DetailEvent<'_>) -> Self {
        let function = record.function();
        let stack = function.map(|function| function.stack);
        let original = function.and_then(|function| function.original);
        let own = function.filter(|_| original.is_none());
        let own = own.and_then(|_| DetailFunctionPayload::split_tail(record.payload));
        Self {
            header: *record.header,
            offset: record.offset,
            payload: record.payload.as_ptr(),
            payload_size: record.payload.len(),
            function: own.map_or(ptr::null(), |(registers, ..)| ptr::from_ref(registers)),
            original: original.map_or(ptr::null(), ptr::from_ref),
            stack: stack.map_or(ptr::null(), <[u8]>::as_ptr),
            stack_size: stack.map_or(0, <[u8]>::len),
        }
    }
}
