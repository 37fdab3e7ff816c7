//! What is kept of a thread.

use std::path::{Path, PathBuf};

use super::chunk_sums::{SumsOutcome, SumsPlan};
use super::detail_offsets::{OffsetsOutcome, OffsetsPlan};
use super::lane::{LaneOutcome, LanePlan};
use super::lost::LostPlan;
use super::ring::{RingOutcome, RingPlan};
use crate::consistency::ThreadFacts;
use crate::format::{AtfDetailHeader, AtfIndexHeader};
use crate::manifest::ManifestThread;
use crate::recovery::identity::Identity;
use crate::recovery::source::RingSnapshot;

/// What is kept of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadPlan {
    /// The thread, by the name of its directory, or else by its header; `None` when neither tells.
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
    /// Its index.sum; `None` when there is none and none is made in place, or a file is recovered alone.
    pub index_sums: Option<SumsPlan>,
    /// Its detail.sum, likewise.
    pub detail_sums: Option<SumsPlan>,
    /// Its lanes.ring; `None` when it has none, or a file is recovered alone.
    pub ring: Option<RingPlan>,
    /// Set for a thread of a session that is lost: it was recorded, and its files are gone or cannot be read.
    pub lost: Option<LostPlan>,
    /// What the headers of the recovered files will say; `None` when they are not written.
    pub(in crate::recovery) identity: Option<Box<Identity>>,
    /// What the recovered files will say; `None` when they are not written, or a file is recovered
    /// alone.
    pub(in crate::recovery) facts: Option<ThreadFacts>,
}

impl ThreadPlan {
    /// The plan for a thread without files. Other plans start from it.
    pub(in crate::recovery) fn new(dir: &Path, thread_id: Option<u32>) -> Self {
        Self {
            thread_id,
            dir: dir.to_owned(),
            index: None,
            detail: None,
            offsets: None,
            index_sums: None,
            detail_sums: None,
            ring: None,
            lost: None,
            identity: None,
            facts: None,
        }
    }

    /// Whether recovery writes files of this thread.
    #[must_use]
    pub fn is_written(&self) -> bool {
        let main = self.index.as_ref().or(self.detail.as_ref());
        main.is_some_and(|lane| {
            matches!(lane.outcome, LaneOutcome::Unchanged | LaneOutcome::Finalized)
        })
    }

    /// Whether nothing was recorded: the thread has a ring that was never made, and no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let is_never_made = |ring: &RingPlan| ring.outcome == RingOutcome::NeverMade;
        self.index.is_none()
            && self.detail.is_none()
            && self.ring.as_ref().is_some_and(is_never_made)
    }

    /// Whether nothing is wrong with the thread, so that its files stay as they are.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        let lanes = [&self.index, &self.detail];
        lanes.into_iter().flatten().all(|lane| lane.outcome == LaneOutcome::Unchanged)
            && self.ring.is_none()
            && self.lost.as_ref().is_none_or(LostPlan::changes_nothing)
            && self.offsets.as_ref().is_none_or(|it| it.outcome == OffsetsOutcome::Unchanged)
            && [&self.index_sums, &self.detail_sums]
                .into_iter()
                .flatten()
                .all(|it| it.outcome == SumsOutcome::Unchanged)
    }

    /// Whether some of what is kept is damaged.
    pub(in crate::recovery) fn is_damaged(&self) -> bool {
        [&self.index, &self.detail].into_iter().flatten().any(|lane| lane.damaged > 0)
    }

    /// Whether its detail.atf is not written.
    pub(in crate::recovery) fn loses_detail(&self) -> bool {
        let is_written = |lane: &LanePlan| {
            matches!(lane.outcome, LaneOutcome::Unchanged | LaneOutcome::Finalized)
        };
        self.detail.as_ref().is_some_and(|lane| !is_written(lane))
    }

    /// Whether it is lost without any file.
    pub(in crate::recovery) fn is_gone(&self) -> bool {
        self.index.is_none() && self.detail.is_none() && self.lost.is_some()
    }

    /// A header of its index.atf, as recovery writes it.
    pub(in crate::recovery) fn index_header(&self, header: AtfIndexHeader) -> AtfIndexHeader {
        self.identity.as_ref().map_or(header, |identity| identity.index_header(header))
    }

    /// A header of its detail.atf, as recovery writes it.
    pub(in crate::recovery) fn detail_header(&self, header: AtfDetailHeader) -> AtfDetailHeader {
        self.identity.as_ref().map_or(header, |identity| identity.detail_header(header))
    }

    /// Lists in the manifest what of the thread is unverified: what no checksum proves, or what is listed already.
    pub(in crate::recovery) fn list_unverified(&self, listed: &mut ManifestThread) {
        let lanes =
            [(&self.index, &mut listed.unverified), (&self.detail, &mut listed.unverified_details)];
        for (lane, ranges) in lanes {
            if let Some(lane) = lane.as_ref().filter(|lane| lane.unverified > 0) {
                *ranges = vec![[lane.kept.saturating_sub(lane.unverified), lane.unverified]];
            }
        }
    }

    /// Whether some of what is written is unverified.
    pub(in crate::recovery) fn is_unverified(&self) -> bool {
        let lanes = [&self.index, &self.detail];
        self.is_written() && lanes.into_iter().flatten().any(|lane| lane.unverified > 0)
    }

    /// The state of the ring whose events are added to the files, if there is one.
    pub(in crate::recovery) fn ring_snapshot(&self) -> Option<&RingSnapshot> {
        self.ring.as_ref()?.snapshot.as_ref()
    }

    /// Records that are kept.
    pub(in crate::recovery) fn kept_records(&self) -> u64 {
        self.detail.as_ref().map_or(0, |lane| lane.kept)
    }
}
