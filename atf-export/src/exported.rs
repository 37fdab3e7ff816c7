//! What an export wrote, and what its format could not hold.

use std::fmt;

use atf_analysis::Counts;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// Number of threads.
    pub threads: u64,
    /// Number of calls.
    pub calls: u64,
    /// What the format could not hold, or only differently.
    pub left_out: Vec<LeftOut>,
}

/// Something that a format cannot hold. Displays as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// Returns without a call.
    OrphanReturns(u64),
    /// Times that would have gone backwards on their thread, and are those of the event before.
    BackwardTimes(u64),
    /// Places where events were lost, which the format has no sign for, and how many events.
    Gaps {
        /// Number of places.
        places: u64,
        /// Number of events.
        events: u64,
    },
    /// How calls ended, where that was not a return: by an exception, unwound, unfinished, or among lost events.
    Endings(u64),
    /// When calls began: the format sums them.
    Times,
}

impl Exported {
    /// What an export of sums wrote, in a format that has no sign for lost events.
    #[must_use]
    pub fn of_sums(threads: u64, counts: &Counts) -> Self {
        let mut exported = Self { threads, calls: counts.calls, ..Self::default() };
        exported.leave_out(LeftOut::Times);
        exported.leave_out(LeftOut::OrphanReturns(counts.orphan_returns));
        exported.leave_out(LeftOut::Gaps { places: counts.markers, events: counts.lost_events });
        exported
    }

    /// Adds what was left out, if it is anything.
    pub(crate) fn leave_out(&mut self, what: LeftOut) {
        let is_any = match what {
            LeftOut::OrphanReturns(count)
            | LeftOut::BackwardTimes(count)
            | LeftOut::Endings(count) => count > 0,
            LeftOut::Gaps { places, .. } => places > 0,
            LeftOut::Times => true,
        };
        if is_any {
            self.left_out.push(what);
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::OrphanReturns(count) => {
                write!(f, "returns without a call: {count}, which are left out")
            }
            Self::BackwardTimes(count) => write!(
                f,
                "times that went backwards: {count}; the time of the event before stands for each"
            ),
            Self::Gaps { places, events } => write!(
                f,
                "places where events were lost: {places}, with {events} in all, which are not marked"
            ),
            Self::Endings(count) => write!(
                f,
                "calls that did not end by a return: {count}; the format does not say how they ended"
            ),
            Self::Times => f.write_str("the format holds sums: when each call began is left out"),
        }
    }
}
