//! What a detail.off must say, given the records of the lane beside it.

use std::mem::offset_of;
use std::path::Path;

use super::detail::DetailFacts;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result, count};
use crate::format::DetailOffset;
use crate::reader::{DetailOffsets, DetailReader};

/// No more faults than this are reported: in a file of garbage every entry is wrong.
const MOST_FAULTS: usize = 20;

/// A detail.off beside the lane that it belongs to.
#[derive(Debug)]
pub(crate) enum DetailOffsetsFacts {
    /// There is none. That is not a fault: readers pass over the lane instead.
    Missing,
    /// What is wrong with it; empty if nothing is.
    Found(Vec<Fault>),
}

impl DetailOffsetsFacts {
    /// Compares `path` with the complete records of `detail`, the lane of thread `thread_id`. `facts` are
    /// those of that lane.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::NotATrace`].
    pub(crate) fn gather(
        path: &Path,
        thread_id: u32,
        detail: &DetailReader,
        facts: &DetailFacts,
    ) -> Result<Self> {
        let offsets = match DetailOffsets::open(path, thread_id) {
            Ok(None) => return Ok(Self::Missing),
            Ok(Some(offsets)) => offsets,
            Err(Error::Malformed { fault, .. }) => return Ok(Self::Found(vec![*fault])),
            Err(error) => return Err(error),
        };
        let mut faults = wrong_entries(&offsets, detail);
        if let Some(fault) = wrong_length(&offsets, detail, facts)
            && !has_grown(&offsets, detail)?
        {
            faults.push(fault);
        }
        Ok(Self::Found(faults))
    }
}

/// Whether the offsets fit a lane that was recorded on since it was opened. Records are written before
/// their offsets, so a lane that is opened after the offsets has all of theirs.
fn has_grown(offsets: &DetailOffsets, detail: &DetailReader) -> Result<bool> {
    if detail.is_finalized() {
        return Ok(false);
    }
    let now = DetailReader::open(detail.path())?;
    let entries = (now.len() as u64).div_ceil(offsets.interval());
    Ok(offsets.file_len() <= offsets.entry_at(entries))
}

fn wrong_entries(offsets: &DetailOffsets, detail: &DetailReader) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (seq, record) in (0_u64..).zip(detail.iter().map_while(Result::ok)) {
        if !seq.is_multiple_of(offsets.interval()) {
            continue;
        }
        let number = seq / offsets.interval();
        let Some(found) = offsets.entry(number) else { break };
        if found != record.offset {
            let at = offsets.entry_at(number) + offset_of!(DetailOffset, offset) as u64;
            let expected = format!("{} (where record {seq} starts)", record.offset);
            let (kind, region) = (FaultKind::OffsetsStale, Region::Entry(number));
            faults.push(Fault::new(kind, region, at, "offset", expected, found));
            if faults.len() == MOST_FAULTS {
                break;
            }
        }
    }
    faults
}

/// Offsets lag behind a lane that is not finalized. In a lane with a damaged record, the right number is
/// unknown.
fn wrong_length(
    offsets: &DetailOffsets,
    detail: &DetailReader,
    facts: &DetailFacts,
) -> Option<Fault> {
    let entries = facts.count.div_ceil(offsets.interval());
    let expected_len = offsets.entry_at(entries);
    let len = offsets.file_len();
    let is_wrong = if detail.is_finalized() {
        facts.record_fault.is_none() && len != expected_len
    } else {
        // Records are written before their offsets.
        len > expected_len
    };
    is_wrong.then(|| {
        let (bytes, entries) = (count(expected_len, "byte"), count(entries, "entry"));
        let expected = format!("{bytes} ({entries}, for {})", count(facts.count, "record"));
        let (kind, found) = (FaultKind::OffsetsStale, count(len, "byte"));
        Fault::new(kind, Region::File, 0, FieldId::Length, expected, found)
    })
}
