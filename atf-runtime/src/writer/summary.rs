//! What a finalized thread holds, for the manifest.

use crate::manifest::{RingCounts, ThreadEntry};

/// Counts and times of a finalized thread, as they go into the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ThreadSummary {
    /// Thread.
    pub thread_id: u32,
    /// Events in index.atf.
    pub events: u32,
    /// Records in detail.atf; `None` if there is no such file.
    pub details: Option<u32>,
    /// Timestamps of the first and the last event in ns; `None` without events.
    pub time_range: Option<(u64, u64)>,
    /// Recorded and dropped events; `None` unless the thread was recorded through a ring.
    pub counts: Option<RingCounts>,
}

impl ThreadSummary {
    /// The summary of a thread without events; its fields can be set.
    #[must_use]
    pub const fn new(thread_id: u32) -> Self {
        Self { thread_id, events: 0, details: None, time_range: None, counts: None }
    }
}

impl From<&ThreadSummary> for ThreadEntry {
    fn from(thread: &ThreadSummary) -> Self {
        Self {
            id: thread.thread_id,
            has_detail: thread.details.is_some(),
            time_range: thread.time_range,
            counts: thread.counts,
        }
    }
}
