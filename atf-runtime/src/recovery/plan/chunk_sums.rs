//! What becomes of an index.sum or a detail.sum.

use std::fmt;
use std::path::PathBuf;

use crate::error::Fault;

/// What becomes of the chunk checksums beside a lane.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SumsPlan {
    /// The file.
    pub file: PathBuf,
    /// What becomes of it.
    pub outcome: SumsOutcome,
    /// What is wrong with it. That it is of an earlier state of the lane is not wrong.
    pub faults: Vec<Fault>,
}

/// What becomes of chunk checksums. Displays as text for people and scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SumsOutcome {
    /// They agree with the lane, and stay as they are.
    Unchanged,
    /// They are made again from what is kept.
    Made,
    /// They are removed: there is no lane, or nothing that they could prove.
    Removed,
}

impl fmt::Display for SumsOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "kept as it is",
            Self::Made => "made from the lane",
            Self::Removed => "removed",
        })
    }
}
