//! Through rings and a drain.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::format::{DetailEventHeader, DetailFunctionPayload, IndexEvent, MAX_STACK_BYTES};
use atf_runtime::ring::{Producer, PushError, RingOptions, WhenFull};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, Payload};

use super::{Most, Recorded, ThroughRings, join};
use crate::failure::Failure;

/// A thread that has ended holds four files until the drain has ended them, and 1024 are all that a
/// process may open as a rule.
const MAX_OPEN_THREADS: usize = 200;
/// How often the drain is asked whether it can write, and threads that wait whether they may begin.
const WATCH_INTERVAL: Duration = Duration::from_millis(50);
const NAP: Duration = Duration::from_millis(2);

/// A session that is being recorded.
pub(crate) struct Recording {
    drain: Drain,
    begun: AtomicUsize,
    /// Threads that the drain has ended, when it was last asked.
    ended: AtomicUsize,
}

impl Recording {
    /// Begins to record. Rings are as large as usual, or smaller where no thread fills them.
    pub(crate) fn start(session: SessionWriter, most: Most) -> Result<Self, Failure> {
        let record = size_of::<DetailEventHeader>() + size_of::<DetailFunctionPayload>();
        let record = (record + usize::from(MAX_STACK_BYTES)) as u64;
        let usual = RingOptions::default();
        let event = size_of::<IndexEvent>() as u64;
        let ring = usual
            .index_bytes(usual.index_bytes.min(most.events.saturating_mul(event)))
            .detail_bytes(usual.detail_bytes.min(most.details.saturating_mul(record)))
            // The same bytes for the same arguments, and a demonstration that shows all that was done.
            .when_full(WhenFull::Block);
        // What a power cut costs can be made again, and one thread that syncs thousands of small files
        // takes many times as long as making them.
        let options = DrainOptions::default().ring(ring).sync_on_finalize(false);
        let drain = Drain::start(session, options)?;
        Ok(Self { drain, begun: AtomicUsize::new(0), ended: AtomicUsize::new(0) })
    }

    /// The producer of a thread that begins. Waits until enough of the others have ended.
    pub(crate) fn thread(&self, thread_id: u32) -> Result<Thread, Failure> {
        let begun = self.begun.fetch_add(1, Ordering::Relaxed);
        while begun - self.ended.load(Ordering::Relaxed) >= MAX_OPEN_THREADS
            && !self.drain.is_finished()
        {
            thread::sleep(NAP);
            let metrics = self.drain.metrics();
            let ended = metrics.threads.iter().filter(|thread| thread.is_ended).count();
            self.ended.fetch_max(ended, Ordering::Relaxed);
        }
        Ok(Thread { producer: self.drain.register(thread_id)? })
    }

    /// Runs `work` on so many workers, each with its number, and returns what comes of it in the order
    /// of these.
    ///
    /// # Errors
    ///
    /// The first worker's, or why the drain cannot write: a disk without room must not keep them waiting
    /// forever.
    pub(crate) fn run<T: Send>(
        &self,
        workers: u32,
        work: impl Fn(u32) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        thread::scope(|scope| {
            let (done, all_done) = channel::<()>();
            let (work, mut trouble) = (&work, None);
            let begin = |number: u32| {
                let done = done.clone();
                scope.spawn(move || {
                    let result = work(number);
                    drop(done);
                    result
                })
            };
            let workers: Vec<_> = (0..workers).map(begin).collect();
            drop(done);
            while all_done.recv_timeout(WATCH_INTERVAL) != Err(RecvTimeoutError::Disconnected) {
                if trouble.is_none() {
                    trouble = self.stop_in_trouble();
                }
            }
            let results: Vec<_> = workers.into_iter().map(join).collect();
            match trouble {
                Some(trouble) => Err(Failure::Other(trouble)),
                None => results.into_iter().collect(),
            }
        })
    }

    /// Stops the recording if something cannot be written, and says what.
    fn stop_in_trouble(&self) -> Option<String> {
        let trouble = self.drain.metrics().last_error?;
        // It may fail for the same reason, which is told already.
        let _ = self.drain.stop_within(Duration::ZERO);
        Some(trouble)
    }

    /// Ends the session.
    pub(crate) fn finish(self) -> Result<Recorded, Failure> {
        let summary = self.drain.stop()?;
        let metrics = self.drain.metrics();
        let through_rings = ThroughRings {
            dropped: metrics.dropped_events() + metrics.dropped_details(),
            high_water_bytes: metrics.high_water_bytes(),
        };
        Ok(Recorded::of(&summary.threads, Some(through_rings)))
    }
}

/// A thread that is being recorded.
pub(crate) struct Thread {
    producer: Producer,
}

impl Thread {
    /// Records an event.
    #[inline]
    pub(crate) fn record(
        &self,
        event: &Event,
        payload: Option<&Payload<'_>>,
    ) -> Result<(), Failure> {
        match self.producer.push(event, payload) {
            Ok(_) => Ok(()),
            Err(error) => {
                // It waits for room, as long as the drain is alive.
                let why = if error == PushError::Full { "; the disk stood still" } else { "" };
                Err(Failure::Other(format!("thread {}: {error}{why}", self.producer.thread_id())))
            }
        }
    }

    /// Ends the thread.
    pub(crate) fn end(self) -> Result<(), Failure> {
        // Dropping the producer says so to the drain.
        Ok(())
    }
}
