//! The reader of one index.atf.

use std::ffi::{c_char, c_int};

use atf_runtime::format::{AtfIndexFooter, AtfIndexHeader, IndexEvent};
use atf_runtime::{IndexReader, IndexSeq};

use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::shared::Shared;

/// Reads one index.atf over a memory map: finalized, unfinalized or truncated.
///
/// Common to all readers (AtfIndexReader, AtfDetailReader, AtfThreadReader, AtfSessionReader):
///
/// - Several threads may use one at once. One of them closes it, when no other uses it any more.
/// - Every handle must be closed; the order does not matter. The reader of a thread, or a merge, still works after
///   the session that it came from was closed. Files stay mapped until the last handle that needs them is closed.
/// - Pointers into a file are valid until the handle that gave them is closed.
/// - A mapped file must not be truncated: reading beyond its new end raises SIGBUS. It may grow; open it again to
///   see the new events.
pub struct AtfIndexReader(Shared<IndexReader>);

/// All events of an index.atf, in the mapped file: see atf_index_view_at.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfIndexView {
    /// The first event; NULL if there is none.
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

/// Opens an index.atf, finalized or not. Its header must be intact. Maps the file and reads only its ends, whatever
/// its length.
///
/// @param path The file.
/// @param reader Receives the reader, for atf_index_reader_close. Set only on success.
/// @return 0; -ENOENT if there is no such file; -EBADMSG if its header is damaged or too short; -EINVAL; another
///         negative errno of the operating system.
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

/// Frees a reader. Pointers into the file that it gave become invalid. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_close(reader: *mut AtfIndexReader) {
    // SAFETY: the header asks for a reader that is closed once, or NULL.
    unsafe { close(reader) }
}

/// Number of events. Their sequences begin with 0.
///
/// @param reader The reader.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_count(reader: *const AtfIndexReader) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.extent().count), |count| count, |_| 0)
}

/// The thread that the file's header names.
///
/// @param reader The reader.
/// @return The thread; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_thread_id(reader: *const AtfIndexReader) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.thread_id()), |id| id, |_| 0)
}

/// Whether the file has a valid footer. Without one, all complete events are read.
///
/// @param reader The reader.
/// @return The answer; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_is_finalized(reader: *const AtfIndexReader) -> bool {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.extent().footer.is_complete()), |is| is, |_| false)
}

/// Whether the header says that there is a detail.atf beside the file.
///
/// @param reader The reader.
/// @return The answer; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_has_detail(reader: *const AtfIndexReader) -> bool {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.has_detail()), |has| has, |_| false)
}

/// Copies the header, byte for byte. If it disagrees with the footer, the footer is right; atf_index_reader_count
/// and atf_index_reader_time_range take care of that.
///
/// @param reader The reader.
/// @param header Receives the header. Set only on success.
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

/// Copies the footer, byte for byte, also a damaged one.
///
/// @param reader The reader.
/// @param footer Receives the footer. Set only on success.
/// @return 0; -ENOENT if there is none; -EINVAL.
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

/// Copies one event. O(1).
///
/// @param reader The reader.
/// @param seq The event's sequence, less than atf_index_reader_count.
/// @param event Receives the event. Set only on success.
/// @return 0; -ENOENT if `seq` is too large; -EINVAL.
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

/// Gives access to all events without a copy: `for (i = 0; i < view.count; i++) atf_index_view_at(&view, i)`.
///
/// @param reader The reader.
/// @param view Receives the view, valid until the reader is closed. Set only on success.
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

/// Timestamps of the first and the last event, from the events themselves.
///
/// @param reader The reader.
/// @param start_ns Receives that of the first event, in ns. Set only on success.
/// @param end_ns Receives that of the last event, in ns. Set only on success.
/// @return 0; -ENOENT if there is no event; -EINVAL.
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

/// Tells whether an event is a marker of lost events, and how many events were lost before the next one.
///
/// An event of kind ATF_EVENT_KIND_LOST is a marker only if its depth is 0, it has no detail record, and the next
/// event, if there is one, has its time. Otherwise it is of an unknown kind: other recorders use the number for other
/// things.
///
/// @param reader The reader.
/// @param seq The event's sequence.
/// @param lost Receives the number of lost events. Set only on success.
/// @return 0 if the event is a marker; -ENOENT if it is none, or if there is no such event; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_lost_events(
    reader: *const AtfIndexReader,
    seq: u32,
    lost: *mut u64,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a number, or NULL.
        let out = unsafe { pointer::output(lost, "lost") }?;
        // SAFETY: the header asks for a reader that is not closed, or NULL.
        let index = unsafe { index_of(reader) }?;
        let found = index.lost_events(IndexSeq(seq));
        out.set(found.ok_or_else(|| Failure::absent("seq", "a marker of lost events", seq))?);
        Ok(())
    })
}

/// Finds the first event at or after a time, by binary search.
///
/// If the thread's clock went backwards, the result is one of several places where an earlier event is followed by
/// one that is not. A merge with a range misses no event even then: see atf_merge_open.
///
/// @param reader The reader.
/// @param from_ns The time in ns.
/// @return The event's sequence; atf_index_reader_count if all events are earlier; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_find_start(
    reader: *const AtfIndexReader,
    from_ns: u64,
) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.find_start(from_ns) as u32), |seq| seq, |_| 0)
}

/// Finds the end of the events before a time, by binary search: see atf_index_reader_find_start.
///
/// @param reader The reader.
/// @param to_ns The time in ns.
/// @return One more than the sequence of the last event before it; 0 if no event is earlier, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_index_reader_find_end(
    reader: *const AtfIndexReader,
    to_ns: u64,
) -> u32 {
    // SAFETY: the header asks for a reader that is not closed, or NULL.
    guard_or(|| Ok(unsafe { index_of(reader) }?.find_end(to_ns) as u32), |seq| seq, |_| 0)
}

/// Finds the events of a time range, by binary search: see atf_index_reader_find_start.
///
/// @param reader The reader.
/// @param from_ns Start of the range in ns, inclusive.
/// @param to_ns End of the range in ns, exclusive.
/// @param first Receives the sequence of the first event. Set only on success.
/// @param count Receives the number of events; 0 if the range is empty. Set only on success.
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
