//! Splitting a merge by time: from the spans of all threads to those of each part.
//!
//! A part ends at a sampled event. The events before it, in the order of the merge, belong to one part; the sample
//! and the events after it to the next. Samples are spread evenly over the files, so parts have about the same size
//! even if times are not evenly spread, or all equal.
//!
//! A thread crosses such a border where its running maximum does: at its first event that is as late as the sample.
//! Binary search guesses that event. If the clock went backwards, an earlier event may be as late. So unless the
//! clock is known to be sound, all events before the guess are checked, on as many threads as the caller offers.
//! Events after the last border are never read.

use super::pool::run_all;
use super::span::Span;
use super::stream::Stream;

/// Parts that a caller can have.
const MAX_PARTS: usize = 1024;
/// Samples per part: the size of a part is off by a few of them.
const SAMPLES: usize = 256;
/// Events that one task looks at: 8 MB of the usual file.
const TASK: usize = 1 << 18;

/// Where a part ends: before this event in the order of the merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Border {
    time: u64,
    rank: usize,
    seq: usize,
}

impl Border {
    /// Where to look for the border in the span of a thread: at the first event not earlier than the time, if
    /// that comes before the sequence.
    fn of<S>(self, rank: usize, span: &Span<'_, S>) -> (u128, usize) {
        let time = u128::from(self.time);
        match rank.cmp(&self.rank) {
            std::cmp::Ordering::Less => (time + 1, span.end),
            std::cmp::Ordering::Equal => (time + 1, self.seq),
            std::cmp::Ordering::Greater => (time, span.end),
        }
    }
}

/// The spans of at most `parts` parts, which together are `spans`. What must be read of the files for that is
/// read on so many `threads`.
pub(super) fn split<'a, S: Stream<'a>>(
    spans: &[Span<'a, S>],
    parts: usize,
    threads: usize,
) -> Vec<Vec<Span<'a, S>>> {
    let borders = borders_of(spans, parts.clamp(1, MAX_PARTS));
    let mut cuts: Vec<Vec<usize>> =
        spans.iter().enumerate().map(|(rank, span)| guess(rank, span, &borders)).collect();
    for rank in wrong_guesses(spans, &borders, &cuts, threads) {
        cuts[rank] = search(rank, &spans[rank], &borders);
    }
    (0..=borders.len())
        .map(|part| {
            let ends = |cuts: &Vec<usize>, span: &Span<'a, S>| {
                let first = part.checked_sub(1).map_or(span.first, |before| cuts[before]);
                span.part(first, cuts.get(part).copied().unwrap_or(span.end))
            };
            cuts.iter().zip(spans).map(|(cuts, span)| ends(cuts, span)).collect()
        })
        .collect()
}

/// One border less than there are parts, in order.
fn borders_of<'a, S: Stream<'a>>(spans: &[Span<'a, S>], parts: usize) -> Vec<Border> {
    let total: usize = spans.iter().map(Span::len).sum();
    let samples = parts * SAMPLES;
    let (mut rank, mut before) = (0, 0);
    let sample = |number: usize| {
        // In the middle of its share of all events, with the spans in a row.
        let place = (2 * number + 1) as u128 * total as u128 / (2 * samples) as u128;
        let place = place as usize;
        while place - before >= spans.get(rank)?.len() {
            before += spans[rank].len();
            rank += 1;
        }
        let seq = spans[rank].first + (place - before);
        Some(Border { time: spans[rank].stream.time(seq)?, rank, seq })
    };
    let mut samples: Vec<_> = (0..samples).map_while(sample).collect();
    samples.sort_unstable();
    samples.into_iter().step_by(SAMPLES).skip(1).collect()
}

/// Where a span crosses the borders, if its clock did not go backwards.
fn guess<'a, S: Stream<'a>>(rank: usize, span: &Span<'a, S>, borders: &[Border]) -> Vec<usize> {
    crossings(rank, span, borders, |start, end, limit| {
        span.partition_point(start, end, |time| u128::from(time) < limit)
    })
}

/// As `guess`, also for a thread whose clock went backwards.
fn search<'a, S: Stream<'a>>(rank: usize, span: &Span<'a, S>, borders: &[Border]) -> Vec<usize> {
    crossings(rank, span, borders, |start, end, limit| {
        let times = (start..end).map_while(|seq| span.stream.time(seq));
        start + times.take_while(|&time| u128::from(time) < limit).count()
    })
}

fn crossings<'a, S: Stream<'a>>(
    rank: usize,
    span: &Span<'a, S>,
    borders: &[Border],
    find: impl Fn(usize, usize, u128) -> usize,
) -> Vec<usize> {
    let mut cut = span.first;
    let cuts = borders.iter().map(|border| {
        let (limit, end) = border.of(rank, span);
        if u128::from(span.max_before) < limit {
            cut = find(cut, end.max(cut), limit);
        }
        cut
    });
    cuts.collect()
}

/// The threads that have an event before their cut that belongs after the border.
fn wrong_guesses<'a, S: Stream<'a>>(
    spans: &[Span<'a, S>],
    borders: &[Border],
    cuts: &[Vec<usize>],
    threads: usize,
) -> Vec<usize> {
    let mut tasks = Vec::new();
    for (rank, span) in spans.iter().enumerate().filter(|(_, span)| !span.is_known_monotonic()) {
        let mut first = span.first;
        for (border, &cut) in borders.iter().zip(&cuts[rank]) {
            let (limit, _) = border.of(rank, span);
            let starts = (first..cut).step_by(TASK);
            tasks.extend(starts.map(|start| (rank, start..cut.min(start + TASK), limit)));
            first = cut;
        }
    }
    let found = run_all(tasks, threads, |(rank, seqs, limit)| {
        let max = spans[rank].stream.fold_times(seqs, 0, u64::max);
        (u128::from(max) >= limit).then_some(rank)
    });
    let mut wrong: Vec<_> = found.into_iter().flatten().collect();
    wrong.dedup();
    wrong
}
