//! The sequences of one thread, for a tracer that writes both files itself.

use std::ffi::c_int;

use atf_runtime::ThreadCounters;

use crate::event::AtfSequences;
use crate::guard::guard;
use crate::pointer;

/// The counters of one thread's sequences. For one thread at a time. A plain value: to begin, zero it and set
/// `thread_id`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfThreadCounters {
    /// The traced thread.
    pub thread_id: u32,
    /// How many index sequences were reserved: the next event's position in index.atf.
    pub index_count: u32,
    /// How many detail sequences were reserved: the next record's position in detail.atf.
    pub detail_count: u32,
}

/// Reserves the sequences of the next event.
///
/// @param counters The thread's counters.
/// @param with_detail Whether the event has a detail record.
/// @param sequences Receives the sequences. Set only on success.
/// @return 0; -EOVERFLOW if a lane has used all its 4294967295 sequences, and then no sequence of the other lane is
///         reserved either; -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_reserve_sequences(
    counters: *mut AtfThreadCounters,
    with_detail: bool,
    sequences: *mut AtfSequences,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for counters that nobody else uses, or NULL.
        let counters = unsafe { pointer::handle(counters, "counters") }?;
        // SAFETY: the header asks for a place for the result, or NULL.
        let to = unsafe { pointer::output(sequences, "sequences") }?;
        let AtfThreadCounters { thread_id, index_count, detail_count } = *counters;
        let mut ours = ThreadCounters::starting_at(thread_id, index_count, detail_count);
        to.set(AtfSequences::new(&ours.reserve(with_detail)?));
        counters.index_count = ours.index_count();
        counters.detail_count = ours.detail_count();
        Ok(())
    })
}
