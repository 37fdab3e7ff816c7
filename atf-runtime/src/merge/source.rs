//! One thread of a running merge: from its [`Span`] to the keys that the tree compares.
//!
//! Keys are made a block at a time. That reads a stretch of the file in one go, which fetches the
//! lines of many streams into the cache well before they are wanted: with 64 threads, one event here and
//! one there would wait for memory at each. It also keeps the running maximum out of the merge's loop.

use super::MergedEvent;
use super::span::Span;
use super::stream::Stream;
use super::tree::NONE;
use crate::seq::IndexSeq;

/// Events per block: two kilobytes of the file.
pub(super) const BLOCK: usize = 64;

/// How keys are made: `(running maximum - base) << shift | rank`, where what does not fit is [`far`](Self::far).
#[derive(Clone, Copy, Debug)]
pub(super) struct Packing {
    pub(super) base: u64,
    pub(super) shift: u32,
}

impl Packing {
    /// The packing for so many sources.
    pub(super) fn new(sources: usize) -> Self {
        Self { base: 0, shift: usize::BITS - sources.saturating_sub(1).leading_zeros() }
    }

    /// The distance from the base that stands for itself and all beyond: one less than what fits, so
    /// that no key is [`NONE`].
    #[inline]
    fn furthest(self) -> u64 {
        (u64::MAX >> self.shift) - 1
    }

    /// The least key that says no more than "too far to tell".
    #[inline]
    pub(super) fn far(self) -> u64 {
        self.furthest() << self.shift
    }

    /// The source whose key this is.
    #[inline]
    pub(super) fn rank(self, key: u64) -> usize {
        (key & !(u64::MAX << self.shift)) as usize
    }

    #[inline]
    fn key(self, time: u64, rank: u64) -> u64 {
        (time - self.base).min(self.furthest()) << self.shift | rank
    }
}

/// A thread's events that have not been given out yet, the next of them with their keys.
#[derive(Clone, Debug)]
pub(super) struct Source<'a, S> {
    pub(super) span: Span<'a, S>,
    rank: u64,
    /// The next event, as a place in the block.
    at: usize,
    /// Events of the block.
    len: usize,
    /// Sequence of the block's first event.
    block_seq: usize,
    /// The greatest timestamp before the block.
    block_max: u64,
    /// The first event behind the block.
    next_seq: usize,
    /// The greatest timestamp before `next_seq`.
    max: u64,
    /// The block's keys; [`NONE`] stands first when all events have been given out.
    keys: [u64; BLOCK],
}

impl<'a, S: Stream<'a>> Source<'a, S> {
    pub(super) fn new(span: Span<'a, S>, rank: usize) -> Self {
        let (first, max) = (span.first, span.max_before);
        Self {
            span,
            rank: rank as u64,
            at: 0,
            len: 0,
            block_seq: first,
            block_max: max,
            next_seq: first,
            max,
            keys: [NONE; BLOCK],
        }
    }

    /// Key of the next event, or [`NONE`].
    #[inline]
    pub(super) fn key(&self) -> u64 {
        self.keys[self.at]
    }

    /// Sequence of the next event.
    #[inline]
    pub(super) fn seq(&self) -> usize {
        self.block_seq + self.at
    }

    /// Number of the block's next events whose key is less than `bound`.
    #[inline]
    pub(super) fn count_below(&self, bound: u64) -> usize {
        self.keys[self.at..self.len].iter().take_while(|&&key| key < bound).count()
    }

    /// Goes on to the next event.
    #[inline]
    pub(super) fn advance(&mut self, by: usize, packing: Packing) {
        self.at += by;
        if self.at >= self.len {
            self.fill(packing);
        }
    }

    /// Gives out the next event.
    #[inline]
    pub(super) fn pop(&mut self, packing: Packing) -> Option<MergedEvent<'a>> {
        let (thread_id, seq) = (self.span.thread_id, self.seq());
        let event = self.span.stream.get(seq)?;
        self.advance(1, packing);
        Some(MergedEvent { thread_id, seq: IndexSeq(seq as u32), event })
    }

    /// What has not been given out.
    pub(super) fn into_span(mut self) -> Span<'a, S> {
        self.rewind();
        let mut span = self.span.part(self.next_seq, self.span.end);
        span.max_before = self.max;
        span
    }

    /// Forgets the keys; returns the running maximum at the next event, or `None` if there is none.
    pub(super) fn rewind(&mut self) -> Option<u64> {
        let seq = self.seq().min(self.next_seq);
        self.max = self.span.stream.fold_times(self.block_seq..seq, self.block_max, u64::max);
        self.next_seq = seq;
        self.block_seq = seq;
        self.block_max = self.max;
        (self.at, self.len) = (0, 0);
        self.skip();
        let time = self.span.stream.time(self.next_seq);
        time.filter(|_| self.next_seq < self.span.end).map(|time| time.max(self.max))
    }

    /// Makes the next block's keys.
    #[inline(never)]
    pub(super) fn fill(&mut self, packing: Packing) {
        self.skip();
        self.at = 0;
        self.len = self.stretch();
        (self.block_seq, self.block_max) = (self.next_seq, self.max);
        let end = self.next_seq + self.len;
        let (rank, keys) = (self.rank, &mut self.keys);
        let mut slots = keys.iter_mut();
        self.max = self.span.stream.fold_times(self.next_seq..end, self.max, |max, time| {
            let max = max.max(time);
            if let Some(slot) = slots.next() {
                *slot = packing.key(max, rank);
            }
            max
        });
        self.next_seq = end;
        if self.len == 0 {
            self.keys[0] = NONE;
        }
    }

    /// Passes over events that do not belong to the merge.
    fn skip(&mut self) {
        let Some(only) = &self.span.only else { return };
        while self.next_seq < self.span.end
            && let Some(time) = self.span.stream.time(self.next_seq)
            && !only.contains(&time)
        {
            self.max = self.max.max(time);
            self.next_seq += 1;
        }
    }

    /// Number of events from `next_seq` on that make the next block.
    fn stretch(&self) -> usize {
        let most = BLOCK.min(self.span.end - self.next_seq);
        let Some(only) = &self.span.only else { return most };
        let times = (self.next_seq..).map_while(|seq| self.span.stream.time(seq));
        times.take(most).take_while(|time| only.contains(time)).count()
    }
}
