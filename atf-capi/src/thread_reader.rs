//! The reader of a thread's directory: both files and the links between them.

use std::ffi::{c_char, c_int};

use atf_runtime::format::IndexEvent;
use atf_runtime::{DetailReader, DetailSeq, ThreadReader};

use crate::detail::AtfDetail;
use crate::detail_reader::{self, AtfDetailReader};
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::index_reader::{AtfIndexReader, event_at};
use crate::pointer;
use crate::shared::Shared;

/// Reads a thread's directory: index.atf, and detail.atf if there is one. See AtfIndexReader for what all readers
/// have in common.
///
/// If there is a detail.off, which the recorder writes, records are found by it without reading the file. Its
/// offsets are checked: wrong ones cost time and never change an answer.
pub struct AtfThreadReader(Shared<ThreadReader>);

impl AtfThreadReader {
    pub(crate) fn new(thread: Shared<ThreadReader>) -> Self {
        Self(thread)
    }
}

/// # Safety
///
/// As [`pointer::input`].
#[inline]
unsafe fn thread_of<'a>(reader: *const AtfThreadReader) -> Result<&'a ThreadReader> {
    // SAFETY: the caller's.
    Ok(unsafe { pointer::input(reader, "reader") }?.0.get())
}

/// The reader of detail.atf, or why there is none.
fn detail_of(thread: &ThreadReader) -> Result<&DetailReader> {
    thread.detail()?.ok_or_else(|| {
        Failure::absent("reader", "a thread with a detail.atf", thread.dir().display())
    })
}

/// Opens the files of a thread. A damaged detail.atf does not hide the index;
/// atf_thread_reader_detail says what is wrong with it.
///
/// @param dir The thread's directory.
/// @param reader Receives the reader, for atf_thread_reader_close. Set only on success.
/// @return As atf_index_reader_open, for the thread's index.atf; also a negative errno if the operating system refuses to
///         open detail.atf.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_reader_open(
    dir: *const c_char,
    reader: *mut *mut AtfThreadReader,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(reader, "reader") }?;
        // SAFETY: the header asks for a string, or NULL.
        let dir = unsafe { pointer::path(dir, "dir") }?;
        pointer::give(to, AtfThreadReader(Shared::new(ThreadReader::open(dir)?)));
        Ok(())
    })
}

/// Frees a reader. Pointers into the files that it gave become invalid; readers that it gave still work. Does
/// nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_reader_close(reader: *mut AtfThreadReader) {
    // SAFETY: the header asks for a reader that is closed once, or NULL.
    unsafe { close(reader) }
}

/// The thread that the header of index.atf names.
///
/// @param reader The reader.
/// @return The thread; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_reader_thread_id(reader: *const AtfThreadReader) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { thread_of(reader) }?.thread_id()), |id| id, |_| 0)
}

/// Gives a reader of the thread's index.atf. The file is not opened again.
///
/// @param reader The reader; it may be closed before `index`.
/// @param index Receives the index reader, for atf_index_reader_close. Set only on success.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_reader_index(
    reader: *const AtfThreadReader,
    index: *mut *mut AtfIndexReader,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(index, "index") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let thread = &unsafe { pointer::input(reader, "reader") }?.0;
        pointer::give(to, AtfIndexReader::new(thread.part(|thread| Ok(thread.index()))?));
        Ok(())
    })
}

/// Gives a reader of the thread's detail.atf. The file is not opened again.
///
/// @param reader The reader; it may be closed before `detail`.
/// @param detail Receives the detail reader, for atf_detail_reader_close. Set only on success.
/// @return 0; -ENOENT if the thread has no detail.atf; -EBADMSG or another negative errno if it could not be
///         opened; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_reader_detail(
    reader: *const AtfThreadReader,
    detail: *mut *mut AtfDetailReader,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(detail, "detail") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let thread = &unsafe { pointer::input(reader, "reader") }?.0;
        pointer::give(to, AtfDetailReader::new(thread.part(detail_of)?));
        Ok(())
    })
}

/// Finds the detail record with a sequence. With a detail.off it reads at most 63 records before it; without one,
/// see atf_detail_reader_get.
///
/// @param reader The reader.
/// @param detail_seq The record's sequence, as an event has it.
/// @param record Receives the record. Set only on success.
/// @return 0; -ENOENT if there is no such record, or no detail.atf; -EBADMSG if the file should have that record
///         but a record before it is damaged, or if detail.atf is damaged; another negative errno if it could not
///         be opened; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_reader_get_detail(
    reader: *const AtfThreadReader,
    detail_seq: u32,
    record: *mut AtfDetail,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a record, or NULL.
        let to = unsafe { pointer::output(record, "record") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let thread = unsafe { thread_of(reader) }?;
        let Some(record) = thread.get_detail(DetailSeq(detail_seq))? else {
            return Err(detail_reader::absent(detail_of(thread)?, detail_seq));
        };
        to.set(AtfDetail::new(&record));
        Ok(())
    })
}

/// Finds the detail record of an event of this thread, and checks that the record names that event.
///
/// @param reader The reader.
/// @param event The event, as a reader gave it.
/// @param record Receives the record. Set only on success.
/// @return 0; -ENOENT if the event has no record, or the record is missing; -EBADMSG if the record belongs to
///         another event; otherwise as atf_thread_reader_get_detail.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_reader_get_detail_for(
    reader: *const AtfThreadReader,
    event: *const IndexEvent,
    record: *mut AtfDetail,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a record, or NULL.
        let to = unsafe { pointer::output(record, "record") }?;
        // SAFETY: the header asks for an event, or NULL. Its alignment is 1.
        let event = unsafe { pointer::input(event, "event") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let thread = unsafe { thread_of(reader) }?;
        let record = thread.get_detail_for(event)?.ok_or_else(|| {
            let expected = format!("a detail record in {}", thread.dir().display());
            let found = match DetailSeq::from_field(event.detail_seq.get()) {
                Some(seq) => format!("none at detail_seq {seq}"),
                None => "an event without one".to_owned(),
            };
            Failure::absent("event", expected, found)
        })?;
        to.set(AtfDetail::new(&record));
        Ok(())
    })
}

/// Finds the event of a detail record of this thread.
///
/// @param reader The reader.
/// @param record The record, as a reader gave it; only its header is read.
/// @param event Receives the event. Set only on success.
/// @return 0; -ENOENT if the index does not have it; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_reader_get_index_for(
    reader: *const AtfThreadReader,
    record: *const AtfDetail,
    event: *mut IndexEvent,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for an event, or NULL. Its alignment is 1.
        let to = unsafe { pointer::output(event, "event") }?;
        // SAFETY: the header asks for a record, or NULL.
        let record = unsafe { pointer::input(record, "record") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let thread = unsafe { thread_of(reader) }?;
        to.set(*event_at(thread.index(), record.header.index_seq.get())?);
        Ok(())
    })
}
