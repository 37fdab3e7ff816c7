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
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) mod hot;
pub(crate) mod image;
mod left;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) mod map;
pub(crate) mod marker;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) mod memory;
#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod model;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) mod open;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod producer;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) mod push;
pub(crate) mod state;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) mod sys;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) mod take;

pub use left::{LeftInRing, left_in_ring};
#[cfg(any(target_os = "linux", target_os = "android"))]
pub use producer::{Producer, RingOptions, WhenFull};
#[cfg(any(target_os = "linux", target_os = "android"))]
pub use push::PushError;
