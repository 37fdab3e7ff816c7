//! The text of an error: what failed and where, and which limit of the system it met.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::Error;
use super::count::count;

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

/// Which limit of the system is reached, and what sets it.
pub(super) fn limit_of(action: &str, error: &io::Error) -> Option<&'static str> {
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
