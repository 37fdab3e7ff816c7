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
        let mut check = OffsetsCheck::open(path, thread_id);
        for (seq, record) in (0..).zip(detail.iter().map_while(Result::ok)) {
            if check.is_done() {
                break;
            }
            check.compare(seq, record.offset);
        }
        check.finish(detail, facts)
    }
}

/// Compares a detail.off with the records of its lane, in a pass over these.
#[derive(Debug)]
pub(crate) struct OffsetsCheck {
    opened: Result<Option<DetailOffsets>>,
    /// Sequence of the record that the next entry is about; `None` when no entry is left to compare.
    next: Option<u64>,
    wrong: Vec<Fault>,
}

impl OffsetsCheck {
    /// Opens the offsets of the records of thread `thread_id`. What is wrong with them is said at the
    /// [end](Self::finish).
    pub(crate) fn open(path: &Path, thread_id: u32) -> Self {
        let opened = DetailOffsets::open(path, thread_id);
        let next = matches!(opened, Ok(Some(_))).then_some(0);
        Self { opened, next, wrong: Vec::new() }
    }

    /// Whether no entry is left to compare.
    pub(crate) fn is_done(&self) -> bool {
        self.next.is_none()
    }

    /// Takes the next complete record of the lane.
    #[inline]
    pub(crate) fn compare(&mut self, seq: u64, offset: u64) {
        if self.next == Some(seq) {
            self.compare_entry(seq, offset);
        }
    }

    fn compare_entry(&mut self, seq: u64, offset: u64) {
        self.next = None;
        let Ok(Some(offsets)) = &self.opened else { return };
        let number = seq / offsets.interval();
        let Some(found) = offsets.entry(number) else { return };
        if found != offset {
            let at = offsets.entry_at(number) + offset_of!(DetailOffset, offset) as u64;
            let expected = format!("{offset} (where record {seq} starts)");
            let (kind, region) = (FaultKind::OffsetsStale, Region::Entry(number));
            self.wrong.push(Fault::new(kind, region, at, "offset", expected, found));
        }
        let has_room = self.wrong.len() < MOST_FAULTS;
        self.next = has_room.then(|| seq.saturating_add(offsets.interval()));
    }

    /// What is wrong with the offsets, once all records were compared. `facts` are those of the lane.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::NotATrace`].
    pub(crate) fn finish(
        self,
        detail: &DetailReader,
        facts: &DetailFacts,
    ) -> Result<DetailOffsetsFacts> {
        let offsets = match self.opened {
            Ok(None) => return Ok(DetailOffsetsFacts::Missing),
            Ok(Some(offsets)) => offsets,
            Err(Error::Malformed { fault, .. }) => {
                return Ok(DetailOffsetsFacts::Found(vec![*fault]));
            }
            Err(error) => return Err(error),
        };
        let mut faults = self.wrong;
        if let Some(fault) = wrong_length(&offsets, detail, facts)
            && !has_grown(&offsets, detail)?
        {
            faults.push(fault);
        }
        Ok(DetailOffsetsFacts::Found(faults))
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
