//! What recovery will do, as a value. [`scan`](super::scan) makes it, [`apply`](super::apply) carries
//! it out, and callers print it, compare it, or refuse it.

mod chunk_sums;
mod detail_offsets;
mod lane;
mod lost;
mod manifest;
mod ring;
mod thread;

pub use chunk_sums::{SumsOutcome, SumsPlan};
pub use detail_offsets::{OffsetsOutcome, OffsetsPlan};
pub use lane::{LaneOutcome, LanePlan};
pub use lost::LostPlan;
pub use manifest::ManifestPlan;
pub use ring::{RingOutcome, RingPlan};
pub use thread::ThreadPlan;

use crate::session::TracePath;

/// What is kept of a trace and what becomes of each file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// What is recovered.
    pub path: TracePath,
    /// Its threads. A file that is recovered alone is one thread with one lane.
    pub threads: Vec<ThreadPlan>,
    /// The session's manifest; `None` unless a session is recovered.
    pub manifest: Option<ManifestPlan>,
    /// Whether a drain or a producer was recording while the trace was scanned. A copy is then a
    /// snapshot, and recovery in place refuses. Known on Linux and Android only.
    pub is_being_recorded: bool,
}

impl Plan {
    /// Whether every file stays as it is: there is nothing to repair.
    pub fn changes_nothing(&self) -> bool {
        self.threads.iter().all(ThreadPlan::changes_nothing)
            && self.manifest.as_ref().is_none_or(|plan| *plan == ManifestPlan::Unchanged)
    }

    /// Whether no fault was found either. Some faults stay: no source tells what would be right, or there is
    /// no manifest to remember them.
    #[must_use]
    pub fn finds_no_fault(&self) -> bool {
        let lanes = self.threads.iter().flat_map(|it| it.index.iter().chain(&it.detail));
        self.changes_nothing() && lanes.into_iter().all(|lane| lane.faults.is_empty())
    }

    /// Whether recovery writes anything. It does not if no index header can be read.
    pub fn keeps_anything(&self) -> bool {
        let is_session = matches!(self.path, TracePath::Session(_));
        self.threads.iter().any(ThreadPlan::is_written)
            || is_session && self.threads.iter().all(|it| it.is_empty() || it.is_gone())
    }
}
