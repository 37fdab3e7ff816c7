//! What becomes of a lost thread.

use std::fmt;
use std::path::PathBuf;

use crate::error::count;

/// What becomes of a thread of a session that was recorded, and whose files are gone or cannot be read. It stays
/// in the manifest, marked lost, with what it had recorded. Displays as text for people and scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LostPlan {
    /// How many events it had recorded, if the manifest says it.
    pub recorded: Option<u64>,
    /// Whether the manifest marks it as lost already.
    pub is_known: bool,
    /// Files that exist and cannot be recovered. In place they are renamed to *.damaged.
    pub set_aside: Vec<PathBuf>,
}

impl LostPlan {
    /// Whether nothing has to be done: the manifest marks it as lost, and there are no files.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        self.is_known && self.set_aside.is_empty()
    }
}

impl fmt::Display for LostPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.set_aside.is_empty() {
            true => "its files are gone",
            false => "its files cannot be read",
        };
        write!(f, "lost: {why}; ")?;
        match self.recorded {
            Some(recorded) => write!(f, "it had recorded {}", count(recorded, "event")),
            None => write!(f, "how many events it had recorded is unknown"),
        }
    }
}
