//! What becomes of a thread's lanes.ring.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::Fault;
use crate::manifest::RingCounts;
use crate::recovery::source::RingSnapshot;
use crate::ring::state::path_in;

/// What becomes of a lanes.ring. It holds what was not in the files yet when the recording was killed.
/// A copy never has one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RingPlan {
    /// The file.
    pub file: PathBuf,
    /// What becomes of it.
    pub outcome: RingOutcome,
    /// What is wrong with it, or why it should not exist.
    pub faults: Vec<Fault>,
    /// Events that were dropped for want of room and that no `lost` event counts yet. Recovery adds one
    /// `lost` event for them at the end. 0 when it adds none.
    pub lost: u64,
    /// How many events the program emitted and what became of them; `None` where the ring cannot tell.
    pub counts: Option<RingCounts>,
    /// The ring's state when it was scanned, if its events are added to the files.
    pub(in crate::recovery) snapshot: Option<RingSnapshot>,
}

impl RingPlan {
    /// The plan for the ring of the thread in `dir`, of which nothing is used. Other plans start from
    /// it.
    pub(in crate::recovery) fn new(dir: &Path, outcome: RingOutcome, faults: Vec<Fault>) -> Self {
        Self { file: path_in(dir), outcome, faults, lost: 0, counts: None, snapshot: None }
    }
}

/// What becomes of a lanes.ring. Displays as text for people and scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RingOutcome {
    /// Its events are written after those in the files. In place, it is then removed.
    Joined,
    /// The files are finalized and hold all of its events. In place, it is removed.
    LeftBehind,
    /// Nothing was recorded through it. In place, it is removed, and so is its directory if that is
    /// empty then.
    NeverMade,
    /// It cannot be believed. The files are recovered without it. In place, it is removed.
    Damaged,
    /// The thread is not written, so the ring stays where it is.
    Stays,
}

impl fmt::Display for RingOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Joined => "joined with the files",
            Self::LeftBehind => "not needed: the files hold all of it",
            Self::NeverMade => "not needed: nothing was recorded",
            Self::Damaged => "not used: it is damaged",
            Self::Stays => "not used: the thread is not written",
        })
    }
}
