//! Recording as a traced program does it, for the commands that make a session of their own,
//! [`demo`](crate::demo) and [`synth`](crate::synth): threads push into their rings, a drain writes
//! the files.
//!
//! Rings are for Linux and Android; elsewhere (`files`) every thread writes its files itself.

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod files;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod rings;

use std::thread::ScopedJoinHandle;

use atf_runtime::ThreadSummary;

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) use files::{Recording, Thread};
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use rings::{Recording, Thread};

/// What a thread records at most: so large its rings are, where there are any.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(any(target_os = "linux", target_os = "android")), allow(dead_code))]
pub(crate) struct Most {
    /// Index events.
    pub(crate) events: u64,
    /// Detail records with registers and stack.
    pub(crate) details: u64,
}

/// What was recorded, over all threads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recorded {
    pub(crate) events: u64,
    pub(crate) details: u64,
    /// How it went through the rings; `None` where there are none.
    pub(crate) through_rings: Option<ThroughRings>,
}

/// What a drain says of all rings together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThroughRings {
    /// Events, and details of events that are there, that found no room.
    pub(crate) dropped: u64,
    /// Most bytes that waited in one lane.
    pub(crate) high_water_bytes: u64,
}

impl Recorded {
    fn of(threads: &[ThreadSummary], through_rings: Option<ThroughRings>) -> Self {
        Self {
            events: threads.iter().map(|thread| u64::from(thread.events)).sum(),
            details: threads.iter().map(|thread| u64::from(thread.details.unwrap_or(0))).sum(),
            through_rings,
        }
    }
}

/// A worker's result; its panic goes on here.
fn join<T>(worker: ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
