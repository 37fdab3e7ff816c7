//! Errors that end a command, and their exit codes.

use std::io::{ErrorKind, Write};

use crate::diagnostic::Diagnostics;

/// What ended a command.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The schema is wrong.
    #[error("{}", .0.drawn())]
    Schema(Box<Diagnostics>),
    /// A file or folder could not be read or written.
    #[error("{path}: {error}")]
    Io { path: String, error: std::io::Error },
    /// What was asked for does not exist.
    #[error("{0}")]
    Asked(String),
}

impl Failure {
    /// Prints the error and returns the exit code.
    pub(super) fn report(&self, err: &mut dyn Write) -> u8 {
        match self {
            Self::Io { error, .. } if error.kind() == ErrorKind::BrokenPipe => return super::FINE,
            Self::Schema(diagnostics) => {
                let count = diagnostics.list().len();
                let noun = if count == 1 { "mistake" } else { "mistakes" };
                let _ = writeln!(err, "{self}\n{}: {count} {noun}", diagnostics.source().name());
                return super::PROBLEM;
            }
            Self::Io { .. } | Self::Asked(_) => {}
        }
        let _ = writeln!(err, "{self}");
        super::CANNOT
    }
}

/// Adds the file to an error of the operating system.
pub(super) fn io(path: impl Into<String>) -> impl FnOnce(std::io::Error) -> Failure {
    let path = path.into();
    move |error| Failure::Io { path, error }
}
