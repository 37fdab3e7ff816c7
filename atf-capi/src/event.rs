//! Events and payloads as C hands them over.

use std::ffi::{c_int, c_void};

use atf_runtime::format::{DetailEventType, EventKind};
use atf_runtime::{DetailSeq, Event, FunctionDetail, IndexSeq, Payload, Sequences};

use crate::failure::{Failure, Result};

/// What a tracer knows of an event; its thread and its sequences are the writer's business.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfEvent {
    /// When, in ns on the clock of the writer: see atf_now_ns.
    pub timestamp_ns: u64,
    /// `(module_id << 32) | symbol_index`.
    pub function_id: u64,
    /// ATF_EVENT_KIND_CALL, ATF_EVENT_KIND_RETURN or ATF_EVENT_KIND_EXCEPTION.
    pub event_kind: u32,
    /// Depth of the call stack.
    pub call_depth: u32,
}

impl AtfEvent {
    /// The event, loaded as the program has stored it: field by field. A copy in larger pieces of what was
    /// stored just before makes the processor wait for its own stores, for half the time that a call takes.
    #[inline(always)]
    pub(crate) fn event(&self) -> Event {
        Event {
            timestamp_ns: in_register(self.timestamp_ns),
            function_id: in_register(self.function_id),
            event_kind: EventKind::new(in_register(self.event_kind.into()) as u32),
            call_depth: in_register(self.call_depth.into()) as u32,
        }
    }
}

/// A value that the compiler does not join with its neighbours.
#[inline(always)]
pub(crate) fn in_register(value: u64) -> u64 {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    {
        let mut value = value;
        // SAFETY: no instruction at all.
        unsafe {
            std::arch::asm!("/* {0} */", inout(reg) value,
                options(pure, nomem, nostack, preserves_flags));
        }
        value
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    value
}

/// Registers at a function's call or return.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfRegisters {
    /// Argument registers, as the format lists them per architecture; on a return only the first is set.
    pub x_regs: [u64; 8],
    /// Link register or return address.
    pub lr: u64,
    /// Frame pointer.
    pub fp: u64,
    /// Stack pointer: where the stack bytes were taken.
    pub sp: u64,
}

/// What a detail record carries: made by atf_raw_payload or atf_function_payload.
///
/// It points to the program's memory, which is copied before a call that is given it returns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfPayload {
    /// Registers, for the payload that the format defines; NULL for any other bytes.
    pub registers: *const AtfRegisters,
    /// The bytes; behind registers those of the stack, from the stack pointer upward. NULL when there are none.
    pub bytes: *const c_void,
    /// Number of bytes; behind registers at most ATF_MAX_STACK_BYTES, else what a record's length of
    /// 32 bits leaves.
    pub length: usize,
    /// ATF_DETAIL_EVENT_FUNCTION_CALL or another type. Behind registers it follows from the event's kind.
    pub event_type: u16,
}

/// The payload that C speaks of; `None` for NULL.
///
/// # Safety
///
/// NULL, or a payload whose pointers are valid as its comments ask, for as long as the result is used.
#[inline]
pub(crate) unsafe fn payload<'a>(pointer: *const AtfPayload) -> Result<Option<Payload<'a>>> {
    // SAFETY: the caller's.
    unsafe { payload_or_errno(pointer) }.map_err(|_| {
        Failure::argument("payload", "as many bytes as it says", "NULL, or more than memory has")
    })
}

/// As [`payload`], without a word: EINVAL.
///
/// # Safety
///
/// As for [`payload`].
#[inline]
pub(crate) unsafe fn payload_or_errno<'a>(
    pointer: *const AtfPayload,
) -> Result<Option<Payload<'a>>, c_int> {
    // SAFETY: the caller's.
    let Some(payload) = (unsafe { pointer.as_ref() }) else { return Ok(None) };
    let bytes = if payload.length == 0 {
        &[]
    } else if payload.bytes.is_null() || isize::try_from(payload.length).is_err() {
        return Err(libc::EINVAL);
    } else {
        // SAFETY: not NULL, no longer than memory can be; the rest is the caller's.
        unsafe { std::slice::from_raw_parts(payload.bytes.cast::<u8>(), payload.length) }
    };
    // SAFETY: the caller's.
    let Some(registers) = (unsafe { payload.registers.as_ref() }) else {
        let event_type = DetailEventType::new(payload.event_type);
        return Ok(Some(Payload::Raw { event_type, bytes }));
    };
    let AtfRegisters { x_regs, lr, fp, sp } = *registers;
    Ok(Some(Payload::Function(FunctionDetail { x_regs, lr, fp, sp, stack: bytes })))
}

/// The places of one event: its own, and its detail record's if it has one.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfSequences {
    /// Position of the event in index.atf.
    pub index_seq: u32,
    /// Position of its record in detail.atf; ATF_NO_DETAIL_SEQ when it has none.
    pub detail_seq: u32,
}

impl AtfSequences {
    pub(crate) fn new(sequences: &Sequences) -> Self {
        let detail_seq = DetailSeq::to_field(sequences.detail_seq);
        Self { index_seq: sequences.index_seq.0, detail_seq }
    }

    pub(crate) fn sequences(&self) -> Sequences {
        let detail_seq = DetailSeq::from_field(self.detail_seq);
        Sequences::new(IndexSeq(self.index_seq), detail_seq)
    }
}
