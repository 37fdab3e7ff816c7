//! Durations of the finished calls of a function: exact while there are few, then a histogram.

use hdrhistogram::Histogram;

/// So many durations are kept one by one.
const MOST_EXACT: usize = 4096;
/// Digits that hdrhistogram keeps: the relative error is below 1 %.
const DIGITS: u8 = 2;

/// Durations in ns.
#[derive(Clone, Debug)]
pub(super) enum Distribution {
    /// All of them.
    Exact(Vec<u64>),
    /// How many fell into each of its buckets.
    Histogram(Box<Histogram<u64>>),
}

impl Default for Distribution {
    fn default() -> Self {
        Self::Exact(Vec::new())
    }
}

impl Distribution {
    #[inline]
    pub(super) fn add(&mut self, duration_ns: u64) {
        match self {
            Self::Exact(durations) if durations.len() < MOST_EXACT => durations.push(duration_ns),
            Self::Exact(_) => record(self.histogram(), duration_ns),
            Self::Histogram(histogram) => record(histogram, duration_ns),
        }
    }

    pub(super) fn add_all(&mut self, other: Self) {
        match (&mut *self, other) {
            (_, Self::Exact(durations)) => durations.into_iter().for_each(|it| self.add(it)),
            (Self::Histogram(into), Self::Histogram(from)) => {
                // It grows as far as is needed.
                let _ = into.add(&*from);
            }
            (Self::Exact(_), Self::Histogram(from)) => {
                let Self::Exact(durations) = std::mem::replace(self, Self::Histogram(from)) else {
                    unreachable!("matched above")
                };
                durations.into_iter().for_each(|it| self.add(it));
            }
        }
    }

    /// Whether all durations are kept.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self, Self::Exact(_))
    }

    /// For each of the percents, the smallest duration that so many percent of all are not longer than: the one at
    /// `ceil(percent / 100 * count) - 1` in ascending order. `None` if there are none.
    pub(super) fn percentiles<const N: usize>(&mut self, percents: [u64; N]) -> Option<[u64; N]> {
        match self {
            Self::Exact(durations) => {
                durations.sort_unstable();
                let rank = |percent| rank(percent, durations.len() as u64) as usize;
                (!durations.is_empty()).then(|| percents.map(|percent| durations[rank(percent)]))
            }
            Self::Histogram(histogram) => {
                let at = |percent| at(histogram, rank(percent, histogram.len()));
                (!histogram.is_empty()).then(|| percents.map(at))
            }
        }
    }

    fn histogram(&mut self) -> &mut Histogram<u64> {
        if let Self::Exact(durations) = self {
            let mut histogram = Histogram::new(DIGITS).expect("so few digits are possible");
            durations.iter().for_each(|&duration_ns| record(&mut histogram, duration_ns));
            *self = Self::Histogram(Box::new(histogram));
        }
        match self {
            Self::Histogram(histogram) => histogram,
            Self::Exact(_) => unreachable!("made one above"),
        }
    }
}

/// It grows as far as is needed.
#[inline]
fn record(histogram: &mut Histogram<u64>, duration_ns: u64) {
    if histogram.record(duration_ns).is_err() {
        histogram.saturating_record(duration_ns);
    }
}

fn rank(percent: u64, count: u64) -> u64 {
    let of_all = u128::from(percent) * u128::from(count);
    // At most the count.
    (of_all.div_ceil(100) as u64).saturating_sub(1)
}

/// The middle of the bucket that holds the duration at this rank.
fn at(histogram: &Histogram<u64>, rank: u64) -> u64 {
    let mut before = 0;
    for bucket in histogram.iter_recorded() {
        before += bucket.count_since_last_iteration();
        if before > rank {
            return histogram.median_equivalent(bucket.value_iterated_to());
        }
    }
    histogram.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(durations: &[u64]) -> Distribution {
        let mut it = Distribution::default();
        durations.iter().for_each(|&duration_ns| it.add(duration_ns));
        it
    }

    fn exact(durations: &[u64]) -> [u64; 4] {
        let mut sorted = durations.to_vec();
        sorted.sort_unstable();
        [1, 50, 99, 100].map(|percent| sorted[(percent * sorted.len()).div_ceil(100) - 1])
    }

    /// Durations of every size, among them 0 and the largest.
    fn wide(count: u64) -> Vec<u64> {
        let spread = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (number % 64);
        (0..count).map(|number| if number % 50 == 7 { u64::MAX } else { spread(number) }).collect()
    }

    #[test]
    fn percentiles_are_exact_up_to_4096_and_within_1_percent_beyond() {
        assert_eq!(of(&[]).percentiles([50]), None);
        for count in [1, 2, 3, 99, 100, 101, 4095, 4096, 4097, 20_000] {
            let durations = wide(count);
            let mut it = of(&durations);
            assert_eq!(it.is_exact(), count <= 4096, "{count}");
            let found = it.percentiles([1, 50, 99, 100]).unwrap();
            for (found, exact) in found.into_iter().zip(exact(&durations)) {
                let error = found.abs_diff(exact);
                let allowed = if count <= 4096 { 0 } else { exact / 100 };
                assert!(error <= allowed, "{count}: found {found}, exact {exact}");
            }
        }
    }

    #[test]
    fn parts_in_any_order_give_the_same_as_all_at_once() {
        let durations = wide(9000);
        let whole = of(&durations).percentiles([1, 10, 50, 90, 99, 100]);
        for cuts in [[0, 9000], [10, 20], [4096, 4097], [4000, 8096], [8990, 8999]] {
            let (first, rest) = durations.split_at(cuts[0]);
            let (second, third) = rest.split_at(cuts[1] - cuts[0]);
            for parts in [[first, second, third], [third, second, first], [second, third, first]] {
                let mut sum = Distribution::default();
                parts.into_iter().for_each(|part| sum.add_all(of(part)));
                assert!(!sum.is_exact());
                assert_eq!(sum.percentiles([1, 10, 50, 90, 99, 100]), whole, "{cuts:?}");
            }
        }
    }

    // A histogram of one function takes less than 64 KiB, whatever its calls took.
    #[test]
    fn a_histogram_of_every_duration_is_small() {
        let Distribution::Histogram(histogram) = of(&wide(20_000)) else { panic!("a histogram") };
        assert!(histogram.distinct_values() * size_of::<u64>() < 64 * 1024);
    }
}
