//! Recording without rings: each thread writes its files.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, Payload, ThreadSummary, ThreadWriter};

use super::{Recorded, join, spawn};
use crate::failure::Failure;

/// A session that is being recorded.
pub(crate) struct Recording {
    session: SessionWriter,
    ended: Arc<Mutex<Vec<ThreadSummary>>>,
}

impl Recording {
    /// Starts a recording.
    pub(crate) fn start(session: SessionWriter) -> Self {
        Self { session, ended: Arc::default() }
    }

    /// Starts a thread.
    pub(crate) fn thread(&self, thread_id: u32) -> Result<Thread, Failure> {
        let writer = RefCell::new(self.session.thread(thread_id)?);
        Ok(Thread { writer, ended: Arc::clone(&self.ended) })
    }

    /// Runs `work` on `workers` threads, passes each its number, and returns the results in order.
    ///
    /// # Errors
    ///
    /// The error of the first worker that failed.
    pub(crate) fn run<T: Send>(
        &self,
        workers: u32,
        work: impl Fn(u32) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        thread::scope(|scope| {
            let work = &work;
            let start = |number: u32| spawn(scope, move || work(number));
            let workers: Vec<_> = (0..workers).map(start).collect();
            workers.into_iter().map(|worker| join(worker?)).collect()
        })
    }

    /// Ends the session after a failure, and says so in its manifest.
    pub(crate) fn fail(self, failure: &Failure) {
        let threads = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        // The failure is what is reported.
        let _ = self.session.fail(&threads, &failure.to_string());
    }

    /// Ends the session.
    pub(crate) fn finish(self) -> Result<Recorded, Failure> {
        let mut threads = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        threads.sort_by_key(|thread| thread.thread_id);
        self.session.finish(&threads)?;
        Ok(Recorded::of(&threads, None))
    }
}

/// A thread that is being recorded.
pub(crate) struct Thread {
    writer: RefCell<ThreadWriter>,
    ended: Arc<Mutex<Vec<ThreadSummary>>>,
}

impl Thread {
    /// Records an event with an optional payload.
    pub(crate) fn record(
        &self,
        event: &Event,
        payload: Option<&Payload<'_>>,
    ) -> Result<(), Failure> {
        self.writer.borrow_mut().write_event(event, payload.copied())?;
        Ok(())
    }

    /// Ends the thread.
    pub(crate) fn end(self) -> Result<(), Failure> {
        let summary = self.writer.into_inner().finalize()?;
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).push(summary);
        Ok(())
    }
}
