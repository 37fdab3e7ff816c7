//! One thread of a running merge: from its [`Span`] to blocks of keys that the tree compares.
//!
//! Keys are made a block at a time. That reads a stretch of the file at once and brings the cache lines of many
//! streams into the cache before they are needed: with 64 threads, reading single events would wait for memory
//! at each. It also keeps the running maximum out of the merge's loop.

use super::packing::Packing;
use super::span::Span;
use super::stream::Stream;
use super::tree::NONE;
use crate::format::IndexEvent;

/// Events per block: a kilobyte of the file.
pub(super) const BLOCK: usize = 32;
/// The last event of a block, which is the first of the next.
pub(super) const LAST: usize = BLOCK - 1;
/// The first event of the shortest block.
pub(super) const SHORT: usize = LAST - 1;

/// A thread's next events.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Their keys; [`NONE`] follows the thread's last event.
    pub(super) keys: [u64; BLOCK],
    /// Their sequences, in a merge of [gapped](Span::is_gapped) threads; in others they follow each other.
    pub(super) seqs: [u32; BLOCK],
}

impl Block {
    pub(super) const EMPTY: Self = Self { keys: [NONE; BLOCK], seqs: [0; BLOCK] };
}

/// The events of a thread after its block.
#[derive(Clone, Debug)]
pub(super) struct Source<'a, S> {
    span: Span<'a, S>,
    /// Sequence of the block's first event.
    block_seq: usize,
    /// The greatest timestamp before the block's first event, or up to it.
    block_max: u64,
    /// The first event after the block.
    next_seq: usize,
    /// The greatest timestamp before `next_seq`.
    max: u64,
}

impl<'a, S: Stream<'a>> Source<'a, S> {
    pub(super) fn new(span: Span<'a, S>) -> Self {
        let (first, max) = (span.first, span.max_before);
        Self { span, block_seq: first, block_max: max, next_seq: first, max }
    }

    /// The first event, before there is a block.
    pub(super) fn first(&self) -> Option<usize> {
        (self.span.first < self.span.end).then_some(self.span.first)
    }

    /// The events that were not given out; `head` is the next.
    pub(super) fn into_span(mut self, head: Option<usize>) -> Span<'a, S> {
        self.rewind(head);
        let mut span = self.span.part(self.next_seq, self.span.end);
        span.max_before = self.max;
        span
    }

    /// Goes back to the event `head`, or to the end, so that the next block starts there; returns the
    /// running maximum at that event, or `None` at the end.
    ///
    /// Looks at the events of the block again; if `head` is before it, at all before `head`.
    pub(super) fn rewind(&mut self, head: Option<usize>) -> Option<u64> {
        let seq = head.unwrap_or(self.span.end);
        let (from, max) = match seq >= self.block_seq {
            true => (self.block_seq, self.block_max),
            false => (self.span.first, self.span.max_before),
        };
        self.max = self.span.stream.fold_times(from..seq, max, u64::max);
        self.next_seq = seq;
        head.and_then(|seq| self.span.stream.time(seq)).map(|time| time.max(self.max))
    }

    /// Makes the first block since the start or since it was rewound, and returns the sequence of its first
    /// event. Sequences are written into it if there are to be `gaps` between them.
    pub(super) fn start(
        &mut self,
        block: &mut Block,
        rank: usize,
        packing: Packing,
        gaps: bool,
    ) -> u32 {
        (self.block_seq, self.block_max) = (self.next_seq, self.max);
        self.fill(block, 0, rank, packing, gaps);
        self.block_seq as u32
    }

    /// Makes the next block, whose first event is the last of the block that is there. As
    /// [`start`](Self::start).
    pub(super) fn go_on(
        &mut self,
        block: &mut Block,
        rank: usize,
        packing: Packing,
        gaps: bool,
    ) -> u32 {
        (block.keys[0], block.seqs[0]) = (block.keys[LAST], block.seqs[LAST]);
        // Nothing was passed over behind the last event of a full block.
        (self.block_seq, self.block_max) = (self.next_seq.saturating_sub(1), self.max);
        self.fill(block, 1, rank, packing, gaps);
        self.block_seq as u32
    }

    /// Whether the events from `head` on, the next one, can be [taken](Self::take).
    #[inline]
    pub(super) fn is_at(&self, head: u32) -> bool {
        self.block_seq == head as usize && !self.span.is_gapped()
    }

    /// Folds events from the block's first on, as long as their running maximum is at most `last`, and at most
    /// `most` of them. Also returns their number. The block cannot be used afterwards.
    #[inline]
    pub(super) fn take<B>(
        &mut self,
        last: u64,
        most: usize,
        init: B,
        mut fold: impl FnMut(B, u32, &'a IndexEvent) -> B,
    ) -> (B, usize) {
        let (first, mut max, mut value) = (self.block_seq, self.block_max, init);
        let (stream, end) = (self.span.stream, self.span.end.min(first.saturating_add(most)));
        let mut seq = first;
        while seq < end
            && let Some(event) = stream.get(seq)
            && event.timestamp_ns.get() <= last
        {
            value = fold(value, seq as u32, event);
            max = max.max(event.timestamp_ns.get());
            seq += 1;
        }
        (self.next_seq, self.max) = (seq, max);
        (value, seq - first)
    }

    /// The event at a sequence.
    #[inline]
    pub(super) fn event(&self, seq: u32) -> Option<&'a IndexEvent> {
        self.span.stream.get(seq as usize)
    }

    /// Makes a block of the next two events, which stand at its end, and returns the sequence that an event at its
    /// start would have.
    #[inline]
    pub(super) fn shortest(&mut self, block: &mut Block, rank: usize, packing: Packing) -> u32 {
        (self.block_seq, self.block_max) = (self.next_seq, self.max);
        for at in SHORT..=LAST {
            let time = self.span.stream.time(self.next_seq);
            block.keys[at] = NONE;
            block.seqs[at] = self.next_seq as u32;
            if let Some(time) = time.filter(|_| self.next_seq < self.span.end) {
                self.max = self.max.max(time);
                block.keys[at] = packing.key(self.max, rank);
                self.next_seq += 1;
            }
        }
        (self.block_seq as u32).wrapping_sub(SHORT as u32)
    }

    /// Fills a block from `filled` on.
    fn fill(
        &mut self,
        block: &mut Block,
        mut filled: usize,
        rank: usize,
        packing: Packing,
        gaps: bool,
    ) {
        let (stream, end) = (self.span.stream, self.span.end);
        let Block { keys, seqs } = block;
        if self.span.only.is_none() {
            let times = self.next_seq..end.min(self.next_seq + BLOCK - filled);
            if gaps {
                let first = times.start as u32;
                let slots = seqs[filled..].iter_mut().enumerate();
                slots.for_each(|(at, slot)| *slot = first.wrapping_add(at as u32));
            }
            self.next_seq = times.end;
            self.max = stream.fold_times(times, self.max, |max, time| {
                let max = max.max(time);
                // Never out of bounds; this shows it to the compiler.
                keys[filled % BLOCK] = packing.key(max, rank);
                filled += 1;
                max
            });
        }
        while let Some(only) = &self.span.only
            && filled < BLOCK
            && self.next_seq < end
        {
            // No more than fit if all of them belong to the merge.
            let times = self.next_seq..end.min(self.next_seq + BLOCK - filled);
            self.next_seq = times.end;
            let mut seq = times.start as u32;
            self.max = stream.fold_times(times, self.max, |max, time| {
                let max = max.max(time);
                if only.contains(&time) {
                    (keys[filled], seqs[filled]) = (packing.key(max, rank), seq);
                    filled += 1;
                }
                seq += 1;
                max
            });
        }
        keys[filled..].fill(NONE);
    }
}
