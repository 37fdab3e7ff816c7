//! The events of a session's threads, in timestamp order.

use std::ffi::c_int;

use atf_runtime::format::IndexEvent;
use atf_runtime::session::SessionReader;
use atf_runtime::{IndexReader, Merge, MergedEvent};

use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::session_reader::{AtfSessionReader, no_thread};
use crate::shared::Shared;

/// Gives the events of several threads in timestamp order. For one thread at a time.
///
/// Events with the same time are ordered by thread and sequence. Within a thread the order of the file is kept,
/// also where its clock goes backwards: the sort key is (running maximum of the thread's timestamps, thread,
/// sequence). A merge needs about a kilobyte per thread, whatever the length of the files.
pub struct AtfMerge {
    // Dropped before what it reads.
    merge: Merge<'static>,
    _session: Shared<SessionReader>,
}

/// An event and its origin.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfMergedEvent {
    /// The thread's id in the session. In a damaged file, `event.thread_id` may differ.
    pub thread_id: u32,
    /// Position of the event in its thread's index.atf, counted from 0.
    pub seq: u32,
    /// A copy of the event.
    pub event: IndexEvent,
}

impl AtfMergedEvent {
    #[inline]
    fn new(found: &MergedEvent<'_>) -> Self {
        Self { thread_id: found.thread_id, seq: found.seq.0, event: *found.event }
    }
}

/// Starts a merge of a session's events.
///
/// Without a range it reads nothing before the first event is asked for. With a range it first reads each thread's
/// events once per session, to see whether the thread's clock ever went backwards. For such a thread every range
/// costs another pass, and no event of the range is missed.
///
/// @param session The session; it may be closed before the merge.
/// @param from_ns Start of the range in ns, inclusive; 0 for no limit.
/// @param to_ns End of the range in ns, exclusive; UINT64_MAX for no limit, and then an event at UINT64_MAX is
///        included.
/// @param threads `thread_count` ids of threads, each once; NULL for all readable threads.
/// @param thread_count Number of ids. 0 gives no event, unless `threads` is NULL.
/// @param merge Receives the merge, for atf_merge_close. Set only on success.
/// @return 0; -ENOENT if the session has no such thread; -EBADMSG or another negative errno if the index.atf of one
///         of them could not be opened; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_merge_open(
    session: *const AtfSessionReader,
    from_ns: u64,
    to_ns: u64,
    threads: *const u32,
    thread_count: usize,
    merge: *mut *mut AtfMerge,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(merge, "merge") }?;
        // SAFETY: the header asks for a session that is not closed, or NULL.
        let session = unsafe { pointer::input(session, "session") }?.session().clone();
        // SAFETY: the header asks for so many ids, or NULL.
        let wanted = unsafe { pointer::slice(threads, thread_count, "threads") }?;
        // SAFETY: the merge is dropped before the session that it keeps, and gives out copies.
        let readers: &'static SessionReader = unsafe { session.lend() };
        let merge =
            if threads.is_null() { readers.merged() } else { Merge::new(chosen(readers, wanted)?) };
        let merge = match (from_ns, to_ns) {
            (0, u64::MAX) => merge,
            (from_ns, u64::MAX) => merge.within(from_ns..),
            (from_ns, to_ns) => merge.within(from_ns..to_ns),
        };
        pointer::give(to, AtfMerge { merge, _session: session });
        Ok(())
    })
}

/// The readers of the threads that C named.
fn chosen<'a>(session: &'a SessionReader, wanted: &[u32]) -> Result<Vec<(u32, &'a IndexReader)>> {
    let mut ids = wanted.to_vec();
    ids.sort_unstable();
    if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Failure::argument(
            "threads",
            "each thread once",
            format!("{} twice", twice[0]),
        ));
    }
    let reader = |id: u32| {
        let thread = session.thread(id).ok_or_else(|| no_thread(session, id))?;
        Ok((id, thread.reader.as_ref()?.index()))
    };
    ids.into_iter().map(reader).collect()
}

/// Number of events that are left.
///
/// @param merge The merge.
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_merge_remaining(merge: *const AtfMerge) -> u64 {
    // SAFETY: the header asks for a merge that is not closed, or NULL.
    let remaining = || Ok(unsafe { pointer::input(merge, "merge") }?.merge.len() as u64);
    guard_or(remaining, |count| count, |_| 0)
}

/// Gives the next event.
///
/// @param merge The merge.
/// @param event Receives the event. Set only if the result is 1.
/// @return 1: an event; 0: no more events; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_merge_next(merge: *mut AtfMerge, event: *mut AtfMergedEvent) -> c_int {
    guard_or(
        || {
            // SAFETY: the header asks for a place for an event, or NULL.
            let to = unsafe { pointer::output(event, "event") }?;
            // SAFETY: the header asks for a merge that is not closed, or NULL.
            let merge = unsafe { pointer::handle(merge, "merge") }?;
            let Some(found) = merge.merge.next() else { return Ok(0) };
            to.set(AtfMergedEvent::new(&found));
            Ok(1)
        },
        |found| found,
        |failure| failure.code,
    )
}

/// Gives the next events, as many as fit. Faster than one at a time.
///
/// @param merge The merge.
/// @param events Room for `room` events.
/// @param room Number of events that fit, at least 1.
/// @param got Receives the number of events: less than `room` only at the end, and then 0. Set only on success.
/// @return 0; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_merge_next_batch(
    merge: *mut AtfMerge,
    events: *mut AtfMergedEvent,
    room: usize,
    got: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a number, or NULL.
        let to_got = unsafe { pointer::output(got, "got") }?;
        // SAFETY: the header asks for room for so many events, or NULL.
        let mut places = unsafe { pointer::places(events, room, "events") }?;
        // SAFETY: the header asks for a merge that is not closed, or NULL.
        let merge = unsafe { pointer::handle(merge, "merge") }?;
        while !places.is_full()
            && let Some(found) = merge.merge.next()
        {
            places.push(AtfMergedEvent::new(&found));
        }
        to_got.set(places.len());
        Ok(())
    })
}

/// Frees a merge. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_merge_close(merge: *mut AtfMerge) {
    // SAFETY: the header asks for a merge that is closed once, or NULL.
    unsafe { close(merge) }
}
