//! The producer's side of the protocol: from an event to published bytes in a ring.
//!
//! One thread pushes, so nothing here locks or spins against another producer. The one thing that
//! can come in between is a signal handler of the same thread; see [`Push::push`].

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{Ordering, compiler_fence};

use zerocopy::IntoBytes;

use super::hot::{Hot, LaneState};
use super::marker::lost_marker;
use super::memory::{RingMemory, Surroundings, Word};
use crate::error::count;
use crate::format::{IndexEvent, NO_DETAIL_SEQ};
use crate::lane::Lane;
use crate::seq::{DetailSeq, IndexSeq, Sequences};
use crate::writer::{Encoded, Event, Payload};

const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;

/// Why an event was not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PushError {
    /// There is no room, and the thread does not wait: the policy is to drop, or the drain is gone.
    /// Counted as a dropped event.
    Full,
    /// A signal handler pushed while its thread was within a push. Counted as a dropped event.
    Interrupted,
    /// All 32-bit sequences of a lane are used up. Counted as a dropped event.
    SequencesExhausted(Lane),
    /// The drain's position is impossible: the ring is damaged, and is not used any more.
    /// Counted as a dropped event.
    Damaged(Lane),
    /// The payload can never be stored. Not counted: the event can be pushed again without it.
    PayloadTooLong {
        /// Most bytes that fit.
        limit: u64,
        /// Bytes that were given.
        found: u64,
    },
    /// The recording was stopped. Not counted.
    Closed,
    /// This process is a fork of the one that is recorded. Not counted.
    Forked,
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("the ring is full: the event was dropped"),
            Self::Interrupted => {
                f.write_str("a push of this thread was interrupted: the event was dropped")
            }
            Self::SequencesExhausted(lane) => {
                write!(f, "{lane} lane: expected at most 4294967295 records, found one more")
            }
            Self::Damaged(lane) => write!(
                f,
                "{lane} lane of the ring is damaged: its tail is ahead of its head or a lap behind"
            ),
            Self::PayloadTooLong { limit, found } => {
                write!(f, "payload: expected at most {}, found {found}", count(*limit, "byte"))
            }
            Self::Closed => f.write_str("the recording was stopped"),
            Self::Forked => f.write_str("a forked process does not record into its parent's ring"),
        }
    }
}

impl std::error::Error for PushError {}

impl PushError {
    /// Whether the event is counted as dropped.
    #[must_use]
    pub const fn is_counted(self) -> bool {
        matches!(
            self,
            Self::Full | Self::Interrupted | Self::SequencesExhausted(_) | Self::Damaged(_)
        )
    }
}

/// Whether the ring has room, after waiting if the policy says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    There,
    NotThere,
}

// A push in C uses a pointer to the `Push` as a pointer to its first field.
const _: () = assert!(std::mem::offset_of!(Push<()>, hot) == 0);

/// Position after the last event that has a sequence.
const INDEX_END: u64 = EVENT_SIZE * NO_DETAIL_SEQ as u64;

/// The producer's side of a ring. It begins with what the push in C shares.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Push<M> {
    hot: Hot,
    memory: M,
    damaged: Cell<Option<Lane>>,
    /// The drain's heartbeat and tails when it was found to be gone. While they do not change,
    /// it stays gone.
    gone_at: Cell<Option<(u64, u64, u64)>>,
}

impl<M: RingMemory + Surroundings> Push<M> {
    /// The producer of a ring that was just made. Capacities as in its control block.
    pub(crate) fn new(
        memory: M,
        thread_id: u32,
        index_capacity: u64,
        detail_capacity: u64,
    ) -> Self {
        let hot = Hot {
            addresses: memory.addresses(),
            index: LaneState::new(index_capacity, INDEX_END),
            detail: LaneState::new(detail_capacity, u64::MAX),
            marked: Cell::new(0),
            next_detail: Cell::new(0),
            thread_id,
            is_pushing: Cell::new(false),
        };
        Self { hot, memory, damaged: Cell::new(None), gone_at: Cell::new(None) }
    }

    pub(crate) fn memory(&self) -> &M {
        &self.memory
    }

    pub(crate) fn thread_id(&self) -> u32 {
        self.hot.thread_id
    }

    /// Index events pushed so far, lost markers included.
    pub(crate) fn event_count(&self) -> u32 {
        (self.hot.index.head.get() / EVENT_SIZE) as u32
    }

    /// Detail records pushed so far.
    pub(crate) fn detail_count(&self) -> u32 {
        self.hot.next_detail.get()
    }

    /// Publishes one event, and its detail record if there is a payload, detail is switched on and
    /// there is room for it.
    ///
    /// Always inlined. Otherwise the event's fields are stored to memory and then copied in larger
    /// pieces, and the processor waits for its own stores. That took two thirds of the time of a push.
    ///
    /// From a signal handler that interrupted a push of the same thread it is a counted drop: the
    /// interrupted push continues as if nothing had happened.
    #[inline(always)]
    pub(crate) fn push(
        &self,
        event: &Event,
        payload: Option<&Payload<'_>>,
    ) -> Result<IndexSeq, PushError> {
        if self.memory.is_forked() {
            return Err(PushError::Forked);
        }
        if self.hot.is_pushing.get() {
            return Err(self.interrupted());
        }
        self.hot.is_pushing.set(true);
        // A handler on this thread sees what was stored in the order of the program; the drain,
        // which runs elsewhere, has a barrier of its own (see `Take::close`).
        self.memory.store(Word::PUSHING, 1, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        let result = if self.memory.load(Word::CLOSED, Ordering::Relaxed) == 0 {
            self.push_open(event, payload)
        } else {
            Err(PushError::Closed)
        };
        compiler_fence(Ordering::SeqCst);
        // In this order: a handler that comes in between makes a whole push of its own. The other way
        // round it would count a drop that the drain, seeing no push, may have read too early.
        self.hot.is_pushing.set(false);
        compiler_fence(Ordering::SeqCst);
        self.memory.store(Word::PUSHING, 0, Ordering::Release);
        result
    }

    /// The error of a push that interrupted another push of its thread.
    #[cold]
    fn interrupted(&self) -> PushError {
        // The interrupted push may not have stored this yet, and without it a drain that stops the
        // recording would miss the drop that is counted below. The interrupted push clears it.
        self.memory.store(Word::PUSHING, 1, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        if self.memory.load(Word::CLOSED, Ordering::Relaxed) != 0 {
            return PushError::Closed;
        }
        self.drop_event(PushError::Interrupted)
    }

    #[inline(always)]
    fn push_open(
        &self,
        event: &Event,
        payload: Option<&Payload<'_>>,
    ) -> Result<IndexSeq, PushError> {
        let Some(payload) = payload else { return self.push_event(event, None) };
        self.push_with_payload(event, payload)
    }

    #[inline(never)]
    fn push_with_payload(
        &self,
        event: &Event,
        payload: &Payload<'_>,
    ) -> Result<IndexSeq, PushError> {
        if self.memory.load(Word::DETAIL_ENABLED, Ordering::Relaxed) == 0 {
            return self.push_event(event, None);
        }
        let encoded = Encoded::new(payload, event.event_kind, event.function_id)
            .map_err(|error| too_long(&error))?;
        let len = u64::from(encoded.total_length);
        if len > self.hot.detail.capacity && self.hot.detail.capacity > 0 {
            let head = len - encoded.bytes.len() as u64;
            return Err(PushError::PayloadTooLong {
                limit: self.hot.detail.capacity.saturating_sub(head),
                found: encoded.bytes.len() as u64,
            });
        }
        self.push_event(event, Some(&encoded))
    }

    #[inline(always)]
    fn push_event(
        &self,
        event: &Event,
        detail: Option<&Encoded<'_>>,
    ) -> Result<IndexSeq, PushError> {
        let dropped = self.memory.load(Word::DROPPED_EVENTS, Ordering::Relaxed);
        let lost = dropped.saturating_sub(self.hot.marked.get());
        let slots = if lost == 0 { 1 } else { 2 };
        if !self.hot.index.has_room(slots * EVENT_SIZE) {
            self.make_room(slots * EVENT_SIZE)?;
        }
        let head = self.hot.index.head.get();
        let event_at = head + (slots - 1) * EVENT_SIZE;
        let index_seq = IndexSeq((event_at / EVENT_SIZE) as u32);
        let detail_seq = match detail {
            Some(detail) => self.push_detail(index_seq, event, detail)?,
            None => None,
        };
        if lost > 0 {
            self.write_marker(head, lost, event);
        }
        let sequences = Sequences { index_seq, detail_seq };
        self.write_index(event_at, &event.record(self.hot.thread_id, &sequences));
        self.hot.index.head.set(event_at + EVENT_SIZE);
        // This store publishes: the event, its record, and the marker before it.
        self.memory.store(Word::INDEX_HEAD, event_at + EVENT_SIZE, Ordering::Release);
        Ok(index_seq)
    }

    /// Tells the stream how many events were lost before `event`.
    #[cold]
    fn write_marker(&self, at: u64, lost: u64, event: &Event) {
        let marker = lost_marker(self.hot.thread_id, lost, event.timestamp_ns);
        self.write_index(at, &marker);
        self.hot.marked.set(self.hot.marked.get() + lost);
    }

    /// Copies the record of the event at `index_seq`; `None` when it was dropped and the event is
    /// recorded without it.
    fn push_detail(
        &self,
        index_seq: IndexSeq,
        event: &Event,
        detail: &Encoded<'_>,
    ) -> Result<Option<DetailSeq>, PushError> {
        let len = u64::from(detail.total_length);
        if self.hot.next_detail.get() == NO_DETAIL_SEQ || len > self.hot.detail.capacity {
            self.memory.add(Word::DROPPED_DETAILS, 1);
            return Ok(None);
        }
        if !self.hot.detail.has_room(len) {
            match self.look_for_room(Lane::Detail, len)? {
                Room::There => {}
                Room::NotThere => {
                    self.memory.add(Word::DROPPED_DETAILS, 1);
                    return Ok(None);
                }
            }
        }
        let header = detail.header(index_seq, self.hot.thread_id, event.timestamp_ns);
        let head = self.hot.detail.head.get();
        let mut at = head;
        for part in [header.as_bytes(), detail.fixed_bytes(), detail.bytes] {
            self.write_detail(at, part);
            at += part.len() as u64;
        }
        let seq = DetailSeq(self.hot.next_detail.get());
        self.hot.next_detail.set(seq.0 + 1);
        self.hot.detail.head.set(at);
        self.memory.store(Word::DETAIL_HEAD, at, Ordering::Release);
        Ok(Some(seq))
    }

    /// An event never crosses the end of the buffer: its size divides the capacity.
    #[inline(always)]
    fn write_index(&self, position: u64, event: &IndexEvent) {
        let at = (position & (self.hot.index.capacity - 1)) as usize;
        self.memory.write(Lane::Index, at, event.as_bytes());
    }

    fn write_detail(&self, position: u64, bytes: &[u8]) {
        let at = (position & (self.hot.detail.capacity - 1)) as usize;
        let (now, wrapped) =
            bytes.split_at(bytes.len().min(self.hot.detail.capacity as usize - at));
        self.memory.write(Lane::Detail, at, now);
        self.memory.write(Lane::Detail, 0, wrapped);
    }

    #[cold]
    fn make_room(&self, len: u64) -> Result<(), PushError> {
        if let Some(lane) = self.damaged.get() {
            return Err(self.drop_event(PushError::Damaged(lane)));
        }
        if self.hot.index.head.get() + len > self.hot.index.end {
            return Err(self.drop_event(PushError::SequencesExhausted(Lane::Index)));
        }
        match self.look_for_room(Lane::Index, len)? {
            Room::There => Ok(()),
            Room::NotThere => Err(self.drop_event(PushError::Full)),
        }
    }

    /// Looks how far the drain has come and, where the policy is to block, waits for it.
    #[cold]
    fn look_for_room(&self, lane: Lane, len: u64) -> Result<Room, PushError> {
        let blocks = self.memory.load(Word::BLOCK, Ordering::Relaxed) != 0;
        let mut waiting_since = None;
        for round in 0.. {
            self.look_at_tail(lane)?;
            if self.lane(lane).has_room(len) {
                self.gone_at.set(None);
                return Ok(Room::There);
            }
            if !blocks {
                return Ok(Room::NotThere);
            }
            if self.memory.load(Word::CLOSED, Ordering::Relaxed) != 0 {
                return Err(PushError::Closed);
            }
            let since_ns = *waiting_since.get_or_insert_with(|| self.memory.now_ns());
            if self.is_drain_gone(round, since_ns) {
                return Ok(Room::NotThere);
            }
            self.memory.pause(round);
        }
        Ok(Room::NotThere)
    }

    /// A drain that was found to be gone counts as gone until its heartbeat or a tail changes. Asking
    /// costs system calls, and with a full ring that nobody drains, every event would ask.
    fn is_drain_gone(&self, round: u32, since_ns: u64) -> bool {
        let heartbeat_ns = self.memory.load(Word::HEARTBEAT_NS, Ordering::Relaxed);
        let sign = (heartbeat_ns, self.hot.index.tail.get(), self.hot.detail.tail.get());
        if self.gone_at.get() == Some(sign) {
            return true;
        }
        // A heartbeat from the future would make the drain look alive forever.
        let is_sign = heartbeat_ns <= self.memory.now_ns();
        let heartbeat_ns = if is_sign { heartbeat_ns } else { 0 };
        let is_gone = self.memory.is_drain_gone(round, since_ns, heartbeat_ns);
        self.gone_at.set(is_gone.then_some(sign));
        is_gone
    }

    fn lane(&self, lane: Lane) -> &LaneState {
        match lane {
            Lane::Index => &self.hot.index,
            Lane::Detail => &self.hot.detail,
        }
    }

    fn look_at_tail(&self, lane: Lane) -> Result<(), PushError> {
        let state = self.lane(lane);
        let tail = self.memory.load(Word::tail(lane), Ordering::Acquire);
        // A tail is never ahead of the head and never moves back.
        if tail > state.head.get() || tail < state.tail.get() {
            self.damaged.set(Some(lane));
            self.hot.index.shut();
            return Err(self.drop_event(PushError::Damaged(lane)));
        }
        state.set_tail(tail);
        Ok(())
    }

    fn drop_event(&self, why: PushError) -> PushError {
        self.memory.add(Word::DROPPED_EVENTS, 1);
        why
    }

    /// Says that this producer has left in order: nothing will be pushed any more.
    pub(crate) fn end(&self) {
        if !self.memory.is_forked() {
            self.memory.store(Word::ENDED, 1, Ordering::Release);
        }
    }
}

fn too_long(error: &crate::Error) -> PushError {
    match *error {
        crate::Error::PayloadTooLong { limit, found, .. } => {
            PushError::PayloadTooLong { limit, found }
        }
        _ => PushError::PayloadTooLong { limit: u64::from(u32::MAX), found: u64::MAX },
    }
}
