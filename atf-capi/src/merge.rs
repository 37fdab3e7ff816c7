//! The events of a session's threads in the order of time.

use std::ffi::c_int;

use atf_runtime::format::IndexEvent;
use atf_runtime::session::SessionReader;
use atf_runtime::{IndexReader, Merge, MergedEvent};

use crate::failure::{Failure, Result};
use crate::guard::{close, guard, guard_or};
use crate::pointer;
use crate::session_reader::{AtfSessionReader, no_thread};
use crate::shared::Shared;

/// Gives the events of several threads in the order of time. For one thread at a time.
///
/// The order is that of (running maximum of the thread's timestamps, thread, sequence): time order, stable on ties, and
/// within a thread the order of the file also where its clock goes backwards. It needs about a kilobyte per thread,
/// whatever the length of the files.
pub struct AtfMerge {
    // Dropped before what it reads.
    merge: Merge<'static>,
    _session: Shared<SessionReader>,
}

/// An event and where it is from.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfMergedEvent {
    /// Thread, as the session names it, which a damaged event may contradict.
    pub thread_id: u32,
    /// Position of the event in its thread's index.atf.
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

/// Begins to merge the events of a session. Reads nothing before it is asked for the first event, unless a range is
/// given: then whether a thread's clock ever went backwards costs a pass over its events, once per session, and where it
/// did, so does each range. No event of the range is missed there.
///
/// @param session The session; it may be closed before the merge.
/// @param from_ns Events at this time and later; 0 for all.
/// @param to_ns Events before this time; UINT64_MAX for all, also those at that time.
/// @param threads Ids of the threads, each once, as the session names them; NULL for all that can be read.
/// @param thread_count Number of them. 0 is no thread, unless `threads` is NULL.
/// @param merge Where the new merge goes, to be given to atf_merge_close. Not touched on failure.
/// @return 0; -ENOENT when the session has no such thread; -EBADMSG or another negative errno when the index.atf of one
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
/// @return The number; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_merge_remaining(merge: *const AtfMerge) -> u64 {
    // SAFETY: the header asks for a merge that is not closed, or NULL.
    let remaining = || Ok(unsafe { pointer::input(merge, "merge") }?.merge.len() as u64);
    guard_or(remaining, |count| count, |_| 0)
}

/// The next event.
///
/// @param event Where it goes. Touched only for 1.
/// @return 1: an event; 0: there are no more; -EINVAL.
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

/// The next events, as many as there is room for: the fast way.
///
/// @param events Room for `room` events.
/// @param room Number of them, at least 1.
/// @param got Where their number goes: less than `room` only at the end, and 0 behind it. Not touched on failure.
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

/// Closes a merge. NULL is nothing to do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_merge_close(merge: *mut AtfMerge) {
    // SAFETY: the header asks for a merge that is closed once, or NULL.
    unsafe { close(merge) }
}
