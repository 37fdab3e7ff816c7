//! Records a session the way a traced program does, for [`demo`](crate::demo) and
//! [`synth`](crate::synth): threads push events into rings, and a drain writes the files.
//!
//! Rings exist on Linux and Android only. On other systems each thread writes its files (`files`).

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

/// The maximum that one thread records. Determines the size of the rings.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(any(target_os = "linux", target_os = "android")), allow(dead_code))]
pub(crate) struct Limits {
    /// Index events.
    pub(crate) events: u64,
    /// Detail records with registers and stack.
    pub(crate) details: u64,
}

/// Totals of a recording, over all threads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recorded {
    pub(crate) events: u64,
    pub(crate) details: u64,
    /// `None` on systems without rings.
    pub(crate) rings: Option<RingUsage>,
}

/// How the rings were used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RingUsage {
    /// Events and details that were dropped because a ring was full.
    pub(crate) dropped: u64,
    /// The maximum number of bytes that waited in one lane of a ring.
    pub(crate) high_water_bytes: u64,
}

impl Recorded {
    /// Number of dropped events and details.
    pub(crate) fn dropped(&self) -> u64 {
        self.rings.map_or(0, |rings| rings.dropped)
    }

    fn of(threads: &[ThreadSummary], rings: Option<RingUsage>) -> Self {
        Self {
            events: threads.iter().map(|thread| u64::from(thread.events)).sum(),
            details: threads.iter().map(|thread| u64::from(thread.details.unwrap_or(0))).sum(),
            rings,
        }
    }
}

/// The result of a worker. If the worker panicked, panics in the same way.
fn join<T>(worker: ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
