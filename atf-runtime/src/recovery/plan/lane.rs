//! What is kept of an index.atf or a detail.atf.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::ending::KeptFooter;
use crate::error::Fault;
use crate::format::ChunkFlags;

/// What is kept of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LanePlan {
    /// The file.
    pub file: PathBuf,
    /// Events or records that are kept.
    pub kept: u64,
    /// Events or records that are not kept: incomplete ones, and those that a final header or footer
    /// counts and that are missing.
    pub dropped: u64,
    /// Events whose detail record is lost: their `detail_seq` becomes 0xFFFFFFFF.
    pub unlinked: u64,
    /// How many of the kept ones were still in the ring, all or part of them.
    pub from_ring: u64,
    /// How many of the kept ones may differ from what was recorded: the last ones. The machine was restarted since,
    /// so pages of the file and of the ring may be missing, and no checksum covers them.
    pub unverified: u64,
    /// How many of the kept ones are covered by a checksum that does not match: some of them are not what
    /// was recorded.
    pub damaged: u64,
    /// First byte after what is kept that is neither the footer nor the end of the file.
    pub first_bad_offset: Option<u64>,
    /// What is wrong with the file; empty when nothing is.
    pub faults: Vec<Fault>,
    /// What becomes of the file.
    pub outcome: LaneOutcome,
    /// Whether the file goes on after what is kept of it: nothing after a loss of power is believed.
    pub(in crate::recovery) ends_early: bool,
    /// What of it is damaged, as ranges of sequences.
    pub(in crate::recovery) damaged_ranges: Vec<[u64; 2]>,
    /// What the manifest says of ranges of it, for its chunk checksums.
    pub(in crate::recovery) marks: Vec<([u64; 2], ChunkFlags)>,
    /// What a new footer takes from the old one.
    pub(in crate::recovery) kept_footer: KeptFooter,
    /// What the header must say about a detail.atf; `None` where it stays as it is.
    pub(in crate::recovery) has_detail_file: Option<bool>,
}

impl LanePlan {
    /// The plan for a file of which nothing is kept. Other plans start from it.
    pub(in crate::recovery) fn new(file: &Path, outcome: LaneOutcome) -> Self {
        Self {
            file: file.to_owned(),
            kept: 0,
            dropped: 0,
            unlinked: 0,
            from_ring: 0,
            unverified: 0,
            damaged: 0,
            first_bad_offset: None,
            faults: Vec::new(),
            outcome,
            ends_early: false,
            damaged_ranges: Vec::new(),
            marks: Vec::new(),
            kept_footer: KeptFooter::default(),
            has_detail_file: None,
        }
    }

    /// The plan for a file whose header cannot be believed.
    pub(in crate::recovery) fn unreadable(file: &Path, fault: Fault) -> Self {
        Self {
            first_bad_offset: Some(fault.offset),
            faults: vec![fault],
            ..Self::new(file, LaneOutcome::Unreadable)
        }
    }
}

/// What becomes of a file. Displays as text for people and scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LaneOutcome {
    /// Nothing is wrong with it. It is copied byte for byte, and left alone in place.
    Unchanged,
    /// It is cut to what is kept, and finalized.
    Finalized,
    /// No record is kept: there will be no detail.atf.
    Removed,
    /// Its header cannot be believed. It is reported and not written.
    Unreadable,
    /// It is a detail.atf whose index.atf cannot be read. It is not written.
    Orphaned,
}

impl fmt::Display for LaneOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unchanged => "kept as it is",
            Self::Finalized => "finalized",
            Self::Removed => "removed: no record could be kept",
            Self::Unreadable => "not written: its header cannot be read",
            Self::Orphaned => "not written: its index.atf cannot be read",
        })
    }
}
