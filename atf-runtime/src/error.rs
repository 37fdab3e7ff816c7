//! What can go wrong, one variant per decision a caller can make.
//!
//! The text of an error reads path, region at byte N, field, expected, found; the cause
//! of an I/O error stays in [`std::error::Error::source`] and is not printed twice.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::format::DetailEventType;
use crate::seq::Lane;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused; `source` says why.
    #[error("{}: cannot {action}", .path.display())]
    Io {
        /// File or directory the call was about.
        path: PathBuf,
        /// What was tried, as a verb: "create", "map", "write at byte 64".
        action: String,
        /// The operating system's answer.
        source: io::Error,
    },

    /// Bytes of a file are not what the format says they must be.
    #[error("{}: {fault}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where in it, what was expected and what stands there.
        fault: Box<Fault>,
    },

    /// The path is neither a session, a thread directory nor an .atf file.
    #[error("{}: expected {expected}, found {found}", .path.display())]
    NotATrace {
        /// The path that was given.
        path: PathBuf,
        /// What would have been accepted.
        expected: &'static str,
        /// What is there.
        found: String,
    },

    /// manifest.json is not JSON, or lacks what is required of it.
    #[error("{}: {fault}", .path.display())]
    Manifest {
        /// The manifest's path.
        path: PathBuf,
        /// Line, column, what was expected and what was found.
        fault: String,
    },

    /// The place where output should go is taken. Nothing was touched.
    #[error("{}: expected {expected}, found {found}", .path.display())]
    OutputTaken {
        /// The output path.
        path: PathBuf,
        /// What it must be: "a new or empty directory", "a new file".
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },

    /// The trace is being recorded, and must not be changed meanwhile. Nothing was touched.
    #[error("{}: expected nobody at work, found {holder}", .path.display())]
    BeingRecorded {
        /// What is locked: a session's directory by its drain, a ring by its producer.
        path: PathBuf,
        /// Who holds the lock, as far as it is known.
        holder: String,
    },

    /// The drain of this session was stopped.
    #[error("{}: the drain was stopped", .path.display())]
    DrainStopped {
        /// The session's directory.
        path: PathBuf,
    },

    /// All 32-bit sequences of a lane are used up: 0xFFFFFFFF means "no detail".
    #[error("thread {thread_id}: {lane} lane: expected at most 4294967295 records, found one more")]
    SequencesExhausted {
        /// The thread.
        thread_id: u32,
        /// The lane that is full.
        lane: Lane,
    },

    /// An event was handed over in another order than its sequence was reserved in.
    #[error("thread {thread_id}: {lane} lane: expected sequence {expected}, found {found}")]
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
    #[error(
        "thread {thread_id}: {lane} lane: expected {reserved} records (reserved), found {written} written"
    )]
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

    /// An event of a slice does not belong into this thread's index. Nothing of the slice was written.
    #[error(
        "thread {thread_id}: event {position} of the slice: {field}: expected {expected}, found {found}"
    )]
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
    #[error("{event_type} payload: {field}: expected at most {limit} bytes, found {found}")]
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

    /// The processor's counter cannot be used as a clock on this machine.
    #[error("the processor's counter is no clock here: {what}: expected {expected}, found {found}")]
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
        move |source| Self::Io { path, action, source }
    }

    /// An [`Error::Malformed`] for `path`.
    pub(crate) fn malformed(path: &Path) -> impl FnOnce(Fault) -> Self {
        let path = path.to_owned();
        move |fault| Self::Malformed { path, fault: Box::new(fault) }
    }

    /// The error of opening a file once more. An I/O error's cause is kept by its kind and text.
    pub(crate) fn repeated(&self) -> Self {
        match self {
            Self::Malformed { path, fault } => {
                Self::Malformed { path: path.clone(), fault: fault.clone() }
            }
            Self::Io { path, action, source } => Self::Io {
                path: path.clone(),
                action: action.clone(),
                source: io::Error::new(source.kind(), source.to_string()),
            },
            Self::NotATrace { path, expected, found } => {
                Self::NotATrace { path: path.clone(), expected, found: found.clone() }
            }
            other => unreachable!("opening a file does not fail with: {other}"),
        }
    }

    /// Where and what the error is, for a report in which one file that cannot be read must not
    /// hide the others. `fallback` is the path of an error that names none.
    pub(crate) fn into_fault(self, fallback: &Path) -> (PathBuf, Fault) {
        let expected = "a regular file that can be read";
        match self {
            Self::Malformed { path, fault } => (path, *fault),
            Self::Io { path, source, .. } => {
                (path, Fault::new("file", 0, "file", expected, source))
            }
            Self::NotATrace { path, found, .. } => {
                (path, Fault::new("file", 0, "file", expected, found))
            }
            error => (fallback.to_owned(), Fault::new("file", 0, "file", expected, error)),
        }
    }

    /// The error and its cause in one line.
    pub(crate) fn with_cause(&self) -> String {
        match std::error::Error::source(self) {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }

    /// The fault, when the error is about the bytes of a file.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Malformed { fault, .. } => Some(fault),
            _ => None,
        }
    }
}

/// One place in a file where the bytes are not what the format says.
///
/// Displays as `footer at byte 96064: event_count: expected 3000 (96000 bytes / 32), found 3001`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Part of the file: "header", "footer", "event 17", "record 3".
    pub region: String,
    /// Where the field starts, in bytes from the start of the file.
    pub offset: u64,
    /// The schema's name of the field, or "length" for the region as a whole.
    pub field: String,
    /// What the format or the rest of the file asks for.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl Fault {
    pub(crate) fn new(
        region: impl Into<String>,
        offset: u64,
        field: impl Into<String>,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) -> Self {
        Self {
            region: region.into(),
            offset,
            field: field.into(),
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, offset, field, expected, found } = self;
        write!(f, "{region} at byte {offset}: {field}: expected {expected}, found {found}")
    }
}

/// A sequence or its absence, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaybeSeq(pub Option<u32>);

impl fmt::Display for MaybeSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(seq) => write!(f, "{seq}"),
            None => f.write_str("none reserved"),
        }
    }
}
