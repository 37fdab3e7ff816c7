//! The writer of one detail.atf.

use std::ffi::{c_char, c_int};

use atf_runtime::storage::Disk;
use atf_runtime::writer::DetailWriter;
use atf_runtime::{IndexSeq, WriterOptions};

use crate::clock::machine;
use crate::event::{AtfEvent, AtfPayload, payload};
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::writer_options::{AtfWriterOptions, given};

/// Writes one detail.atf. For one thread at a time. To write a thread's directory with both files, use AtfWriter.
pub struct AtfDetailWriter {
    writer: DetailWriter,
    is_finalized: bool,
}

impl AtfDetailWriter {
    fn open(&mut self) -> Result<&mut DetailWriter> {
        if self.is_finalized {
            return Err(Failure::over("detail writer", "finalized"));
        }
        Ok(&mut self.writer)
    }
}

/// Creates a detail file and writes its header. For a file named "detail.atf" it also creates "detail.off" beside
/// it, which readers use to find records.
///
/// @param path The file; it does not exist, its directory does.
/// @param thread_id The traced thread.
/// @param writer Receives the writer, for atf_detail_writer_close. Set only on success.
/// @return 0; -EEXIST if the file exists; -EINVAL; another negative errno of the operating system.
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
        pointer::give(to, AtfDetailWriter { writer, is_finalized: false });
        Ok(())
    })
}

/// As atf_detail_writer_create, with options.
///
/// @param path The file; it does not exist. Its directory does, unless `create_parents` is set.
/// @param thread_id The traced thread.
/// @param options NULL for the defaults.
/// @param writer Receives the writer, for atf_detail_writer_close. Set only on success.
/// @return As atf_detail_writer_create; -EINVAL also for a number of the options that the format does not list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_writer_create_with(
    path: *const c_char,
    thread_id: u32,
    options: *const AtfWriterOptions,
    writer: *mut *mut AtfDetailWriter,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(writer, "writer") }?;
        // SAFETY: the header asks for a string, or NULL.
        let path = unsafe { pointer::path(path, "path") }?;
        // SAFETY: the header asks for options that were initialized, or NULL.
        let (platform, options) = unsafe { given(options) }?;
        let writer = DetailWriter::create(&Disk, path, thread_id, platform, options)?;
        pointer::give(to, AtfDetailWriter { writer, is_finalized: false });
        Ok(())
    })
}

/// Appends the detail record of an event.
///
/// @param writer The writer.
/// @param index_seq The event's sequence in the index: higher than that of the record before.
/// @param event The event: its time goes into the record, its function and kind into a function payload.
/// @param payload The record's payload; not NULL.
/// @return The record's sequence, which is the event's `detail_seq`; UINT32_MAX on failure (see atf_last_error):
///         `index_seq` is not higher, the payload is too long, all sequences are used, writing to the disk failed,
///         the writer was finalized, or an argument is NULL. If writing to the disk failed, nothing is lost: call
///         again.
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

/// Passes all buffered bytes to the operating system.
///
/// @param writer The writer.
/// @return 0; -EBADF if the writer was finalized; -EINVAL; another negative errno if writing to the disk failed:
///         nothing is lost, call again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_writer_flush(writer: *mut AtfDetailWriter) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a writer that is not closed, or NULL.
        let writer = unsafe { pointer::handle(writer, "writer") }?;
        Ok(writer.open()?.flush()?)
    })
}

/// Writes the buffer, the footer and the final header. No record can be written afterwards.
///
/// @param writer The writer.
/// @return 0; -EBADF if the writer was finalized already; -EINVAL; another negative errno if writing to the disk
///         failed: call again, or leave the file to recovery.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_writer_finalize(writer: *mut AtfDetailWriter) -> c_int {
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
pub unsafe extern "C" fn atf_detail_writer_close(writer: *mut AtfDetailWriter) {
    // SAFETY: the header asks for a writer that is closed once, or NULL.
    unsafe { close(writer) }
}
