//! Recording through rings and a drain.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::format::{DetailEventHeader, DetailFunctionPayload, IndexEvent, MAX_STACK_BYTES};
use atf_runtime::ring::{Producer, PushError, RingOptions, WhenFull};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, Payload};

use super::{Limits, Recorded, RingUsage, join, spawn};
use crate::failure::Failure;

/// A thread keeps so many files open until the drain has completed them.
const FILES_PER_THREAD: usize = 6;
/// Files that are open besides those of threads.
const OTHER_FILES: usize = 24;
/// More threads at a time record no faster.
const MAX_OPEN_THREADS: usize = 200;
/// How often to check the drain for write errors.
const WATCH_INTERVAL: Duration = Duration::from_millis(50);
/// How often to check whether a new thread can start.
const START_INTERVAL: Duration = Duration::from_millis(2);

/// A session that is being recorded.
pub(crate) struct Recording {
    drain: Drain,
    started: AtomicUsize,
    /// Number of threads whose files were complete at the last check.
    ended: AtomicUsize,
    /// Number of threads that may be open at a time.
    most_open: usize,
}

impl Recording {
    /// Starts a recording. Rings have the default size, or less if no thread can fill them.
    pub(crate) fn start(session: SessionWriter, limits: Limits) -> Result<Self, Failure> {
        let record = size_of::<DetailEventHeader>() + size_of::<DetailFunctionPayload>();
        let record = (record + usize::from(MAX_STACK_BYTES)) as u64;
        let default = RingOptions::default();
        let event = size_of::<IndexEvent>() as u64;
        let ring = default
            .index_bytes(default.index_bytes.min(limits.events.saturating_mul(event)))
            .detail_bytes(default.detail_bytes.min(limits.details.saturating_mul(record)))
            // Dropping events would make the output depend on timing.
            .when_full(WhenFull::Block);
        // The session can be generated again after a power loss, and syncing thousands of small
        // files takes much longer than writing them.
        let options = DrainOptions::default().ring(ring).sync_on_finalize(false);
        let drain = Drain::start(session, options)?;
        Ok(Self {
            drain,
            started: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
            most_open: most_open_threads(),
        })
    }

    /// Starts a thread. Waits while as many are open as may be.
    pub(crate) fn thread(&self, thread_id: u32) -> Result<Thread, Failure> {
        let started = self.started.fetch_add(1, Ordering::Relaxed);
        while started.saturating_sub(self.ended.load(Ordering::Relaxed)) >= self.most_open
            && !self.drain.is_finished()
        {
            thread::sleep(START_INTERVAL);
            let metrics = self.drain.metrics();
            let ended = metrics.threads.iter().filter(|thread| thread.is_ended).count();
            self.ended.fetch_max(ended, Ordering::Relaxed);
        }
        Ok(Thread { producer: self.drain.register(thread_id)? })
    }

    /// Runs `work` on `workers` threads, passes each its number, and returns the results in order.
    ///
    /// # Errors
    ///
    /// The error of the drain if it cannot write, else of the first worker that failed. A write
    /// error stops the recording: workers must not wait forever for a full disk.
    pub(crate) fn run<T: Send>(
        &self,
        workers: u32,
        work: impl Fn(u32) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        thread::scope(|scope| {
            let (done, all_done) = channel::<()>();
            let (work, mut write_error) = (&work, None);
            let start = |number: u32| {
                let done = done.clone();
                spawn(scope, move || {
                    let result = work(number);
                    drop(done);
                    result
                })
            };
            let workers: Vec<_> = (0..workers).map(start).collect();
            drop(done);
            if let Some(Err(failure)) = workers.iter().find(|worker| worker.is_err()) {
                // The others need not record what is of no use.
                self.drain.set_failed(failure.to_string());
                let _ = self.drain.stop_within(Duration::ZERO);
            }
            while all_done.recv_timeout(WATCH_INTERVAL) != Err(RecvTimeoutError::Disconnected) {
                if write_error.is_none() {
                    write_error = self.stop_on_write_error();
                }
            }
            let results: Vec<_> = workers.into_iter().map(|worker| join(worker?)).collect();
            match write_error {
                Some(error) => Err(Failure::Other(error)),
                None => results.into_iter().collect(),
            }
        })
    }

    /// Stops the recording if the drain had a write error. Returns the error.
    fn stop_on_write_error(&self) -> Option<String> {
        let error = self.drain.metrics().last_error?;
        // Stopping usually fails with the same error.
        let _ = self.drain.stop_within(Duration::ZERO);
        Some(error)
    }

    /// Ends the session after a failure, and says so in its manifest.
    pub(crate) fn fail(self, failure: &Failure) {
        self.drain.set_failed(failure.to_string());
        // The failure is what is reported.
        let _ = self.drain.stop_within(Duration::ZERO);
    }

    /// Ends the session.
    pub(crate) fn finish(self) -> Result<Recorded, Failure> {
        let summary = self.drain.stop()?;
        let metrics = self.drain.metrics();
        let rings = RingUsage {
            dropped: metrics.dropped_events() + metrics.dropped_details(),
            high_water_bytes: metrics.high_water_bytes(),
        };
        Ok(Recorded::of(&summary.threads, Some(rings)))
    }
}

/// As many threads as the limit of open files allows (`ulimit -n`), if that can be read.
fn most_open_threads() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let limit = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    let most = limit
        .map_or(MAX_OPEN_THREADS, |limit| limit.saturating_sub(OTHER_FILES) / FILES_PER_THREAD);
    most.clamp(1, MAX_OPEN_THREADS)
}

/// A thread that is being recorded.
pub(crate) struct Thread {
    producer: Producer,
}

impl Thread {
    /// Records an event with an optional payload.
    #[inline]
    pub(crate) fn record(
        &self,
        event: &Event,
        payload: Option<&Payload<'_>>,
    ) -> Result<(), Failure> {
        match self.producer.push(event, payload) {
            Ok(_) => Ok(()),
            Err(error) => {
                // A push waits for the drain, so a full ring means that the drain is stuck.
                let why = if error == PushError::Full { "; the disk is too slow" } else { "" };
                Err(Failure::Other(format!("thread {}: {error}{why}", self.producer.thread_id())))
            }
        }
    }

    /// Ends the thread.
    pub(crate) fn end(self) -> Result<(), Failure> {
        // Dropping the producer tells the drain that the thread has ended.
        Ok(())
    }
}
