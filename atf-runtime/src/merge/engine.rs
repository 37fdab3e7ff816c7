//! The merge itself: from the spans of all threads to events in order, one by one or in runs.
//!
//! The event to give out next is that of the *current* source, whose key is the least. After it the source's
//! next key has to play its way up the tree. A source that won three times in a row is likely to be in
//! a burst: then its keys are compared with the runner-up's alone, and the tree stays as it is until one
//! of them is greater. After three and not two, because where times are equal twice in a row is
//! common and means nothing.

use super::MergedEvent;
use super::source::{Packing, Source};
use super::span::Span;
use super::stream::Stream;
use super::tree::{LoserTree, NONE};
use crate::seq::IndexSeq;

/// Wins in a row after which a source is only compared with the runner-up.
const REPEATS: u32 = 2;

#[derive(Clone, Debug)]
pub(super) struct Engine<'a, S> {
    /// In the order of thread ids; never empty.
    sources: Vec<Source<'a, S>>,
    tree: LoserTree,
    packing: Packing,
    /// The source that gave out the last event. The tree holds that event's key still.
    current: usize,
    /// The current source's keys below this are next; 0 when the tree has to say.
    bound: u64,
    /// How often the current source won since another did.
    repeats: u32,
    /// Events that have not been given out.
    remaining: usize,
}

impl<'a, S: Stream<'a>> Engine<'a, S> {
    /// A merge of spans that stand in the order of their thread ids. Reads nothing yet.
    ///
    pub(super) fn new(spans: impl IntoIterator<Item = Span<'a, S>>) -> Self {
        // What is exhausted already would only make the tree higher.
        let spans = spans.into_iter().filter(|span| span.count > 0);
        let mut sources: Vec<_> =
            spans.enumerate().map(|(rank, span)| Source::new(span, rank)).collect();
        if sources.is_empty() {
            sources.push(Source::new(Span::empty(), 0));
        }
        let remaining =
            sources.iter().fold(0_usize, |sum, source| sum.saturating_add(source.span.count));
        Self {
            tree: LoserTree::new(sources.len()),
            packing: Packing::new(sources.len()),
            current: 0,
            bound: 0,
            repeats: 0,
            remaining,
            sources,
        }
    }

    #[inline]
    pub(super) fn remaining(&self) -> usize {
        self.remaining
    }

    /// What has not been given out, as spans again.
    pub(super) fn into_spans(self) -> Vec<Span<'a, S>> {
        self.sources.into_iter().map(Source::into_span).collect()
    }

    #[inline]
    pub(super) fn next(&mut self) -> Option<MergedEvent<'a>> {
        if self.sources[self.current].key() >= self.bound && !self.play() {
            return None;
        }
        self.remaining -= 1;
        let source = &mut self.sources[self.current];
        source.pop(self.packing)
    }

    #[inline]
    pub(super) fn fold<B>(mut self, init: B, mut fold: impl FnMut(B, MergedEvent<'a>) -> B) -> B {
        let mut value = init;
        while let Some(event) = self.next() {
            value = fold(value, event);
        }
        value
    }

    /// The next events of one thread up to one that comes behind another thread's, or fewer.
    pub(super) fn next_run(&mut self) -> Option<(u32, IndexSeq, &'a [crate::format::IndexEvent])> {
        if self.sources[self.current].key() >= self.bound && !self.play() {
            return None;
        }
        if self.bound == 0 {
            self.bound = self.tree.runner_up(self.current).min(self.packing.far());
        }
        let source = &mut self.sources[self.current];
        let seq = source.seq();
        let run = source.span.stream.run(seq..seq + source.count_below(self.bound));
        source.advance(run.len(), self.packing);
        self.remaining -= run.len();
        Some((source.span.thread_id, IndexSeq(seq as u32), run))
    }

    /// Makes the source with the least key the current one; `false` when all are exhausted.
    #[inline]
    fn play(&mut self) -> bool {
        let key = self.sources[self.current].key();
        let mut winner = self.tree.replace(self.current, key);
        if winner >= self.packing.far() {
            if !self.rebase() {
                return false;
            }
            winner = self.tree.winner();
        }
        let rank = self.packing.rank(winner);
        self.repeats = if rank == self.current { self.repeats + 1 } else { 0 };
        self.current = rank;
        self.bound = if self.repeats >= REPEATS {
            self.tree.runner_up(rank).min(self.packing.far())
        } else {
            0
        };
        true
    }

    /// Makes all keys again, counted from the least time of those that come next: at the start, and when that
    /// is too far from the base for its key. `false` when there is no event any more.
    ///
    /// A session whose times span more than keys can hold, 2^58 ns (nine years) with 64 threads, comes
    /// here a few times, each time with a base that is as much later.
    #[cold]
    #[inline(never)]
    fn rebase(&mut self) -> bool {
        if self.remaining == 0 {
            return false;
        }
        let heads = self.sources.iter_mut().filter_map(Source::rewind);
        let Some(base) = heads.min() else { return false };
        self.packing.base = base;
        for source in &mut self.sources {
            source.fill(self.packing);
        }
        self.tree.rebuild(self.sources.iter().map(Source::key));
        self.tree.winner() != NONE
    }
}
