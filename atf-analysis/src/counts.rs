//! What was counted on the way: events, calls, and what did not match.

use crate::matching::DepthFrom;

/// Counts of a thread or of several. Sums stop at `u64::MAX`.
///
/// Under a selection, `calls`, `unfinished`, `unwound`, `ends_lost`, `with_gap` and `clamped` count the calls that are kept;
/// `orphan_returns` those of selected functions in the time range; the others what is in the time range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Counts {
    /// Events of any kind.
    pub events: u64,
    /// Calls.
    pub calls: u64,
    /// Returns and exceptions without a call.
    pub orphan_returns: u64,
    /// Calls that were open at the end of the trace.
    pub unfinished: u64,
    /// Calls that were left without an event of their own.
    pub unwound: u64,
    /// Calls whose end is among lost events.
    pub ends_lost: u64,
    /// Calls that span lost events.
    pub with_gap: u64,
    /// Calls whose duration or self time is 0 because the clock went backwards.
    pub clamped: u64,
    /// Markers of lost events.
    pub markers: u64,
    /// Events that were lost, as the markers say.
    pub lost_events: u64,
    /// Time from the last event before each marker to the marker, in ns.
    pub gap_ns: u64,
    /// Signals, and events of unknown kinds.
    pub skipped: u64,
}

/// What was counted of a thread, and how its depths were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ThreadCounts {
    /// The thread.
    pub thread_id: u32,
    /// How its depths were read.
    pub depth_from: DepthFrom,
    /// What was counted.
    pub counts: Counts,
}

impl Counts {
    /// The counts of several threads together.
    #[must_use]
    pub fn of_all(threads: &[ThreadCounts]) -> Self {
        let mut all = Self::default();
        threads.iter().for_each(|thread| all.add(&thread.counts));
        all
    }

    /// Adds the counts of others.
    pub fn add(&mut self, other: &Self) {
        let sum = |to: &mut u64, from: u64| *to = to.saturating_add(from);
        sum(&mut self.events, other.events);
        sum(&mut self.calls, other.calls);
        sum(&mut self.orphan_returns, other.orphan_returns);
        sum(&mut self.unfinished, other.unfinished);
        sum(&mut self.unwound, other.unwound);
        sum(&mut self.ends_lost, other.ends_lost);
        sum(&mut self.with_gap, other.with_gap);
        sum(&mut self.clamped, other.clamped);
        sum(&mut self.markers, other.markers);
        sum(&mut self.lost_events, other.lost_events);
        sum(&mut self.gap_ns, other.gap_ns);
        sum(&mut self.skipped, other.skipped);
    }
}
