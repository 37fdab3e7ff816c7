//! Where the threads compete: from their blocks of keys to batches of events in order.
//!
//! The source of the last event is the *current* one. Its next key plays its way up the tree, and the winner becomes
//! the current one. If threads take long turns, it is cheaper to ask the tree for the runner-up and to read the
//! winner's stream until an event comes after the runner-up. If they do not, that costs a mispredicted branch at
//! nearly every event. So each 256 events are put in order in the way that suits the turns of the 256 before. Two
//! events in a row do not count as a turn, because equal times cause that.

use super::batch::{BATCH, Place};
use super::packing::Packing;
use super::source::{BLOCK, Block, LAST, SHORT, Source};
use super::span::Span;
use super::stream::Stream;
use super::tree::{self, NONE};
use crate::format::IndexEvent;

/// Turns of this many events or more are long.
const LONG_TURN: usize = 3;

/// A source as the tree's loop sees it.
#[derive(Clone, Copy, Debug)]
struct Contender {
    /// The key after that of its next event. It goes up the tree when that event has been given out; it is kept
    /// ready because everything else waits for it.
    ahead: u64,
    /// The next event, as a place in the block, before [`LAST`].
    at: u32,
    /// Sequence of the block's first event.
    first_seq: u32,
}

impl Contender {
    #[inline]
    fn first_of(block: &Block, first_seq: u32) -> Self {
        Self { ahead: block.keys[1], at: 0, first_seq }
    }

    /// Sequence of the event at `at` of the block, whose sequences follow each other if there are no `gaps`.
    #[inline]
    fn seq(&self, block: &Block, at: usize, gaps: bool) -> u32 {
        if gaps { block.seqs[at % BLOCK] } else { self.first_seq.wrapping_add(at as u32) }
    }
}

/// The threads of a merge, and the state of their next events.
#[derive(Clone, Debug)]
pub(super) struct Tournament<'a, S> {
    /// The [tree].
    nodes: Box<[u64]>,
    contenders: Box<[Contender]>,
    blocks: Box<[Block]>,
    /// In the order of thread ids, as many as a power of two, as all of these.
    sources: Box<[Source<'a, S>]>,
    packing: Packing,
    /// Whether sequences of a block have gaps.
    gaps: bool,
    /// The source of the last event. The tree may still hold its old key.
    current: usize,
    turns_are_long: bool,
    /// Events and switches to another source since turns were last looked at.
    taken: usize,
    switches: usize,
}

impl<'a, S: Stream<'a>> Tournament<'a, S> {
    /// As many spans as a power of two, in the order of their thread ids. Reads nothing yet.
    pub(super) fn new(spans: Vec<Span<'a, S>>) -> Self {
        let len = spans.len();
        Self {
            gaps: spans.iter().any(Span::is_gapped),
            nodes: vec![NONE; len].into(),
            contenders: vec![Contender::first_of(&Block::EMPTY, 0); len].into(),
            blocks: vec![Block::EMPTY; len].into(),
            sources: spans.into_iter().map(Source::new).collect(),
            packing: Packing::new(len),
            current: 0,
            turns_are_long: false,
            taken: 0,
            switches: 0,
        }
    }

    /// All events that were not put in order, and those of `pending`, which were.
    pub(super) fn into_spans(self, pending: &[Place]) -> Vec<Span<'a, S>> {
        let mut heads: Vec<_> = (0..self.sources.len()).map(|rank| self.head(rank)).collect();
        for place in pending.iter().rev() {
            heads[place.rank as usize] = Some(place.seq as usize);
        }
        let sources = self.sources.into_iter().zip(heads);
        sources.map(|(source, head)| source.into_span(head)).collect()
    }

    /// Whether threads take long turns, so that [`turn`](Self::turn) pays.
    #[inline]
    pub(super) fn turns_are_long(&self) -> bool {
        self.turns_are_long
    }

    /// Whether a turn's sequences may have gaps.
    pub(super) fn has_gaps(&self) -> bool {
        self.gaps
    }

    /// Puts the next events in order, and returns how many: 0 at the end.
    pub(super) fn put_in_order(&mut self, batch: &mut [Place; BATCH]) -> usize {
        if self.turns_are_long {
            return self.by_turns(batch);
        }
        loop {
            let (placed, switches) = match self.nodes.len() {
                1 => self.sized::<1>(batch),
                2 => self.sized::<2>(batch),
                4 => self.sized::<4>(batch),
                8 => self.sized::<8>(batch),
                16 => self.sized::<16>(batch),
                32 => self.sized::<32>(batch),
                64 => self.sized::<64>(batch),
                _ => self.any_size(batch),
            };
            if placed > 0 {
                self.turns_are_long = placed >= LONG_TURN * switches;
                return placed;
            }
            if !self.rebase() {
                return 0;
            }
        }
    }

    /// One turn: asks the tree whose it is, and folds at most `most` of its events, with rank and sequence. Also
    /// returns their number: 0 at the end.
    ///
    /// The events of a turn are read from the stream when they are taken. Reading them into blocks first would cost
    /// more than it gains, because the next events of a thread are read together anyway; so blocks are as short as
    /// possible here.
    #[inline]
    pub(super) fn turn<B>(
        &mut self,
        most: usize,
        mut value: B,
        mut fold: impl FnMut(B, usize, u32, &'a IndexEvent) -> B,
    ) -> (B, usize) {
        let Some((rank, bound)) = self.whose_turn() else { return (value, 0) };
        let (contender, block) = (&mut self.contenders[rank], &mut self.blocks[rank]);
        let source = &mut self.sources[rank];
        let at = contender.at as usize;
        let taken;
        if source.is_at(contender.seq(block, at, self.gaps)) {
            let last = self.packing.last_time_before(bound, rank);
            let fold = |value, seq, event| fold(value, rank, seq, event);
            (value, taken) = source.take(last, most, value, fold);
            let first_seq = source.shortest(block, rank, self.packing);
            *contender = Contender { at: SHORT as u32, ahead: block.keys[LAST], first_seq };
        } else {
            let keys = block.keys[at..LAST].iter().take(most);
            taken = keys.take_while(|key| **key < bound).count();
            for at in at..at + taken {
                let seq = contender.seq(block, at, self.gaps);
                if let Some(event) = source.event(seq) {
                    value = fold(value, rank, seq, event);
                }
            }
            if at + taken < LAST {
                contender.at += taken as u32;
                contender.ahead = block.keys[at + taken + 1];
            } else {
                let first_seq = source.go_on(block, rank, self.packing, self.gaps);
                *contender = Contender::first_of(block, first_seq);
            }
        }
        self.taken += taken;
        if self.taken >= BATCH {
            self.turns_are_long = self.taken >= LONG_TURN * self.switches;
            (self.taken, self.switches) = (0, 0);
        }
        (value, taken)
    }

    /// The source whose turn it is, and the key before which it ends.
    #[inline]
    fn whose_turn(&mut self) -> Option<(usize, u64)> {
        let far = self.packing.far();
        let rank = loop {
            let key =
                self.blocks[self.current].keys[self.contenders[self.current].at as usize % BLOCK];
            let winner = tree::replace(&mut self.nodes, self.current, key);
            if winner < far {
                break winner as usize & (self.nodes.len() - 1);
            }
            if !self.rebase() {
                return None;
            }
        };
        self.switches += usize::from(rank != self.current);
        self.current = rank;
        Some((rank, tree::runner_up(&self.nodes, rank).min(far)))
    }

    fn by_turns(&mut self, batch: &mut [Place; BATCH]) -> usize {
        let mut placed = 0;
        while placed < BATCH {
            let before = placed;
            (placed, _) = self.turn(BATCH - placed, placed, |placed, rank, seq, _| {
                batch[placed % BATCH] = Place { rank: rank as u32, seq };
                placed + 1
            });
            if placed == before {
                break;
            }
        }
        placed
    }

    /// Puts events in order up to one whose key is too far. For a fixed number of sources, so that the compiler knows
    /// the way up the tree, and that no index is out of bounds.
    fn sized<const LEN: usize>(&mut self, batch: &mut [Place; BATCH]) -> (usize, usize) {
        let (Some(nodes), Some(contenders), Some(blocks)) = (
            self.nodes.first_chunk_mut::<LEN>(),
            self.contenders.first_chunk_mut::<LEN>(),
            self.blocks.first_chunk_mut::<LEN>(),
        ) else {
            return (0, 0);
        };
        let (sources, packing, gaps) = (&mut self.sources, self.packing, self.gaps);
        let more = |rank: usize, block: &mut Block| sources[rank].go_on(block, rank, packing, gaps);
        play((nodes, contenders, blocks), more, (packing.far(), gaps), &mut self.current, batch)
    }

    fn any_size(&mut self, batch: &mut [Place; BATCH]) -> (usize, usize) {
        let (sources, packing, gaps) = (&mut self.sources, self.packing, self.gaps);
        let more = |rank: usize, block: &mut Block| sources[rank].go_on(block, rank, packing, gaps);
        let state = (&mut *self.nodes, &mut *self.contenders, &mut *self.blocks);
        play(state, more, (packing.far(), gaps), &mut self.current, batch)
    }

    /// Sequence of a source's next event.
    fn head(&self, rank: usize) -> Option<usize> {
        let (block, contender) = (&self.blocks[rank], &self.contenders[rank]);
        let at = contender.at as usize;
        match self.packing.is_set() {
            false => self.sources[rank].first(),
            true if block.keys[at] == NONE => None,
            true => Some(contender.seq(block, at, self.gaps) as usize),
        }
    }

    /// Makes all keys again, with the earliest of the next times as the base: at the start, and when that time is too
    /// far from the base. `false` when there are no more events.
    ///
    /// A session whose times span more than keys can hold (2^58 ns, nine years, with 64 threads) comes here a few
    /// times, each time with a later base.
    #[cold]
    fn rebase(&mut self) -> bool {
        let heads = (0..self.sources.len()).filter_map(|rank| {
            let head = self.head(rank);
            Some((self.sources[rank].rewind(head)?, rank))
        });
        let Some((base, rank)) = heads.min() else { return false };
        self.packing = self.packing.based_at(base);
        for (rank, source) in self.sources.iter_mut().enumerate() {
            let block = &mut self.blocks[rank];
            let first_seq = source.start(block, rank, self.packing, self.gaps);
            self.contenders[rank] = Contender::first_of(block, first_seq);
        }
        tree::play_all(&mut self.nodes, self.blocks.iter().map(|block| block.keys[0]));
        self.current = rank;
        true
    }
}

/// Puts events in order one game at a time, until the batch is full or the next key is `far`; `more` makes a
/// source's next block. All slices are of one length, a power of two. Returns the number of events, and how
/// often one was of another source than the one before.
#[inline(always)]
fn play(
    (nodes, contenders, blocks): (&mut [u64], &mut [Contender], &mut [Block]),
    mut more: impl FnMut(usize, &mut Block) -> u32,
    (far, gaps): (u64, bool),
    current: &mut usize,
    batch: &mut [Place; BATCH],
) -> (usize, usize) {
    let mask = nodes.len() - 1;
    let mut rank = *current & mask;
    let mut key = blocks[rank].keys[contenders[rank].at as usize % BLOCK];
    let (mut placed, mut switches) = (0, 0);
    while placed < BATCH {
        let winner = tree::replace(nodes, rank, key);
        if winner >= far {
            break;
        }
        let before = std::mem::replace(&mut rank, winner as usize & mask);
        switches += usize::from(rank != before);
        let (contender, block) = (&mut contenders[rank], &mut blocks[rank]);
        key = contender.ahead;
        let at = contender.at as usize;
        batch[placed] = Place { rank: rank as u32, seq: contender.seq(block, at, gaps) };
        placed += 1;
        contender.at += 1;
        contender.ahead = block.keys[(at + 2) % BLOCK];
        if at + 1 >= LAST {
            let first_seq = more(rank, block);
            *contender = Contender::first_of(block, first_seq);
        }
    }
    *current = rank;
    (placed, switches)
}
