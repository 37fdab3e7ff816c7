//! What recovery will do: a pure value, made by [`scan`](super::scan) and carried out elsewhere.

use std::path::PathBuf;

use super::source::RingSnapshot;
use crate::consistency::ThreadFacts;
use crate::error::Fault;
use crate::manifest::{Manifest, ManifestThread, RingCounts};
use crate::session::TracePath;

/// What is kept of a trace and what becomes of each file.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What is recovered.
    pub path: TracePath,
    /// Its threads; for one file alone a single one with one lane.
    pub threads: Vec<ThreadPlan>,
    /// The session's manifest; `None` when no session is recovered.
    pub manifest: Option<ManifestPlan>,
    /// Whether a drain or a producer was at work while the trace was scanned: a copy is then a
    /// snapshot, and in place nothing is done. Known on Linux and Android.
    pub is_being_recorded: bool,
}

/// What is kept of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadPlan {
    /// Thread, as its directory's name says, or else its header; `None` when neither does.
    pub thread_id: Option<u32>,
    /// Directory of its files.
    pub dir: PathBuf,
    /// Its index.atf; `None` when a detail.atf is recovered alone.
    pub index: Option<LanePlan>,
    /// Its detail.atf; `None` when there is none, or an index.atf is recovered alone.
    pub detail: Option<LanePlan>,
    /// Its detail.off; `None` when there is none and none is made in place, or a file is recovered
    /// alone. A copy always has one beside its detail.atf.
    pub offsets: Option<OffsetsPlan>,
    /// Its lanes.ring; `None` when it has none, or a file is recovered alone.
    pub ring: Option<RingPlan>,
    /// Whether the detail header cannot be believed and is made anew from the index header.
    pub(super) rebuild_detail_header: bool,
    /// What the thread's files will say; `None` when they are not written, or one stands alone.
    pub(super) facts: Option<ThreadFacts>,
}

/// What is kept of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanePlan {
    /// The file.
    pub file: PathBuf,
    /// Events or records kept.
    pub kept: u64,
    /// Events or records that were there in part or were promised by a final header or footer,
    /// and are not kept.
    pub dropped: u64,
    /// Events whose detail is gone: their `detail_seq` becomes 0xFFFFFFFF.
    pub unlinked: u64,
    /// Those of the kept that were still in the ring, wholly or in part.
    pub from_ring: u64,
    /// Those of the kept that may not be what was recorded: the machine was started again since, so
    /// that pages of file and ring may be missing that no checksum tells of.
    pub unverified: u64,
    /// First byte after what is kept that is neither footer nor end of the file.
    pub first_bad_offset: Option<u64>,
    /// What is wrong with the file; empty when it is whole.
    pub faults: Vec<Fault>,
    /// What becomes of it.
    pub outcome: LaneOutcome,
    /// Whether the header must change what it says of the detail.atf: set or clear.
    pub(super) has_detail_file: Option<bool>,
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneOutcome {
    /// Nothing is wrong with it: it is copied byte for byte, and left alone in place.
    Whole,
    /// It is cut to what is kept and finalized.
    Finalized,
    /// No record is kept: there will be no detail.atf.
    Removed,
    /// Its header cannot be believed: it is reported, and not written.
    Unreadable,
    /// It is a detail.atf whose index.atf cannot be read: it is not written.
    Orphaned,
}

impl LaneOutcome {
    /// The outcome in words, for people and scripts.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Whole => "kept as it is",
            Self::Finalized => "finalized",
            Self::Removed => "removed: no record could be kept",
            Self::Unreadable => "not written: its header cannot be read",
            Self::Orphaned => "not written: its index.atf cannot be read",
        }
    }
}

/// What becomes of a lanes.ring, which holds what was not in the files yet when the recording was
/// killed. A copy never has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingPlan {
    /// The file.
    pub file: PathBuf,
    /// What becomes of it.
    pub outcome: RingOutcome,
    /// What there is to say of it.
    pub faults: Vec<Fault>,
    /// Events that found no room and that no `lost` event tells of yet: one is added at the end. 0
    /// when none is.
    pub lost: u64,
    /// What the program emitted and what became of it; `None` where the ring does not tell.
    pub counts: Option<RingCounts>,
    /// What the lanes are joined by, when they are.
    pub(super) joint: Option<RingSnapshot>,
}

/// What becomes of a lanes.ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingOutcome {
    /// What it holds is written behind what is in the files; in place it is then removed.
    Joined,
    /// The files are finalized and hold all of it; in place it is removed.
    LeftBehind,
    /// Nothing was recorded through it; in place it is removed, and its directory with it when there
    /// is nothing else in it.
    NeverMade,
    /// It cannot be believed: the files are recovered by themselves, and in place it is removed.
    Damaged,
    /// The thread is not written, and so it stays where it is.
    Stays,
}

impl RingOutcome {
    /// The outcome in words, for people and scripts.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Joined => "joined with the files",
            Self::LeftBehind => "not needed: the files hold all of it",
            Self::NeverMade => "not needed: nothing was recorded",
            Self::Damaged => "not used: it is damaged",
            Self::Stays => "not used: the thread is not written",
        }
    }
}

/// What becomes of a detail.off, which says where every 64th record of a detail.atf starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffsetsPlan {
    /// The file.
    pub file: PathBuf,
    /// What becomes of it.
    pub outcome: OffsetsOutcome,
    /// What is wrong with it; that it lags behind a lane that was never finalized is nothing wrong.
    pub faults: Vec<Fault>,
}

/// What becomes of a detail.off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetsOutcome {
    /// It agrees with the lane: kept as it is.
    Whole,
    /// It is made again from the records that are kept.
    Made,
    /// It goes with the detail.atf that it was about.
    Removed,
}

impl OffsetsOutcome {
    /// The outcome in words, for people and scripts.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Whole => "kept as it is",
            Self::Made => "made from the records",
            Self::Removed => "removed: no detail.atf",
        }
    }
}

/// What becomes of a session's manifest.json.
#[derive(Clone, Debug, PartialEq)]
pub enum ManifestPlan {
    /// It agrees with the files: kept as it is.
    Whole,
    /// It is written again.
    Rewritten {
        /// Why.
        reason: String,
        /// What it will say.
        manifest: Box<Manifest>,
        /// Threads that are not written, and which in place stay listed.
        left_alone: Vec<ManifestThread>,
        /// Whether nothing but leaving those out is the reason: then it stays as it is in place.
        only_in_copy: bool,
    },
}

impl ThreadPlan {
    /// Whether files of this thread will be there afterwards.
    pub fn is_written(&self) -> bool {
        let main = self.index.as_ref().or(self.detail.as_ref());
        main.is_some_and(|lane| matches!(lane.outcome, LaneOutcome::Whole | LaneOutcome::Finalized))
    }

    /// Whether nothing was recorded: there is a ring that was never made, and no file.
    pub fn is_empty(&self) -> bool {
        let is_never_made = |ring: &RingPlan| ring.outcome == RingOutcome::NeverMade;
        self.index.is_none()
            && self.detail.is_none()
            && self.ring.as_ref().is_some_and(is_never_made)
    }

    /// What the lanes of file and ring are joined by.
    pub(super) fn joint(&self) -> Option<&RingSnapshot> {
        self.ring.as_ref()?.joint.as_ref()
    }

    /// Whether nothing is wrong with the thread.
    pub fn is_whole(&self) -> bool {
        let lanes = [&self.index, &self.detail];
        lanes.into_iter().flatten().all(|lane| lane.outcome == LaneOutcome::Whole)
            && self.ring.is_none()
            && self.offsets.as_ref().is_none_or(|it| it.outcome == OffsetsOutcome::Whole)
    }
}

impl Plan {
    /// Whether there is nothing to repair.
    pub fn is_whole(&self) -> bool {
        self.threads.iter().all(ThreadPlan::is_whole)
            && self.manifest.as_ref().is_none_or(|plan| *plan == ManifestPlan::Whole)
    }

    /// Whether anything will be written; a trace of which every index header is gone leaves nothing.
    pub fn keeps_anything(&self) -> bool {
        let is_session = matches!(self.path, TracePath::Session(_));
        self.threads.iter().any(ThreadPlan::is_written)
            || is_session && self.threads.iter().all(ThreadPlan::is_empty)
    }
}
