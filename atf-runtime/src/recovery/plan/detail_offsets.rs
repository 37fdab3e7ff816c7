//! What becomes of a thread's detail.off.

use std::fmt;
use std::path::PathBuf;

use crate::error::Fault;

/// What becomes of a detail.off, which says where every 64th record of a detail.atf starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OffsetsPlan {
    /// The file.
    pub file: PathBuf,
    /// What becomes of it.
    pub outcome: OffsetsOutcome,
    /// What is wrong with it. Offsets that lag behind an unfinalized lane are not wrong.
    pub faults: Vec<Fault>,
}

/// What becomes of a detail.off. Displays as text for people and scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OffsetsOutcome {
    /// It agrees with the lane, and stays as it is.
    Unchanged,
    /// It is made again from the records that are kept.
    Made,
    /// It is removed together with its detail.atf.
    Removed,
}

impl fmt::Display for OffsetsOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "kept as it is",
            Self::Made => "made from the records",
            Self::Removed => "removed: no detail.atf",
        })
    }
}
