//! What the protocol of a ring needs from its memory.
//!
//! The producer ([`super::push`]) and the drain's side ([`super::take`]) are written against this
//! trait. The real memory is a mapped file ([`super::map`]). The tests use a simulated one, and step
//! through every order in which the two sides can access it.

use std::mem::offset_of;
use std::sync::atomic::Ordering;

use super::hot::Addresses;
use crate::format::RingControl;
use crate::lane::Lane;

/// A 64-bit word of the control block, by its offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Word(usize);

impl Word {
    /// The first words: magic, byte order, version, machine.
    pub(crate) const FIRST: Self = Self::at(offset_of!(RingControl, magic));
    pub(crate) const INDEX_HEAD: Self = Self::at(offset_of!(RingControl, index_head));
    pub(crate) const DETAIL_HEAD: Self = Self::at(offset_of!(RingControl, detail_head));
    pub(crate) const DROPPED_EVENTS: Self = Self::at(offset_of!(RingControl, dropped_events));
    pub(crate) const DROPPED_DETAILS: Self = Self::at(offset_of!(RingControl, dropped_details));
    pub(crate) const PUSHING: Self = Self::at(offset_of!(RingControl, pushing));
    pub(crate) const ENDED: Self = Self::at(offset_of!(RingControl, ended));
    pub(crate) const INDEX_TAIL: Self = Self::at(offset_of!(RingControl, index_tail));
    pub(crate) const DETAIL_TAIL: Self = Self::at(offset_of!(RingControl, detail_tail));
    pub(crate) const HEARTBEAT_NS: Self = Self::at(offset_of!(RingControl, heartbeat_ns));
    pub(crate) const CLOSED: Self = Self::at(offset_of!(RingControl, closed));
    pub(crate) const DETAIL_ENABLED: Self = Self::at(offset_of!(RingControl, detail_enabled));
    pub(crate) const BLOCK: Self = Self::at(offset_of!(RingControl, block));

    /// Looked at when this is compiled: an aligned word within the control block.
    const fn at(offset: usize) -> Self {
        assert!(offset.is_multiple_of(8) && offset + 8 <= size_of::<RingControl>());
        Self(offset)
    }

    pub(crate) const fn offset(self) -> usize {
        self.0
    }

    /// Position up to which the drain has taken a lane.
    pub(crate) const fn tail(lane: Lane) -> Self {
        match lane {
            Lane::Index => Self::INDEX_TAIL,
            Lane::Detail => Self::DETAIL_TAIL,
        }
    }
}

/// Memory that a producer and a drain share. Every call returns, whatever the other side writes; the value
/// that it returns may be anything.
pub(crate) trait RingMemory {
    /// Reads a word, in one piece.
    fn load(&self, word: Word, order: Ordering) -> u64;
    /// Writes a word, in one piece.
    fn store(&self, word: Word, value: u64, order: Ordering);
    /// Adds to a word that an interrupting signal handler may add to as well.
    fn add(&self, word: Word, value: u64);
    /// Copies bytes into a lane's buffer. `at + bytes.len()` is at most its capacity.
    fn write(&self, lane: Lane, at: usize, bytes: &[u8]);
    /// Copies bytes out of a lane's buffer. `at + bytes.len()` is at most its capacity.
    fn read(&self, lane: Lane, at: usize, bytes: &mut [u8]);
    /// Where all of this is, for a push in C; nowhere for a memory that no such push can use.
    fn addresses(&self) -> Addresses {
        Addresses::default()
    }
}

/// What a push that finds no room asks of the world outside.
pub(crate) trait Surroundings {
    /// Whether nobody drains the ring any more. The producer has waited since `since_ns` (on the scale
    /// of [`now_ns`](Self::now_ns)), and `heartbeat_ns` is the drain's last sign of life. `round`
    /// counts the attempts of one push, because asking may cost more than waiting a little longer.
    fn is_drain_gone(&self, round: u32, since_ns: u64, heartbeat_ns: u64) -> bool;
    /// The time of heartbeats.
    fn now_ns(&self) -> u64;
    /// Lets time pass; `round` counts up while one push waits.
    fn pause(&self, round: u32);
    /// Whether this process is a fork of the one that made the ring.
    fn is_forked(&self) -> bool;
}
