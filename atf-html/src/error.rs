//! Why a page could not be made.

use std::fmt;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a page could not be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The trace could not be analysed.
    Analysis(atf_analysis::Error),
    /// Without any call the page has more bytes than the budget.
    Budget {
        /// Bytes of the smallest page.
        least: u64,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Analysis(error) => fmt::Display::fmt(error, f),
            Self::Budget { least } => {
                write!(f, "the smallest page of this trace takes {least} B")
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<atf_analysis::Error> for Error {
    fn from(error: atf_analysis::Error) -> Self {
        Self::Analysis(error)
    }
}
