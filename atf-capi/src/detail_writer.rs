//! A writer of one detail.atf.

use std::ffi::{c_char, c_int};

use atf_runtime::storage::Disk;
use atf_runtime::writer::DetailWriter;
use atf_runtime::{IndexSeq, WriterOptions};

use crate::clock::machine;
use crate::event::{AtfEvent, AtfPayload, payload};
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;

/// Writes one detail.atf. Use an AtfWriter to have a thread's directory with both files.
pub struct AtfDetailWriter {
    writer: DetailWriter,
    is_ended: bool,
}

impl AtfDetailWriter {
    fn open(&mut self) -> Result<&mut DetailWriter> {
        if self.is_ended { Err(Failure::over("the detail writer")) } else { Ok(&mut self.writer) }
    }
}

/// Makes a detail file and writes its header. Beside one that is called "detail.atf" stands a "detail.off",
/// which readers jump by.
///
/// The calls for one writer come from one thread at a time; different writers are independent.
///
/// @param path The file to make; its directory exists, it does not.
/// @param thread_id The traced thread.
/// @param writer Where the new writer goes, to be given to atf_detail_writer_close. Not touched on failure.
/// @return 0; -EEXIST when there is such a file; -EINVAL; another negative errno of the system's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_writer_create(
    path: *const c_char,
    thread_id: u32,
    writer: *mut *mut AtfDetailWriter,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(writer, "writer") }?;
        // SAFETY: the header asks for a string, or NULL.
        let path = unsafe { pointer::path(path, "path") }?;
        let options = WriterOptions::default();
        let writer = DetailWriter::create(&Disk, path, thread_id, machine()?, options)?;
        pointer::give(to, AtfDetailWriter { writer, is_ended: false });
        Ok(())
    })
}

/// Appends the detail record of an event.
///
/// @param index_seq The event's sequence in the index: higher than that of the record before.
/// @param event The event: its time goes into the record, its function and kind into a function's payload.
/// @param payload What the record carries; not NULL.
/// @return The record's sequence, which is the event's `detail_seq`; UINT32_MAX when it was not taken (see
///         atf_last_error): `index_seq` is not higher, the payload is too long, all sequences are used up,
///         the disk refused, the writer was finalized, or an argument is NULL. When the disk refused
///         nothing is lost, and the call can be repeated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_write_detail_event(
    writer: *mut AtfDetailWriter,
    index_seq: u32,
    event: *const AtfEvent,
    payload: *const AtfPayload,
) -> u32 {
    guard_or(
        || {
            // SAFETY: the header asks for a writer that is not closed, or NULL.
            let writer = unsafe { pointer::handle(writer, "writer") }?;
            // SAFETY: the header asks for an event, or NULL.
            let event = unsafe { pointer::input(event, "event") }?.event();
            // SAFETY: the header asks for a payload that points to what it says, or NULL.
            let payload = unsafe { self::payload(payload) }?;
            let payload = payload.ok_or_else(|| pointer::is_null("payload"))?;
            let seq = writer.open()?.write(
                IndexSeq(index_seq),
                event.timestamp_ns,
                event.event_kind,
                event.function_id,
                &payload,
            )?;
            Ok(seq.0)
        },
        |seq| seq,
        |_| u32::MAX,
    )
}

/// Hands what is buffered to the operating system.
///
/// @return 0; -EBADF when it was finalized; -EINVAL for NULL; another negative errno when the disk refused:
///         nothing is lost, and the call can be repeated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_writer_flush(writer: *mut AtfDetailWriter) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        Ok(writer.open()?.flush()?)
    })
}

/// Writes what is left, the footer and the final header. No record can be written afterwards.
///
/// @return 0; -EBADF when it was finalized already; -EINVAL for NULL; another negative errno when the disk
///         refused: the file is one that recovery reads, and the call can be repeated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_writer_finalize(writer: *mut AtfDetailWriter) -> c_int {
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
pub unsafe extern "C" fn atf_detail_writer_close(writer: *mut AtfDetailWriter) {
    // SAFETY: the header asks for a writer that is closed once, or NULL.
    unsafe { close(writer) }
}
