//! Events and payloads, as C passes them.

use std::ffi::{c_int, c_void};

use atf_runtime::format::{DetailEventType, EventKind};
use atf_runtime::{DetailSeq, Event, FunctionDetail, IndexSeq, Payload, Sequences};

use crate::failure::{Failure, Result};

/// An event, as a tracer fills it in. The library adds the thread and the sequences.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfEvent {
    /// Time in ns on the clock of the session: see atf_now_ns.
    pub timestamp_ns: u64,
    /// The function: `(module_id << 32) | symbol_index`. Of a signal, its number.
    pub function_id: u64,
    /// ATF_EVENT_KIND_CALL, ATF_EVENT_KIND_RETURN, ATF_EVENT_KIND_EXCEPTION or ATF_EVENT_KIND_SIGNAL.
    pub event_kind: u32,
    /// Depth of the call stack; 0 for the outermost function.
    pub call_depth: u32,
}

impl AtfEvent {
    /// The event, loaded field by field, as the program stored it. A copy in larger pieces right after the stores makes
    /// the processor wait for them, which costs half as much as the whole call.
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

/// The value, kept apart from its neighbours by the compiler.
#[inline(always)]
pub(crate) fn in_register(value: u64) -> u64 {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    {
        let mut value = value;
        // SAFETY: the block holds no instruction.
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
    /// Argument registers, in the order that the format defines for the architecture. On a return only the first is
    /// set.
    pub x_regs: [u64; 8],
    /// Link register or return address.
    pub lr: u64,
    /// Frame pointer.
    pub fp: u64,
    /// Stack pointer: the address that the stack bytes were taken from.
    pub sp: u64,
}

/// What a detail record carries. Make it with atf_raw_payload or atf_function_payload.
///
/// It points to memory of the program. A call that takes a payload copies the memory before it returns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfPayload {
    /// Registers, for the payload that the format defines; NULL for any other bytes.
    pub registers: *const AtfRegisters,
    /// The bytes. With registers they are the stack, from the stack pointer upward. NULL only if `length` is 0.
    pub bytes: *const c_void,
    /// Number of bytes. With registers 0 to ATF_MAX_STACK_BYTES; otherwise the record must stay under 4 GiB.
    pub length: usize,
    /// ATF_DETAIL_EVENT_FUNCTION_CALL or another type. Ignored with registers: the event's kind gives the type.
    pub event_type: u16,
    /// Must be 0.
    pub reserved: [u16; 3],
}

/// The payload that C passed; `None` for NULL.
///
/// # Safety
///
/// NULL, or a payload whose pointers are valid as its comments ask, for as long as the result is used.
#[inline]
pub(crate) unsafe fn payload<'a>(pointer: *const AtfPayload) -> Result<Option<Payload<'a>>> {
    // SAFETY: the caller's.
    unsafe { payload_or_errno(pointer) }.map_err(|_| {
        Failure::argument(
            "payload",
            "`length` bytes at `bytes`, and 0 in `reserved`",
            "NULL, a length beyond the address space, or another value",
        )
    })
}

/// As [`payload`], without a text: EINVAL.
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
    if payload.reserved != [0; 3] {
        return Err(libc::EINVAL);
    }
    let bytes = if payload.length == 0 {
        &[]
    } else if payload.bytes.is_null() || isize::try_from(payload.length).is_err() {
        return Err(libc::EINVAL);
    } else {
        // SAFETY: not NULL, and no longer than an object can be; the rest is the caller's.
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

/// The sequences of one event: its own, and that of its detail record if it has one.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfSequences {
    /// Position of the event in index.atf, counted from 0.
    pub index_seq: u32,
    /// Position of its record in detail.atf, counted from 0; ATF_NO_DETAIL_SEQ if it has none.
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
