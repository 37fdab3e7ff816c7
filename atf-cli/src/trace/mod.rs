//! Opens the trace that a PATH names, for the commands that show one: a list of threads with their
//! readable files. Damage to one thread does not hide the others. A file that the operating system refuses
//! to read fails the command.

mod incomplete;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use atf_runtime::manifest::Manifest;
use atf_runtime::recovery::ring_contents;
use atf_runtime::session::{Session, SessionThread, TracePath, locate, thread_id_of_dir_name};
use atf_runtime::{DetailReader, Error, IndexReader, ThreadReader};

use crate::failure::Failure;
use crate::numbers::count;

/// An opened trace.
pub(crate) struct Trace {
    pub(crate) path: TracePath,
    /// Set if the path names a session.
    session: Option<Session>,
    /// The threads, ordered by id. For a single file: its thread.
    pub(crate) threads: Vec<Thread>,
}

/// A thread of a trace.
pub(crate) struct Thread {
    /// The id in the directory name, or in the header if a file was named.
    pub(crate) id: u32,
    /// `None` if a file was named.
    dir: Option<PathBuf>,
    /// The opened files, or why they cannot be read.
    pub(crate) files: Result<Opened, Error>,
}

impl Thread {
    /// The thread's events, if they can be read.
    pub(crate) fn index(&self) -> Option<&IndexReader> {
        self.files.as_ref().ok().and_then(Opened::index)
    }
}

/// The opened files of a thread.
pub(crate) enum Opened {
    /// A thread directory.
    Both(Box<ThreadReader>),
    /// A thread directory without files: what its ring holds.
    Ring(Box<ThreadReader>),
    /// A single index.atf.
    Index(Box<IndexReader>),
    /// A single detail.atf.
    Detail(Box<DetailReader>),
}

impl Opened {
    /// The index lane, unless the path names a detail.atf.
    pub(crate) fn index(&self) -> Option<&IndexReader> {
        match self {
            Self::Both(thread) | Self::Ring(thread) => Some(thread.index()),
            Self::Index(index) => Some(index),
            Self::Detail(_) => None,
        }
    }

    /// The detail lane, if the thread has one, unless the path names an index.atf.
    pub(crate) fn detail(&self) -> Result<Option<&DetailReader>, &Error> {
        match self {
            Self::Both(thread) | Self::Ring(thread) => thread.detail(),
            Self::Index(_) => Ok(None),
            Self::Detail(detail) => Ok(Some(detail)),
        }
    }

    /// The time of the first event, or of the first record of a detail.atf.
    fn start_ns(&self) -> Option<u64> {
        match (self.index(), self.detail()) {
            (Some(index), _) => index.time_range().map(|(start, _)| start),
            (None, Ok(Some(detail))) => {
                detail.iter().next()?.ok().map(|record| record.header.timestamp.get())
            }
            _ => None,
        }
    }

    /// The times of the first and of the last event, or record of a detail.atf. The latter are all read.
    pub(crate) fn time_range(&self) -> Option<(u64, u64)> {
        match (self.index(), self.detail()) {
            (Some(index), _) => index.time_range(),
            (None, Ok(Some(detail))) => {
                let records = detail.iter().map_while(Result::ok);
                let mut times = records.map(|record| record.header.timestamp.get());
                let first = times.next()?;
                Some((first, times.last().unwrap_or(first)))
            }
            _ => None,
        }
    }

    /// Whether every opened file ends with a footer.
    pub(crate) fn is_finalized(&self) -> bool {
        let index = self.index().is_none_or(|index| index.extent().footer.is_complete());
        let detail = self.detail().is_ok_and(|it| it.is_none_or(DetailReader::is_finalized));
        index && detail
    }
}

/// Opens the files of a thread, or what its ring holds if it has none yet. The inner error is what is wrong
/// with the thread.
///
/// # Errors
///
/// If the operating system refuses to read a file.
fn open_thread(dir: &Path) -> Result<Result<Opened, Error>, Error> {
    match ThreadReader::open(dir) {
        Ok(reader) => Ok(Ok(Opened::Both(reader.into()))),
        Err(error) if error.is_refusal() => Err(error),
        Err(error) => match ring_contents(dir) {
            Ok(Some(reader)) => Ok(Ok(Opened::Ring(reader.into()))),
            Err(refused) if refused.is_refusal() => Err(refused),
            // A ring that is damaged has a note of its own.
            Ok(None) | Err(_) => Ok(Err(error)),
        },
    }
}

impl Trace {
    /// Opens what `path` names.
    ///
    /// # Errors
    ///
    /// If the path names no trace, if the operating system refuses to read a file of it, or if none of its
    /// threads can be opened.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let path = locate(path)?;
        let mut session = None;
        let threads = match &path {
            TracePath::Session(dir) => {
                let session = session.insert(Session::open(dir)?);
                let opened = |thread: &SessionThread| {
                    let files = open_thread(&thread.dir)?;
                    Ok::<_, Error>(Thread { id: thread.id, dir: Some(thread.dir.clone()), files })
                };
                session.threads().iter().map(opened).collect::<Result<_, _>>()?
            }
            TracePath::Thread(dir) => {
                let files = open_thread(dir)?;
                let named = dir.file_name().and_then(OsStr::to_str).and_then(thread_id_of_dir_name);
                let in_header = || files.as_ref().ok()?.index().map(IndexReader::thread_id);
                let id = named.or_else(in_header).unwrap_or_default();
                vec![Thread { id, dir: Some(dir.clone()), files }]
            }
            TracePath::IndexFile(file) => {
                let reader = IndexReader::open(file)?;
                let id = reader.thread_id();
                let files = Ok(Opened::Index(reader.into()));
                vec![Thread { id, dir: None, files }]
            }
            TracePath::DetailFile(file) => {
                let reader = DetailReader::open(file)?;
                let id = reader.thread_id();
                let files = Ok(Opened::Detail(reader.into()));
                vec![Thread { id, dir: None, files }]
            }
            other => {
                let path = other.path().display();
                return Err(Failure::Other(format!("{path}: cannot be read by this version")));
            }
        };
        Self { path, session, threads }.require_readable_thread()
    }

    /// An error if there are threads and none of them can be read.
    fn require_readable_thread(mut self) -> Result<Self, Failure> {
        if self.threads.is_empty() || self.threads.iter().any(|thread| thread.files.is_ok()) {
            return Ok(self);
        }
        self.note_first_ring()?;
        let threads = self.threads.len();
        match self.threads.swap_remove(0).files {
            Err(error) if threads > 1 => {
                let threads = count(threads as u64, "thread");
                let text = format!("none of the {threads} can be read; first error: {error:#}");
                Err(Failure::Other(text))
            }
            Err(error) => Err(error.into()),
            Ok(_) => Ok(self),
        }
    }

    /// The time of the first event, or of the first record of a detail.atf.
    pub(crate) fn start_ns(&self) -> Option<u64> {
        self.opened().filter_map(Opened::start_ns).min()
    }

    /// The times of the first and of the last event of all threads.
    pub(crate) fn time_range(&self) -> Option<(u64, u64)> {
        let ranges = self.opened().filter_map(Opened::time_range);
        ranges.reduce(|(start, end), (first, last)| (start.min(first), end.max(last)))
    }

    /// The files of the threads that can be read.
    pub(crate) fn opened(&self) -> impl Iterator<Item = &Opened> {
        self.threads.iter().filter_map(|thread| thread.files.as_ref().ok())
    }

    /// The session's manifest, or what is left of a damaged one, if the path names a session.
    pub(crate) fn manifest(&self) -> Option<&Manifest> {
        self.session.as_ref()?.readable_manifest()
    }
}
