//! The drain's thread: finds rings, moves their bytes to files, and ends the session.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::DrainSummary;
use super::ending::{entries, has_begun, remove_unmade};
use super::metrics::{Metrics, ThreadMetrics};
use super::options::DrainOptions;
use super::shared::{Request, Shared};
use super::thread_drain::{FinishedRing, ThreadDrain};
use crate::error::{Error, Result};
use crate::lock::Lock;
use crate::manifest::State;
use crate::session::SessionWriter;
use crate::storage::Storage;
use crate::sys;
use crate::thread_dir::{thread_dir_name, thread_dirs};
use crate::writer::ThreadSummary;

/// How often the drain looks for new rings and for producers that ended. A thread that registers is
/// known at once.
const SCAN_INTERVAL_NS: u64 = 50_000_000;
const METRICS_INTERVAL_NS: u64 = 10_000_000;
/// A ring of 4 MiB takes 1.6 ms to fill at the fastest.
const SHORT_NAP: Duration = Duration::from_micros(200);
const LONG_NAP: Duration = Duration::from_millis(1);
/// After a failed write, so that waiting for room on the disk does not keep a core busy.
const ERROR_NAP: Duration = Duration::from_millis(20);
/// If a push is still in progress so long after its ring was closed, its producer does not run (a
/// debugger stopped it). It may publish later, so its ring is kept.
const PUSH_GRACE: Duration = Duration::from_secs(1);
/// A drain that waits for the end of the session ends it after so long without a producer.
const LINGER_NS: u64 = 500_000_000;

/// What the drain's thread owns.
pub(super) struct Worker<S: Storage> {
    dir: PathBuf,
    options: DrainOptions,
    session: SessionWriter<S>,
    shared: Arc<Shared>,
    threads: Vec<ThreadDrain<S>>,
    ended: BTreeMap<u32, (ThreadSummary, ThreadMetrics)>,
    /// Rings of ended threads that the manifest does not list yet.
    finished_rings: Vec<FinishedRing<S>>,
    /// Rings that cannot be drained because they or their files are damaged.
    failed: BTreeMap<u32, Error>,
    /// The last error of the operating system, by thread. It is tried again.
    refused: BTreeMap<u32, Error>,
    last_error: Option<String>,
    scanned_at_ns: u64,
    published_at_ns: u64,
    busy_at_ns: u64,
    /// Whether there was ever a thread to drain. If not, the drain waits for the first one.
    has_seen_any: bool,
    /// The lock of the session, held as long as this lives.
    _lock: Lock,
}

impl<S: Storage> Worker<S> {
    pub(super) fn new(
        session: SessionWriter<S>,
        options: DrainOptions,
        shared: Arc<Shared>,
        lock: Lock,
    ) -> Self {
        Self {
            dir: session.dir().to_owned(),
            options,
            session,
            shared,
            threads: Vec::new(),
            ended: BTreeMap::new(),
            finished_rings: Vec::new(),
            failed: BTreeMap::new(),
            refused: BTreeMap::new(),
            last_error: None,
            scanned_at_ns: 0,
            published_at_ns: 0,
            busy_at_ns: sys::now_ns(),
            has_seen_any: false,
            _lock: lock,
        }
    }

    /// Drains until it is told to stop.
    pub(super) fn run(mut self) -> Result<DrainSummary> {
        let mut nap = SHORT_NAP;
        // Once: from here on nobody else ends threads, and a manifest may be long.
        self.has_seen_any = has_begun(&self.dir);
        loop {
            let now_ns = sys::now_ns();
            let orders = self.shared.take_orders();
            if let Some((modules, symbols)) = orders.symbols
                && let Err(error) = self.session.record_symbols(modules, symbols)
            {
                self.note_error(&error);
            }
            let is_scan_due = now_ns.saturating_sub(self.scanned_at_ns) >= SCAN_INTERVAL_NS;
            if is_scan_due {
                self.scan(now_ns);
            }
            // Known by now where the scan came by.
            orders.new_rings.into_iter().for_each(|id| self.open_ring(id, now_ns));
            if let Some(is_enabled) = orders.detail {
                self.threads.iter().for_each(|thread| thread.set_detail(is_enabled));
            }
            let (taken, has_failed) = self.pump_all(now_ns);
            if is_scan_due {
                self.end_finished_threads(now_ns);
            }
            if now_ns.saturating_sub(self.published_at_ns) >= METRICS_INTERVAL_NS {
                self.publish_metrics(now_ns);
            }
            match orders.request {
                Request::GoOn => {}
                Request::Stop { deadline } => return self.stop(deadline),
                Request::StopWhenOver if is_scan_due && self.is_over(now_ns) => {
                    return self.stop(None);
                }
                Request::StopWhenOver => {}
                Request::Abandon => return self.abandon(now_ns),
            }
            nap = if taken > 0 { SHORT_NAP } else { (nap * 2).min(LONG_NAP) };
            if has_failed {
                self.shared.nap(ERROR_NAP);
            } else if taken < self.options.write_bytes as u64 {
                self.shared.nap(nap);
            }
        }
    }

    /// Opens the rings that are not known yet.
    fn scan(&mut self, now_ns: u64) {
        self.scanned_at_ns = now_ns;
        let ids = match thread_dirs(self.session.storage(), &self.dir) {
            Ok(ids) => ids,
            Err(error) => return self.note_error(&error),
        };
        // A ring that could not be opened, and whose making failed too, is not there any more.
        let threads = &self.threads;
        self.refused.retain(|id, _| {
            ids.contains(id) || threads.iter().any(|thread| thread.thread_id == *id)
        });
        for id in ids {
            self.open_ring(id, now_ns);
        }
    }

    /// Opens the ring of a thread, if it exists and is not known yet.
    fn open_ring(&mut self, id: u32, now_ns: u64) {
        // Those that have ended are the many.
        let is_known = self.ended.contains_key(&id)
            || self.failed.contains_key(&id)
            || self.threads.iter().any(|thread| thread.thread_id == id);
        if !is_known {
            let dir = self.dir.join(thread_dir_name(id));
            match ThreadDrain::open(self.session.storage().clone(), dir, id, self.options, now_ns) {
                Ok(None) => {
                    self.refused.remove(&id);
                }
                Ok(Some(thread)) => {
                    self.refused.remove(&id);
                    if let Some(is_enabled) = self.shared.detail() {
                        thread.set_detail(is_enabled);
                    }
                    self.has_seen_any = true;
                    self.threads.push(thread);
                }
                Err(error) => self.set_aside(id, error),
            }
        }
    }

    /// Damaged rings and threads whose directory or files were removed are left to recovery. Other
    /// errors of the operating system are tried again.
    fn set_aside(&mut self, id: u32, error: Error) {
        self.note_error(&error);
        let is_unusable = matches!(error, Error::Malformed { .. } | Error::NotATrace { .. });
        let is_final = is_unusable || error.is_not_found();
        if is_final {
            // A ring that cannot be drained is not waited for either.
            self.has_seen_any = true;
            self.refused.remove(&id);
            self.threads.retain(|thread| thread.thread_id != id);
            self.failed.insert(id, error);
        } else {
            self.refused.insert(id, error);
        }
    }

    fn note_error(&mut self, error: &Error) {
        self.last_error = Some(format!("{error:#}"));
    }

    /// Moves what the rings hold. Returns the bytes taken, and whether a write failed.
    fn pump_all(&mut self, now_ns: u64) -> (u64, bool) {
        let mut taken = 0;
        let mut failures = Vec::new();
        for thread in &mut self.threads {
            match thread.pump(now_ns) {
                Ok(bytes) => taken += bytes,
                Err(error) => failures.push((thread.thread_id, error)),
            }
        }
        let has_failed = !failures.is_empty();
        for (id, error) in failures {
            self.set_aside(id, error);
        }
        if taken > 0 {
            self.busy_at_ns = now_ns;
        }
        (taken, has_failed)
    }

    /// Ends the files of threads that have ended.
    fn end_finished_threads(&mut self, now_ns: u64) {
        let gone: Vec<u32> = self
            .threads
            .iter()
            .filter(|thread| thread.is_producer_gone())
            .map(|thread| thread.thread_id)
            .collect();
        if gone.is_empty() && self.finished_rings.is_empty() {
            return;
        }
        self.busy_at_ns = now_ns;
        for id in gone {
            self.finish(id, now_ns);
        }
        if let Err(error) = self.write_manifest(State::Recording) {
            self.note_error(&error);
        }
    }

    /// Finalizes the files of one thread. Returns whether that succeeded. Its ring is kept.
    fn finish(&mut self, id: u32, now_ns: u64) -> bool {
        let Some(at) = self.threads.iter().position(|thread| thread.thread_id == id) else {
            return false;
        };
        match self.threads[at].finish(now_ns) {
            Ok(summary) => {
                let thread = self.threads.swap_remove(at);
                let metrics = ThreadMetrics { is_ended: true, ..thread.metrics() };
                self.refused.remove(&id);
                self.ended.insert(id, (summary, metrics));
                self.finished_rings.push(thread.into_ring());
                true
            }
            Err(error) => {
                self.set_aside(id, error);
                false
            }
        }
    }

    /// Writes the manifest with the threads that have ended, and then removes their rings. So the
    /// counts of lost events are in one of the two at any moment.
    fn write_manifest(&mut self, state: State) -> Result<()> {
        let is_complete = state == State::Complete;
        let drained = self.ended.values().map(|(summary, _)| summary);
        let entries = entries(&self.dir, drained, is_complete)?;
        self.session.record(entries, state)?;
        let mut result = Ok(());
        self.finished_rings.retain(|ring| match ring.remove() {
            Ok(()) => false,
            Err(error) => {
                if result.is_ok() {
                    result = Err(error);
                }
                true
            }
        });
        result
    }

    fn is_over(&self, now_ns: u64) -> bool {
        let is_quiet = now_ns.saturating_sub(self.busy_at_ns) >= LINGER_NS;
        let has_none = self.threads.is_empty() && self.finished_rings.is_empty();
        let is_done = has_none && is_quiet && self.has_seen_any;
        // A session whose directory was removed cannot be ended; stopping reports that.
        is_done || !self.dir.is_dir()
    }

    /// Closes all rings, drains them, and finalizes files and session.
    fn stop(mut self, deadline: Option<Instant>) -> Result<DrainSummary> {
        let (mut is_further, mut left) = self.finish_all(deadline);
        // Rings that could not be opened while so many files were open.
        while is_further && !self.refused.is_empty() && !is_past(deadline) {
            self.write_manifest(State::Recording)?;
            (is_further, left) = self.finish_all(deadline);
        }
        let mut is_complete = left.is_empty() && self.failed.is_empty() && self.refused.is_empty();
        if is_complete {
            // If this fails, the session is not reported as complete.
            let removed = remove_unmade(self.session.storage(), &self.dir)
                .inspect_err(|error| self.note_error(error));
            is_complete = removed.is_ok();
        }
        let state = if is_complete { State::Complete } else { State::Recording };
        let written = self.write_manifest(state);
        self.publish_metrics(sys::now_ns());
        written?;
        if let Some(error) = self.failed.into_values().chain(self.refused.into_values()).next() {
            return Err(error);
        }
        Ok(DrainSummary {
            threads: self.ended.into_values().map(|(summary, _)| summary).collect(),
            unfinished: left,
            manifest: self.session.into_manifest(),
        })
    }

    /// Closes all rings and finalizes their files. Returns whether there were any, and the threads that
    /// are left: the deadline passed, or they are still within a push.
    fn finish_all(&mut self, deadline: Option<Instant>) -> (bool, Vec<u32>) {
        self.scan(sys::now_ns());
        self.threads.iter().for_each(ThreadDrain::close);
        // It takes the kernel some milliseconds.
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

    /// Leaves everything as a crash would, except that what was taken from the rings is in the files.
    fn abandon(mut self, now_ns: u64) -> Result<DrainSummary> {
        for thread in &mut self.threads {
            thread.flush(now_ns)?;
        }
        Ok(DrainSummary {
            unfinished: self.threads.iter().map(|thread| thread.thread_id).collect(),
            threads: self.ended.into_values().map(|(summary, _)| summary).collect(),
            manifest: self.session.into_manifest(),
        })
    }

    fn publish_metrics(&mut self, now_ns: u64) {
        self.published_at_ns = now_ns;
        let mut threads: Vec<ThreadMetrics> =
            self.threads.iter().map(ThreadDrain::metrics).collect();
        threads.extend(self.ended.values().map(|(_, metrics)| *metrics));
        threads.sort_unstable_by_key(|thread| thread.thread_id);
        self.shared.publish(Metrics {
            threads,
            is_waiting: !self.has_seen_any,
            last_error: self.last_error.clone(),
        });
    }
}

fn is_past(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}
