//! A detail record as C sees it.

use atf_runtime::DetailEvent;
use atf_runtime::format::{DetailEventHeader, DetailFunctionPayload};

/// A detail record: its header, and where its payload lies in the map.
///
/// The pointers are valid until the handle that the call was given is closed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfDetail {
    /// A copy of the record's header.
    pub header: DetailEventHeader,
    /// Where the record starts, in bytes from the start of the file.
    pub offset: u64,
    /// The bytes behind the header.
    pub payload: *const u8,
    /// Number of them: `header.total_length` less 24.
    pub payload_size: usize,
    /// The payload as registers, where it is that of a function's call or return; NULL where it is any other.
    pub function: *const DetailFunctionPayload,
    /// The stack behind the registers, from `function->sp` upward; NULL where `function` is.
    pub stack: *const u8,
    /// Number of stack bytes: at most ATF_MAX_STACK_BYTES.
    pub stack_size: usize,
}

impl AtfDetail {
    pub(crate) fn new(record: &DetailEvent<'_>) -> Self {
        let function = record.function();
        let stack = function.map(|function| function.stack);
        Self {
            header: *record.header,
            offset: record.offset,
            payload: record.payload.as_ptr(),
            payload_size: record.payload.len(),
            function: function
                .map_or(std::ptr::null(), |function| std::ptr::from_ref(function.registers)),
            stack: stack.map_or(std::ptr::null(), <[u8]>::as_ptr),
            stack_size: stack.map_or(0, <[u8]>::len),
        }
    }
}
