//! Creating a session: its directory, its manifest, and a writer per thread.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::clock::{self, Clock};
use crate::error::Error;
use crate::error::Result;
use crate::manifest::{InDoubt, Manifest, Module, State, Symbol, ThreadEntry};
use crate::manifest::{MANIFEST_NAME, ManifestClock, ManifestProcess, WallClock, keep_damaged};
use crate::output::claim_dir;
use crate::platform::Platform;
use crate::ring::boot::boot_id_text;
use crate::ring::state::RingState;
use crate::storage::{Disk, Storage};
use crate::thread_dir::{absolute, thread_dir_name, thread_dirs};
use crate::writer::{ThreadSummary, ThreadWriter, WriterOptions};

/// Creates a session directory and the writers of its threads.
///
/// It writes a manifest with the state "recording" and the [boot](Manifest::process) of the machine first, and
/// syncs it; [`finish`](Self::finish) replaces it by the final one. A session that was never finished can still
/// be opened, and recovered.
#[derive(Debug)]
pub struct SessionWriter<S: Storage = Disk> {
    storage: S,
    dir: PathBuf,
    platform: Platform,
    options: WriterOptions,
    manifest: Manifest,
    clock: Option<Clock>,
    /// Threads that a drain before this one could not register.
    untraced_before: u64,
}

impl SessionWriter<Disk> {
    /// Creates a session in `dir`, which must be absent or empty, on the real disk.
    ///
    /// # Errors
    ///
    /// [`Error::OutputTaken`](crate::Error::OutputTaken): `dir` is not empty, and nothing was changed.
    /// [`Error::Io`](crate::Error::Io).
    pub fn create(
        dir: impl AsRef<Path>,
        platform: Platform,
        options: WriterOptions,
    ) -> Result<Self> {
        Self::create_in(Disk, dir, platform, options)
    }
}

impl<S: Storage> SessionWriter<S> {
    /// As [`create`](SessionWriter::create), on another storage.
    ///
    /// # Errors
    ///
    /// As for [`create`](SessionWriter::create).
    pub fn create_in(
        storage: S,
        dir: impl AsRef<Path>,
        platform: Platform,
        options: WriterOptions,
    ) -> Result<Self> {
        // First: nothing is left behind where it cannot be read now.
        let boot_id = boot_id_text()?;
        let dir = dir.as_ref().to_owned();
        claim_dir(&storage, &dir)?;
        let dir = absolute(dir);
        let mut manifest =
            Manifest { clock_type: Some(platform.clock_type.get()), ..Manifest::recording() };
        manifest.set_boot_id(boot_id);
        // Durable from here on, so that a session whose machine loses power says in which boot it was.
        manifest.replace(&storage, &dir)?;
        Ok(Self { storage, dir, platform, options, manifest, clock: None, untraced_before: 0 })
    }

    /// Creates the writer of a thread, which can be sent to that thread. Threads may be added at any time.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) when the thread's directory exists already or cannot be created.
    pub fn thread(&self, thread_id: u32) -> Result<ThreadWriter<S>> {
        ThreadWriter::create_in(
            self.storage.clone(),
            &self.dir,
            thread_id,
            self.platform,
            self.options,
        )
    }

    /// Lists modules and function names in the manifest.
    pub fn set_symbols(&mut self, modules: Vec<Module>, symbols: Vec<Symbol>) {
        self.manifest = self.manifest.clone().with_symbols(modules, symbols);
    }

    /// Records in the final manifest that the timestamps were read from `clock`, with the anchors of a
    /// counter; [`finish`](Self::finish) adds the last anchor. Linux and Android only.
    ///
    /// ```
    /// use atf_runtime::clock::Clock;
    /// use atf_runtime::manifest::ClockSource;
    /// use atf_runtime::session::SessionWriter;
    /// use atf_runtime::{Platform, WriterOptions};
    /// # let dir = tempfile::tempdir().unwrap();
    /// # let dir = dir.path().join("s");
    /// # let platform = Platform::host().unwrap();
    /// let clock = Clock::system();
    /// let mut session = SessionWriter::create(dir, platform, WriterOptions::default())?;
    /// session.set_clock(&clock);
    /// let manifest = session.finish(&[])?;
    /// assert_eq!(manifest.clock.unwrap().source, ClockSource::Boottime);
    /// # Ok::<(), atf_runtime::Error>(())
    /// ```
    pub fn set_clock(&mut self, clock: &Clock) {
        self.clock = Some(*clock);
    }

    /// Says in the manifest which process is recorded, and at which time of the wall clock: this process, now. The
    /// manifest is written at once, so that this survives if the program is killed.
    ///
    /// ```
    /// use atf_runtime::session::SessionWriter;
    /// use atf_runtime::{Platform, WriterOptions};
    /// # let dir = tempfile::tempdir().unwrap();
    /// # let dir = dir.path().join("s");
    /// # let platform = Platform::host().unwrap();
    /// let mut session = SessionWriter::create(dir, platform, WriterOptions::default())?;
    /// session.describe_process()?;
    /// let manifest = session.finish(&[])?;
    /// assert_eq!(manifest.process.unwrap().pid, Some(std::process::id().into()));
    /// assert!(manifest.wall_clock.is_some());
    /// # Ok::<(), atf_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) when the manifest cannot be written; a later write includes it.
    pub fn describe_process(&mut self) -> Result<()> {
        self.describe_other_process(ManifestProcess::current())
    }

    /// As [`describe_process`](Self::describe_process), if it is another process that is recorded.
    ///
    /// # Errors
    ///
    /// As for `describe_process`.
    pub fn describe_other_process(&mut self, process: ManifestProcess) -> Result<()> {
        self.manifest.process = Some(process);
        self.manifest.wall_clock = Some(WallClock::at(clock::now_ns()));
        let state = self.manifest.state.clone().unwrap_or(State::Recording);
        self.write_manifest(state)
    }

    /// Says in the manifest, from the next time it is written, how a thread is named, and which id the operating
    /// system gave it.
    pub fn describe_thread(&mut self, thread_id: u32, name: Option<&str>, os_id: Option<u64>) {
        let thread = self.manifest.thread_mut(thread_id);
        thread.name = name.map(str::to_owned);
        thread.os_id = os_id;
    }

    /// Ends the session: writes the final manifest, with the totals of the finalized threads, and returns it.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io): the manifest on disk still has the state "recording".
    pub fn finish(mut self, threads: &[ThreadSummary]) -> Result<Manifest> {
        self.manifest.set_threads(threads.iter().map(ThreadEntry::from));
        self.write_manifest(State::Complete)?;
        Ok(self.manifest)
    }

    /// Ends the session after a failure: the manifest lists the threads that were finalized, keeps the state
    /// "recording", and says in `failed` what stopped the recorder. `atf recover` completes such a session.
    ///
    /// ```
    /// use atf_runtime::manifest::State;
    /// use atf_runtime::session::SessionWriter;
    /// use atf_runtime::{Platform, WriterOptions};
    /// # let dir = tempfile::tempdir().unwrap();
    /// # let dir = dir.path().join("s");
    /// # let platform = Platform::host().unwrap();
    /// let session = SessionWriter::create(dir, platform, WriterOptions::default())?;
    /// let manifest = session.fail(&[], "the traced program could not be started")?;
    /// assert_eq!(manifest.failed.as_deref(), Some("the traced program could not be started"));
    /// assert_eq!(manifest.state, Some(State::Recording));
    /// # Ok::<(), atf_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io); then the manifest stays as it was.
    pub fn fail(mut self, threads: &[ThreadSummary], reason: &str) -> Result<Manifest> {
        self.manifest.set_threads(threads.iter().map(ThreadEntry::from));
        self.set_failed(Some(reason));
        self.write_manifest(State::Recording)?;
        Ok(self.manifest)
    }

    /// Continues a session that another process created. A manifest that is missing or broken is made
    /// again. One that does not say in which boot of the machine the session was created is written at once
    /// with this boot, if the rings prove it.
    ///
    /// # Errors
    ///
    /// [`Error::NotATrace`] if there is neither a manifest nor a thread. [`Error::Io`], also for a manifest
    /// that cannot be read at the moment: it must not be overwritten.
    pub(crate) fn attach(storage: S, dir: PathBuf, platform: Platform) -> Result<Self> {
        let manifest = match Manifest::read(dir.join(MANIFEST_NAME)) {
            Ok(manifest) => manifest,
            Err(error) if error.is_not_found() => {
                if thread_dirs(&storage, &dir)?.is_empty() {
                    return Err(Error::NotATrace {
                        path: dir,
                        expected: "a session (manifest.json, thread_N/)",
                        found: "a directory with neither".to_owned(),
                    });
                }
                Manifest::recording()
            }
            Err(error @ Error::Io { .. }) => return Err(error),
            Err(Error::Manifest { .. }) => {
                keep_damaged(&storage, &dir, &dir)?;
                let (left, _) = Manifest::read_damaged(dir.join(MANIFEST_NAME))?;
                left.unwrap_or_else(Manifest::recording)
            }
            Err(_) => Manifest::recording(),
        };
        let mut manifest = manifest;
        if manifest.boot_id().is_none() && is_all_of_this_boot(&storage, &dir, &manifest)? {
            manifest.set_boot_id(boot_id_text()?);
            // If this fails, recovery knows less after a loss of power. It is written again with the next change.
            let _ = manifest.replace(&storage, &dir);
        }
        Ok(Self {
            storage,
            dir: absolute(dir),
            platform,
            options: WriterOptions::default(),
            untraced_before: manifest.untraced_threads.unwrap_or(0),
            manifest,
            clock: None,
        })
    }

    /// Replaces the manifest by one with these threads, what of them is in doubt, and this state.
    pub(crate) fn record(
        &mut self,
        threads: Vec<ThreadEntry>,
        in_doubt: &BTreeMap<u32, InDoubt>,
        state: State,
    ) -> Result<()> {
        self.manifest.set_threads(threads.into_iter());
        for (&id, &in_doubt) in in_doubt {
            self.manifest.add_in_doubt(id, in_doubt);
        }
        self.write_manifest(state)
    }

    /// Says in the manifest what stopped the recorder, from the next time it is written.
    pub(crate) fn set_failed(&mut self, reason: Option<&str>) {
        self.manifest.set_failed(reason, &self.dir);
    }

    /// Says in the manifest, from the next time it is written, how many threads could not be registered,
    /// besides those that it listed already.
    pub(crate) fn note_untraced(&mut self, count: u64) {
        let all = self.untraced_before.saturating_add(count);
        self.manifest.untraced_threads = (all > 0).then_some(all);
    }

    /// As [`set_symbols`](Self::set_symbols), but writes the manifest at once, so that the names survive
    /// if the program is killed. If the write fails, a later write of the manifest includes them.
    pub(crate) fn record_symbols(
        &mut self,
        modules: Vec<Module>,
        symbols: Vec<Symbol>,
    ) -> Result<()> {
        self.set_symbols(modules, symbols);
        let state = self.manifest.state.clone().unwrap_or(State::Recording);
        self.write_manifest(state)
    }

    fn write_manifest(&mut self, state: State) -> Result<()> {
        if let Some(clock) = &self.clock {
            let mut said = ManifestClock::from(clock);
            said.anchors.extend(clock.reanchor());
            self.manifest.clock = Some(said);
        }
        self.manifest.state = Some(state);
        self.manifest.replace(&self.storage, &self.dir)
    }

    /// The manifest as it was written last.
    pub(crate) fn into_manifest(self) -> Manifest {
        self.manifest
    }

    /// The manifest as it will be written next.
    pub(crate) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The storage that the session is written to.
    pub(crate) fn storage(&self) -> &S {
        &self.storage
    }

    /// The platform in the headers of the threads.
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// The session's directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

/// Whether everything that a session has was recorded in this boot of the machine, and is still in rings that
/// say so.
fn is_all_of_this_boot<S: Storage>(storage: &S, dir: &Path, manifest: &Manifest) -> Result<bool> {
    let ids = thread_dirs(storage, dir)?;
    if manifest.state != Some(State::Recording) || ids.len() < manifest.threads.len() {
        return Ok(false);
    }
    for id in ids {
        // A ring that is damaged or was never made proves nothing.
        let ring = Error::unless_refused(RingState::of(&dir.join(thread_dir_name(id))))?;
        let Ok(RingState::Made(ring)) = ring else { return Ok(false) };
        if !ring.is_of_this_boot() {
            return Ok(false);
        }
    }
    Ok(true)
}
