//! What can go wrong in an analysis.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an analysis failed. Wrong or unbalanced events are no error: they are counted.
///
/// `{error}` shows what failed and where; `{error:#}` adds the cause, in the same line.
#[derive(Clone)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused a temporary file; `source` says why.
    TemporaryFile {
        /// The folder of the file, which has no name there.
        folder: PathBuf,
        /// What was tried: "create a temporary file", "write to a temporary file".
        action: &'static str,
        /// The operating system's answer.
        source: Arc<io::Error>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::TemporaryFile { folder, action, source } = self;
        write!(f, "{}: cannot {action}", folder.display())?;
        if f.alternate() {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let Self::TemporaryFile { source, .. } = self;
        Some(source)
    }
}
