//! A reader of one detail.atf.

use std::ffi::{c_char, c_int};

use atf_runtime::format::{AtfDetailFooter, AtfDetailHeader};
use atf_runtime::reader::DetailIter;
use atf_runtime::{DetailReader, DetailSeq, IndexSeq};

use crate::detail::AtfDetail;
use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::shared::Shared;

/// Reads one detail.atf over a memory map: see AtfIndexReader.
///
/// Opening does not scan. The first call that asks for a record by its sequence, or for their number, walks all
/// records once; AtfThreadReader does without where the recorder left their offsets.
pub struct AtfDetailReader(Shared<DetailReader>);

/// The records of a detail.atf, one after the other. For one thread at a time.
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

/// Opens a detail.atf in any state in which its header can be believed.
///
/// @param path The file.
/// @param reader Where the new reader goes, to be given to atf_detail_reader_close. Not touched on failure.
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

/// Closes a reader. Pointers into its file that were got through it are not valid any more. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_close(reader: *mut AtfDetailReader) {
    // SAFETY: the header asks for a reader that is closed once, or NULL.
    unsafe { close(reader) }
}

/// Number of whole records. The first call walks them.
///
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_count(reader: *const AtfDetailReader) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL. No more than UINT32_MAX are counted.
    guard_or(|| Ok(unsafe { detail_of(reader) }?.len() as u32), |count| count, |_| 0)
}

/// Thread of the file, as its header says.
///
/// @return The thread; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_thread_id(reader: *const AtfDetailReader) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { detail_of(reader) }?.thread_id()), |id| id, |_| 0)
}

/// Whether the file has the footer that ends a finalized one.
///
/// @return The answer; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_is_finalized(reader: *const AtfDetailReader) -> bool {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { detail_of(reader) }?.is_finalized()), |is| is, |_| false)
}

/// Where the whole records end: the byte behind the last one. The first call walks them.
///
/// @return Bytes from the start of the file; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_reader_whole_end(reader: *const AtfDetailReader) -> u64 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { detail_of(reader) }?.whole_end()), |end| end, |_| 0)
}

/// Copies the header as it stands in the file.
///
/// @param header Where it goes. Not touched on failure.
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

/// Copies the footer at the end of the records, also a damaged one.
///
/// @param footer Where it goes. Not touched on failure.
/// @return 0; -ENOENT when there is none; -EINVAL.
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

/// The record at a sequence. Steps over at most 63 records; the first call walks all.
///
/// @param seq Less than atf_detail_reader_count.
/// @param record Where it goes. Not touched on failure.
/// @return 0; -ENOENT when there are no more than `seq` records; -EBADMSG when the file promises that record and a
///         damaged one lies before it; -EINVAL.
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

/// The record that belongs to an event, by binary search; the first call walks all records.
///
/// @param index_seq The event's sequence in index.atf.
/// @param record Where it goes. Not touched on failure.
/// @return 0; -ENOENT when no record names that event; -EBADMSG when a damaged record ends the file before it;
///         -EINVAL.
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

/// Begins with the first record. Nothing is walked before it is asked for.
///
/// @param iterator Where the new iterator goes, to be given to atf_detail_iterator_close. It does not need the reader
///        to stay open. Not touched on failure.
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

/// The next record, in the order of the file. The torn end of a file that was never finalized is its end.
///
/// @param record Where it goes; its pointers are valid until the iterator is closed. Touched only for 1.
/// @return 1: a record; 0: there are no more; -EBADMSG: the next one is damaged, and there will be no more; -EINVAL.
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

/// Closes an iterator. The records that it gave are not valid any more. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_detail_iterator_close(iterator: *mut AtfDetailIterator) {
    // SAFETY: the header asks for an iterator that is closed once, or NULL.
    unsafe { close(iterator) }
}
