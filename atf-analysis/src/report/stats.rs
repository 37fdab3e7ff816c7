//! What is known of the calls of a group: of a function, a thread or a module.

use super::distribution::Distribution;
use crate::call::Call;

/// Sums over the calls of a group. They cannot overflow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stats {
    pub(crate) calls: u64,
    pub(crate) total_ns: u128,
    pub(crate) self_ns: u128,
    pub(crate) orphan_returns: u64,
    /// Calls that finished, and the sum of their durations.
    pub(crate) finished: u64,
    finished_ns: u128,
    min_ns: u64,
    max_ns: u64,
    durations: Distribution,
}

/// Durations of the finished calls of a group, in ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Times {
    pub(crate) min_ns: u64,
    pub(crate) avg_ns: u64,
    pub(crate) max_ns: u64,
    pub(crate) percentiles_ns: [u64; 3],
    pub(crate) is_exact: bool,
}

impl Stats {
    /// Adds a call. `is_outermost`: no other call of the group encloses it.
    #[inline]
    pub(crate) fn add(&mut self, call: &Call, is_outermost: bool) {
        self.calls += 1;
        self.self_ns += u128::from(call.self_ns);
        if is_outermost {
            self.total_ns += u128::from(call.duration_ns);
        }
        if call.is_finished() {
            let is_first = self.finished == 0;
            self.finished += 1;
            self.finished_ns += u128::from(call.duration_ns);
            self.max_ns = self.max_ns.max(call.duration_ns);
            self.min_ns =
                if is_first { call.duration_ns } else { self.min_ns.min(call.duration_ns) };
            self.durations.add(call.duration_ns);
        }
    }

    /// Adds those of the same group, of other threads.
    pub(crate) fn add_all(&mut self, other: Self) {
        self.calls += other.calls;
        self.total_ns += other.total_ns;
        self.self_ns += other.self_ns;
        self.orphan_returns += other.orphan_returns;
        if other.finished > 0 {
            let is_first = self.finished == 0;
            self.finished += other.finished;
            self.finished_ns += other.finished_ns;
            self.max_ns = self.max_ns.max(other.max_ns);
            self.min_ns = if is_first { other.min_ns } else { self.min_ns.min(other.min_ns) };
            self.durations.add_all(other.durations);
        }
    }

    /// `None` if no call finished.
    pub(crate) fn times(&mut self) -> Option<Times> {
        let percentiles_ns = self.durations.percentiles([50, 90, 99])?;
        Some(Times {
            min_ns: self.min_ns,
            // No more than the longest.
            avg_ns: (self.finished_ns / u128::from(self.finished)) as u64,
            max_ns: self.max_ns,
            percentiles_ns,
            is_exact: self.durations.is_exact(),
        })
    }
}

/// A sum as it is shown.
pub(crate) fn saturated(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}
