//! The reader of one detail.atf.

use std::ffi::{c_char, c_int};

use atf_runtime::format::{AtfDetailFooter, AtfDetailHeader};
use atf_runtime::reader::DetailIter;
use atf_runtime::{DetailReader, DetailSeq, IndexSeq};

use crate::detail::AtfDetail;
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::shared::Shared;

/// Reads one detail.atf over a memory map. See AtfIndexReader for what all readers have in common.
///
/// Opening does not scan the file. The first call that needs a record's sequence, or the number of records, reads
/// all records once. AtfThreadReader avoids that if there is a detail.off.
pub struct AtfDetailReader(Shared<DetailReader>);

/// Gives the records of a detail.atf one after the other. For one thread at a time.
pub struct AtfDetailIterator {
    // Dropped before what it reads.
    records: DetailIter<'static>,
    _reader: Shared<DetailReader>,
}

impl AtfDetailReader {
    pub(crate) fn new(detail: Shared<DetailReader>) -> Self {
        Self(detail)
    }
}

/// # Safety
///
/// As [`pointer::input`].
#[inline]
unsafe fn detail_of<'a>(reader: *const AtfDetailReader) -> Result<&'a DetailReader> {
    // SAFETY: the caller's.
    Ok(unsafe { pointer::input(reader, "reader") }?.0.get())
}

/// Opens a detail.atf, finalized or not. Its header must be intact.
///
/// @param path The file.
/// @param reader Receives the reader, for atf_detail_reader_close. Set only on success.
/// @return As atf_index_reader_open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_open(
    path: *const c_char,
    reader: *mut *mut AtfDetailReader,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(reader, "reader") }?;
        // SAFETY: the header asks for a string, or NULL.
        let path = unsafe { pointer::path(path, "path") }?;
        pointer::give(to, AtfDetailReader(Shared::new(DetailReader::open(path)?)));
        Ok(())
    })
}

/// Frees a reader. Pointers into the file that it gave become invalid. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_close(reader: *mut AtfDetailReader) {
    // SAFETY: the header asks for a reader that is closed once, or NULL.
    unsafe { close(reader) }
}

/// Number of complete records. The first call reads all records.
///
/// @param reader The reader.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_count(reader: *const AtfDetailReader) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL. No more than UINT32_MAX are counted.
    guard_or(|| Ok(unsafe { detail_of(reader) }?.len() as u32), |count| count, |_| 0)
}

/// The thread that the file's header names.
///
/// @param reader The reader.
/// @return The thread; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_thread_id(reader: *const AtfDetailReader) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { detail_of(reader) }?.thread_id()), |id| id, |_| 0)
}

/// Whether the file has a valid footer.
///
/// @param reader The reader.
/// @return The answer; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_is_finalized(reader: *const AtfDetailReader) -> bool {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { detail_of(reader) }?.is_finalized()), |is| is, |_| false)
}

/// Where the last complete record ends. The first call reads all records.
///
/// @param reader The reader.
/// @return Bytes from the start of the file; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_records_end(reader: *const AtfDetailReader) -> u64 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { detail_of(reader) }?.records_end()), |end| end, |_| 0)
}

/// Copies the header, byte for byte.
///
/// @param reader The reader.
/// @param header Receives the header. Set only on success.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_header(
    reader: *const AtfDetailReader,
    header: *mut AtfDetailHeader,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a header, or NULL.
        let to = unsafe { pointer::output(header, "header") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        to.set(*unsafe { detail_of(reader) }?.header());
        Ok(())
    })
}

/// Copies the footer, byte for byte, also a damaged one.
///
/// @param reader The reader.
/// @param footer Receives the footer. Set only on success.
/// @return 0; -ENOENT if there is none; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_footer(
    reader: *const AtfDetailReader,
    footer: *mut AtfDetailFooter,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a footer, or NULL.
        let to = unsafe { pointer::output(footer, "footer") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let detail = unsafe { detail_of(reader) }?;
        let footer = detail.footer().ok_or_else(|| {
            Failure::absent("reader", "a file with a footer", detail.path().display())
        })?;
        to.set(*footer);
        Ok(())
    })
}

/// Finds the record with a sequence. Reads at most 63 records before it; the first call reads all.
///
/// @param reader The reader.
/// @param seq The record's sequence, less than atf_detail_reader_count.
/// @param record Receives the record. Set only on success.
/// @return 0; -ENOENT if `seq` is too large; -EBADMSG if the file should have that record but a record before it is
///         damaged; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_get(
    reader: *const AtfDetailReader,
    seq: u32,
    record: *mut AtfDetail,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a record, or NULL.
        let to = unsafe { pointer::output(record, "record") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let detail = unsafe { detail_of(reader) }?;
        let record = detail.get(DetailSeq(seq))?.ok_or_else(|| absent(detail, seq))?;
        to.set(AtfDetail::new(&record));
        Ok(())
    })
}

#[cold]
pub(crate) fn absent(detail: &DetailReader, seq: u32) -> Failure {
    let expected = format!("less than {} (records of {})", detail.len(), detail.path().display());
    Failure::absent("seq", expected, seq)
}

/// Finds the record of an event, by binary search. The first call reads all records.
///
/// @param reader The reader.
/// @param index_seq The event's sequence in index.atf.
/// @param record Receives the record. Set only on success.
/// @return 0; -ENOENT if no record names that event; -EBADMSG if a damaged record ends the file before it; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_get_by_index_seq(
    reader: *const AtfDetailReader,
    index_seq: u32,
    record: *mut AtfDetail,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a record, or NULL.
        let to = unsafe { pointer::output(record, "record") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let detail = unsafe { detail_of(reader) }?;
        let record = detail.get_by_index_seq(IndexSeq(index_seq))?.ok_or_else(|| {
            let expected = format!("an event with a record in {}", detail.path().display());
            Failure::absent("index_seq", expected, index_seq)
        })?;
        to.set(AtfDetail::new(&record));
        Ok(())
    })
}

/// Starts an iteration at the first record.
///
/// @param reader The reader; it may be closed before the iterator.
/// @param iterator Receives the iterator, for atf_detail_iterator_close. Set only on success.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_iterate(
    reader: *const AtfDetailReader,
    iterator: *mut *mut AtfDetailIterator,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(iterator, "iterator") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let reader = unsafe { pointer::input(reader, "reader") }?.0.clone();
        // SAFETY: the iterator is dropped before the reader that it keeps, and gives out what it reads as pointers
        // that C may use as long as the iterator is open.
        let records = unsafe { reader.lend() }.iter();
        pointer::give(to, AtfDetailIterator { records, _reader: reader });
        Ok(())
    })
}

/// Gives the next record, in the order of the file. An incomplete record at the end of an unfinalized file is not
/// given.
///
/// @param iterator The iterator.
/// @param record Receives the record; its pointers are valid until the iterator is closed. Set only if the result
///        is 1.
/// @return 1: a record; 0: no more records; -EBADMSG: the next record is damaged, and no more follow; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_iterator_next(
    iterator: *mut AtfDetailIterator,
    record: *mut AtfDetail,
) -> c_int {
    guard_or(
        || {
            // SAFETY: the header asks for a place for a record, or NULL.
            let to = unsafe { pointer::output(record, "record") }?;
            // SAFETY: the header asks for an iterator that is not closed, or NULL.
            let iterator = unsafe { pointer::handle(iterator, "iterator") }?;
            let Some(record) = iterator.records.next().transpose()? else { return Ok(0) };
            to.set(AtfDetail::new(&record));
            Ok(1)
        },
        |found| found,
        |failure| failure.code,
    )
}

/// Frees an iterator. The records that it gave become invalid. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_iterator_close(iterator: *mut AtfDetailIterator) {
    // SAFETY: the header asks for an iterator that is closed once, or NULL.
    unsafe { close(iterator) }
}
