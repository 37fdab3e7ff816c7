//! A reader of a thread's directory: both files and the links between them.

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

/// Reads a thread's directory: index.atf, and detail.atf if there is one. See AtfIndexReader for what holds for all
/// readers.
///
/// Where the recorder left the offsets of the detail records (detail.off), a record is found by them and nothing is
/// walked. They are confirmed: wrong ones cost time and give no other answers.
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

/// The detail lane, or why there is none to read.
fn detail_of(thread: &ThreadReader) -> Result<&DetailReader> {
    thread.detail()?.ok_or_else(|| {
        Failure::absent("reader", "a thread with a detail.atf", thread.dir().display())
    })
}

/// Opens the files of a thread. A detail.atf that cannot be opened does not hide the index: atf_thread_reader_detail
/// tells why.
///
/// @param dir The thread's directory.
/// @param reader Where the new reader goes, to be given to atf_thread_reader_close. Not touched on failure.
/// @return As atf_index_reader_open, of its index.atf.
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

/// Closes a reader. Pointers into its files that were got through it are not valid any more; readers that it gave go
/// on. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_reader_close(reader: *mut AtfThreadReader) {
    // SAFETY: the header asks for a reader that is closed once, or NULL.
    unsafe { close(reader) }
}

/// The thread, as the header of its index.atf says.
///
/// @return The thread; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_reader_thread_id(reader: *const AtfThreadReader) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { thread_of(reader) }?.thread_id()), |id| id, |_| 0)
}

/// A reader of the thread's events. The file is not opened again.
///
/// @param index Where it goes, to be given to atf_index_reader_close, before or after the thread's. Not touched on
///        failure.
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

/// A reader of the thread's detail records. The file is not opened again.
///
/// @param detail Where it goes, to be given to atf_detail_reader_close, before or after the thread's. Not touched on
///        failure.
/// @return 0; -ENOENT when the thread has no detail.atf; -EBADMSG or another negative errno when it could not be
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

/// The detail record at a sequence. With the offsets that a recorder leaves it steps over at most 63 records and never
/// walks all; without, see atf_detail_reader_get.
///
/// @param detail_seq As an event names it.
/// @param record Where it goes. Not touched on failure.
/// @return 0; -ENOENT when there is no such record, or no detail.atf; -EBADMSG when the file promises that record and
///         a damaged one lies before it, or detail.atf could not be opened; another negative errno when it could not
///         be; -EINVAL.
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

/// The detail record that an event of this thread links to, confirmed: the event must be the one that the record
/// names.
///
/// @param event The event, as a reader gave it.
/// @param record Where it goes. Not touched on failure.
/// @return 0; -ENOENT when the event links to none, or the record is not there (any more); -EBADMSG when the record
///         belongs to another event, and as atf_thread_reader_get_detail; -EINVAL.
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

/// The event that a detail record of this thread belongs to.
///
/// @param record The record, as a reader gave it; only its header is looked at.
/// @param event Where it goes. Not touched on failure.
/// @return 0; -ENOENT when the index does not hold it (any more); -EINVAL.
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
