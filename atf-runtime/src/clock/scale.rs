//! From ticks of a counter to ns: a line through two anchors, in integers.

use crate::manifest::ClockAnchor;

/// Fractional bits of ns per tick: rounding costs less than a ns in a year, and the product
/// with a u64 fits a u128.
const SHIFT: u32 = 56;
/// Counters tick at 100 MHz to 10 GHz. At another rate it is not such a counter, or was misread.
const NS_PER_TICK: std::ops::RangeInclusive<u128> = (1 << SHIFT) / 10..=10 << SHIFT;

/// The line through two anchors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    anchors: [ClockAnchor; 2],
    /// ns per tick, with [`SHIFT`] fractional bits.
    multiplier: u64,
}

impl Scale {
    /// The line from `first` through `second`; `None` if they do not increase, or not at the rate of a counter.
    pub(super) fn through(first: ClockAnchor, second: ClockAnchor) -> Option<Self> {
        let ticks = u128::from(second.counter.checked_sub(first.counter)?);
        let ns = u128::from(second.time_ns.checked_sub(first.time_ns)?);
        let multiplier = ((ns << SHIFT) + ticks / 2).checked_div(ticks)?;
        let multiplier = Some(multiplier).filter(|it| NS_PER_TICK.contains(it))?;
        Some(Self { anchors: [first, second], multiplier: multiplier.try_into().ok()? })
    }

    /// The time of a reading of the counter; before the second anchor, that of the anchor. Never
    /// decreases when `counter` does not.
    #[inline]
    pub(super) fn time_ns(&self, counter: u64) -> u64 {
        let [_, origin] = self.anchors;
        // Other cores may be some ticks behind the one that took the anchor.
        let ticks = counter.saturating_sub(origin.counter);
        let ns = (u128::from(ticks) * u128::from(self.multiplier)) >> SHIFT;
        origin.time_ns.saturating_add(u64::try_from(ns).unwrap_or(u64::MAX))
    }

    pub(super) const fn anchors(&self) -> &[ClockAnchor] {
        &self.anchors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn anchor(counter: u64, time_ns: u64) -> ClockAnchor {
        ClockAnchor { counter, time_ns }
    }

    #[test]
    fn times_lie_on_the_line_through_both_anchors() {
        // 4 GHz: a quarter of a ns per tick.
        let scale = Scale::through(anchor(1_000, 500), anchor(41_000, 10_500)).unwrap();
        for (counter, time_ns) in [
            (0, 10_500),
            (40_999, 10_500),
            (41_000, 10_500),
            (41_003, 10_500),
            (41_004, 10_501),
            (81_000, 20_500),
        ] {
            assert_eq!(scale.time_ns(counter), time_ns, "{counter}");
        }
        assert_eq!(scale.anchors(), [anchor(1_000, 500), anchor(41_000, 10_500)]);
    }

    // A year of ticks at 2.1 GHz: the fixed point costs less than a ns.
    #[test]
    fn a_year_later_the_scale_is_still_exact() {
        const SECOND: u64 = 1_000_000_000;
        let scale = Scale::through(anchor(0, 0), anchor(21 * SECOND, 10 * SECOND)).unwrap();
        let seconds = 365 * 24 * 3600;
        let found = scale.time_ns(21 * SECOND + seconds * 2_100_000_000);
        assert!(found.abs_diff((10 + seconds) * SECOND) <= 1, "{found}");
    }

    #[test]
    fn no_counter_overflows_it() {
        let scale = Scale::through(anchor(0, 0), anchor(10, 100)).unwrap();
        assert_eq!(scale.time_ns(u64::MAX), u64::MAX);
        let late = Scale::through(anchor(0, u64::MAX - 20), anchor(10, u64::MAX)).unwrap();
        assert_eq!(late.time_ns(11), u64::MAX);
        let longest = Scale::through(anchor(0, 0), anchor(u64::MAX, u64::MAX)).unwrap();
        assert_eq!(longest.time_ns(u64::MAX), u64::MAX);
    }

    #[test]
    fn anchors_that_are_none_of_a_counter_give_no_scale() {
        for (first, second) in [
            (anchor(5, 5), anchor(5, 6)),
            (anchor(5, 5), anchor(4, 6)),
            (anchor(5, 5), anchor(6, 4)),
            (anchor(5, 5), anchor(6, 5)),
            // 99 MHz and 10.1 GHz.
            (anchor(0, 0), anchor(99, 1_000)),
            (anchor(0, 0), anchor(10_100, 1_000)),
            (anchor(0, 0), anchor(1, u64::MAX)),
        ] {
            assert_eq!(Scale::through(first, second), None, "{first:?} {second:?}");
        }
    }
}
