//! What can go wrong, one variant per decision a caller can make.
//!
//! The text of an error reads path, region at byte N, field, expected, found. The cause of an I/O
//! error is in [`std::error::Error::source`]; `{error}` leaves it out and `{error:#}` adds it.

mod count;
mod fault;
mod kind;
mod manifest_fault;
mod maybe_seq;
mod message;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use count::{count, times};
pub use fault::{Fault, FieldId, Region};
pub use kind::FaultKind;
pub use manifest_fault::{LeftNames, ManifestFault};
pub use maybe_seq::MaybeSeq;

use self::message::limit_of;
use crate::format::DetailEventType;
use crate::lane::Lane;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// `{error}` shows what failed and where. `{error:#}` adds the cause, in the same line. `{error:?}`
/// shows the same line, so that a `main` that returns [`Result`] ends with a message for people:
///
/// ```
/// let error = atf_runtime::IndexReader::open("no/such/index.atf").unwrap_err();
/// assert_eq!(error.to_string(), "no/such/index.atf: cannot open");
/// assert!(format!("{error:#}").starts_with("no/such/index.atf: cannot open: "));
/// assert_eq!(format!("{error:?}"), format!("{error:#}"));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused; `source` says why.
    Io {
        /// File or directory the call was about.
        path: PathBuf,
        /// What was tried, as a verb: "create", "map", "write at byte 64".
        action: String,
        /// The operating system's answer.
        source: Arc<io::Error>,
    },

    /// Bytes of a file are not what the format says they must be.
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where in the file, what was expected and what was found.
        fault: Box<Fault>,
    },

    /// The path is neither a session, a thread directory nor an .atf file.
    NotATrace {
        /// The path that was given.
        path: PathBuf,
        /// What would have been accepted.
        expected: &'static str,
        /// What was found there.
        found: String,
    },

    /// The path is a folder with more than one session below it, and does not say which one is meant.
    SeveralSessions {
        /// The path that was given.
        path: PathBuf,
        /// The sessions, the newest last.
        sessions: Vec<PathBuf>,
        /// Whether these are all. Otherwise the folder has too many entries to look at.
        is_complete: bool,
    },

    /// manifest.json, or trace.json of a V4 trace, is not JSON, or lacks what is required of it.
    Manifest {
        /// The manifest's path.
        path: PathBuf,
        /// What is wrong with it.
        fault: ManifestFault,
    },

    /// The place where output should go is taken. Nothing was touched.
    OutputTaken {
        /// The output path.
        path: PathBuf,
        /// What it must be: "a new or empty directory", "a new file".
        expected: &'static str,
        /// What was found there.
        found: &'static str,
    },

    /// The trace is being recorded, and must not be changed meanwhile. Nothing was touched.
    BeingRecorded {
        /// What is locked: a session's directory by its drain, a ring by its producer.
        path: PathBuf,
        /// Who holds the lock, as far as it is known.
        holder: String,
    },

    /// The drain of this session was stopped.
    DrainStopped {
        /// The session's directory.
        path: PathBuf,
    },

    /// All 32-bit sequences of a lane are used up: 0xFFFFFFFF means "no detail".
    SequencesExhausted {
        /// The thread.
        thread_id: u32,
        /// The lane that is full.
        lane: Lane,
    },

    /// An event was handed over in another order than its sequence was reserved in.
    OutOfSequence {
        /// The thread.
        thread_id: u32,
        /// The lane.
        lane: Lane,
        /// The next sequence that the lane can take.
        expected: u32,
        /// The sequence that was handed over; `None` if none was reserved for this lane.
        found: MaybeSeq,
    },

    /// Sequences were reserved and never written, so the file cannot be finalized.
    Unwritten {
        /// The thread.
        thread_id: u32,
        /// The lane.
        lane: Lane,
        /// Sequences handed out.
        reserved: u64,
        /// Records written.
        written: u64,
    },

    /// An event in the slice belongs to another thread. Nothing was written.
    ForeignEvent {
        /// The thread of the writer.
        thread_id: u32,
        /// Position in the slice.
        position: usize,
        /// The field.
        field: &'static str,
        /// What it must be.
        expected: u32,
        /// What it is.
        found: u32,
    },

    /// A detail payload cannot be stored.
    PayloadTooLong {
        /// The type of the detail record.
        event_type: DetailEventType,
        /// "total_length" or "stack_size".
        field: &'static str,
        /// Most bytes that fit.
        limit: u64,
        /// Bytes that were given.
        found: u64,
    },

    /// This operating system lacks what the call needs. Nothing was touched.
    Unsupported {
        /// What was asked for: "recording through rings".
        what: &'static str,
    },

    /// The processor's counter cannot be used as a clock on this machine.
    NoCounter {
        /// What was looked at.
        what: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
}

impl Error {
    /// An [`Error::Io`] for `path`; `action` is the verb that failed.
    pub(crate) fn io(path: &Path, action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        let action = action.into();
        move |source| {
            let action = match limit_of(&action, &source) {
                Some(limit) => format!("{action} ({limit})"),
                None => action,
            };
            Self::Io { path, action, source: Arc::new(source) }
        }
    }

    /// An [`Error::Malformed`] for `path`.
    pub(crate) fn malformed(path: &Path) -> impl FnOnce(Fault) -> Self {
        let path = path.to_owned();
        move |fault| Self::Malformed { path, fault: Box::new(fault) }
    }

    /// Where and what the error is, for a report in which one file that cannot be read must not
    /// hide the others. `fallback` is the path of an error that names none.
    pub(crate) fn into_fault(self, fallback: &Path) -> (PathBuf, Fault) {
        let unreadable = |found: &dyn fmt::Display| {
            let (kind, field) = (FaultKind::Unreadable, FieldId::File("file"));
            Fault::new(kind, Region::File, 0, field, "a regular file that can be read", found)
        };
        match self {
            Self::Malformed { path, fault } => (path, *fault),
            Self::Io { path, source, .. } => (path, unreadable(&source)),
            Self::NotATrace { path, found, .. } => (path, unreadable(&found)),
            error => (fallback.to_owned(), unreadable(&error)),
        }
    }

    /// Whether the operating system found no such file or directory.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if is_absent(source))
    }

    /// Whether the operating system refused to read or write: access was denied, too many files are open,
    /// the disk failed. Such an error says nothing about the trace. It ends the work, and no file counts as
    /// missing or damaged because of it. A file that does not exist is not a refusal.
    ///
    /// ```
    /// use atf_runtime::{Error, IndexReader};
    /// let missing = IndexReader::open("no/such/index.atf").unwrap_err();
    /// assert!(matches!(missing, Error::Io { .. }) && !missing.is_refusal());
    /// ```
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Io { .. }) && !self.is_not_found()
    }

    /// Separates what is wrong with a file, which the caller reports, from a [refusal](Self::is_refusal),
    /// which ends the work.
    pub(crate) fn unless_refused<T>(result: Result<T>) -> Result<Result<T>> {
        match result {
            Err(error) if error.is_refusal() => Err(error),
            result => Ok(result),
        }
    }

    /// Whether what was to be created exists already.
    pub(crate) fn is_already_there(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::AlreadyExists)
    }

    /// The fault, when the error is about the bytes of a file.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Malformed { fault, .. } => Some(fault),
            _ => None,
        }
    }
}

/// Whether an error means that a file does not exist.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
