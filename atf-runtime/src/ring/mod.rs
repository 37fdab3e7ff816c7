//! Lanes: the ring between a traced thread and the drain that writes its files.
//!
//! A thread's events go from [`Producer::push`] into a mapped file, `thread_N/lanes.ring`, and from
//! there by the [drain](crate::drain) into index.atf and detail.atf. What was pushed survives the
//! death of the producer, of the drain, and of both: recovery joins file and ring.
//!
//! [`push`] and [`take`] are the two sides of the protocol, over a small trait for the memory that
//! they share ([`memory`]); [`map`] is that memory for real.

pub(crate) mod boot;
pub(crate) mod geometry;
pub(crate) mod map;
pub(crate) mod memory;
pub(crate) mod open;
#[cfg(test)]
mod model;
mod producer;
pub(crate) mod push;
pub(crate) mod sys;
pub(crate) mod take;

pub use producer::{Producer, RingOptions, WhenFull};
pub use push::PushError;
