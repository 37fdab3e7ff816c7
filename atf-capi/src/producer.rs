//! The producer of a traced thread: creating it, pushing from C, and what the inline push of include/atf/atf_producer.h
//! leaves to the library.

use std::ffi::{c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};

use atf_runtime::ring::{Producer, PushError, RingOptions, WhenFull};

use crate::clock::{host_clock, platform};
use crate::event::{AtfEvent, AtfPayload, payload_or_errno};
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::sized::{self, Extensible};

/// The handle of a traced thread's ring, which the thread pushes its events into. One per traced thread: only that
/// thread and its signal handlers push.
#[repr(C)]
pub struct AtfProducer {
    // First: the inline push uses the address of this struct as that of the member.
    producer: Producer,
}

impl AtfProducer {
    pub(crate) fn new(producer: Producer) -> Self {
        Self { producer }
    }
}

/// If the ring is full, a push drops the event and counts it. The traced program never waits.
pub const ATF_WHEN_FULL_DROP: u32 = 0;
/// If the ring is full, a push waits for the drain. If no drain runs, it drops the event.
pub const ATF_WHEN_FULL_BLOCK: u32 = 1;

/// The sizes of a ring, and what happens when it is full. Fill it with atf_producer_options_init first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfProducerOptions {
    /// Length of this struct, set by its init function.
    pub size: u32,
    /// ATF_WHEN_FULL_DROP (default) or ATF_WHEN_FULL_BLOCK.
    pub when_full: u32,
    /// Size of the ring's index buffer in bytes, rounded up to a power of two, at least 4096. It must hold the events
    /// that come while the disk stalls: the default of 4 MiB holds 131072 events.
    pub index_bytes: u64,
    /// Size of the ring's detail buffer in bytes, rounded the same way. 0: no details are recorded.
    pub detail_bytes: u64,
    /// The clock of the timestamps: ATF_CLOCK_HOST (default).
    pub clock_type: u32,
    /// Must be 0.
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

/// The options of a ring, from the numbers that C passes.
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

/// Fills options with the defaults: `atf_producer_options_init(&options, sizeof options)`.
///
/// @param options Receives the defaults.
/// @param size `sizeof *options`.
/// @return 0; -EINVAL, also if this library does not know that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_options_init(
    options: *mut AtfProducerOptions,
    size: usize,
) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init(options, size, AtfProducerOptions::usual(), "options") })
}

/// Creates the directory `thread_<thread_id>` of a session and the ring in it, for a program whose rings another
/// process drains (`atf drain`, atf_drain_attach). If this process drains, use atf_drain_register.
///
/// @param session_dir A session's directory: see atf_session_writer_create.
/// @param thread_id The traced thread, unique in the session.
/// @param options NULL for the defaults.
/// @param producer Receives the producer, for atf_producer_close. Set only on success.
/// @return 0; -EEXIST if the thread has a directory already; -ENOSPC if the disk has no room for the ring; -EINVAL;
///         another negative errno of the operating system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_create(
    session_dir: *const c_char,
    thread_id: u32,
    options: *const AtfProducerOptions,
    producer: *mut *mut AtfProducer,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(producer, "producer") }?;
        // SAFETY: the header asks for a string, or NULL.
        let dir = unsafe { pointer::path(session_dir, "session_dir") }?;
        let mut wanted = AtfProducerOptions::usual();
        if !options.is_null() {
            // SAFETY: not NULL; the header asks for options that were initialized.
            wanted = unsafe { sized::read(options, wanted, "options") }?;
        }
        if wanted.reserved != 0 {
            return Err(Failure::argument("options.reserved", 0, wanted.reserved));
        }
        let ring = ring_options(wanted.index_bytes, wanted.detail_bytes, wanted.when_full)?;
        let platform = platform(wanted.clock_type)?;
        pointer::give(to, AtfProducer::new(Producer::create(&dir, thread_id, platform, ring)?));
        Ok(())
    })
}

/// Pushes one event and, with a payload, its detail record. Once it has returned 0, both survive the death of this
/// process, of the drain, and of both.
///
/// Lock-free. Makes no system call, unless it waits. May be called from a signal handler of the producer's thread.
/// atf_producer_push_inline does the same, compiled into the caller.
///
/// If the payload has no room, the event is recorded without it and counted: see atf_producer_dropped_details. If
/// detail is switched off, the event is recorded without its payload and not counted.
///
/// @param producer The thread's producer.
/// @param event The event.
/// @param payload The payload of its detail record; NULL for an event without one.
/// @param index_seq Receives the event's sequence; may be NULL. Set only on success.
/// @return 0; a negative errno if the event was not recorded. No text is set for atf_last_error. Counted as
///         dropped: -EAGAIN if the ring is full; -EINTR if this push interrupted a push of its own thread;
///         -EOVERFLOW if all sequences are used; -EBADMSG if another process has damaged the ring, which is not
///         used again. Not counted: -EPIPE if the recording was stopped; -ECHILD in a forked process; -EMSGSIZE if
///         the payload is too long for the ring or for a record; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_push(
    producer: *mut AtfProducer,
    event: *const AtfEvent,
    payload: *const AtfPayload,
    index_seq: *mut u32,
) -> c_int {
    // Not `guard`, which keeps a text: a signal handler may not allocate.
    // SAFETY: the header asks for what `push` asks for.
    let pushed = catch_unwind(AssertUnwindSafe(|| unsafe { push(producer, event, payload) }));
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
/// All NULL or valid: a producer of this thread that is not closed, an event, a payload.
unsafe fn push(
    producer: *const AtfProducer,
    event: *const AtfEvent,
    payload: *const AtfPayload,
) -> Result<u32, c_int> {
    // SAFETY: the caller's. Shared: a handler that interrupts this has it as well.
    let producer = unsafe { producer.as_ref() }.ok_or(libc::EINVAL)?;
    // SAFETY: the caller's.
    let event = unsafe { event.as_ref() }.ok_or(libc::EINVAL)?.event();
    // SAFETY: the caller's.
    let payload = unsafe { payload_or_errno(payload) }?;
    producer.producer.push(&event, payload.as_ref()).map(|seq| seq.0).map_err(errno_of)
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

/// Number of events in the ring's index so far, markers of lost events included.
///
/// @param producer The producer.
/// @return The number; UINT32_MAX for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_event_count(producer: *const AtfProducer) -> u32 {
    // SAFETY: the header asks for a producer that is not closed, or NULL.
    guard_or(|| Ok(unsafe { look(producer) }?.event_count()), |count| count, |_| u32::MAX)
}

/// Number of detail records pushed so far.
///
/// @param producer The producer.
/// @return The number; UINT32_MAX for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_detail_count(producer: *const AtfProducer) -> u32 {
    // SAFETY: the header asks for a producer that is not closed, or NULL.
    guard_or(|| Ok(unsafe { look(producer) }?.detail_count()), |count| count, |_| u32::MAX)
}

/// Number of events dropped so far.
///
/// @param producer The producer.
/// @return The number; UINT64_MAX for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_dropped_events(producer: *const AtfProducer) -> u64 {
    // SAFETY: the header asks for a producer that is not closed, or NULL.
    guard_or(|| Ok(unsafe { look(producer) }?.dropped_events()), |count| count, |_| u64::MAX)
}

/// Number of detail records dropped so far whose events were recorded.
///
/// @param producer The producer.
/// @return The number; UINT64_MAX for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_dropped_details(producer: *const AtfProducer) -> u64 {
    // SAFETY: the header asks for a producer that is not closed, or NULL.
    guard_or(|| Ok(unsafe { look(producer) }?.dropped_details()), |count| count, |_| u64::MAX)
}

/// Switches detail records on or off, from the next push on.
///
/// @param producer The producer.
/// @param is_enabled Whether pushes record their payloads.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_set_detail(
    producer: *mut AtfProducer,
    is_enabled: bool,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a producer that is not closed, or NULL.
        unsafe { look(producer) }?.set_detail(is_enabled);
        Ok(())
    })
}

/// Marks the thread as ended and frees the producer. The drain still writes what was pushed. The thread and its
/// signal handlers must not push during the call or after it. In a forked process the call only frees memory. Does
/// nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_producer_close(producer: *mut AtfProducer) {
    // SAFETY: the header asks for a producer that is closed once, or NULL.
    unsafe { close(producer) }
}

/// # Safety
///
/// NULL, or a producer that is not closed.
unsafe fn look<'a>(producer: *const AtfProducer) -> Result<&'a Producer> {
    // SAFETY: the caller's.
    Ok(&unsafe { pointer::input(producer, "producer") }?.producer)
}

/// The hash of the members that the inline push uses, as text: each name with its offset.
fn layout_hash() -> u64 {
    let text: String = Producer::LAYOUT.iter().map(|(name, at)| format!("{name}@{at};")).collect();
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// Checks that the inline push that a program was compiled with knows a producer's members as this library does.
/// `atf_check_header()` calls it.
///
/// @param layout_hash ATF_PRODUCER_LAYOUT_HASH.
/// @return 0; -EPROTONOSUPPORT if it differs: do not use atf_producer_push_inline then.
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
