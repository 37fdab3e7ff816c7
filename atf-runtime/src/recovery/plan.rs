//! What recovery will do: a pure value, made by [`scan`](super::scan) and carried out elsewhere.

use std::path::PathBuf;

use crate::error::Fault;
use crate::session::{Manifest, ManifestThread, TracePath};
use crate::verify::ThreadFacts;

/// What is kept of a trace and what becomes of each file.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What is recovered.
    pub path: TracePath,
    /// Its threads; for one file alone a single one with one lane.
    pub threads: Vec<ThreadPlan>,
    /// The session's manifest; `None` when no session is recovered.
    pub manifest: Option<ManifestPlan>,
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

    /// Whether nothing is wrong with the thread.
    pub fn is_whole(&self) -> bool {
        let lanes = [&self.index, &self.detail];
        lanes.into_iter().flatten().all(|lane| lane.outcome == LaneOutcome::Whole)
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
        self.threads.iter().any(ThreadPlan::is_written) || self.threads.is_empty()
    }
}
