//! The end of a session: closing all rings, finalizing what can be finalized, and the last manifest.

use std::time::{Duration, Instant};

use super::DrainSummary;
use super::ending::remove_unmade;
use super::thread_drain::ThreadDrain;
use super::worker::Worker;
use crate::error::Result;
use crate::format::RING_FILE;
use crate::manifest::{State, reserve};
use crate::ring::open::OpenRing;
use crate::storage::Storage;
use crate::sys;
use crate::thread_dir::thread_dir_name;

/// If a push is still in progress so long after its ring was closed, its producer does not run (a
/// debugger stopped it). It may publish later, so its ring is kept.
const PUSH_GRACE: Duration = Duration::from_secs(1);

impl<S: Storage> Worker<S> {
    /// Closes all rings, drains them, and finalizes files and session.
    pub(super) fn stop(mut self, deadline: Option<Instant>) -> Result<DrainSummary> {
        let (mut is_further, mut left) = self.finish_all(deadline);
        let mut written = Ok(());
        // Finalized threads have closed their files: rings that could not be opened may open now.
        while is_further && !self.refused.is_empty() && !is_past(deadline) && written.is_ok() {
            written = self.write_manifest(State::Recording);
            (is_further, left) = self.finish_all(deadline);
        }
        self.close_undrained();
        let is_drained = left.is_empty() && self.failed.is_empty() && self.refused.is_empty();
        let is_complete = is_drained && self.failure.is_none();
        let ended = written.and_then(|()| self.end_session(is_complete));
        if let Err(error) = &ended {
            self.note_failure(error);
            // The manifest may say that the session is complete.
            let _ = self.write_manifest(State::Recording);
        }
        reserve::release(self.session.storage(), &self.dir);
        self.publish_metrics(sys::now_ns());
        // If the session was removed, that is the error to report.
        if !self.dir.is_dir() {
            ended.clone()?;
        }
        if let Some(error) = self.failed.into_values().chain(self.refused.into_values()).next() {
            return Err(error);
        }
        ended?;
        Ok(DrainSummary {
            threads: self.ended.into_values().map(|(summary, _)| summary).collect(),
            unfinished: left,
            manifest: self.session.into_manifest(),
        })
    }

    /// Writes the last manifest.
    fn end_session(&mut self, is_complete: bool) -> Result<()> {
        // If this fails, the session is not complete.
        let removed =
            if is_complete { remove_unmade(self.session.storage(), &self.dir) } else { Ok(()) };
        if let Err(error) = &removed {
            self.note_failure(error);
        } else if let Some(error) = self.refused.values().next().cloned() {
            self.note_failure(&error);
        }
        let is_complete = is_complete && removed.is_ok();
        self.write_manifest(if is_complete { State::Complete } else { State::Recording })
    }

    /// Closes the rings whose files cannot be written: nobody would find what is pushed after the end of the
    /// recording.
    fn close_undrained(&self) {
        for id in self.refused.keys().chain(self.failed.keys()) {
            let path = self.dir.join(thread_dir_name(*id)).join(RING_FILE.path);
            // A ring that is damaged or cannot be opened stays as it is.
            if let Ok(Some(ring)) = OpenRing::open(&path) {
                ring.take.close(|| {});
            }
        }
    }

    /// Closes all rings and finalizes their files. Returns whether any was finalized, and the threads that
    /// are left: the deadline passed, or they are still within a push.
    fn finish_all(&mut self, deadline: Option<Instant>) -> (bool, Vec<u32>) {
        self.scan(sys::now_ns());
        self.threads.iter().for_each(ThreadDrain::close);
        // Not always: it takes the kernel some milliseconds.
        if !self.threads.iter().all(ThreadDrain::has_ended) {
            sys::barrier();
        }
        let pushing = self.wait_for_pushes(deadline);
        let mut is_further = false;
        let mut left = Vec::new();
        let mut ids: Vec<u32> = self.threads.iter().map(|thread| thread.thread_id).collect();
        ids.sort_unstable();
        for id in ids {
            if pushing.contains(&id) || is_past(deadline) {
                left.push(id);
            } else if self.finish(id, sys::now_ns()) {
                is_further = true;
            } else {
                // Its open files may keep the others from being finalized.
                self.threads.retain(|thread| thread.thread_id != id);
            }
        }
        (is_further, left)
    }

    /// After the barrier, a push that saw its ring open is visible until it is done. Returns the
    /// threads that are still within a push.
    ///
    /// A ring is checked until no push was visible once. A push that is visible later fails: its ring
    /// is closed.
    fn wait_for_pushes(&mut self, deadline: Option<Instant>) -> Vec<u32> {
        let given_up = Instant::now() + PUSH_GRACE;
        let mut pushing: Vec<u32> = self.threads.iter().map(|thread| thread.thread_id).collect();
        loop {
            let threads = self.threads.iter().filter(|thread| pushing.contains(&thread.thread_id));
            pushing = threads.filter(|it| it.may_be_pushing()).map(|it| it.thread_id).collect();
            if pushing.is_empty() || is_past(deadline) || is_past(Some(given_up)) {
                return pushing;
            }
            self.pump_all(sys::now_ns());
            std::thread::yield_now();
        }
    }
}

fn is_past(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}
