//! What can go wrong in an export.

use std::fmt;
use std::io;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an export failed. Wrong or unbalanced events are no error: they are counted.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The output refused what was written to it.
    Output(io::Error),
    /// The trace could not be analysed.
    Analysis(atf_analysis::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output(error) => write!(f, "cannot write: {error}"),
            Self::Analysis(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Output(error) => Some(error),
            Self::Analysis(error) => error.source(),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<atf_analysis::Error> for Error {
    fn from(error: atf_analysis::Error) -> Self {
        Self::Analysis(error)
    }
}
