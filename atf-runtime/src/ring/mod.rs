//! The ring between a traced thread and the drain that writes its files.
//!
//! [`Producer::push`] writes a thread's events to a mapped file, `thread_N/lanes.ring`. The
//! [drain](crate::drain) moves them from there to index.atf and detail.atf. Pushed events survive if the
//! producer, the drain, or both are killed: recovery takes them from file and ring.
//!
//! `push` and `take` are the two sides of the protocol. They share memory through a small trait
//! (`memory`); `map` implements it with a mapped file. Recording works on Linux and Android only; rings
//! are read on every system (`image`).

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
