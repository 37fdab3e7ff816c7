//! Which part of the events is printed.

use std::ops::Bound;

use atf_analysis::Selection;
use atf_runtime::Merge;

use crate::integer;

/// Which of the events that the filters keep are printed, and in which order.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Window {
    /// Leave out the first N events
    #[arg(long, value_name = "N", value_parser = integer::u64, default_value_t = 0)]
    offset: u64,
    /// Stop after N events, counted over all threads
    #[arg(long, value_name = "N", value_parser = integer::u64)]
    limit: Option<u64>,
    /// Print the threads one after another, each in the order of its file, not in timestamp order
    #[arg(long)]
    by_seq: bool,
}

impl Window {
    /// The first `limit` events.
    pub(super) fn first(limit: u64) -> Self {
        Self { offset: 0, limit: Some(limit), by_seq: false }
    }

    /// Whether the threads are printed one after another.
    pub(super) fn is_by_seq(self) -> bool {
        self.by_seq
    }

    /// How many events are left out before the first one.
    pub(super) fn offset(self) -> u64 {
        self.offset
    }

    /// The maximum number of events to print.
    pub(super) fn limit(self) -> u64 {
        self.limit.unwrap_or(u64::MAX)
    }
}

/// The events in the time range of a selection.
pub(super) fn in_range<'a>(events: Merge<'a>, selection: &Selection) -> Merge<'a> {
    if (selection.from_ns, selection.to_ns) == (None, None) {
        // `within` reads every event to find a range; without one that is not needed.
        return events;
    }
    let from = selection.from_ns.map_or(Bound::Unbounded, Bound::Included);
    let to = selection.to_ns.map_or(Bound::Unbounded, Bound::Excluded);
    events.within((from, to))
}
