//! The state that a producer uses at every push, laid out so that a push in C finds it too.
//!
//! [`Push`](super::push::Push) and the inline push of the C header both work on this struct, the C code by the
//! offsets in [`LAYOUT`].

use std::cell::Cell;
use std::mem::offset_of;
use std::sync::atomic::AtomicPtr;

/// The producer's state of one lane.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct LaneState {
    /// Length of the buffer, a power of two.
    pub(crate) capacity: u64,
    /// Position after the last push. The word in the ring only follows it.
    pub(crate) head: Cell<u64>,
    /// Position up to which a push needs no other check: one comparison with it covers full, out of sequences
    /// and damaged. If it fails, the slow path finds out which. Never before the head.
    pub(crate) limit: Cell<u64>,
    /// The drain's position when it was last read.
    pub(crate) tail: Cell<u64>,
    /// Position at which the sequences end.
    pub(crate) end: u64,
}

impl LaneState {
    pub(crate) fn new(capacity: u64, end: u64) -> Self {
        let limit = Cell::new(capacity.min(end));
        Self { capacity, head: Cell::new(0), limit, tail: Cell::new(0), end }
    }

    #[inline(always)]
    pub(crate) fn has_room(&self, len: u64) -> bool {
        self.limit.get() - self.head.get() >= len
    }

    pub(crate) fn set_tail(&self, tail: u64) {
        self.tail.set(tail);
        self.limit.set((tail + self.capacity).min(self.end));
    }

    /// Nothing more can be pushed.
    pub(crate) fn shut(&self) {
        self.limit.set(self.head.get());
    }
}

/// Addresses of a ring's mapped memory, for the push in C. Rust does not dereference them.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Addresses {
    /// The control block.
    pub(crate) control: AtomicPtr<u8>,
    pub(crate) index_buffer: AtomicPtr<u8>,
    pub(crate) detail_buffer: AtomicPtr<u8>,
    /// A byte that is 1 in the process that made the ring, and 0 in its forks.
    pub(crate) fork_mark: AtomicPtr<u8>,
}

/// A producer's state.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Hot {
    pub(crate) addresses: Addresses,
    pub(crate) index: LaneState,
    pub(crate) detail: LaneState,
    /// Dropped events for which a `lost` marker was pushed.
    pub(crate) marked: Cell<u64>,
    /// Records pushed so far: the next one's sequence.
    pub(crate) next_detail: Cell<u32>,
    pub(crate) thread_id: u32,
    /// Whether this thread is within a push: then a signal handler interrupted it.
    pub(crate) is_pushing: Cell<bool>,
}

/// What a push in C uses, by the names that its header gives them, in bytes from the state's start.
pub(crate) const LAYOUT: [(&str, usize); 15] = {
    const fn index(at: usize) -> usize {
        offset_of!(Hot, index) + at
    }
    const fn detail(at: usize) -> usize {
        offset_of!(Hot, detail) + at
    }
    const fn address(at: usize) -> usize {
        offset_of!(Hot, addresses) + at
    }
    [
        ("control", address(offset_of!(Addresses, control))),
        ("index_buffer", address(offset_of!(Addresses, index_buffer))),
        ("detail_buffer", address(offset_of!(Addresses, detail_buffer))),
        ("fork_mark", address(offset_of!(Addresses, fork_mark))),
        ("index_capacity", index(offset_of!(LaneState, capacity))),
        ("index_head", index(offset_of!(LaneState, head))),
        ("index_limit", index(offset_of!(LaneState, limit))),
        ("detail_capacity", detail(offset_of!(LaneState, capacity))),
        ("detail_head", detail(offset_of!(LaneState, head))),
        ("detail_limit", detail(offset_of!(LaneState, limit))),
        ("marked", offset_of!(Hot, marked)),
        ("next_detail", offset_of!(Hot, next_detail)),
        ("thread_id", offset_of!(Hot, thread_id)),
        ("is_pushing", offset_of!(Hot, is_pushing)),
        ("end", size_of::<Hot>()),
    ]
};
