//! Why a call failed, as C gets it: a negative errno, a code and a text.

use std::ffi::c_int;
use std::io;

use atf_runtime::Error;

use crate::error_code;

/// Why a call failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Negative errno, as it is returned.
    pub(crate) code: c_int,
    /// One of the ATF_ERROR_ numbers of [`error_code`](crate::error_code).
    pub(crate) error: u32,
    /// For people.
    pub(crate) text: String,
}

pub(crate) type Result<T = (), E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// `errno` is one of libc's `E` constants.
    pub(crate) fn new(errno: c_int, text: impl Into<String>) -> Self {
        Self { code: -errno, error: error_code::of_errno(errno), text: text.into() }
    }

    /// An argument with a value that is not allowed.
    pub(crate) fn argument(
        name: &str,
        expected: impl std::fmt::Display,
        found: impl std::fmt::Display,
    ) -> Self {
        Self::new(libc::EINVAL, format!("argument {name}: expected {expected}, found {found}"))
    }

    /// Something that the caller named by number or name, and that does not exist.
    pub(crate) fn absent(
        argument: &str,
        expected: impl std::fmt::Display,
        found: impl std::fmt::Display,
    ) -> Self {
        Self::new(libc::ENOENT, Self::argument(argument, expected, found).text)
    }

    /// A handle that was finalized, finished or stopped.
    pub(crate) fn over(what: &str, state: &str) -> Self {
        Self::new(libc::EBADF, format!("{what}: expected an open one, found a {state} one"))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let errno = match error {
            Error::Io { source, .. } => errno_of(source),
            Error::Malformed { .. }
            | Error::NotATrace { .. }
            | Error::SeveralSessions { .. }
            | Error::Manifest { .. } => libc::EBADMSG,
            Error::OutputTaken { .. } => libc::EEXIST,
            Error::BeingRecorded { .. } => libc::EBUSY,
            Error::DrainStopped { .. } => libc::EPIPE,
            Error::SequencesExhausted { .. } => libc::EOVERFLOW,
            Error::PayloadTooLong { .. } => libc::EMSGSIZE,
            Error::NoCounter { .. } | Error::Unsupported { .. } => libc::ENOTSUP,
            // Unwritten, out of sequence, of another thread: the caller made the calls in a wrong order.
            _ => libc::EINVAL,
        };
        Self { code: -errno, error: error_code::of(error), text: format!("{error:#}") }
    }
}

fn errno_of(error: &io::Error) -> c_int {
    if let Some(code) = error.raw_os_error().filter(|code| *code > 0) {
        return code;
    }
    match error.kind() {
        io::ErrorKind::NotFound => libc::ENOENT,
        io::ErrorKind::PermissionDenied => libc::EACCES,
        io::ErrorKind::AlreadyExists => libc::EEXIST,
        io::ErrorKind::WouldBlock => libc::EAGAIN,
        io::ErrorKind::TimedOut => libc::ETIMEDOUT,
        io::ErrorKind::InvalidInput => libc::EINVAL,
        io::ErrorKind::OutOfMemory => libc::ENOMEM,
        _ => libc::EIO,
    }
}
