//! Reading a session: a reader for each thread, and totals over all threads.
//!
//! [`Session`] lists the threads; [`SessionReader`] opens each of them. Damage to one does not keep the others
//! from being read. A file that the operating system refuses to read fails the whole session.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::locate::locate_session;
use super::read::Session;
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::merge::Merge;
use crate::reader::{DetailReader, ThreadReader};

/// A session, with the readers of its threads.
///
/// Opening maps the files and reads the header and the footer of each; it does not scan them. Besides the maps,
/// a session of any size takes a few megabytes of memory.
///
/// ```
/// # use atf_runtime::format::{Arch, ClockType, EventKind, Os};
/// # use atf_runtime::session::SessionWriter;
/// # use atf_runtime::{Event, Platform, WriterOptions};
/// use atf_runtime::session::SessionReader;
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path();
/// # let platform = Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
/// # let session = SessionWriter::create(dir, platform, WriterOptions::default())?;
/// # let mut summaries = Vec::new();
/// # for (id, timestamp_ns) in [(3, 20), (8, 10)] {
/// #     let mut thread = session.thread(id)?;
/// #     let event = Event { timestamp_ns, function_id: 1, event_kind: EventKind::CALL, call_depth: 0 };
/// #     thread.write_event(&event, None)?;
/// #     summaries.push(thread.finalize()?);
/// # }
/// # session.finish(&summaries)?;
/// # std::fs::remove_file(dir.join("thread_8/index.atf")).unwrap();
/// let session = SessionReader::open(dir)?;
/// // Thread 8 lost its files; thread 3 did not.
/// let ids: Vec<u32> = session.threads().iter().map(|thread| thread.id).collect();
/// assert_eq!((ids, session.event_count()), (vec![3, 8], 1));
/// assert_eq!(session.time_range(), Some((20, 20)));
/// for problem in session.problems() {
///     eprintln!("thread {}: {}", problem.thread_id, problem.error);
/// }
/// # assert_eq!(session.problems().count(), 1);
/// # Ok::<(), atf_runtime::Error>(())
/// ```
#[derive(Debug)]
pub struct SessionReader {
    session: Session,
    threads: Vec<OpenedThread>,
}

/// A thread of a [`SessionReader`].
#[derive(Debug)]
#[non_exhaustive]
pub struct OpenedThread {
    /// The thread's id.
    pub id: u32,
    /// The directory of its files, which may be missing.
    pub dir: PathBuf,
    /// Its files, or why they cannot be read.
    pub reader: Result<ThreadReader>,
}

/// Why a thread of a session, or its detail lane, cannot be read.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ThreadProblem<'a> {
    /// The thread.
    pub thread_id: u32,
    /// What is wrong, and with which file.
    pub error: &'a Error,
}

impl SessionReader {
    /// Opens the session that `path` names, as [`locate`](super::locate) finds it: a session's
    /// directory, its manifest.json, a bundle, a folder above exactly one session, or FOLDER/@latest. The
    /// threads are those that the manifest lists or a directory exists for. A missing or broken manifest is
    /// not an error, see [`manifest`](Self::manifest); nor is a thread whose files are missing or damaged,
    /// see [`problems`](Self::problems).
    ///
    /// # Errors
    ///
    /// [`Error::NotATrace`] when the path names no session; [`Error::SeveralSessions`] when it is a folder
    /// with more than one; [`Error::Io`] when the operating system refuses to read a directory, the
    /// manifest, or a file of any thread.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(Session::open(locate_session(path.as_ref())?)?)
    }

    /// Opens the threads of a session.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the operating system refuses to read a file of any thread. A session without it
    /// would seem to have fewer events than it has.
    pub fn of(session: Session) -> Result<Self> {
        let open = |thread: &super::SessionThread| {
            let reader = Error::unless_refused(ThreadReader::open(&thread.dir))?;
            Ok(OpenedThread { id: thread.id, dir: thread.dir.clone(), reader })
        };
        let threads: Result<Vec<OpenedThread>> = session.threads().iter().map(open).collect();
        let mut threads = threads?;
        let lanes = threads.iter().filter(|thread| thread.detail().is_some()).count();
        for reader in threads.iter_mut().filter_map(|thread| thread.reader.as_mut().ok()) {
            reader.share_memory(lanes);
        }
        Ok(Self { session, threads })
    }

    /// All threads ordered by id, including those that cannot be read.
    #[must_use]
    pub fn threads(&self) -> &[OpenedThread] {
        &self.threads
    }

    /// The thread with that id; `None` if the session has none.
    ///
    /// O(log n).
    #[must_use]
    pub fn thread(&self, id: u32) -> Option<&OpenedThread> {
        let at = self.threads.binary_search_by_key(&id, |thread| thread.id).ok()?;
        self.threads.get(at)
    }

    /// The threads that can be read, with their ids, ordered by id.
    pub fn readable(&self) -> impl Iterator<Item = (u32, &ThreadReader)> {
        self.threads.iter().filter_map(|thread| Some((thread.id, thread.reader.as_ref().ok()?)))
    }

    /// The events of all threads that can be read, in timestamp order: see [`Merge`].
    ///
    /// Nothing is read until the first event is asked for.
    pub fn merged(&self) -> Merge<'_> {
        Merge::new(self.readable().map(|(id, thread)| (id, thread.index())))
    }

    /// The threads whose index or detail lane cannot be read. Only what opening finds;
    /// [`verify`](crate::verify::verify) reads every byte.
    pub fn problems(&self) -> impl Iterator<Item = ThreadProblem<'_>> {
        self.threads.iter().filter_map(|thread| {
            let error = match &thread.reader {
                Ok(reader) => reader.detail().err()?,
                Err(error) => error,
            };
            Some(ThreadProblem { thread_id: thread.id, error })
        })
    }

    /// The manifest.
    ///
    /// # Errors
    ///
    /// Why there is none: it is missing, or it is not the manifest of a session.
    pub fn manifest(&self) -> Result<&Manifest, &Error> {
        self.session.manifest()
    }

    /// Names of functions by `function_id`, from the manifest; empty without one.
    #[must_use]
    pub fn symbols(&self) -> BTreeMap<u64, &str> {
        self.session.symbols()
    }

    /// The earliest first and the latest last timestamp, in ns, of the threads that can be read; `None`
    /// without events. Taken from the files, not from the manifest.
    ///
    /// Reads two events per thread.
    #[must_use]
    pub fn time_range(&self) -> Option<(u64, u64)> {
        let ranges = self.readable().filter_map(|(_, thread)| thread.index().time_range());
        ranges.reduce(|(start, end), (first, last)| (start.min(first), end.max(last)))
    }

    /// Number of events in the threads that can be read.
    #[must_use]
    pub fn event_count(&self) -> u64 {
        self.readable().map(|(_, thread)| thread.index().len() as u64).sum()
    }

    /// Number of detail records in the threads that can be read, as their footers or final headers
    /// say. `None` if a thread has neither: [`DetailReader::len`] counts its records.
    #[must_use]
    pub fn detail_count(&self) -> Option<u64> {
        let lanes = self.threads.iter().filter_map(OpenedThread::detail);
        lanes.map(|detail| detail.extent().promised).try_fold(0_u64, |sum, count| {
            // A damaged header may promise any number.
            sum.checked_add(count?)
        })
    }

    /// The session's directory, manifest and list of threads.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The session's directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.session.dir()
    }
}

impl OpenedThread {
    /// The thread's detail lane, if it can be read and has one.
    fn detail(&self) -> Option<&DetailReader> {
        self.reader.as_ref().ok()?.detail().ok()?
    }
}
