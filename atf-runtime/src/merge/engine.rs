//! The merge itself: from the spans of all threads to events in order.
//!
//! Events are put in order a batch at a time: first their ranks and sequences, in loops that hold nothing
//! else ([`tournament`](super::tournament)). Then the consumer gets the events, whose loads do not wait for each other.
//! Where threads take long turns, a consumer that takes all events gets them directly.

use super::MergedEvent;
use super::batch::{BATCH, Place};
use super::span::Span;
use super::stream::Stream;
use super::tournament::Tournament;
use crate::format::IndexEvent;
use crate::seq::IndexSeq;

/// Most events per run: they are still in the nearest cache when the consumer reads them.
const RUN: usize = 1024;

#[derive(Clone, Debug)]
pub(super) struct Engine<'a, S> {
    tournament: Tournament<'a, S>,
    streams: Box<[(S, u32)]>,
    batch: Box<[Place; BATCH]>,
    /// Events of the batch.
    batched: usize,
    /// Events of the batch that have been given out.
    given: usize,
    /// Events that are in no batch yet.
    behind: usize,
}

impl<'a, S: Stream<'a>> Engine<'a, S> {
    /// A merge of spans, which are in the order of their thread ids. Reads nothing yet.
    pub(super) fn new(spans: impl IntoIterator<Item = Span<'a, S>>) -> Self {
        // An exhausted span would only make the tree higher.
        let mut spans: Vec<_> = spans.into_iter().filter(|span| span.count > 0).collect();
        let behind = spans.iter().fold(0_usize, |sum, span| sum.saturating_add(span.count));
        spans.resize_with(spans.len().max(1).next_power_of_two(), Span::empty);
        Self {
            streams: spans.iter().map(|span| (span.stream, span.thread_id)).collect(),
            tournament: Tournament::new(spans),
            batch: Box::new([Place::default(); BATCH]),
            batched: 0,
            given: 0,
            behind,
        }
    }

    #[inline]
    pub(super) fn remaining(&self) -> usize {
        self.behind + (self.batched - self.given)
    }

    /// What has not been given out, as spans again.
    pub(super) fn into_spans(self) -> Vec<Span<'a, S>> {
        self.tournament.into_spans(&self.batch[self.given..self.batched])
    }

    #[inline]
    pub(super) fn next(&mut self) -> Option<MergedEvent<'a>> {
        if self.given >= self.batched && !self.next_batch() {
            return None;
        }
        let place = self.batch[self.given % BATCH];
        self.given += 1;
        self.event(place)
    }

    #[inline]
    pub(super) fn fold<B>(mut self, init: B, mut fold: impl FnMut(B, MergedEvent<'a>) -> B) -> B {
        let mut value = init;
        loop {
            let places = &self.batch[self.given..self.batched];
            value = places.iter().filter_map(|&place| self.event(place)).fold(value, &mut fold);
            self.given = self.batched;
            while self.tournament.turns_are_long() && self.behind > 0 {
                let streams = &self.streams;
                let taken;
                (value, taken) =
                    self.tournament.turn(usize::MAX, value, |value, rank, seq, event| {
                        fold(
                            value,
                            MergedEvent { thread_id: streams[rank].1, seq: IndexSeq(seq), event },
                        )
                    });
                self.behind -= taken.min(self.behind);
                if taken == 0 {
                    break;
                }
            }
            if !self.next_batch() {
                return value;
            }
        }
    }

    /// The next events of one thread up to one that comes behind another thread's, or fewer.
    pub(super) fn next_run(&mut self) -> Option<(u32, IndexSeq, &'a [IndexEvent])> {
        if self.given == self.batched
            && self.tournament.turns_are_long()
            && !self.tournament.has_gaps()
        {
            let most = if S::IS_PACKED { RUN } else { 1 };
            let (first, taken) =
                self.tournament
                    .turn(most, None, |first: Option<_>, rank, seq, _| first.or(Some((rank, seq))));
            let (rank, seq) = first?;
            let (stream, thread_id) = self.streams[rank];
            self.behind -= taken.min(self.behind);
            let run = stream.run(seq as usize..seq as usize + taken);
            return Some((thread_id, IndexSeq(seq), run));
        }
        if self.given >= self.batched && !self.next_batch() {
            return None;
        }
        let places = &self.batch[self.given..self.batched];
        let Place { rank, seq } = places[0];
        let follows =
            |&(at, place): &(usize, &Place)| place.rank == rank && (place.seq - seq) as usize == at;
        let len = places.iter().enumerate().take_while(follows).count();
        let (stream, thread_id) = self.streams[rank as usize];
        let run = stream.run(seq as usize..seq as usize + len);
        self.given += run.len();
        Some((thread_id, IndexSeq(seq), run))
    }

    #[inline]
    fn event(&self, Place { rank, seq }: Place) -> Option<MergedEvent<'a>> {
        let (stream, thread_id) = self.streams[rank as usize];
        let event = stream.get(seq as usize)?;
        Some(MergedEvent { thread_id, seq: IndexSeq(seq), event })
    }

    #[inline(never)]
    fn next_batch(&mut self) -> bool {
        self.given = 0;
        self.batched = self.tournament.put_in_order(&mut self.batch);
        self.behind -= self.batched.min(self.behind);
        self.batched > 0
    }
}
