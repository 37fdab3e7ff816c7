//! The writer of one traced thread: its directory, index.atf and, from the first payload on, detail.atf.

use std::ffi::{c_char, c_int};

use atf_runtime::format::IndexEvent;
use atf_runtime::{ThreadWriter, WriterOptions};

use crate::event::{AtfEvent, AtfPayload, AtfSequences, payload};
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::sized;
use crate::thread_summary::AtfThreadSummary;
use crate::writer_options::{AtfWriterOptions, given, machine_with_clock};

/// Writes `thread_N/index.atf` and, from the first payload on, `thread_N/detail.atf`. One per traced thread; for
/// one thread at a time.
pub struct AtfWriter {
    /// `None` after it was finalized.
    writer: Option<ThreadWriter>,
}

impl AtfWriter {
    #[inline]
    fn open(&mut self) -> Result<&mut ThreadWriter> {
        self.writer.as_mut().ok_or_else(over)
    }
}

#[cold]
fn over() -> Failure {
    Failure::over("writer", "finalized")
}

/// Creates the directory `thread_<thread_id>` of a session and the writer of its files.
///
/// @param session_dir A directory that exists: see atf_session_writer_create. atf_writer_create_with can make it.
/// @param thread_id The traced thread, unique in the session.
/// @param clock_type The clock of the timestamps: an ATF_CLOCK_ constant, of this machine ATF_CLOCK_HOST. It is only
///        written down: atf_verify reports a clock that is not the one of this operating system.
/// @param writer Receives the writer, for atf_writer_close. Set only on success.
/// @return 0; -EEXIST if the thread has a directory already; -EINVAL; another negative errno of the operating
///         system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_create(
    session_dir: *const c_char,
    thread_id: u32,
    clock_type: u8,
    writer: *mut *mut AtfWriter,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(writer, "writer") }?;
        // SAFETY: the header asks for a string, or NULL.
        let dir = unsafe { pointer::path(session_dir, "session_dir") }?;
        let platform = machine_with_clock(clock_type)?;
        let writer = ThreadWriter::create(dir, thread_id, platform, WriterOptions::default())?;
        pointer::give(to, AtfWriter { writer: Some(writer) });
        Ok(())
    })
}

/// As atf_writer_create, with options.
///
/// @param session_dir A directory that exists, unless `create_parents` is set.
/// @param thread_id The traced thread, unique in the session.
/// @param options NULL for the defaults.
/// @param writer Receives the writer, for atf_writer_close. Set only on success.
/// @return As atf_writer_create; -EINVAL also for a number of the options that the format does not list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_create_with(
    session_dir: *const c_char,
    thread_id: u32,
    options: *const AtfWriterOptions,
    writer: *mut *mut AtfWriter,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(writer, "writer") }?;
        // SAFETY: the header asks for a string, or NULL.
        let dir = unsafe { pointer::path(session_dir, "session_dir") }?;
        // SAFETY: the header asks for options that were initialized, or NULL.
        let (platform, options) = unsafe { given(options) }?;
        let writer = ThreadWriter::create(dir, thread_id, platform, options)?;
        pointer::give(to, AtfWriter { writer: Some(writer) });
        Ok(())
    })
}

/// Writes one event and, with a payload, its detail record. The writer fills in the thread and the links.
///
/// @param writer The writer.
/// @param event The event.
/// @param payload The payload of its detail record; NULL for an event without one.
/// @return The event's sequence; UINT32_MAX on failure (see atf_last_error): all sequences are used, the payload is
///         too long, reserved sequences are not written yet, writing to the disk failed, the writer was finalized,
///         or an argument is NULL. Then neither event nor record was taken and no sequence is used. If writing to
///         the disk failed, nothing is lost: call again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_write_event(
    writer: *mut AtfWriter,
    event: *const AtfEvent,
    payload: *const AtfPayload,
) -> u32 {
    // SAFETY: the header asks for a writer that is not closed, or NULL.
    let open = unsafe { writer.as_mut() }.and_then(|it| it.writer.as_mut());
    // SAFETY: the header asks for an event, or NULL.
    let given = unsafe { event.as_ref() };
    if payload.is_null()
        && let (Some(open), Some(given)) = (open, given)
        && let Some(seq) = open.write_event_if_room(&given.event())
    {
        return seq.0;
    }
    // SAFETY: what is asked of this function's caller.
    unsafe { write_slowly(writer, event, payload) }
}

/// Everything that the fast path leaves: a payload, a full buffer, an error. Apart, so that an event that is only
/// copied does not pay for it.
///
/// # Safety
///
/// As for [`atf_writer_write_event`].
#[inline(never)]
unsafe fn write_slowly(
    writer: *mut AtfWriter,
    event: *const AtfEvent,
    payload: *const AtfPayload,
) -> u32 {
    guard_or(
        || {
            // SAFETY: the caller's.
            let writer = unsafe { pointer::handle(writer, "writer") }?;
            // SAFETY: the caller's.
            let event = unsafe { pointer::input(event, "event") }?.event();
            // SAFETY: the caller's.
            let payload = unsafe { self::payload(payload) }?;
            Ok(writer.open()?.write_event(&event, payload)?.0)
        },
        |seq| seq,
        |_| u32::MAX,
    )
}

/// Reserves the sequences of the next event. Write it with atf_writer_write_detail (first, if `with_detail`) and
/// then atf_writer_write_index. Several events may be reserved; write them in the order in which they were
/// reserved.
///
/// @param writer The writer.
/// @param with_detail Whether the event has a detail record.
/// @param sequences Receives the sequences. Set only on success.
/// @return 0; -EOVERFLOW if a lane has used all its sequences; -EBADF if the writer was finalized; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_reserve_sequences(
    writer: *mut AtfWriter,
    with_detail: bool,
    sequences: *mut AtfSequences,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        // SAFETY: the header asks for a place for the result, or NULL.
        let to = unsafe { pointer::output(sequences, "sequences") }?;
        to.set(AtfSequences::new(&writer.open()?.reserve_sequences(with_detail)?));
        Ok(())
    })
}

/// Writes the detail record of an event whose sequences were reserved.
///
/// @param writer The writer.
/// @param sequences The first reserved sequences that are not written yet.
/// @param event The event.
/// @param payload The record's payload; not NULL.
/// @return 0; -EINVAL, also if `sequences` are not the first, reserve no record, or the record is written already;
///         -EMSGSIZE if the payload is too long; -EBADF if the writer was finalized; another negative errno if
///         writing to the disk failed: nothing is lost, call again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_write_detail(
    writer: *mut AtfWriter,
    sequences: *const AtfSequences,
    event: *const AtfEvent,
    payload: *const AtfPayload,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        // SAFETY: the header asks for sequences, or NULL.
        let sequences = unsafe { pointer::input(sequences, "sequences") }?.sequences();
        // SAFETY: the header asks for an event, or NULL.
        let event = unsafe { pointer::input(event, "event") }?.event();
        // SAFETY: the header asks for a payload that points to what it says, or NULL.
        let payload = unsafe { self::payload(payload) }?;
        let payload = payload.ok_or_else(|| pointer::is_null("payload"))?;
        Ok(writer.open()?.write_detail_event(&sequences, &event, &payload)?)
    })
}

/// Writes an event whose sequences were reserved.
///
/// @param writer The writer.
/// @param sequences The first reserved sequences that are not written yet.
/// @param event The event.
/// @return 0; -EINVAL, also if `sequences` are not the first or the detail record is not written yet; -EBADF if the
///         writer was finalized; another negative errno if writing to the disk failed: nothing is lost, call again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_write_index(
    writer: *mut AtfWriter,
    sequences: *const AtfSequences,
    event: *const AtfEvent,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        // SAFETY: the header asks for sequences, or NULL.
        let sequences = unsafe { pointer::input(sequences, "sequences") }?.sequences();
        // SAFETY: the header asks for an event, or NULL.
        let event = unsafe { pointer::input(event, "event") }?.event();
        Ok(writer.open()?.write_index_event(&sequences, &event)?)
    })
}

/// Writes several events without detail, byte for byte. The fastest way to write.
///
/// @param writer The writer.
/// @param events `count` events, each with the writer's `thread_id` and ATF_NO_DETAIL_SEQ; may be NULL if `count`
///        is 0.
/// @param count Number of events.
/// @return 0; -EINVAL, also if an event is of another thread or links to a record, or reserved sequences are not
///         written yet, and -EOVERFLOW if there are fewer sequences left: then nothing was written; -EBADF if the
///         writer was finalized; another negative errno if writing to the disk failed: the first
///         atf_writer_event_count events are kept, the rest was not taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_write_index_events(
    writer: *mut AtfWriter,
    events: *const IndexEvent,
    count: usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        // SAFETY: the header asks for so many events, or NULL.
        let events = unsafe { pointer::slice(events, count, "events") }?;
        Ok(writer.open()?.write_index_events(events)?)
    })
}

/// Number of events written, buffered ones included.
///
/// @param writer The writer.
/// @return The number; UINT32_MAX for NULL or a finalized writer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_event_count(writer: *mut AtfWriter) -> u32 {
    guard_or(
        || {
            // SAFETY: the header asks for a writer that is not closed, or NULL.
            let writer = unsafe { pointer::handle(writer, "writer") }?;
            Ok(writer.open()?.event_count())
        },
        |count| count,
        |_| u32::MAX,
    )
}

/// Passes all buffered bytes to the operating system. They survive the end of this process.
///
/// @param writer The writer.
/// @return 0; -EBADF if the writer was finalized; -EINVAL; another negative errno if writing to the disk failed:
///         nothing is lost, call again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_flush(writer: *mut AtfWriter) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        Ok(writer.open()?.flush()?)
    })
}

/// Finalizes both files: writes footers and final headers. The writer is ended, also on failure; close it
/// afterwards.
///
/// @param writer The writer.
/// @param summary Receives the totals, for atf_session_writer_add; initialized by atf_thread_summary_init. May be
///        NULL. Set only on success.
/// @return 0; -EBADF if the writer was finalized already; -EINVAL for an invalid argument, and then the writer is
///         not changed, or if reserved sequences were never written; another negative errno if writing to the disk
///         failed. After such a failure the files are as after a crash: readable, and recovery can finalize them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_finalize(
    writer: *mut AtfWriter,
    summary: *mut AtfThreadSummary,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        let to = if summary.is_null() {
            None
        } else {
            // SAFETY: not NULL; the header asks for one that was initialized.
            Some(unsafe { sized::output(summary, "summary") }?)
        };
        let done = writer.writer.take().ok_or_else(over)?.finalize()?;
        if let Some(to) = to {
            to.set(&AtfThreadSummary::new(&done));
        }
        Ok(())
    })
}

/// Frees a writer. If it was not finalized, it passes its buffer to the operating system; the files stay readable,
/// and recovery can finalize them. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_close(writer: *mut AtfWriter) {
    // SAFETY: the header asks for a writer that is closed once, or NULL.
    unsafe { close(writer) }
}
