//! The writer of one index.atf.

use std::ffi::{c_char, c_int};

use atf_runtime::WriterOptions;
use atf_runtime::format::{EventKind, IndexEvent};
use atf_runtime::storage::Disk;
use atf_runtime::writer::IndexWriter;

use crate::event::in_register;
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::writer_options::{AtfWriterOptions, given, machine_with_clock};

/// Writes one index.atf. For one thread at a time. To write a thread's directory with both files, use AtfWriter.
pub struct AtfIndexWriter {
    writer: IndexWriter,
    is_finalized: bool,
}

impl AtfIndexWriter {
    fn open(&mut self) -> Result<&mut IndexWriter> {
        if self.is_finalized {
            return Err(Failure::over("index writer", "finalized"));
        }
        Ok(&mut self.writer)
    }
}

/// Creates an index file and writes its header.
///
/// @param path The file; it does not exist, its directory does.
/// @param thread_id The traced thread.
/// @param clock_type The clock of the timestamps: an ATF_CLOCK_ constant, of this machine ATF_CLOCK_HOST. It is only
///        written down: atf_verify reports a clock that is not the one of this operating system.
/// @param writer Receives the writer, for atf_index_writer_close. Set only on success.
/// @return 0; -EEXIST if the file exists; -EINVAL; another negative errno of the operating system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_writer_create(
    path: *const c_char,
    thread_id: u32,
    clock_type: u8,
    writer: *mut *mut AtfIndexWriter,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(writer, "writer") }?;
        // SAFETY: the header asks for a string, or NULL.
        let path = unsafe { pointer::path(path, "path") }?;
        let platform = machine_with_clock(clock_type)?;
        let options = WriterOptions::default();
        let writer = IndexWriter::create(&Disk, path, thread_id, platform, options)?;
        pointer::give(to, AtfIndexWriter { writer, is_finalized: false });
        Ok(())
    })
}

/// As atf_index_writer_create, with options.
///
/// @param path The file; it does not exist. Its directory does, unless `create_parents` is set.
/// @param thread_id The traced thread.
/// @param options NULL for the defaults.
/// @param writer Receives the writer, for atf_index_writer_close. Set only on success.
/// @return As atf_index_writer_create; -EINVAL also for a number of the options that the format does not list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_writer_create_with(
    path: *const c_char,
    thread_id: u32,
    options: *const AtfWriterOptions,
    writer: *mut *mut AtfIndexWriter,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(writer, "writer") }?;
        // SAFETY: the header asks for a string, or NULL.
        let path = unsafe { pointer::path(path, "path") }?;
        // SAFETY: the header asks for options that were initialized, or NULL.
        let (platform, options) = unsafe { given(options) }?;
        let writer = IndexWriter::create(&Disk, path, thread_id, platform, options)?;
        pointer::give(to, AtfIndexWriter { writer, is_finalized: false });
        Ok(())
    })
}

/// Appends one event, byte for byte.
///
/// The event should have the writer's thread_id, and ATF_NO_DETAIL_SEQ if it has no detail record. The writer does
/// not check that; atf_verify does.
///
/// @param writer The writer.
/// @param event The event.
/// @return The event's sequence; UINT32_MAX on failure (see atf_last_error): all sequences are used, writing to the
///         disk failed, the writer was finalized, or an argument is NULL. If writing to the disk failed, nothing is
///         lost: call again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_write_index_event(
    writer: *mut AtfIndexWriter,
    event: *const IndexEvent,
) -> u32 {
    // SAFETY: the header asks for a writer that is not closed, or NULL.
    let open = unsafe { writer.as_mut() };
    // SAFETY: the header asks for an event, or NULL. Its alignment is 1.
    let given = unsafe { event.as_ref() };
    if let (Some(open), Some(given)) = (open, given)
        // A finalized one has no room.
        && let Some(seq) = open.writer.write_if_room(&field_by_field(given))
    {
        return seq.0;
    }
    // SAFETY: what is asked of this function's caller.
    unsafe { write_slowly(writer, event) }
}

/// Everything that the fast path leaves: a full buffer, an error. Apart, so that an event that fits does not pay
/// for it.
///
/// # Safety
///
/// As for [`atf_write_index_event`].
#[cold]
#[inline(never)]
unsafe fn write_slowly(writer: *mut AtfIndexWriter, event: *const IndexEvent) -> u32 {
    guard_or(
        || {
            // SAFETY: the caller's.
            let writer = unsafe { pointer::handle(writer, "writer") }?;
            // SAFETY: the caller's.
            let event = unsafe { pointer::input(event, "event") }?;
            Ok(writer.open()?.write(event)?.0)
        },
        |seq| seq,
        |_| u32::MAX,
    )
}

/// The same event, loaded field by field: see AtfEvent::event.
#[inline(always)]
fn field_by_field(event: &IndexEvent) -> IndexEvent {
    let mut copy = *event;
    copy.timestamp_ns = in_register(event.timestamp_ns.get()).into();
    copy.function_id = in_register(event.function_id.get()).into();
    copy.thread_id = (in_register(event.thread_id.get().into()) as u32).into();
    copy.event_kind = EventKind::new(in_register(event.event_kind.get().into()) as u32);
    copy.call_depth = (in_register(event.call_depth.get().into()) as u32).into();
    copy.detail_seq = (in_register(event.detail_seq.get().into()) as u32).into();
    copy
}

/// Appends several events, byte for byte. The fastest way to write.
///
/// @param writer The writer.
/// @param events `count` events; may be NULL if `count` is 0.
/// @param count Number of events.
/// @param taken Receives the number of events that were taken, also on failure; may be NULL.
/// @return 0; -EOVERFLOW if all sequences are used; -EBADF if the writer was finalized; -EINVAL; another negative
///         errno if writing to the disk failed. On failure the first `taken` events are kept, and none of them is
///         lost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_write_index_events(
    writer: *mut AtfIndexWriter,
    events: *const IndexEvent,
    count: usize,
    taken: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a number, or NULL.
        let to = unsafe { pointer::output(taken, "taken") }.ok();
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") };
        // SAFETY: the header asks for so many events, or NULL.
        let events = unsafe { pointer::slice(events, count, "events") };
        let write = || {
            let (writer, events) = (writer?.open()?, events?);
            let before = writer.len();
            let result = writer.write_all(events);
            Ok::<_, Failure>(((writer.len() - before) as usize, result))
        };
        let written = write();
        if let Some(to) = to {
            to.set(written.as_ref().map_or(0, |(taken, _)| *taken));
        }
        Ok(written?.1?)
    })
}

/// Passes all buffered bytes to the operating system.
///
/// @param writer The writer.
/// @return 0; -EBADF if the writer was finalized; -EINVAL; another negative errno if writing to the disk failed:
///         nothing is lost, call again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_writer_flush(writer: *mut AtfIndexWriter) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        Ok(writer.open()?.flush()?)
    })
}

/// Writes the buffer, the footer and the final header. No event can be written afterwards.
///
/// @param writer The writer.
/// @return 0; -EBADF if the writer was finalized already; -EINVAL; another negative errno if writing to the disk
///         failed: call again, or leave the file to recovery.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_writer_finalize(writer: *mut AtfIndexWriter) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        writer.open()?.finalize()?;
        writer.is_finalized = true;
        Ok(())
    })
}

/// Frees a writer. If it was not finalized, it passes its buffer to the operating system; the file stays readable,
/// and recovery can finalize it. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_writer_close(writer: *mut AtfIndexWriter) {
    // SAFETY: the header asks for a writer that is closed once, or NULL.
    unsafe { close(writer) }
}
