//! The writer of one traced thread: its directory, index.atf and, from the first payload on, detail.atf.

use std::ffi::{c_char, c_int};

use atf_runtime::format::IndexEvent;
use atf_runtime::{ThreadSummary, ThreadWriter, WriterOptions};

use crate::clock::platform;
use crate::event::{AtfEvent, AtfPayload, AtfSequences, payload};
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::sized::{self, Extensible};

/// Writes `thread_N/index.atf` and, from the first payload on, `thread_N/detail.atf`. One for each traced
/// thread, used by that thread alone.
pub struct AtfWriter {
    /// `None` once it was finalized.
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
    Failure::over("the writer")
}

/// What a thread holds that was ended. To be filled by atf_thread_summary_init before it is passed on.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfThreadSummary {
    /// Length of this struct.
    pub size: u32,
    /// Thread.
    pub thread_id: u32,
    /// Events in index.atf.
    pub events: u32,
    /// Records in detail.atf.
    pub details: u32,
    /// 1 when there is a detail.atf, else 0.
    pub has_detail: u32,
    /// 1 when the thread was recorded through lanes and so has the last four members, else 0.
    pub has_counts: u32,
    /// Time of the first event in ns; 0 without events.
    pub time_start_ns: u64,
    /// Time of the last event in ns; 0 without events.
    pub time_end_ns: u64,
    /// Events that the program handed over: `recorded + dropped_events`.
    pub emitted: u64,
    /// Those that are in index.atf, markers of lost events not counted.
    pub recorded: u64,
    /// Those that found no room.
    pub dropped_events: u64,
    /// Events that are in index.atf without the detail that they came with.
    pub dropped_details: u64,
}

// SAFETY: numbers, the size first.
unsafe impl Extensible for AtfThreadSummary {
    const NAME: &'static str = "AtfThreadSummary";
    const LEAST: usize = size_of::<Self>();
}

impl AtfThreadSummary {
    pub(crate) const EMPTY: Self = Self {
        size: size_of::<Self>() as u32,
        thread_id: 0,
        events: 0,
        details: 0,
        has_detail: 0,
        has_counts: 0,
        time_start_ns: 0,
        time_end_ns: 0,
        emitted: 0,
        recorded: 0,
        dropped_events: 0,
        dropped_details: 0,
    };

    pub(crate) fn new(summary: &ThreadSummary) -> Self {
        let (time_start_ns, time_end_ns) = summary.time_range.unwrap_or_default();
        let counts = summary.counts.unwrap_or_default();
        Self {
            thread_id: summary.thread_id,
            events: summary.events,
            details: summary.details.unwrap_or(0),
            has_detail: summary.details.is_some().into(),
            has_counts: summary.counts.is_some().into(),
            time_start_ns,
            time_end_ns,
            emitted: counts.emitted,
            recorded: counts.recorded,
            dropped_events: counts.dropped_events,
            dropped_details: counts.dropped_details,
            ..Self::EMPTY
        }
    }

    pub(crate) fn summary(&self) -> ThreadSummary {
        let mut summary = ThreadSummary::new(self.thread_id);
        summary.events = self.events;
        summary.details = (self.has_detail != 0).then_some(self.details);
        summary.time_range = (self.events > 0).then_some((self.time_start_ns, self.time_end_ns));
        summary.counts = (self.has_counts != 0).then_some(atf_runtime::manifest::RingCounts {
            emitted: self.emitted,
            recorded: self.recorded,
            dropped_events: self.dropped_events,
            dropped_details: self.dropped_details,
        });
        summary
    }
}

/// Makes an AtfThreadSummary ready to be passed on: `atf_thread_summary_init(&summary, sizeof summary)`.
///
/// @return 0; -EINVAL for NULL or a size that this library does not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_summary_init(
    summary: *mut AtfThreadSummary,
    size: usize,
) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init(summary, size, AtfThreadSummary::EMPTY, "summary") })
}

/// Makes `thread_<thread_id>` in a session's directory and the writer of its files.
///
/// @param session_dir A directory that exists; see atf_session_writer_create.
/// @param thread_id The traced thread.
/// @param clock_type The clock of the timestamps: ATF_CLOCK_HOST.
/// @param writer Where the new writer goes, to be given to atf_writer_close. Not touched on failure.
/// @return 0; -EEXIST when the thread has a directory already; -EINVAL; another negative errno of the
///         system's.
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
        let platform = platform(clock_type)?;
        let writer = ThreadWriter::create(dir, thread_id, platform, WriterOptions::default())?;
        pointer::give(to, AtfWriter { writer: Some(writer) });
        Ok(())
    })
}

/// Writes one event and, with a payload, its detail record. Links and thread are filled in.
///
/// @param event The event.
/// @param payload What its detail record carries; NULL for an event without one.
/// @return The event's sequence; UINT32_MAX when neither event nor record was taken (see atf_last_error): all
///         sequences are used up, the payload is too long, reserved sequences are not written yet, the
///         disk refused, the writer was finalized, or an argument is NULL. No sequence is used up then. When
///         the disk refused nothing is lost, and the call can be repeated.
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

/// What is left: a payload, a buffer that goes out first, or something to say. Apart, so that an event
/// that is only copied pays neither for an error nor for a guard.
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

/// Reserves the sequences of the next event, which is then written by atf_writer_write_detail (first,
/// when `with_detail`) and atf_writer_write_index. Several may be reserved; they are written in the order in
/// which they were.
///
/// @param with_detail Whether it has a detail record.
/// @param sequences Where they go. Not touched on failure.
/// @return 0; -EOVERFLOW when a lane's sequences are used up; -EBADF when it was finalized; -EINVAL for
///         NULL.
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

/// Writes the detail record of the event for which `sequences` were reserved.
///
/// @param sequences The first that were reserved and are not written.
/// @param event The event.
/// @param payload What the record carries; not NULL.
/// @return 0; -EINVAL when they are not the first, no record was reserved or it is written already, or for
///         NULL; -EMSGSIZE when the payload is too long; -EBADF when it was finalized; another negative
///         errno when the disk refused: then nothing is lost, and the call can be repeated.
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

/// Writes the event for which `sequences` were reserved.
///
/// @param sequences The first that were reserved and are not written.
/// @param event The event.
/// @return 0; -EINVAL when they are not the first or the detail record is not written yet, or for NULL; -EBADF
///         when it was finalized; another negative errno when the disk refused: then nothing is lost, and
///         the call can be repeated.
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

/// Writes a run of events without detail, byte for byte: the fastest way in.
///
/// @param events So many events, each with the writer's `thread_id` and with ATF_NO_DETAIL_SEQ; may be NULL when
///        there are none.
/// @param count Number of events.
/// @return 0; -EINVAL when an event is another thread's or names a record, or reserved sequences are not
///         written yet; -EOVERFLOW when there are not as many sequences left: nothing was written then.
///         -EBADF when it was finalized; another negative errno when the disk refused: the first
///         atf_writer_event_count events are safe, the rest of the run was not taken.
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

/// Number of events written, buffered ones included; UINT32_MAX for NULL or a writer that was finalized.
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

/// Hands what is buffered in both lanes to the operating system: it survives the end of this process.
///
/// @return 0; -EBADF when it was finalized; -EINVAL for NULL; another negative errno when the disk refused:
///         nothing is lost, and the call can be repeated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_flush(writer: *mut AtfWriter) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        Ok(writer.open()?.flush()?)
    })
}

/// Ends both files: footers and final headers. The writer is over, also when this fails; it is still to be
/// closed.
///
/// @param summary Where it goes what the thread holds (see atf_thread_summary_init), for
///        atf_session_writer_add; may be NULL. Not touched on failure.
/// @return 0; -EBADF when it was finalized already; -EINVAL when reserved sequences were never written, or for
///         NULL; another negative errno when the disk refused. Behind a failure the files are as a crash
///         would leave them, and recovery reads them. An argument that cannot be leaves the writer as it was.
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

/// Closes a writer and frees it. One that was not finalized hands what it has to the operating system
/// and leaves files that recovery reads. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_writer_close(writer: *mut AtfWriter) {
    // SAFETY: the header asks for a writer that is closed once, or NULL.
    unsafe { close(writer) }
}
