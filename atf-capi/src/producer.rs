//! A traced thread's lane: making it, pushing into it from another language, and what its header's inline
//! push (include/atf/atf_producer.h) leaves to the library.

use std::ffi::{c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};

use atf_runtime::ring::{Producer, PushError, RingOptions, WhenFull};

use crate::clock::{host_clock, platform};
use crate::event::{AtfEvent, AtfPayload, payload_or_errno};
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::sized::{self, Extensible};

/// Where a traced thread pushes its events. One for each traced thread, used by that thread and its signal
/// handlers alone.
#[repr(C)]
pub struct AtfProducer {
    // First: the inline push takes the address of the one for that of the other.
    producer: Producer,
}

impl AtfProducer {
    pub(crate) fn new(producer: Producer) -> Self {
        Self { producer }
    }
}

/// A push that finds no room drops the event and counts it: the traced program is never held up.
pub const ATF_WHEN_FULL_DROP: u32 = 0;
/// A push that finds no room waits until the drain has made some; where no drain is there, it drops.
pub const ATF_WHEN_FULL_BLOCK: u32 = 1;

/// The size of a thread's lanes, and what happens when they are full. To be filled by atf_producer_options_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfProducerOptions {
    /// Length of this struct.
    pub size: u32,
    /// ATF_WHEN_FULL_DROP or ATF_WHEN_FULL_BLOCK.
    pub when_full: u32,
    /// Buffer of the index lane, in bytes; rounded up to a power of two of at least 4096. It has to hold what
    /// comes in while the disk stalls: 4 MiB, as it is set, are 131072 events.
    pub index_bytes: u64,
    /// Buffer of the detail lane, likewise; 0: no detail is taken.
    pub detail_bytes: u64,
    /// The clock of the timestamps: ATF_CLOCK_HOST, as it is set.
    pub clock_type: u32,
    /// Zero.
    pub reserved: u32,
}

// SAFETY: numbers, the size first.
unsafe impl Extensible for AtfProducerOptions {
    const NAME: &'static str = "AtfProducerOptions";
    const LEAST: usize = size_of::<Self>();
}

impl AtfProducerOptions {
    fn usual() -> Self {
        let ring = RingOptions::default();
        Self {
            size: size_of::<Self>() as u32,
            when_full: ATF_WHEN_FULL_DROP,
            index_bytes: ring.index_bytes,
            detail_bytes: ring.detail_bytes,
            clock_type: host_clock(),
            reserved: 0,
        }
    }
}

/// What a policy's number stands for.
pub(crate) fn ring_options(index: u64, detail: u64, when_full: u32) -> Result<RingOptions> {
    let when_full = match when_full {
        ATF_WHEN_FULL_DROP => WhenFull::Drop,
        ATF_WHEN_FULL_BLOCK => WhenFull::Block,
        found => {
            let expected = "ATF_WHEN_FULL_DROP or ATF_WHEN_FULL_BLOCK";
            return Err(Failure::argument("options.when_full", expected, found));
        }
    };
    Ok(RingOptions::default().index_bytes(index).detail_bytes(detail).when_full(when_full))
}

/// Fills options with what is usual: `atf_producer_options_init(&options, sizeof options)`.
///
/// @return 0; -EINVAL for NULL or a size that this library does not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_options_init(
    options: *mut AtfProducerOptions,
    size: usize,
) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init(options, size, AtfProducerOptions::usual(), "options") })
}

/// Makes `thread_<thread_id>` in a session's directory and the lanes in it, for a program whose events another
/// process drains (`atf drain`, atf_drain_attach). Where this process drains, use atf_drain_register.
///
/// @param session_dir A session's directory: see atf_session_writer_create, `atf record`.
/// @param thread_id The traced thread.
/// @param options NULL for what is usual.
/// @param lane Where the new lane goes, to be given to atf_producer_close. Not touched on failure.
/// @return 0; -EEXIST when the thread has a directory already; -ENOSPC when the disk has no room for the whole
///         of the lanes; -EINVAL; another negative errno of the system's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_create(
    session_dir: *const c_char,
    thread_id: u32,
    options: *const AtfProducerOptions,
    lane: *mut *mut AtfProducer,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(lane, "lane") }?;
        // SAFETY: the header asks for a string, or NULL.
        let dir = unsafe { pointer::path(session_dir, "session_dir") }?;
        let mut wanted = AtfProducerOptions::usual();
        if !options.is_null() {
            // SAFETY: not NULL; the header asks for options that were initialized.
            wanted = unsafe { sized::read(options, wanted, "options") }?;
        }
        let ring = ring_options(wanted.index_bytes, wanted.detail_bytes, wanted.when_full)?;
        let platform = platform(wanted.clock_type)?;
        pointer::give(to, AtfProducer::new(Producer::create(&dir, thread_id, platform, ring)?));
        Ok(())
    })
}

/// Records one event and, with a payload, its detail record. Lock-free, without a system call unless it waits, and
/// may be called from a signal handler of the lane's thread. Once it has returned 0 both survive the death of this
/// process, of the drain, and of both.
///
/// An event whose payload finds no room is recorded without it and counted: see atf_producer_dropped_details. So
/// is one that comes while detail is switched off, uncounted.
///
/// atf_producer_push_inline is the same, compiled into the caller.
///
/// @param event The event.
/// @param payload What its detail record carries; NULL for an event without one.
/// @param index_seq Where the event's sequence goes; may be NULL. Not touched on failure.
/// @return 0; a negative errno when the event was not recorded, which atf_last_error does not speak of.
///         Counted as dropped: -EAGAIN when the lane is full; -EINTR when it interrupted a push of its own
///         thread; -EOVERFLOW when all sequences are used up; -EBADMSG when the lane was damaged by another
///         process, and is not used any more. Not counted: -EPIPE when the recording was stopped; -ECHILD
///         in a forked process; -EMSGSIZE when the payload can never be stored; -EINVAL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_push(
    lane: *mut AtfProducer,
    event: *const AtfEvent,
    payload: *const AtfPayload,
    index_seq: *mut u32,
) -> c_int {
    // Not `guard`: it keeps a text, and a signal handler may not allocate.
    // SAFETY: the header's words are `push`'s.
    let pushed = catch_unwind(AssertUnwindSafe(|| unsafe { push(lane, event, payload) }));
    match pushed {
        Ok(Ok(seq)) => {
            // SAFETY: the header asks for a place for a number, or NULL.
            if let Some(to) = unsafe { index_seq.as_mut() } {
                *to = seq;
            }
            0
        }
        Ok(Err(errno)) => -errno,
        Err(_) => -libc::ENOTRECOVERABLE,
    }
}

/// # Safety
///
/// All NULL or valid: a lane of this thread that is not closed, an event, a payload.
unsafe fn push(
    lane: *const AtfProducer,
    event: *const AtfEvent,
    payload: *const AtfPayload,
) -> Result<u32, c_int> {
    // SAFETY: the caller's. Shared: a handler that interrupts this has it as well.
    let lane = unsafe { lane.as_ref() }.ok_or(libc::EINVAL)?;
    // SAFETY: the caller's.
    let event = unsafe { event.as_ref() }.ok_or(libc::EINVAL)?.event();
    // SAFETY: the caller's.
    let payload = unsafe { payload_or_errno(payload) }?;
    lane.producer.push(&event, payload.as_ref()).map(|seq| seq.0).map_err(errno_of)
}

fn errno_of(error: PushError) -> c_int {
    match error {
        PushError::Full => libc::EAGAIN,
        PushError::Interrupted => libc::EINTR,
        PushError::SequencesExhausted(_) => libc::EOVERFLOW,
        PushError::Damaged(_) => libc::EBADMSG,
        PushError::PayloadTooLong { .. } => libc::EMSGSIZE,
        PushError::Closed => libc::EPIPE,
        PushError::Forked => libc::ECHILD,
        _ => libc::EIO,
    }
}

/// Number of events that the lane took so far, markers of lost ones included; UINT32_MAX for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_event_count(lane: *const AtfProducer) -> u32 {
    // SAFETY: the header asks for a lane that is not closed, or NULL.
    guard_or(|| Ok(unsafe { look(lane) }?.event_count()), |count| count, |_| u32::MAX)
}

/// Number of detail records that the lane took so far; UINT32_MAX for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_detail_count(lane: *const AtfProducer) -> u32 {
    // SAFETY: the header asks for a lane that is not closed, or NULL.
    guard_or(|| Ok(unsafe { look(lane) }?.detail_count()), |count| count, |_| u32::MAX)
}

/// Number of events dropped so far; UINT64_MAX for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_dropped_events(lane: *const AtfProducer) -> u64 {
    // SAFETY: the header asks for a lane that is not closed, or NULL.
    guard_or(|| Ok(unsafe { look(lane) }?.dropped_events()), |count| count, |_| u64::MAX)
}

/// Number of detail records dropped so far although their events were recorded; UINT64_MAX for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_dropped_details(lane: *const AtfProducer) -> u64 {
    // SAFETY: the header asks for a lane that is not closed, or NULL.
    guard_or(|| Ok(unsafe { look(lane) }?.dropped_details()), |count| count, |_| u64::MAX)
}

/// Switches detail on or off, from the next push on.
///
/// @return 0; -EINVAL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_set_detail(
    lane: *mut AtfProducer,
    is_enabled: bool,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a lane that is not closed, or NULL.
        unsafe { look(lane) }?.set_detail(is_enabled);
        Ok(())
    })
}

/// Says that the thread has ended, and frees its lane; what was pushed is drained all the same. To be called when
/// its thread and its signal handlers push no more. In a forked process it frees only memory. NULL is
/// nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_close(lane: *mut AtfProducer) {
    // SAFETY: the header asks for a lane that is closed once, or NULL.
    unsafe { close(lane) }
}

/// # Safety
///
/// NULL, or a lane that is not closed.
unsafe fn look<'a>(lane: *const AtfProducer) -> Result<&'a Producer> {
    // SAFETY: the caller's.
    Ok(&unsafe { pointer::input(lane, "lane") }?.producer)
}

/// The hash of what the inline push knows of a lane, as text: each name with its offset.
fn layout_hash() -> u64 {
    let text: String = Producer::LAYOUT.iter().map(|(name, at)| format!("{name}@{at};")).collect();
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// Whether the inline push that a program was compiled with knows a lane as this library does. Called by
/// `atf_check_header()`.
///
/// @param layout_hash ATF_PRODUCER_LAYOUT_HASH.
/// @return 0; -EPROTONOSUPPORT when it differs: atf_producer_push_inline must not be used.
#[unsafe(no_mangle)]
pub extern "C" fn atf_check_producer_layout(layout_hash: u64) -> c_int {
    guard(|| {
        let ours = self::layout_hash();
        if layout_hash == ours {
            return Ok(());
        }
        let text = format!(
            "the program's header: layout of AtfProducer: expected {ours:#018x}, found {layout_hash:#018x}"
        );
        Err(Failure::new(libc::EPROTONOSUPPORT, text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = include_str!("../include/atf/atf_producer.h");

    // The header's push and the library's work on one state.
    #[test]
    fn offsets_of_the_header_are_those_of_the_producer() {
        assert_eq!(std::mem::offset_of!(AtfProducer, producer), 0);
        for (name, at) in Producer::LAYOUT {
            let line = if *name == "end" {
                format!("ATF_STATIC_ASSERT(sizeof(struct AtfProducer) == {at}, ")
            } else {
                format!("ATF_STATIC_ASSERT(offsetof(struct AtfProducer, {name}) == {at}, ")
            };
            assert!(HEADER.contains(&line), "{line}");
        }
        let asserted = HEADER.matches("(struct AtfProducer").count();
        assert_eq!(asserted, Producer::LAYOUT.len());
    }

    #[test]
    fn header_has_the_hash_of_its_layout() {
        let line = format!("#define ATF_PRODUCER_LAYOUT_HASH UINT64_C({:#018x})\n", layout_hash());
        assert!(HEADER.contains(&line), "{line}");
    }
}
