//! The totals of a finalized thread, as C sees them.

use std::ffi::c_int;

use atf_runtime::ThreadSummary;

use crate::guard::guard;
use crate::sized::{self, Extensible};

/// The totals of a finalized thread. Fill it with atf_thread_summary_init first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AtfThreadSummary {
    /// Length of this struct, set by its init function.
    pub size: u32,
    /// The thread.
    pub thread_id: u32,
    /// Events in index.atf.
    pub events: u32,
    /// Records in detail.atf.
    pub details: u32,
    /// 1 if there is a detail.atf, otherwise 0.
    pub has_detail: u32,
    /// 1 if the thread was recorded through a ring, and so the last four members are set; otherwise 0.
    pub has_counts: u32,
    /// Time of the first event in ns; 0 without events.
    pub time_start_ns: u64,
    /// Time of the last event in ns; 0 without events.
    pub time_end_ns: u64,
    /// Events that the program pushed: `recorded + dropped_events`.
    pub emitted: u64,
    /// Of those, the events in index.atf; markers of lost events do not count.
    pub recorded: u64,
    /// Of those, the events that were dropped.
    pub dropped_events: u64,
    /// Events in index.atf whose detail record was dropped.
    pub dropped_details: u64,
}

// SAFETY: numbers, the size first.
unsafe impl Extensible for AtfThreadSummary {
    const NAME: &'static str = "AtfThreadSummary";
    const LEAST: usize = size_of::<Self>();
}

impl AtfThreadSummary {
    pub(crate) fn new(summary: &ThreadSummary) -> Self {
        let (time_start_ns, time_end_ns) = summary.time_range.unwrap_or_default();
        let counts = summary.counts.unwrap_or_default();
        Self {
            thread_id: summary.thread_id,
            events: summary.events,
            details: summary.details.unwrap_or(0),
            has_detail: summary.details.is_some().into(),
            has_counts: summary.counts.is_some().into(),
            time_start_ns,
            time_end_ns,
            emitted: counts.emitted,
            recorded: counts.recorded,
            dropped_events: counts.dropped_events,
            dropped_details: counts.dropped_details,
            ..sized::zeros()
        }
    }

    pub(crate) fn summary(&self) -> ThreadSummary {
        let mut summary = ThreadSummary::new(self.thread_id);
        summary.events = self.events;
        summary.details = (self.has_detail != 0).then_some(self.details);
        summary.time_range = (self.events > 0).then_some((self.time_start_ns, self.time_end_ns));
        summary.counts = (self.has_counts != 0).then_some(atf_runtime::manifest::RingCounts {
            emitted: self.emitted,
            recorded: self.recorded,
            dropped_events: self.dropped_events,
            dropped_details: self.dropped_details,
        });
        summary
    }
}

/// Initializes a summary: `atf_thread_summary_init(&summary, sizeof summary)`.
///
/// @param summary Receives zeros and its size.
/// @param size `sizeof *summary`.
/// @return 0; -EINVAL, also if this library does not know that size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_thread_summary_init(
    summary: *mut AtfThreadSummary,
    size: usize,
) -> c_int {
    // SAFETY: the header asks for a struct of that size, or NULL.
    guard(|| unsafe { sized::init_zeros(summary, size, "summary") })
}
