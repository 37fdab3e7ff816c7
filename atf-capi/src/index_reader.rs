//! A reader of one index.atf.

use std::ffi::{c_char, c_int};

use atf_runtime::format::{AtfIndexFooter, AtfIndexHeader, IndexEvent};
use atf_runtime::{IndexReader, IndexSeq};

use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::shared::Shared;

/// Reads one index.atf over a memory map: finalized, never finalized, or torn by a crash.
///
/// What holds for all readers (AtfIndexReader, AtfDetailReader, AtfThreadReader, AtfSessionReader):
///
/// - Several threads may use one at the same time; only closing it is for one of them, after the others.
/// - Whoever gets a handle closes it, in any order: the reader of a thread that a session gave, or a merge,
///   goes on when the session is closed. Files stay mapped until the last handle that needs them is closed.
/// - Pointers into a file that a call gave are valid until the handle that was passed to it is closed.
/// - A file must not be truncated while it is mapped: reading behind its new end is SIGBUS. A recording that
///   appends to it may go on, and shows when the file is opened again.
pub struct AtfIndexReader(Shared<IndexReader>);

/// All events of an index.atf, where they lie in the map. See atf_index_view_at.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfIndexView {
    /// The first event; NULL when there is none.
    pub first: *const IndexEvent,
    /// Bytes from one event to the next: sizeof(IndexEvent), or more in a file of a later revision.
    pub stride: usize,
    /// Number of events.
    pub count: u32,
}

impl AtfIndexReader {
    pub(crate) fn new(index: Shared<IndexReader>) -> Self {
        Self(index)
    }

    pub(crate) fn index(&self) -> &IndexReader {
        self.0.get()
    }
}

/// # Safety
///
/// As [`pointer::input`].
#[inline]
unsafe fn index_of<'a>(reader: *const AtfIndexReader) -> Result<&'a IndexReader> {
    // SAFETY: the caller's.
    Ok(unsafe { pointer::input(reader, "reader") }?.index())
}

/// Opens an index.atf in any state in which its header can be believed. Costs a map and a look at both ends of
/// the file, whatever its length.
///
/// @param path The file.
/// @param reader Where the new reader goes, to be given to atf_index_reader_close. Not touched on failure.
/// @return 0; -ENOENT when there is no such file; -EBADMSG when its header is damaged or too short; -EINVAL;
///         another negative errno of the system's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_open(
    path: *const c_char,
    reader: *mut *mut AtfIndexReader,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(reader, "reader") }?;
        // SAFETY: the header asks for a string, or NULL.
        let path = unsafe { pointer::path(path, "path") }?;
        pointer::give(to, AtfIndexReader(Shared::new(IndexReader::open(path)?)));
        Ok(())
    })
}

/// Closes a reader. Pointers into its file that were got through it are not valid any more. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_close(reader: *mut AtfIndexReader) {
    // SAFETY: the header asks for a reader that is closed once, or NULL.
    unsafe { close(reader) }
}

/// Number of events. Their sequences are 0 to one less.
///
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_count(reader: *const AtfIndexReader) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.extent().count), |count| count, |_| 0)
}

/// Thread of the file, as its header says.
///
/// @return The thread; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_thread_id(reader: *const AtfIndexReader) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.thread_id()), |id| id, |_| 0)
}

/// Whether the file has the footer that ends a finalized one. One that was killed or torn has none, and is read as
/// far as its events are whole.
///
/// @return The answer; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_is_finalized(reader: *const AtfIndexReader) -> bool {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.extent().footer.is_whole()), |is| is, |_| false)
}

/// Whether the header says that there is a detail.atf beside the file.
///
/// @return The answer; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_has_detail(reader: *const AtfIndexReader) -> bool {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.has_detail()), |has| has, |_| false)
}

/// Copies the header as it stands in the file. Where it disagrees with the footer, the footer is right:
/// atf_index_reader_count and atf_index_reader_time_range know.
///
/// @param header Where it goes. Not touched on failure.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_header(
    reader: *const AtfIndexReader,
    header: *mut AtfIndexHeader,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a header, or NULL.
        let to = unsafe { pointer::output(header, "header") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        to.set(*unsafe { index_of(reader) }?.header());
        Ok(())
    })
}

/// Copies the footer at the end of the events, also a damaged one.
///
/// @param footer Where it goes. Not touched on failure.
/// @return 0; -ENOENT when there is none; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_footer(
    reader: *const AtfIndexReader,
    footer: *mut AtfIndexFooter,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a footer, or NULL.
        let to = unsafe { pointer::output(footer, "footer") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let index = unsafe { index_of(reader) }?;
        let footer = index.footer().ok_or_else(|| {
            Failure::absent("reader", "a file with a footer", index.path().display())
        })?;
        to.set(*footer);
        Ok(())
    })
}

/// Copies the event at a sequence. Takes the same time wherever it is.
///
/// @param seq Less than atf_index_reader_count.
/// @param event Where it goes. Not touched on failure.
/// @return 0; -ENOENT when there are no more than `seq` events; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_get(
    reader: *const AtfIndexReader,
    seq: u32,
    event: *mut IndexEvent,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for an event, or NULL. Its alignment is 1.
        let to = unsafe { pointer::output(event, "event") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let index = unsafe { index_of(reader) }?;
        to.set(*event_at(index, seq)?);
        Ok(())
    })
}

/// The event at `seq`, which C asked for.
pub(crate) fn event_at(index: &IndexReader, seq: u32) -> Result<&IndexEvent> {
    index.get(IndexSeq(seq)).ok_or_else(|| absent(index, seq))
}

#[cold]
fn absent(index: &IndexReader, seq: u32) -> Failure {
    let expected = format!("less than {} (events of {})", index.len(), index.path().display());
    Failure::absent("seq", expected, seq)
}

/// Gives all events where they lie, without a copy: `for (i = 0; i < view.count; i++) atf_index_view_at(&view, i)`.
///
/// @param view Where it goes; valid until the reader is closed. Not touched on failure.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_view(
    reader: *const AtfIndexReader,
    view: *mut AtfIndexView,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a view, or NULL.
        let to = unsafe { pointer::output(view, "view") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let index = unsafe { index_of(reader) }?;
        let (bytes, stride) = index.events_in_memory();
        let first = if index.is_empty() { std::ptr::null() } else { bytes.as_ptr().cast() };
        to.set(AtfIndexView { first, stride, count: index.extent().count });
        Ok(())
    })
}

/// Timestamps of the first and the last event, in ns, whatever header and footer say.
///
/// @param start_ns Where that of the first goes. Not touched on failure.
/// @param end_ns Where that of the last goes. Not touched on failure.
/// @return 0; -ENOENT when there is no event; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_time_range(
    reader: *const AtfIndexReader,
    start_ns: *mut u64,
    end_ns: *mut u64,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for places for numbers, or NULL.
        let start = unsafe { pointer::output(start_ns, "start_ns") }?;
        // SAFETY: the same.
        let end = unsafe { pointer::output(end_ns, "end_ns") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let index = unsafe { index_of(reader) }?;
        let no_event = || Failure::absent("reader", "a file with events", index.path().display());
        let (first, last) = index.time_range().ok_or_else(no_event)?;
        start.set(first);
        end.set(last);
        Ok(())
    })
}

/// Sequence of the first event at or after a time, by binary search.
///
/// On a thread whose clock went backwards it is *a* place where an earlier event is followed by one that is not;
/// atf_merge_open misses no event there.
///
/// @return The sequence; atf_index_reader_count when all events are earlier; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_find_start(
    reader: *const AtfIndexReader,
    from_ns: u64,
) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.find_start(from_ns) as u32), |seq| seq, |_| 0)
}

/// Sequence behind the last event before a time: as atf_index_reader_find_start.
///
/// @return The sequence; 0 when no event is earlier, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_find_end(
    reader: *const AtfIndexReader,
    to_ns: u64,
) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.find_end(to_ns) as u32), |seq| seq, |_| 0)
}

/// The events from a time to another one, by binary search: see atf_index_reader_find_start.
///
/// @param from_ns Events at this time are among them.
/// @param to_ns Events at this time are not.
/// @param first Where the sequence of the first goes. Not touched on failure.
/// @param count Where their number goes: 0 where the range is empty. Not touched on failure.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_range(
    reader: *const AtfIndexReader,
    from_ns: u64,
    to_ns: u64,
    first: *mut u32,
    count: *mut u32,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for places for numbers, or NULL.
        let to_first = unsafe { pointer::output(first, "first") }?;
        // SAFETY: the same.
        let to_count = unsafe { pointer::output(count, "count") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let index = unsafe { index_of(reader) }?;
        to_first.set(index.find_start(from_ns) as u32);
        to_count.set(index.range(from_ns..to_ns).len() as u32);
        Ok(())
    })
}
