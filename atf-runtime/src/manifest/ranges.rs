//! Ranges of sequences in the manifest: pairs of the first sequence of a lane and a count.

/// Adds a range to others, which stay in order and apart.
pub(crate) fn add_range(ranges: &mut Vec<[u64; 2]>, range: [u64; 2]) {
    if range[1] == 0 {
        return;
    }
    ranges.push(range);
    ranges.sort_unstable();
    let mut apart: Vec<[u64; 2]> = Vec::new();
    for range in ranges.drain(..) {
        match apart.last_mut().filter(|last| end(**last) >= range[0]) {
            Some(last) => last[1] = end(*last).max(end(range)) - last[0],
            None => apart.push(range),
        }
    }
    *ranges = apart;
}

/// Leaves of the ranges what is below `count`: a lane was cut.
pub(crate) fn cut_ranges(ranges: &mut Vec<[u64; 2]>, count: u64) {
    for range in ranges.iter_mut() {
        range[1] = end(*range).min(count).saturating_sub(range[0]);
    }
    ranges.retain(|range| range[1] > 0);
}

/// Number of events or records in all ranges.
#[must_use]
pub(crate) fn count_in(ranges: &[[u64; 2]]) -> u64 {
    ranges.iter().fold(0, |sum, range| sum.saturating_add(range[1]))
}

/// Sequence after the last one.
fn end(range: [u64; 2]) -> u64 {
    range[0].saturating_add(range[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_become_one() {
        for (others, added, expected) in [
            (vec![], [3, 5], vec![[3, 5]]),
            (vec![[0, 2]], [3, 5], vec![[0, 2], [3, 5]]),
            (vec![[0, 3]], [3, 5], vec![[0, 8]]),
            (vec![[5, 3]], [0, 12], vec![[0, 12]]),
            (vec![[0, 12]], [5, 3], vec![[0, 12]]),
            (vec![[0, 2], [9, 1]], [2, 7], vec![[0, 10]]),
            (vec![[1, 2]], [7, 0], vec![[1, 2]]),
            (vec![[1, u64::MAX]], [7, u64::MAX], vec![[1, u64::MAX - 1]]),
        ] {
            let mut all = others.clone();
            add_range(&mut all, added);
            assert_eq!(all, expected, "{others:?} and {added:?}");
        }
    }

    #[test]
    fn the_events_of_all_ranges_are_counted() {
        assert_eq!(count_in(&[]), 0);
        assert_eq!(count_in(&[[3, 5], [9, 1]]), 6);
        assert_eq!(count_in(&[[0, 1], [1, u64::MAX]]), u64::MAX);
    }

    #[test]
    fn a_shorter_lane_has_shorter_ranges() {
        for (all, count, expected) in [
            (vec![[0, 12]], 12, vec![[0, 12]]),
            (vec![[0, 12]], 5, vec![[0, 5]]),
            (vec![[0, 2], [5, 3], [9, 1]], 6, vec![[0, 2], [5, 1]]),
            (vec![[1, u64::MAX]], 1, vec![]),
            (vec![[7, 2]], 0, vec![]),
        ] {
            let mut ranges = all.clone();
            cut_ranges(&mut ranges, count);
            assert_eq!(ranges, expected, "{all:?} up to {count}");
        }
    }
}
