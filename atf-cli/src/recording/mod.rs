//! Records a session the way a traced program does, for [`demo`](crate::demo) and
//! [`synth`](crate::synth): threads push events into rings, and a drain writes the files.
//!
//! Rings exist on Linux and Android only. On other systems each thread writes its files (`files`).

mod files;
mod rings;

use std::thread::{self, Scope, ScopedJoinHandle};

use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, Payload, ThreadSummary, ring};

use crate::failure::Failure;

/// The maximum that one thread records. Determines the size of the rings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Index events.
    pub(crate) events: u64,
    /// Detail records with registers and stack.
    pub(crate) details: u64,
}

/// A session that is being recorded.
#[allow(clippy::large_enum_variant, reason = "there is one per command")]
pub(crate) enum Recording {
    Rings(rings::Recording),
    Files(files::Recording),
}

/// A thread that is being recorded.
#[allow(clippy::large_enum_variant, reason = "there is one per worker, and it is used in place")]
pub(crate) enum Thread {
    Ring(rings::Thread),
    Files(files::Thread),
}

impl Recording {
    /// Starts a recording, through rings if this system has them.
    pub(crate) fn start(session: SessionWriter, limits: Limits) -> Result<Self, Failure> {
        if ring::is_supported() {
            rings::Recording::start(session, limits).map(Self::Rings)
        } else {
            Ok(Self::Files(files::Recording::start(session)))
        }
    }

    /// Starts a thread. With rings, waits while too many threads are open.
    pub(crate) fn thread(&self, thread_id: u32) -> Result<Thread, Failure> {
        match self {
            Self::Rings(recording) => recording.thread(thread_id).map(Thread::Ring),
            Self::Files(recording) => recording.thread(thread_id).map(Thread::Files),
        }
    }

    /// Runs `work` on `workers` threads, passes each its number, and returns the results in order.
    ///
    /// # Errors
    ///
    /// The error of the drain if it cannot write, else of the first worker that failed.
    pub(crate) fn run<T: Send>(
        &self,
        workers: u32,
        work: impl Fn(u32) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        match self {
            Self::Rings(recording) => recording.run(workers, work),
            Self::Files(recording) => recording.run(workers, work),
        }
    }

    /// Ends the session after a failure, and says so in its manifest.
    pub(crate) fn fail(self, failure: &Failure) {
        match self {
            Self::Rings(recording) => recording.fail(failure),
            Self::Files(recording) => recording.fail(failure),
        }
    }

    /// Ends the session.
    pub(crate) fn finish(self) -> Result<Recorded, Failure> {
        match self {
            Self::Rings(recording) => recording.finish(),
            Self::Files(recording) => recording.finish(),
        }
    }
}

impl Thread {
    /// Records an event with an optional payload.
    pub(crate) fn record(
        &self,
        event: &Event,
        payload: Option<&Payload<'_>>,
    ) -> Result<(), Failure> {
        match self {
            Self::Ring(thread) => thread.record(event, payload),
            Self::Files(thread) => thread.record(event, payload),
        }
    }

    /// Ends the thread.
    pub(crate) fn end(self) -> Result<(), Failure> {
        match self {
            Self::Ring(thread) => thread.end(),
            Self::Files(thread) => thread.end(),
        }
    }
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

/// Starts a worker.
fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, Result<T, Failure>>, Failure> {
    let worker = thread::Builder::new().spawn_scoped(scope, work);
    worker.map_err(|error| Failure::Other(format!("cannot start a thread: {error}")))
}

/// The result of a worker. If the worker panicked, panics in the same way.
fn join<T>(worker: ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
