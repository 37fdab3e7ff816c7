//! A writer of one index.atf.

use std::ffi::{c_char, c_int};

use atf_runtime::WriterOptions;
use atf_runtime::format::{EventKind, IndexEvent};
use atf_runtime::storage::Disk;
use atf_runtime::writer::IndexWriter;

use crate::clock::platform;
use crate::event::in_register;
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;

/// Writes one index.atf. Use an AtfWriter to have a thread's directory with both files.
pub struct AtfIndexWriter {
    writer: IndexWriter,
    is_ended: bool,
}

impl AtfIndexWriter {
    fn open(&mut self) -> Result<&mut IndexWriter> {
        if self.is_ended { Err(Failure::over("the index writer")) } else { Ok(&mut self.writer) }
    }
}

/// Makes an index file and writes its header.
///
/// The calls for one writer come from one thread at a time; different writers are independent.
///
/// @param path The file to make; its directory exists, it does not.
/// @param thread_id The traced thread.
/// @param clock_type The clock of the timestamps: ATF_CLOCK_HOST.
/// @param writer Where the new writer goes, to be given to atf_index_writer_close. Not touched on failure.
/// @return 0; -EEXIST when there is such a file; -EINVAL; another negative errno of the system's.
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
        let platform = platform(clock_type)?;
        let options = WriterOptions::default();
        let writer = IndexWriter::create(&Disk, path, thread_id, platform, options)?;
        pointer::give(to, AtfIndexWriter { writer, is_ended: false });
        Ok(())
    })
}

/// Appends one event, as it is.
///
/// The event should carry the writer's thread_id, and ATF_NO_DETAIL_SEQ where it has no detail record:
/// atf_verify tells where it does not.
///
/// @return The event's sequence; UINT32_MAX when it was not taken (see atf_last_error): all
///         sequences are used up, the disk refused, the writer was finalized, or an argument is NULL.
///         When the disk refused nothing is lost, and the call can be repeated.
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
        // One that was finalized has no room.
        && let Some(seq) = open.writer.write_if_room(&field_by_field(given))
    {
        return seq.0;
    }
    // SAFETY: what is asked of this function's caller.
    unsafe { write_slowly(writer, event) }
}

/// What is left: the buffer goes out first, or there is something to say. Apart, so that an event that
/// fits pays neither for an error nor for a guard.
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

/// The same event, loaded as the program has stored it: see AtfEvent::event.
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

/// Appends a run of events, as they are: the fastest way in.
///
/// @param events So many events; may be NULL when there are none.
/// @param count Number of events.
/// @param taken Where the number of those goes that were taken, also on failure; may be NULL.
/// @return 0; -EOVERFLOW when all sequences are used up; -EBADF when it was finalized; -EINVAL; another
///         negative errno when the disk refused. The first `taken` events were taken then, and nothing of
///         them is lost.
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

/// Hands what is buffered to the operating system.
///
/// @return 0; -EBADF when it was finalized; -EINVAL for NULL; another negative errno when the disk refused:
///         nothing is lost, and the call can be repeated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_writer_flush(writer: *mut AtfIndexWriter) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        Ok(writer.open()?.flush()?)
    })
}

/// Writes what is left, the footer and the final header. No event can be written afterwards.
///
/// @return 0; -EBADF when it was finalized already; -EINVAL for NULL; another negative errno when the disk
///         refused: the file is one that recovery reads, and the call can be repeated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_writer_finalize(writer: *mut AtfIndexWriter) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        writer.open()?.finalize()?;
        writer.is_ended = true;
        Ok(())
    })
}

/// Closes a writer and frees it. One that was not finalized hands what it has to the operating system
/// and leaves a file that recovery reads. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_writer_close(writer: *mut AtfIndexWriter) {
    // SAFETY: the header asks for a writer that is closed once, or NULL.
    unsafe { close(writer) }
}
