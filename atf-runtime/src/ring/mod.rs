//! Lanes: the ring between a traced thread and the drain that writes its files.
//!
//! A thread's events go from [`Producer::push`] into a mapped file, `thread_N/lanes.ring`, and from
//! there by the [drain](crate::drain) into index.atf and detail.atf. What was pushed survives the
//! death of the producer, of the drain, and of both: recovery joins file and ring.
//!
//! `push` and `take` are the two sides of the protocol, over a small trait for the memory that
//! they share (`memory`); `map` is that memory for real. They are there on Linux and Android; rings
//! that were left behind are read everywhere (`image`).

pub(crate) mod boot;
pub(crate) mod geometry;
pub(crate) mod hot;
pub(crate) mod image;
mod left;
pub(crate) mod map;
pub(crate) mod marker;
pub(crate) mod memory;
#[cfg(test)]
mod model;
pub(crate) mod open;
mod producer;
pub(crate) mod push;
pub(crate) mod state;
pub(crate) mod take;

/// Whether this system has rings and their drain: Linux and Android. Elsewhere a thread writes its files
/// itself, with [`ThreadWriter`](crate::ThreadWriter).
#[must_use]
pub const fn is_supported() -> bool {
    crate::sys::CAN_RECORD
}

pub use left::{LeftInRing, left_in_ring};
pub use producer::{Producer, RingOptions, WhenFull};
pub use push::PushError;
