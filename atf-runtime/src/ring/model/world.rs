//! Everything at one moment: both sides, what each knows of the other, the ring and the files.

use std::rc::Rc;

use super::Setup;
use super::sides::{Machine, Start};
use super::views::View;
use crate::ring::memory::Word;

/// Odd, and with bits everywhere: what is hashed can be told from the product.
const FACTOR: u128 = 0x2D99_787B_4C2F_3D55_9E37_79B9_7F4A_7C15;

/// How the drain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DrainState {
    /// At this state of its machine.
    Running(u32),
    /// Killed, or not there yet.
    Gone,
    /// Come to its end, with the dropped events and details that it has read.
    Ended(u64, u64),
}

/// One moment. Cheap to copy: a step changes little of it.
#[derive(Clone)]
pub(super) struct World {
    /// State of the producer's machine; where it was killed, if it was.
    pub(super) producer: u32,
    pub(super) is_producer_dead: bool,
    pub(super) drain: DrainState,
    /// What may still happen.
    pub(super) producer_kills: u8,
    pub(super) drain_kills: u8,
    pub(super) drains: u8,
    pub(super) signals: u8,
    /// What each side did.
    pub(super) by_producer: Rc<View>,
    pub(super) by_drain: Rc<View>,
    pub(super) buffers: Rc<[Vec<u8>; 2]>,
    pub(super) files: Rc<[Vec<u8>; 2]>,
    /// Numbers of the pushes that had begun when the drain ended.
    pub(super) begun_at_end: Rc<[u64]>,
}

impl World {
    pub(super) fn new(setup: &Setup, machine: &mut Machine) -> Self {
        let of_producer = [
            Word::INDEX_HEAD,
            Word::DETAIL_HEAD,
            Word::DROPPED_EVENTS,
            Word::DROPPED_DETAILS,
            Word::PUSHING,
            Word::ENDED,
        ];
        let of_drain = [Word::INDEX_TAIL, Word::DETAIL_TAIL, Word::HEARTBEAT_NS, Word::CLOSED]
            .map(|it| (it, 0));
        let capacities = [setup.index_capacity, setup.detail_capacity];
        let constants = [(Word::DETAIL_ENABLED, 1), (Word::BLOCK, setup.blocks.into())];
        Self {
            producer: machine.start(Start::Producer),
            is_producer_dead: false,
            drain: DrainState::Gone,
            producer_kills: setup.producer_kills,
            drain_kills: setup.drain_kills,
            drains: setup.drains,
            signals: setup.signals,
            by_producer: Rc::new(View::new(&of_producer.map(|it| (it, 0)), capacities)),
            by_drain: Rc::new(View::new(&[&of_drain[..], &constants].concat(), capacities)),
            buffers: Rc::new(capacities.map(|capacity| vec![0; capacity as usize])),
            files: Default::default(),
            begun_at_end: Rc::default(),
        }
    }

    /// A number that two worlds share when nothing can tell them apart, and else by a chance of one in
    /// 2^100.
    pub(super) fn fingerprint(&self) -> u128 {
        let mut bytes = Vec::with_capacity(1024);
        let drain = match self.drain {
            DrainState::Running(id) => [1, id, 0],
            DrainState::Gone => [2, 0, 0],
            DrainState::Ended(events, details) => [3, events as u32, details as u32],
        };
        for number in drain {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.producer.to_le_bytes());
        let left = [self.producer_kills, self.drain_kills, self.drains, self.signals];
        bytes.extend_from_slice(&left);
        bytes.push(self.is_producer_dead.into());
        bytes.push(self.begun_at_end.len() as u8);
        bytes.extend(self.begun_at_end.iter().map(|&it| it as u8));
        self.by_producer.print(&mut bytes);
        self.by_drain.print(&mut bytes);
        for file in self.files.iter() {
            bytes.push(file.len() as u8);
            bytes.extend_from_slice(file);
        }
        // The buffers follow from the producer's state: nobody else writes them.
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        let mut hash = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D_u128;
        for part in bytes.chunks_exact(8) {
            let part = u64::from_le_bytes(part.try_into().expect("8 bytes"));
            hash = (hash ^ u128::from(part)).wrapping_mul(FACTOR).rotate_left(59);
        }
        hash
    }

    /// What recovery would put together now, had everybody been killed.
    pub(super) fn recovered(&self) -> [Vec<u8>; 2] {
        let heads = [Word::INDEX_HEAD, Word::DETAIL_HEAD].map(|it| self.by_producer.latest(it));
        let tails = [Word::INDEX_TAIL, Word::DETAIL_TAIL].map(|it| self.by_drain.latest(it));
        std::array::from_fn(|lane| {
            let (file, buffer) = (&self.files[lane], &self.buffers[lane]);
            let tail = tails[lane] as usize;
            let mut bytes = file[..tail.min(file.len())].to_vec();
            if file.len() >= tail {
                let ring = tail..heads[lane] as usize;
                bytes.extend(ring.map(|position| buffer[position & (buffer.len() - 1)]));
            }
            bytes
        })
    }
}
