//! What is known of the calls of a group: of a function, a thread or a module.

use super::distribution::{Distribution, Sums};
use crate::call::Call;

/// Sums over the calls of a group. They cannot overflow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stats {
    pub(crate) calls: u64,
    pub(crate) total_ns: u128,
    pub(crate) self_ns: u128,
    pub(crate) orphan_returns: u64,
    /// Durations of finished calls.
    durations: Distribution,
}

/// Durations of the finished calls of a group, in ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Times {
    pub(crate) finished: u64,
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
            self.durations.add(call.duration_ns);
        }
    }

    /// Adds those of the same group, of other threads.
    pub(crate) fn add_all(&mut self, other: Self) {
        self.calls += other.calls;
        self.total_ns += other.total_ns;
        self.self_ns += other.self_ns;
        self.orphan_returns += other.orphan_returns;
        self.durations.add_all(other.durations);
    }

    /// `None` if no call finished.
    pub(crate) fn times(&mut self) -> Option<Times> {
        let percentiles_ns = self.durations.percentiles([50, 90, 99])?;
        let Sums { count, sum_ns, min_ns, max_ns } = self.durations.sums();
        Some(Times {
            finished: count,
            min_ns,
            // No more than the longest.
            avg_ns: (sum_ns / u128::from(count)) as u64,
            max_ns,
            percentiles_ns,
            is_exact: self.durations.is_exact(),
        })
    }
}

/// A sum as it is shown.
pub(crate) fn saturated(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}
