//! The drain's thread: finds rings, and moves their bytes to files. `failing` decides what follows from
//! errors, `stopping` ends the session.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::DrainSummary;
use super::ending::{entries, has_begun};
use super::metrics::{Metrics, ThreadMetrics};
use super::notice::{Notice, Observer, Troubles};
use super::options::DrainOptions;
use super::shared::{Orders, Request, Shared};
use super::thread_drain::{FinishedRing, ThreadDrain};
use crate::error::{Error, Result};
use crate::lock::Lock;
use crate::manifest::{InDoubt, State, reserve};
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
/// A drain that waits for the end of the session ends it after so long without a producer.
const LINGER_NS: u64 = 500_000_000;
/// What the drain's thread owns.
pub(super) struct Worker<S: Storage> {
    pub(super) dir: PathBuf,
    options: DrainOptions,
    pub(super) session: SessionWriter<S>,
    shared: Arc<Shared>,
    pub(super) observer: Option<Observer>,
    pub(super) threads: Vec<ThreadDrain<S>>,
    pub(super) ended: BTreeMap<u32, (ThreadSummary, ThreadMetrics)>,
    /// Rings of ended threads that the manifest does not list yet.
    finished_rings: Vec<FinishedRing<S>>,
    /// Threads that this drain will not finalize: ring or files are damaged, or a sync failed.
    pub(super) failed: BTreeMap<u32, Error>,
    /// The last error of the operating system, by thread. It is tried again.
    pub(super) refused: BTreeMap<u32, Error>,
    /// As `refused`, of the session's directory and of its manifest.
    pub(super) refused_scan: bool,
    pub(super) refused_manifest: Option<Error>,
    /// How many attempts to finalize each thread have failed.
    pub(super) tries: BTreeMap<u32, u32>,
    /// What failed syncs leave in doubt, by thread.
    in_doubt: BTreeMap<u32, InDoubt>,
    /// The first failure that keeps the session from being complete, as text.
    pub(super) failure: Option<String>,
    pub(super) troubles: Troubles,
    pub(super) last_error: Option<String>,
    scanned_at_ns: u64,
    /// The next time when metrics are published, and when the manifest may be written again.
    metrics_due_ns: u64,
    manifest_due_ns: u64,
    busy_at_ns: u64,
    /// Whether there was ever a thread to drain. If not, the drain waits for the first one.
    pub(super) has_seen_any: bool,
    /// Whether the caller has already found out if the session has begun.
    is_begun_known: bool,
    /// The lock of the session, held as long as this lives.
    _lock: Lock,
}

impl<S: Storage> Worker<S> {
    pub(super) fn new(
        session: SessionWriter<S>,
        options: DrainOptions,
        shared: Arc<Shared>,
        lock: Lock,
        has_begun: Option<bool>,
    ) -> Self {
        Self {
            dir: session.dir().to_owned(),
            options,
            session,
            shared,
            observer: None,
            threads: Vec::new(),
            ended: BTreeMap::new(),
            finished_rings: Vec::new(),
            failed: BTreeMap::new(),
            refused: BTreeMap::new(),
            refused_scan: false,
            refused_manifest: None,
            tries: BTreeMap::new(),
            in_doubt: BTreeMap::new(),
            failure: None,
            troubles: Troubles::default(),
            last_error: None,
            scanned_at_ns: 0,
            metrics_due_ns: 0,
            manifest_due_ns: 0,
            busy_at_ns: sys::now_ns(),
            has_seen_any: has_begun.unwrap_or(false),
            is_begun_known: has_begun.is_some(),
            _lock: lock,
        }
    }

    /// Drains until it is told to stop.
    pub(super) fn run(mut self) -> Result<DrainSummary> {
        // A limit on the size of files must not end the traced program.
        sys::block_file_size_signal();
        let mut nap = SHORT_NAP;
        reserve::reserve(self.session.storage(), &self.dir);
        if !self.is_begun_known {
            // Read once, because a manifest may be long: from here on only this drain ends threads. A session
            // of this process is drained even if it cannot be read now.
            self.has_seen_any = has_begun(&self.dir).unwrap_or(false);
        }
        loop {
            let now_ns = sys::now_ns();
            let mut orders = self.shared.take_orders();
            let is_scan_due = now_ns.saturating_sub(self.scanned_at_ns) >= SCAN_INTERVAL_NS;
            if is_scan_due {
                self.scan(now_ns);
            }
            self.obey(&mut orders, now_ns);
            let (taken, has_failed) = self.pump_all(now_ns);
            if is_scan_due {
                self.end_finished_threads(now_ns);
                self.note_recovery();
            }
            if now_ns >= self.metrics_due_ns {
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

    /// Carries out all orders except the request.
    fn obey(&mut self, orders: &mut Orders, now_ns: u64) {
        if let Some(observer) = orders.observer.take() {
            self.observe(observer);
        }
        if let Some(reason) = orders.failed.take() {
            self.failure.get_or_insert(reason);
        }
        for (thread_id, error) in std::mem::take(&mut orders.untraced) {
            self.last_error = Some(format!("{error:#}"));
            self.notify(&Notice::Untraced { thread_id, error });
        }
        if let Some((modules, symbols)) = orders.symbols.take() {
            let written = self.session.record_symbols(modules, symbols);
            self.note_manifest(written);
        }
        for (thread_id, name, os_id) in std::mem::take(&mut orders.described) {
            self.session.describe_thread(thread_id, name.as_deref(), os_id);
        }
        // A scan may have opened them already.
        for id in std::mem::take(&mut orders.new_rings) {
            self.open_ring(id, now_ns);
        }
        if let Some(is_enabled) = orders.detail {
            self.threads.iter().for_each(|thread| thread.set_detail(is_enabled));
        }
    }

    /// Opens the rings that are not known yet.
    pub(super) fn scan(&mut self, now_ns: u64) {
        self.scanned_at_ns = now_ns;
        let ids = thread_dirs(self.session.storage(), &self.dir);
        self.refused_scan = ids.is_err();
        let ids = match ids {
            Ok(ids) => ids,
            Err(error) => return self.note_trouble(&error),
        };
        // A ring that could not be opened may be gone: its producer failed to create it.
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
        // Most threads have ended, so they are checked first.
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

    /// Moves the contents of the rings to the writers. Returns the bytes taken, and whether a write failed.
    pub(super) fn pump_all(&mut self, now_ns: u64) -> (u64, bool) {
        let mut taken = 0;
        let mut failures = Vec::new();
        for thread in &mut self.threads {
            match thread.pump(now_ns) {
                Ok(bytes) => {
                    taken += bytes;
                    // Finalizing a thread that has ended shows whether it works again.
                    if self.refused.contains_key(&thread.thread_id)
                        && !thread.is_stuck()
                        && !thread.is_producer_gone()
                    {
                        self.refused.remove(&thread.thread_id);
                    }
                }
                Err(error) => failures.push((thread.thread_id, error, thread.in_doubt())),
            }
        }
        let has_failed = !failures.is_empty();
        for (id, error, in_doubt) in failures {
            match in_doubt {
                Some(in_doubt) if !self.in_doubt.contains_key(&id) => {
                    self.note_failed_sync(id, in_doubt, &error);
                }
                _ => self.set_aside(id, error),
            }
        }
        if taken > 0 {
            self.busy_at_ns = now_ns;
        }
        (taken, has_failed)
    }

    /// A sync failed while the thread is recorded. The recording continues; the thread will not be
    /// finalized. The manifest says so at once, because the program may be killed.
    fn note_failed_sync(&mut self, id: u32, in_doubt: InDoubt, error: &Error) {
        self.in_doubt.insert(id, in_doubt);
        self.note_failure(error);
        let written = self.write_manifest(State::Recording);
        self.note_manifest(written);
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
        // The session does not stay open for a manifest that cannot be written.
        if !(gone.is_empty() && self.is_manifest_refused()) {
            self.busy_at_ns = now_ns;
        }
        let before = self.failed.len();
        for id in gone {
            self.finish(id, now_ns);
        }
        let has_failed = self.failed.len() > before;
        // While files wait for room there is nothing new to write.
        if self.finished_rings.is_empty() && !has_failed {
            return;
        }
        let started_ns = sys::now_ns();
        if started_ns < self.manifest_due_ns && !has_failed {
            return;
        }
        let written = self.write_manifest(State::Recording);
        self.note_manifest(written);
        self.manifest_due_ns = due_ns(started_ns);
    }

    /// Finalizes the files of one thread. Returns whether that succeeded. Otherwise its ring is kept.
    pub(super) fn finish(&mut self, id: u32, now_ns: u64) -> bool {
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
                if let Some(in_doubt) = self.threads[at].in_doubt() {
                    self.in_doubt.insert(id, in_doubt);
                    self.give_up(id, error);
                } else if self.is_last_try(id, &error) {
                    self.give_up(id, error);
                } else {
                    self.set_aside(id, error);
                }
                false
            }
        }
    }

    /// Writes the manifest with the threads that have ended, and then removes their rings. So the
    /// counts of lost events are in one of the two at any moment.
    pub(super) fn write_manifest(&mut self, state: State) -> Result<()> {
        let is_complete = state == State::Complete;
        let drained = self.ended.values().map(|(summary, _)| summary);
        let entries = entries(&self.dir, drained, is_complete)?;
        self.session.note_untraced(self.shared.untraced());
        if is_complete {
            self.session.set_failed(None);
        } else if let Some(failure) = &self.failure {
            self.session.set_failed(Some(failure));
        }
        self.session.record(entries, &self.in_doubt, state)?;
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
        let has_rings = !self.finished_rings.is_empty() && !self.is_manifest_refused();
        let has_none = self.threads.is_empty() && !has_rings;
        let is_done = has_none && is_quiet && self.has_seen_any;
        // A session whose directory was removed cannot be ended; stopping reports that.
        is_done || !self.dir.is_dir()
    }

    /// Leaves everything as a crash would, except that all that was taken from the rings is written.
    fn abandon(mut self, now_ns: u64) -> Result<DrainSummary> {
        reserve::release(self.session.storage(), &self.dir);
        for thread in &mut self.threads {
            thread.flush(now_ns)?;
        }
        Ok(DrainSummary {
            unfinished: self.threads.iter().map(|thread| thread.thread_id).collect(),
            threads: self.ended.into_values().map(|(summary, _)| summary).collect(),
            manifest: self.session.into_manifest(),
        })
    }

    pub(super) fn publish_metrics(&mut self, now_ns: u64) {
        let started_ns = sys::now_ns();
        let mut threads: Vec<ThreadMetrics> =
            self.threads.iter().map(ThreadDrain::metrics).collect();
        threads.extend(self.ended.values().map(|(_, metrics)| *metrics));
        threads.sort_unstable_by_key(|thread| thread.thread_id);
        self.shared.publish(Metrics {
            threads,
            is_waiting: !self.has_seen_any,
            last_error: self.last_error.clone(),
            stalled_by: self.troubles.stalled_by().cloned(),
            untraced_threads: self.shared.untraced(),
        });
        self.metrics_due_ns = due_ns(started_ns).max(now_ns.saturating_add(METRICS_INTERVAL_NS));
    }
}

/// When work that began at `started_ns` and has just ended may be repeated: so that it takes at most a tenth of
/// the time, however many threads there are.
fn due_ns(started_ns: u64) -> u64 {
    let now_ns = sys::now_ns();
    now_ns.saturating_add(now_ns.saturating_sub(started_ns).saturating_mul(9))
}
