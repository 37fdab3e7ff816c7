//! Clipping the times of calls to a time range.

use crate::selection::Selection;

/// A time range as calls are clipped to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clip {
    from_ns: u64,
    /// Exclusive, unless `is_open_ended`.
    to_ns: u64,
    is_open_ended: bool,
}

impl Clip {
    pub(crate) fn of(selection: &Selection) -> Self {
        Self {
            from_ns: selection.from_ns.unwrap_or(0),
            to_ns: selection.to_ns.unwrap_or(u64::MAX),
            is_open_ended: selection.to_ns.is_none(),
        }
    }

    /// The nearest time in the range, its end included.
    #[inline]
    pub(crate) fn clip(self, time_ns: u64) -> u64 {
        time_ns.max(self.from_ns).min(self.to_ns)
    }

    /// Whether a call with these two times overlaps the range. It includes both of its times.
    #[inline]
    pub(crate) fn overlaps(self, start_ns: u64, end_ns: u64) -> bool {
        let begins_before_end = start_ns < self.to_ns || self.is_open_ended;
        let is_empty = self.from_ns >= self.to_ns && !self.is_open_ended;
        begins_before_end && start_ns.max(end_ns) >= self.from_ns && !is_empty
    }

    /// Whether a call that begins then is cut at its start.
    #[inline]
    pub(crate) fn cuts_start(self, start_ns: u64) -> bool {
        start_ns < self.from_ns
    }

    /// Whether a call that ends then is cut at its end.
    #[inline]
    pub(crate) fn cuts_end(self, end_ns: u64) -> bool {
        end_ns > self.to_ns
    }
}
