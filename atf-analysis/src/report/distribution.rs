//! Durations of the finished calls of a function: exact while there are few, then a histogram.

use hdrhistogram::Histogram;

/// So many durations are kept one by one.
const MOST_EXACT: usize = 4096;
/// So many durations wait until they are put into the histogram together. Its counts are then in the processor's
/// cache, and those of other functions are not pushed out at every call.
const WAITING: usize = 256;
/// Digits that hdrhistogram keeps: the relative error is below 1 %.
const DIGITS: u8 = 2;

/// Durations in ns.
#[derive(Clone, Debug, Default)]
pub(super) struct Distribution {
    /// All of them, or those that are not in the histogram yet.
    durations: Vec<u64>,
    histogram: Option<Box<Histogram<u64>>>,
    /// Of those in the histogram.
    sums: Sums,
}

/// What is known of all durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) count: u64,
    pub(super) sum_ns: u128,
    pub(super) min_ns: u64,
    pub(super) max_ns: u64,
}

impl Default for Sums {
    fn default() -> Self {
        Self { count: 0, sum_ns: 0, min_ns: u64::MAX, max_ns: 0 }
    }
}

impl Sums {
    fn with(self, durations: &[u64]) -> Self {
        durations.iter().fold(self, |sums, &duration_ns| Self {
            count: sums.count + 1,
            sum_ns: sums.sum_ns + u128::from(duration_ns),
            min_ns: sums.min_ns.min(duration_ns),
            max_ns: sums.max_ns.max(duration_ns),
        })
    }

    fn and(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            sum_ns: self.sum_ns + other.sum_ns,
            min_ns: self.min_ns.min(other.min_ns),
            max_ns: self.max_ns.max(other.max_ns),
        }
    }
}

impl Distribution {
    #[inline]
    pub(super) fn add(&mut self, duration_ns: u64) {
        if self.durations.len() == self.durations.capacity() {
            self.make_room();
        }
        self.durations.push(duration_ns);
    }

    /// Grows the list up to its limit; then it goes into the histogram.
    #[cold]
    fn make_room(&mut self) {
        let len = self.durations.len();
        let limit = if self.histogram.is_some() { WAITING } else { MOST_EXACT };
        if len < limit {
            self.durations.reserve_exact(len.max(4).min(limit - len));
            return;
        }
        self.record_all();
        if self.durations.capacity() > WAITING {
            self.durations = Vec::with_capacity(WAITING);
        }
    }

    /// Puts the list into the histogram.
    fn record_all(&mut self) {
        self.sums = self.sums.with(&self.durations);
        let histogram = self.histogram.get_or_insert_with(|| {
            Box::new(Histogram::new(DIGITS).expect("so few digits are possible"))
        });
        self.durations.drain(..).for_each(|duration_ns| record(histogram, duration_ns));
    }

    pub(super) fn add_all(&mut self, other: Self) {
        if self.histogram.is_none() && self.durations.is_empty() {
            *self = other;
            return;
        }
        let Self { durations, histogram, sums } = other;
        match (&mut self.histogram, histogram) {
            (_, None) => {}
            // Both grow as far as is needed, so that nothing is out of range.
            (Some(into), Some(from)) => into.add(&*from).expect("the histogram grows"),
            (into, from) => *into = from,
        }
        self.sums = self.sums.and(sums);
        durations.into_iter().for_each(|duration_ns| self.add(duration_ns));
        if self.histogram.is_some() && self.durations.len() > WAITING {
            self.record_all();
        }
    }

    /// Whether percentiles are exact.
    pub(super) fn is_exact(&self) -> bool {
        self.histogram.is_none()
    }

    pub(super) fn sums(&self) -> Sums {
        self.sums.with(&self.durations)
    }

    /// For each of the percents, the smallest duration that so many percent of all are not longer than: the one at
    /// `ceil(percent / 100 * count) - 1` in ascending order. `None` if there are none.
    pub(super) fn percentiles<const N: usize>(&mut self, percents: [u64; N]) -> Option<[u64; N]> {
        if self.histogram.is_some() {
            self.record_all();
        }
        self.durations.sort_unstable();
        let count = self.sums().count;
        let of = |percent| match &self.histogram {
            None => self.durations[rank(percent, count) as usize],
            Some(histogram) => at(histogram, rank(percent, count)),
        };
        (count > 0).then(|| percents.map(of))
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
                let sums = Sums::default().with(&durations);
                assert_eq!(sum.sums(), sums, "{cuts:?}");
                assert_eq!(sum.percentiles([1, 10, 50, 90, 99, 100]), whole, "{cuts:?}");
            }
        }
    }

    // A histogram of one function takes less than 64 KiB, whatever its calls took.
    #[test]
    fn a_histogram_of_every_duration_is_small() {
        let it = of(&wide(20_000));
        let counts = it.histogram.as_ref().expect("a histogram").distinct_values();
        let bytes = (counts + it.durations.capacity()) * size_of::<u64>();
        assert!(bytes < 63 * 1024, "{bytes}");
    }
}
