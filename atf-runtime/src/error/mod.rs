//! What can go wrong, one variant per decision a caller can make.
//!
//! The text of an error reads path, region at byte N, field, expected, found. The cause of an I/O
//! error is in [`std::error::Error::source`]; `{error}` leaves it out and `{error:#}` adds it.

mod count;
mod fault;
mod kind;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use count::{count, times};
pub use fault::{Fault, FieldId, Region};
pub use kind::FaultKind;

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

/// Which limit of the system is reached, and what sets it.
fn limit_of(action: &str, error: &io::Error) -> Option<&'static str> {
    // The numbers are those of Unix.
    match (error.raw_os_error(), error.kind()) {
        (Some(24), _) if !cfg!(windows) => {
            Some("too many files are open in this process; `ulimit -n` sets the limit")
        }
        (Some(23), _) if !cfg!(windows) => {
            Some("too many files are open on this machine; fs.file-max sets the limit")
        }
        (_, io::ErrorKind::OutOfMemory) if action == "map" => {
            Some("too many files are mapped, or memory is short; vm.max_map_count sets the limit")
        }
        _ => None,
    }
}

/// Whether an error means that a file does not exist.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message(f)?;
        match std::error::Error::source(self) {
            Some(cause) if f.alternate() => write!(f, ": {cause}"),
            _ => Ok(()),
        }
    }
}

/// The message with its cause, as `{:#}` shows it: `main` prints the error that it returns by
/// `Debug`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}

impl Error {
    /// What failed and where, without the cause.
    fn message(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, action, .. } => write!(f, "{}: cannot {action}", path.display()),
            Self::Malformed { path, fault } => write!(f, "{}: {fault}", path.display()),
            Self::NotATrace { path, expected, found } => {
                write!(f, "{}: expected {expected}, found {found}", path.display())
            }
            Self::SeveralSessions { path, sessions, is_complete } => {
                several_sessions(f, path, sessions, *is_complete)
            }
            Self::Manifest { path, fault } => write!(f, "{}: {fault}", path.display()),
            Self::OutputTaken { path, expected, found } => {
                write!(f, "{}: expected {expected}, found {found}", path.display())
            }
            Self::BeingRecorded { path, holder } => {
                write!(f, "{}: is being recorded by {holder}", path.display())
            }
            Self::DrainStopped { path } => write!(f, "{}: the drain was stopped", path.display()),
            Self::SequencesExhausted { thread_id, lane } => write!(
                f,
                "thread {thread_id}: {lane} lane: expected at most 4294967295 records, \
                 found one more"
            ),
            Self::OutOfSequence { thread_id, lane, expected, found } => write!(
                f,
                "thread {thread_id}: {lane} lane: expected sequence {expected}, found {found}"
            ),
            Self::Unwritten { thread_id, lane, reserved, written } => write!(
                f,
                "thread {thread_id}: {lane} lane: expected {} (reserved), found {written} written",
                count(*reserved, "record")
            ),
            Self::ForeignEvent { thread_id, position, field, expected, found } => write!(
                f,
                "thread {thread_id}: event {position} of the slice: {field}: \
                 expected {expected}, found {found}"
            ),
            Self::PayloadTooLong { event_type, field, limit, found } => write!(
                f,
                "{event_type} payload: {field}: expected at most {}, found {found}",
                count(*limit, "byte")
            ),
            Self::Unsupported { what } => {
                write!(f, "{what} is supported on Linux and Android only")
            }
            Self::NoCounter { what, expected, found } => write!(
                f,
                "the processor's counter cannot be used as a clock: {what}: \
                 expected {expected}, found {found}"
            ),
        }
    }
}

/// Names a few, so that the error of a folder with thousands stays one line.
fn several_sessions(
    f: &mut fmt::Formatter<'_>,
    path: &Path,
    sessions: &[PathBuf],
    is_complete: bool,
) -> fmt::Result {
    const NAMED: usize = 3;
    let (count, more) = (sessions.len(), if is_complete { "" } else { " and perhaps more" });
    let last = if count > NAMED { "the last 3, " } else { "" };
    write!(f, "{}: expected one session, found {count}{more}; {last}newest last:", path.display())?;
    for (at, session) in sessions[count.saturating_sub(NAMED)..].iter().enumerate() {
        write!(f, "{} {}", if at == 0 { "" } else { "," }, session.display())?;
    }
    Ok(())
}

/// What is wrong with a manifest.json, or with the trace.json of a V4 trace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ManifestFault {
    /// It is longer than any manifest.
    TooLong {
        /// Most bytes that are read.
        limit: u64,
        /// Length of the file in bytes.
        found: u64,
    },
    /// It is not JSON, or lacks what is required of it, and none of its keys can be read.
    NotAManifest {
        /// What was found, with line and column.
        found: String,
    },
    /// It is not JSON, or lacks what is required of it. A part of it can be read:
    /// [`Manifest::read_damaged`](crate::manifest::Manifest::read_damaged).
    Damaged {
        /// What was found, with line and column.
        found: String,
        /// What is left of the names of functions.
        names: LeftNames,
    },
    /// A trace.json is not JSON.
    NotJson {
        /// What was found, with line and column.
        found: String,
    },
    /// A key of a trace.json is missing, or its value cannot be used.
    Key {
        /// The key: `timeStartNs`, `modules[2]`.
        key: String,
        /// What its value must be.
        expected: String,
        /// What was found; "nothing" for a missing key.
        found: String,
    },
}

impl fmt::Display for ManifestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { limit, found } => {
                write!(f, "length: expected at most {}, found {found}", count(*limit, "byte"))
            }
            Self::NotAManifest { found } => {
                write!(f, "expected a session's manifest, found: {found}")
            }
            Self::Damaged { found, names } => {
                write!(f, "expected a session's manifest, found: {found}; {names}")
            }
            Self::NotJson { found } => write!(f, "expected a JSON object, found: {found}"),
            Self::Key { key, expected, found } => {
                write!(f, "{key}: expected {expected}, found {found}")
            }
        }
    }
}

impl std::error::Error for ManifestFault {}

/// What is left of the names of functions in a damaged manifest. Displays as
/// `names: 41 can be read (1 in part), 2 are lost`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LeftNames {
    /// Symbols that can be read.
    pub read: u64,
    /// Those of them in which bytes that are not UTF-8 were replaced.
    pub changed: u64,
    /// Symbols that can be seen and not read.
    pub lost: u64,
    /// Whether the text ends too early. Then more may be lost.
    pub is_cut: bool,
}

impl fmt::Display for LeftNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { read, changed, lost, is_cut } = self;
        match (read, lost, is_cut) {
            (0, 0, false) => return f.write_str("it has no names"),
            (0, 0, true) => return f.write_str("it has no names before its end"),
            _ => write!(f, "names: {read} can be read")?,
        }
        if *changed > 0 {
            write!(f, " ({changed} in part)")?;
        }
        let at_least = if *is_cut { "at least " } else { "" };
        let verb = if *lost == 1 { "is" } else { "are" };
        write!(f, ", {at_least}{lost} {verb} lost")
    }
}

/// A sequence or its absence, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a number with a type")]
pub struct MaybeSeq(pub Option<u32>);

impl fmt::Display for MaybeSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(seq) => write!(f, "{seq}"),
            None => f.write_str("none reserved"),
        }
    }
}
