//! The drain's side of the protocol: from a ring's words to bytes that may be copied out of it.
//!
//! Nothing that the producer says is believed beyond what its ring can hold, and bytes are copied
//! before they are looked at: the other side may change them at any time.

use std::sync::atomic::Ordering;

use zerocopy::IntoBytes;

use super::memory::{RingMemory, Word};
use crate::error::{Fault, FaultKind, Region};
use crate::format::{IndexEvent, NO_DETAIL_SEQ};
use crate::lane::Lane;

const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;

/// How far the producer has come, in one consistent look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Heads {
    /// Position after the last published event.
    pub(crate) index: u64,
    /// Position after the last record. Read after `index`, so that every record which a published
    /// event names lies before it; those of later events may too.
    pub(crate) detail: u64,
}

/// The drain's side of a ring.
#[derive(Debug)]
pub(crate) struct Take<M> {
    memory: M,
    index_capacity: u64,
    detail_capacity: u64,
    /// The tails that were last stored for the producer, and the heads that were last read.
    tails: Heads,
    heads: Heads,
}

impl<M: RingMemory> Take<M> {
    /// The drain's side of a ring with these capacities, starting at its tails.
    ///
    /// # Errors
    ///
    /// A fault for impossible tails.
    pub(crate) fn new(memory: M, index_capacity: u64, detail_capacity: u64) -> Result<Self, Fault> {
        let tails = Heads {
            index: memory.load(Word::INDEX_TAIL, Ordering::Acquire),
            detail: memory.load(Word::DETAIL_TAIL, Ordering::Acquire),
        };
        check_event_boundary(Word::INDEX_TAIL, "index_tail", tails.index)?;
        let mut take = Self { memory, index_capacity, detail_capacity, tails, heads: tails };
        take.look()?;
        Ok(take)
    }

    /// The heads that [`look`](Self::look) returned last.
    pub(crate) fn heads(&self) -> Heads {
        self.heads
    }

    /// The tails that were stored for the producer last.
    pub(crate) fn tails(&self) -> Heads {
        self.tails
    }

    /// Looks how far the producer has come.
    ///
    /// # Errors
    ///
    /// A fault for an impossible position: before the last one, more than the ring ahead of the tail, or within
    /// an event. The ring is damaged then, and nothing more can be believed.
    pub(crate) fn look(&mut self) -> Result<Heads, Fault> {
        let heads = Heads {
            index: self.memory.load(Word::INDEX_HEAD, Ordering::Acquire),
            detail: self.memory.load(Word::DETAIL_HEAD, Ordering::Acquire),
        };
        let lanes = [
            (Word::INDEX_HEAD, "index_head", heads.index, self.heads.index, self.index_end()),
            (Word::DETAIL_HEAD, "detail_head", heads.detail, self.heads.detail, self.detail_end()),
        ];
        for (word, name, found, lowest, highest) in lanes {
            if !(lowest..=highest).contains(&found) {
                let expected = format!("{lowest} to {highest}");
                return Err(position_fault(word, name, expected, found));
            }
        }
        check_event_boundary(Word::INDEX_HEAD, "index_head", heads.index)?;
        self.heads = heads;
        Ok(heads)
    }

    fn index_end(&self) -> u64 {
        // 0xFFFFFFFF is not a sequence.
        let most = EVENT_SIZE * u64::from(NO_DETAIL_SEQ);
        self.tails.index.saturating_add(self.index_capacity).min(most)
    }

    fn detail_end(&self) -> u64 {
        self.tails.detail.saturating_add(self.detail_capacity)
    }

    /// Copies the bytes from `position` on out of a lane; they must lie between its tail and its
    /// head as [`look`](Self::look) returned it.
    pub(crate) fn copy(&self, lane: Lane, position: u64, bytes: &mut [u8]) {
        let capacity = match lane {
            Lane::Index => self.index_capacity,
            Lane::Detail => self.detail_capacity,
        };
        if bytes.is_empty() {
            return;
        }
        let at = (position & (capacity - 1)) as usize;
        let before_end = bytes.len().min(capacity as usize - at);
        let (now, wrapped) = bytes.split_at_mut(before_end);
        self.memory.read(lane, at, now);
        self.memory.read(lane, 0, wrapped);
    }

    /// Gives the producer the room up to `position`, which must be in the file.
    pub(crate) fn release(&mut self, lane: Lane, position: u64) {
        let tail = match lane {
            Lane::Index => &mut self.tails.index,
            Lane::Detail => &mut self.tails.detail,
        };
        if *tail != position {
            *tail = position;
            self.memory.store(Word::tail(lane), position, Ordering::Release);
        }
    }

    /// Takes room back that was [released](Self::release), down to `position`: what is behind it counts as
    /// in the ring only. Nothing else may have been pushed there since, so the producer must have ended for
    /// good, and not within a push; and the lane must hold all of it.
    pub(crate) fn take_back(&mut self, lane: Lane, position: u64) {
        let (tail, head, capacity) = match lane {
            Lane::Index => (self.tails.index, self.heads.index, self.index_capacity),
            Lane::Detail => (self.tails.detail, self.heads.detail, self.detail_capacity),
        };
        if position < tail && head - position <= capacity {
            self.release(lane, position);
        }
    }

    /// Whether there is room and a sequence for [`append`](Self::append).
    pub(crate) fn has_room(&self) -> bool {
        self.heads.index.checked_add(EVENT_SIZE).is_some_and(|end| end <= self.index_end())
    }

    /// Takes back the unpublished records from `position` on, in place of the producer, which must have
    /// ended for good. Otherwise the next event would publish them, because they name the sequence
    /// that it gets.
    pub(crate) fn cut_details(&mut self, position: u64) {
        if self.heads.detail != position {
            self.heads.detail = position;
            self.memory.store(Word::DETAIL_HEAD, position, Ordering::Release);
        }
    }

    /// Publishes one event in the place of the producer, which must have ended for good. There must
    /// be [room](Self::has_room).
    pub(crate) fn append(&mut self, event: &IndexEvent) {
        let head = self.heads.index;
        let at = (head & (self.index_capacity - 1)) as usize;
        self.memory.write(Lane::Index, at, event.as_bytes());
        self.heads.index = head + EVENT_SIZE;
        self.memory.store(Word::INDEX_HEAD, self.heads.index, Ordering::Release);
    }

    /// A sign of life, for a producer that waits.
    pub(crate) fn beat(&self, now_ns: u64) {
        self.memory.store(Word::HEARTBEAT_NS, now_ns, Ordering::Relaxed);
    }

    /// Lets no further push begin. `barrier` must make every thread of the machine pass a full
    /// memory barrier (membarrier(2)). After it, [`is_pushing`](Self::is_pushing) shows every
    /// unfinished push that saw the ring open, although the push itself has no barrier.
    pub(crate) fn close(&self, barrier: impl FnOnce()) {
        self.memory.store(Word::CLOSED, 1, Ordering::SeqCst);
        barrier();
    }

    /// Whether the producer is within a push. Call it after [`close`](Self::close): once it returns
    /// false, the next [`look`](Self::look) sees everything that was published.
    pub(crate) fn is_pushing(&self) -> bool {
        self.memory.load(Word::PUSHING, Ordering::Acquire) != 0
    }

    /// Whether the producer has left in order.
    pub(crate) fn has_ended(&self) -> bool {
        self.memory.load(Word::ENDED, Ordering::Acquire) != 0
    }

    /// Events that found no room, so far.
    pub(crate) fn dropped_events(&self) -> u64 {
        self.memory.load(Word::DROPPED_EVENTS, Ordering::Relaxed)
    }

    /// Detail records that found no room although their event did, so far.
    pub(crate) fn dropped_details(&self) -> u64 {
        self.memory.load(Word::DROPPED_DETAILS, Ordering::Relaxed)
    }

    /// Switches detail on or off, from the producer's next push on.
    pub(crate) fn set_detail(&self, is_enabled: bool) {
        self.memory.store(Word::DETAIL_ENABLED, is_enabled.into(), Ordering::Relaxed);
    }
}

/// Positions in the index lane are multiples of the size of an event.
fn check_event_boundary(word: Word, name: &'static str, found: u64) -> Result<(), Fault> {
    if found.is_multiple_of(EVENT_SIZE) {
        return Ok(());
    }
    let expected = format!("a multiple of {EVENT_SIZE}");
    Err(position_fault(word, name, expected, found))
}

fn position_fault(word: Word, name: &'static str, expected: String, found: u64) -> Fault {
    let (kind, offset) = (FaultKind::OutOfRange, word.offset() as u64);
    Fault::new(kind, Region::Control, offset, name, expected, found)
}
