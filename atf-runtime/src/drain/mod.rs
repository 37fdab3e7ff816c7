//! The drain: from the rings of a session's threads to their files.
//!
//! [`Drain::start`] runs it as a thread of the recording process, [`Drain::attach`] in any other:
//! it finds the rings in the session's directory. Each file has its own writer. Events are written in
//! large pieces, and the checksum is computed on the way; slow threads are written when the flush
//! interval has passed. A drain that is killed loses nothing: another one resumes where it stopped, or
//! recovery takes the events from the rings.

mod ending;
mod failing;
mod finishing;
mod metrics;
mod notice;
mod options;
mod shared;
mod stopping;
mod syncs;
mod thread_drain;
mod worker;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ending::has_begun;
pub use metrics::{Metrics, ThreadMetrics};
pub use notice::Notice;
use notice::Observer;
pub use options::DrainOptions;
use shared::{Request, Shared};
use worker::Worker;

use crate::error::{Error, Result};
use crate::format::{Arch, ClockType, Os};
use crate::lock::Lock;
use crate::manifest::{Manifest, Module, Symbol};
use crate::platform::Platform;
use crate::ring::Producer;
use crate::ring::map::ForkGuard;
use crate::session::SessionWriter;
use crate::storage::{Disk, Storage};
use crate::sys;
use crate::writer::ThreadSummary;

/// A machine for which the format has no numbers.
const UNKNOWN: Platform =
    Platform { arch: Arch::new(0), os: Os::new(0), clock_type: ClockType::new(0) };

/// What a drain leaves when it ends.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DrainSummary {
    /// Threads whose files it finalized, in the order of their ids.
    pub threads: Vec<ThreadSummary>,
    /// Threads that were not finalized: the deadline passed, or they were within a push (a debugger
    /// stopped them). Their rings are kept, and another drain or recovery takes their events.
    pub unfinished: Vec<u32>,
    /// The manifest as it was written.
    pub manifest: Manifest,
}

/// The drain of a session, running in a thread of its own.
///
/// Dropping it without [`stop`](Self::stop) leaves the session as a crash would: rings stay, files are
/// not finalized, and another drain or recovery can finish it. Linux and Android only: elsewhere
/// [`start`](Self::start) and [`attach`](Self::attach) fail with [`Error::Unsupported`].
///
/// ```
/// use atf_runtime::drain::{Drain, DrainOptions};
/// use atf_runtime::format::EventKind;
/// use atf_runtime::session::SessionWriter;
/// use atf_runtime::{Event, Platform, WriterOptions};
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path().join("session");
/// let platform = Platform::host().expect("a host that the format knows");
/// let session = SessionWriter::create(&dir, platform, WriterOptions::default())?;
/// let drain = Drain::start(session, DrainOptions::default())?;
/// std::thread::scope(|scope| {
///     for thread_id in 0..2 {
///         let producer = drain.register(thread_id)?;
///         scope.spawn(move || {
///             let event = Event {
///                 timestamp_ns: 10,
///                 function_id: 1 << 32,
///                 event_kind: EventKind::CALL,
///                 call_depth: 0,
///             };
///             producer.push(&event, None).expect("an empty ring has room");
///         });
///     }
///     Ok::<(), atf_runtime::Error>(())
/// })?;
/// let summary = drain.stop()?;
/// assert_eq!(summary.threads.iter().map(|thread| thread.events).sum::<u32>(), 2);
/// # Ok::<(), atf_runtime::Error>(())
/// ```
#[derive(Debug)]
pub struct Drain {
    dir: PathBuf,
    platform: Platform,
    options: DrainOptions,
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<Result<DrainSummary>>>>,
    guard: ForkGuard,
}

impl Drain {
    /// Starts the drain of a session that this process records. The drain uses the session's storage
    /// for everything but the rings themselves.
    ///
    /// # Errors
    ///
    /// [`Error::BeingRecorded`] when another drain is at work on it; [`Error::Io`].
    pub fn start<S>(session: SessionWriter<S>, options: DrainOptions) -> Result<Self>
    where
        S: Storage<File: Send> + Send + 'static,
    {
        let lock = lock_session(session.dir())?;
        let (storage, dir) = (session.storage().clone(), session.dir().to_owned());
        let mut manifest = session.manifest().clone();
        Self::run(session, options, lock, None).inspect_err(|error| {
            manifest.set_failed(Some(&format!("{error:#}")), &dir);
            // The first error is the one to report.
            let _ = manifest.replace(&storage, &dir);
        })
    }

    /// Starts the drain of a session that other processes record. If an earlier drain was killed, it
    /// resumes where that drain stopped.
    ///
    /// # Errors
    ///
    /// [`Error::BeingRecorded`] when another drain is at work on it; [`Error::NotATrace`] when the
    /// directory is no session; [`Error::Io`], also if it does not exist.
    pub fn attach(dir: impl AsRef<Path>, options: DrainOptions) -> Result<Self> {
        Self::attach_in(Disk, dir, options)
    }

    /// As [`attach`](Self::attach), on another storage.
    ///
    /// # Errors
    ///
    /// As for [`attach`](Self::attach).
    pub fn attach_in<S>(storage: S, dir: impl AsRef<Path>, options: DrainOptions) -> Result<Self>
    where
        S: Storage<File: Send> + Send + 'static,
    {
        // Threads that register here run on this machine. Rings of other processes name their own
        // platform.
        let platform = Platform::host().unwrap_or(UNKNOWN);
        let dir = dir.as_ref();
        // Before the manifest is read: the previous holder of the lock may still change it.
        let lock = lock_session(dir)?;
        // Without this check it would wait for threads that cannot register.
        sys::check_writable(dir).map_err(Error::io(dir, "create files in it"))?;
        let session = SessionWriter::attach(storage, dir.to_owned(), platform)?;
        // Read once, because a manifest may be long: from here on only this drain ends threads.
        let has_begun = has_begun(session.dir())?;
        Self::run(session, options, lock, Some(has_begun))
    }

    fn run<S>(
        session: SessionWriter<S>,
        options: DrainOptions,
        lock: Lock,
        has_begun: Option<bool>,
    ) -> Result<Self>
    where
        S: Storage<File: Send> + Send + 'static,
    {
        let platform = session.platform();
        let dir = session.dir().to_owned();
        let guard = ForkGuard::new().map_err(Error::io(&dir, "guard against forks"))?;
        let shared = Arc::new(Shared::default());
        let worker = Worker::new(session, options, Arc::clone(&shared), lock, has_begun);
        let thread = thread::Builder::new()
            .name("atf-drain".to_owned())
            .spawn(move || worker.run())
            .map_err(Error::io(&dir, "start a drain thread for"))?;
        Ok(Self { dir, platform, options, shared, thread: Mutex::new(Some(thread)), guard })
    }

    /// Makes the ring of a thread of this process, and returns its producer for that thread.
    ///
    /// # Errors
    ///
    /// Those of [`Producer::create`]. The thread then counts as untraced, in [`Metrics`] and in the
    /// manifest, until another call registers it; an id that is already used does not count.
    /// [`Error::DrainStopped`], also in a forked process.
    pub fn register(&self, thread_id: u32) -> Result<Producer> {
        if self.guard.is_forked() {
            // The drain's thread runs in the parent only, and its state is not visible here.
            return Err(self.stopped());
        }
        // Held while the ring is made, so that a stop at the same time sees the ring.
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.as_ref().is_none_or(JoinHandle::is_finished) {
            return Err(self.stopped());
        }
        let ring = self.options.ring;
        let producer = Producer::create(&self.dir, thread_id, self.platform, ring);
        let producer = producer.inspect_err(|error| {
            // If the id is used already, there is a trace of that thread.
            if !error.is_already_there() {
                self.shared.set_untraced(thread_id, error);
            }
        })?;
        if let Some(is_enabled) = self.shared.detail() {
            producer.set_detail(is_enabled);
        }
        self.shared.set_traced(thread_id);
        Ok(producer)
    }

    /// Says in the manifest, from the next time it is written, how a thread is named, and which id the operating
    /// system gave it.
    ///
    /// ```
    /// use atf_runtime::drain::{Drain, DrainOptions};
    /// # use atf_runtime::session::SessionWriter;
    /// # use atf_runtime::{Platform, WriterOptions};
    /// # let dir = tempfile::tempdir().unwrap();
    /// # let dir = dir.path().join("session");
    /// # let platform = Platform::host().unwrap();
    /// # let session = SessionWriter::create(&dir, platform, WriterOptions::default())?;
    /// let drain = Drain::start(session, DrainOptions::default())?;
    /// let producer = drain.register(7)?;
    /// drain.describe_thread(7, Some("worker"), Some(4711));
    /// # drop(producer);
    /// let summary = drain.stop()?;
    /// let thread = &summary.manifest.threads[0];
    /// assert_eq!((thread.name.as_deref(), thread.os_id), (Some("worker"), Some(4711)));
    /// # Ok::<(), atf_runtime::Error>(())
    /// ```
    pub fn describe_thread(&self, thread_id: u32, name: Option<&str>, os_id: Option<u64>) {
        let described = (thread_id, name.map(str::to_owned), os_id);
        self.shared.order(|orders| orders.described.push(described));
    }

    /// Calls `report` on the drain's thread with each [`Notice`]: the disk is full and the drain waits, a
    /// thread's files cannot be completed, a thread could not be registered. Replaces an earlier `report`.
    /// What is wrong already is reported first.
    ///
    /// `report` delays the drain while it runs, and must not stop it.
    ///
    /// ```
    /// use atf_runtime::drain::{Drain, DrainOptions, Notice};
    /// # use atf_runtime::session::SessionWriter;
    /// # use atf_runtime::{Platform, WriterOptions};
    /// # let dir = tempfile::tempdir().unwrap();
    /// # let dir = dir.path().join("session");
    /// # let platform = Platform::host().unwrap();
    /// # let session = SessionWriter::create(&dir, platform, WriterOptions::default())?;
    /// let drain = Drain::start(session, DrainOptions::default())?;
    /// drain.on_notice(|notice: &Notice| eprintln!("tracer: {notice}"));
    /// # drain.stop()?;
    /// # Ok::<(), atf_runtime::Error>(())
    /// ```
    pub fn on_notice(&self, report: impl FnMut(&Notice) + Send + 'static) {
        let observer = Observer(Box::new(report));
        self.shared.order(|orders| orders.observer = Some(observer));
    }

    /// Switches detail on or off for all threads, also for later ones. Each thread reads the switch at
    /// its next pushes.
    pub fn set_detail(&self, is_enabled: bool) {
        self.shared.order(|orders| orders.detail = Some(is_enabled));
    }

    /// Says that the recorder failed. The manifest gets `reason` as `failed`, and its state stays "recording"
    /// when the drain is stopped. The drain itself continues.
    pub fn set_failed(&self, reason: impl Into<String>) {
        let reason = reason.into();
        self.shared.order(|orders| orders.failed = Some(reason));
    }

    /// Replaces the modules and function names in the manifest.
    ///
    /// The manifest is written soon after, not only at the end, so the names of a program that is killed
    /// are kept.
    pub fn set_symbols(&self, modules: Vec<Module>, symbols: Vec<Symbol>) {
        self.shared.order(|orders| orders.symbols = Some((modules, symbols)));
    }

    /// What was drained so far, at most about 10 ms old.
    pub fn metrics(&self) -> Metrics {
        self.shared.metrics()
    }

    /// Whether the drain's thread has ended by itself: see [`wait`](Self::wait).
    pub fn is_finished(&self) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Ends the recording: no further push begins. When this returns, every event whose push succeeded
    /// is in a finalized file. The exception is a thread that stays within a push: see
    /// [`DrainSummary::unfinished`].
    ///
    /// # Errors
    ///
    /// The first error that kept a thread from being finalized. Its ring is closed and kept, and the other
    /// threads are finalized. The manifest keeps the state "recording" and has the error in `failed`. Another
    /// drain or recovery takes the events of the ring.
    ///
    /// A failed sync is never repeated. Bytes of that sync which the ring's buffer still holds are given back to
    /// the ring, to be written again later. The events before them are `unverified` in the manifest.
    ///
    /// [`Error::DrainStopped`] the second time.
    pub fn stop(&self) -> Result<DrainSummary> {
        self.end(Request::Stop { deadline: None })
    }

    /// As [`stop`](Self::stop), but threads that are not finalized after `limit` are left as they are;
    /// see [`DrainSummary::unfinished`]. A thread that is being finalized at that moment is completed.
    ///
    /// # Errors
    ///
    /// As for [`stop`](Self::stop).
    pub fn stop_within(&self, limit: Duration) -> Result<DrainSummary> {
        self.end(Request::Stop { deadline: Instant::now().checked_add(limit) })
    }

    /// Drains until every producer has ended and no new one appeared for half a second, then ends the
    /// session. Waits for a first producer, unless the session or all of its threads have already ended.
    ///
    /// # Errors
    ///
    /// As for [`stop`](Self::stop).
    pub fn wait(&self) -> Result<DrainSummary> {
        self.end(Request::StopWhenOver)
    }

    /// Ends the session as [`wait`](Self::wait) does, but returns at once: see
    /// [`is_finished`](Self::is_finished).
    pub fn stop_when_over(&self) {
        self.shared.order(|orders| orders.request = Request::StopWhenOver);
    }

    /// The session's directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn end(&self, request: Request) -> Result<DrainSummary> {
        if self.guard.is_forked() {
            // The drain's thread runs in the parent only, and so does a thread that holds a lock below.
            return Err(self.stopped());
        }
        let thread = {
            let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
            self.shared.order(|orders| orders.request = request);
            thread.take()
        };
        let thread = thread.ok_or_else(|| self.stopped())?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    fn stopped(&self) -> Error {
        Error::DrainStopped { path: self.dir.clone() }
    }
}

impl Drop for Drain {
    fn drop(&mut self) {
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if self.guard.is_forked() {
            std::mem::forget(thread);
            return;
        }
        if let Some(thread) = thread {
            self.shared.order(|orders| orders.request = Request::Abandon);
            // There is nobody to return an error to.
            drop(thread.join());
        }
    }
}

/// Takes the lock of a session's directory.
fn lock_session(dir: &Path) -> Result<Lock> {
    sys::check_can_record()?;
    if std::fs::metadata(dir).is_ok_and(|metadata| !metadata.is_dir()) {
        return Err(Error::io(dir, "open")(ErrorKind::NotADirectory.into()));
    }
    Lock::exclusive(dir, || "a drain or a recovery".to_owned())
}
