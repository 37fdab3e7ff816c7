//! What chunk checksums prove of a lane, and what becomes of them. Called by the planner, for each lane.

use std::ops::Range;
use std::path::Path;

use super::plan::{LaneOutcome, LanePlan, SumsOutcome, SumsPlan};
use crate::consistency::{SumsFacts, SumsState};
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::IndexEvent;
use crate::input::exists_by_name;
use crate::lane::Lane;
use crate::reader::{CHUNKS_START, DetailReader, IndexReader, sums_path};

/// The checksums of a lane, as they are found.
#[derive(Debug, Default)]
pub(super) struct FoundSums {
    facts: Option<SumsFacts>,
    /// Events or records that are proved, from the first one on.
    pub(super) proven: u64,
    /// Events or records with a damaged byte, as ranges of sequences.
    pub(super) damaged: Vec<[u64; 2]>,
    /// Whether there are checksums although the footer has none.
    pub(super) is_without_footer_checksum: bool,
}

impl FoundSums {
    /// Those of an index.atf.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the operating system refuses to read them.
    pub(super) fn of_index(file: &Path) -> Result<Self> {
        let Ok(index) = Error::unless_refused(IndexReader::open(file))? else {
            return Ok(Self::default());
        };
        let facts = SumsFacts::of_index(&index)?;
        let size = size_of::<IndexEvent>() as u64;
        let of_range = |bytes: &Range<u64>| {
            let first = bytes.start / size;
            [first, bytes.end.div_ceil(size).min(index.len() as u64).saturating_sub(first)]
        };
        let checksum = index.footer().map(|footer| footer.checksum.get());
        Ok(Self {
            proven: facts.proven / size,
            damaged: facts.damaged.iter().map(of_range).collect(),
            is_without_footer_checksum: lacks_checksum(&facts, checksum),
            facts: Some(facts),
        })
    }

    /// Those of a detail.atf.
    ///
    /// # Errors
    ///
    /// As for [`of_index`](Self::of_index).
    pub(super) fn of_detail(file: &Path) -> Result<Self> {
        let Ok(detail) = Error::unless_refused(DetailReader::open(file))? else {
            return Ok(Self::default());
        };
        let facts = SumsFacts::of_detail(&detail)?;
        let (mut proven, mut damaged) = (0, vec![None; facts.damaged.len()]);
        for (seq, record) in (0_u64..).zip(detail.iter().map_while(Result::ok)) {
            let (start, end) = (record.offset - CHUNKS_START, record.end() - CHUNKS_START);
            if end <= facts.proven {
                proven = seq + 1;
            }
            for (bytes, found) in facts.damaged.iter().zip(&mut damaged) {
                if start < bytes.end && bytes.start < end {
                    let first = found.map_or(seq, |[first, _]: [u64; 2]| first);
                    *found = Some([first, seq + 1 - first]);
                }
            }
        }
        let checksum = detail.footer().map(|footer| footer.checksum.get());
        Ok(Self {
            proven,
            damaged: damaged.into_iter().flatten().collect(),
            is_without_footer_checksum: lacks_checksum(&facts, checksum),
            facts: Some(facts),
        })
    }

    /// What becomes of them, given what becomes of the lane.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the operating system does not say whether they exist.
    pub(super) fn plan(
        &self,
        lane: Option<&LanePlan>,
        file: &Path,
        which: Lane,
    ) -> Result<Option<SumsPlan>> {
        let file = sums_path(file, which);
        let exists = exists_by_name(&file)?;
        let mut faults = self.facts.as_ref().map_or(Vec::new(), |facts| facts.faults.clone());
        let state = self.facts.as_ref().map_or(&SumsState::Missing, |facts| &facts.state);
        let is_right = *state == SumsState::Current && faults.is_empty();
        let has_bad_checksum =
            |lane: &LanePlan| lane.faults.iter().any(|it| it.kind == FaultKind::Checksum);
        let outcome = match lane.map(|lane| (lane, lane.outcome)) {
            None | Some((_, LaneOutcome::Removed)) if exists => {
                let (kind, field) = (FaultKind::Unexpected, FieldId::File("detail.sum"));
                if lane.is_none() {
                    let expected = "none without a detail.atf";
                    faults.push(Fault::new(kind, Region::File, 0, field, expected, "a file"));
                }
                SumsOutcome::Removed
            }
            Some((_, LaneOutcome::Finalized)) => SumsOutcome::Made,
            Some((lane, LaneOutcome::Unchanged)) if exists => {
                match is_right || has_bad_checksum(lane) {
                    true => SumsOutcome::Unchanged,
                    false => SumsOutcome::Made,
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(SumsPlan { file, outcome, faults }))
    }
}

/// A writer of chunk checksums records that of all events too.
fn lacks_checksum(facts: &SumsFacts, footer: Option<u32>) -> bool {
    footer == Some(0) && facts.covers_all
}
