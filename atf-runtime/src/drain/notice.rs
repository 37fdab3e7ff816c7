//! What a drain reports while it runs, and to whom.

use std::fmt;
use std::io::ErrorKind;

use crate::error::Error;
use crate::sys;

/// What a drain reports while it runs: see [`Drain::on_notice`](super::Drain::on_notice). Displays as one
/// line for people.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Notice {
    /// The drain cannot write or open something now: the disk is full, a limit is reached. It tries again.
    /// Threads whose policy is [`Block`](crate::ring::WhenFull::Block) wait meanwhile, once their rings are
    /// full; others drop events. Reported once per cause, until everything works again.
    #[non_exhaustive]
    Waiting {
        /// What failed.
        error: Error,
    },
    /// After [`Waiting`](Self::Waiting): everything works again.
    Resumed,
    /// The drain will not complete the files of a thread, or the manifest: a sync failed, a ring is damaged.
    /// [`stop`](super::Drain::stop) will return the error.
    #[non_exhaustive]
    Failed {
        /// What failed.
        error: Error,
    },
    /// A thread could not be registered: nothing of it is recorded.
    #[non_exhaustive]
    Untraced {
        /// The thread.
        thread_id: u32,
        /// Why.
        error: Error,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting { error } if is_for_want_of_room(error) => {
                write!(f, "{error:#}; the drain waits until there is room")
            }
            Self::Waiting { error } => write!(f, "{error:#}; the drain tries again"),
            Self::Resumed => f.write_str("the drain continues: what failed works again"),
            Self::Failed { error } => write!(f, "{error:#}"),
            Self::Untraced { thread_id, error } => {
                write!(f, "thread {thread_id} is not traced: {error:#}")
            }
        }
    }
}

/// Whether the disk is full, or a limit on space is reached.
pub(super) fn is_for_want_of_room(error: &Error) -> bool {
    matches!(
        io_kind(error),
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
    )
}

/// Whether the process or the system has too many open files: others will be closed.
pub(super) fn is_for_want_of_files(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if sys::is_out_of_files(source))
}

/// Whether another attempt cannot succeed: the file system is mounted read-only, or it is another user's.
pub(super) fn is_denied(error: &Error) -> bool {
    matches!(io_kind(error), Some(ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied))
}

fn io_kind(error: &Error) -> Option<ErrorKind> {
    match error {
        Error::Io { source, .. } => Some(source.kind()),
        _ => None,
    }
}

/// What the drain waits for. Retried errors are reported once per cause: they come back every 20 ms.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    reported: Vec<(ErrorKind, Option<i32>)>,
    stalled_by: Option<String>,
}

impl Troubles {
    /// Takes note of an error that is tried again. Returns whether its cause is a new one.
    pub(super) fn is_new(&mut self, error: &Error) -> bool {
        let cause = match error {
            Error::Io { source, .. } => (source.kind(), source.raw_os_error()),
            _ => (ErrorKind::Other, None),
        };
        let is_new = !self.reported.contains(&cause);
        if is_new {
            self.reported.push(cause);
            self.stalled_by = Some(format!("{error:#}"));
        }
        is_new
    }

    /// Everything works again. Returns whether something did not.
    pub(super) fn are_over(&mut self) -> bool {
        let were_there = !self.reported.is_empty();
        *self = Self::default();
        were_there
    }

    /// The last cause that was reported, as text.
    pub(super) fn stalled_by(&self) -> Option<&String> {
        self.stalled_by.as_ref()
    }
}

/// Receives notices.
pub(super) struct Observer(pub(super) Box<dyn FnMut(&Notice) + Send>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
