//! What a detail.off must say, given the records of the lane beside it.

use std::mem::offset_of;
use std::path::Path;

use super::detail::DetailFacts;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::DetailOffset;
use crate::reader::{DetailOffsets, DetailReader};

/// A file of garbage is wrong everywhere: so many faults tell that.
const MOST_FAULTS: usize = 20;

/// A detail.off beside the lane that it belongs to.
#[derive(Debug)]
pub(crate) enum DetailOffsetsFacts {
    /// There is none, which is no fault: the lane can be walked.
    Missing,
    /// What it says wrong; nothing if it is right.
    Found(Vec<Fault>),
}

impl DetailOffsetsFacts {
    /// Compares `path` with the whole records of `detail`, the lane of thread `thread_id`, of which
    /// `facts` were gathered.
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
        faults.extend(wrong_length(&offsets, detail, facts));
        Ok(Self::Found(faults))
    }
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

/// While the lane has not ended its offsets lag behind; where a record is damaged nobody knows how
/// many there should be.
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
        // Records that were written before their offsets were not read.
        len > expected_len
    };
    is_wrong.then(|| {
        let expected =
            format!("{expected_len} bytes ({entries} entries, for {} records)", facts.count);
        let (kind, found) = (FaultKind::OffsetsStale, format!("{len} bytes"));
        Fault::new(kind, Region::File, 0, FieldId::Length, expected, found)
    })
}
