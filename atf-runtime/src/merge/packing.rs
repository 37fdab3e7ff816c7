//! How a running maximum and its thread become one number: from times to keys.

/// `(running maximum - base) << shift | rank`. A distance that does not fit becomes the largest that does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packing {
    base: u64,
    is_set: bool,
    shift: u32,
    furthest: u64,
}

impl Packing {
    /// The packing for so many sources, a power of two.
    pub(super) fn new(sources: usize) -> Self {
        let shift = sources.trailing_zeros();
        // One less than what fits, so that no key equals that of a source without a key.
        Self { base: 0, is_set: false, shift, furthest: (u64::MAX >> shift) - 1 }
    }

    /// The same, counted from the time `base`.
    pub(super) fn based_at(self, base: u64) -> Self {
        Self { base, is_set: true, ..self }
    }

    /// Whether there is a base, and so are keys.
    pub(super) fn is_set(self) -> bool {
        self.is_set
    }

    /// The lowest key that only says "too far".
    pub(super) fn far(self) -> u64 {
        self.furthest << self.shift
    }

    /// The key of an event of the source `rank`, whose running maximum is not less than the base.
    #[inline]
    pub(super) fn key(self, max: u64, rank: usize) -> u64 {
        max.wrapping_sub(self.base).min(self.furthest) << self.shift | rank as u64
    }

    /// The last running maximum with which an event of the source `rank` comes before the key `bound`, which is at
    /// most [`far`](Self::far), if any event of it does.
    #[inline]
    pub(super) fn last_time_before(self, bound: u64, rank: usize) -> u64 {
        let wins_ties = (rank as u64) < bound & !(u64::MAX << self.shift);
        let distance = (bound >> self.shift) + u64::from(wins_ties);
        self.base.saturating_add(distance.saturating_sub(1))
    }
}
