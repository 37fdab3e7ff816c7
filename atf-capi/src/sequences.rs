//! The sequences of one thread, for a tracer that writes its two files by itself.

use std::ffi::c_int;

use atf_runtime::ThreadCounters;

use crate::event::AtfSequences;
use crate::guard::guard;
use crate::pointer;

/// Hands out the sequences of one thread, which alone uses it. A plain value: to begin, zero it and
/// set thread_id.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfThreadCounters {
    /// The traced thread.
    pub thread_id: u32,
    /// The next event's position in index.atf: as many were reserved so far.
    pub index_count: u32,
    /// The next record's position in detail.atf: as many were reserved so far.
    pub detail_count: u32,
}

/// Reserves the sequences of the next event.
///
/// @param with_detail Whether it has a detail record.
/// @param sequences Where they go. Not touched on failure.
/// @return 0; -EOVERFLOW when a lane has used up its 4294967295 sequences: then none is reserved in the
///         other lane either; -EINVAL for NULL.
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
