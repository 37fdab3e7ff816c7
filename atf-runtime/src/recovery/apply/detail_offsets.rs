//! The offsets file of a detail lane: what becomes of it, and making it.
//!
//! It holds nothing that the lane does not, so that it is made again wherever the lane was changed or
//! it is wrong itself, and a disk that refuses it costs nothing but the file.

use std::io;
use std::path::Path;

use super::copy::{detail_header, open_detail};
use crate::consistency::{DetailFacts, DetailOffsetsFacts};
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::{AtfDetailHeader, DETAIL_OFFSETS_FILE};
use crate::reader::DetailReader;
use crate::recovery::plan::{LaneOutcome, LanePlan, OffsetsOutcome, OffsetsPlan, ThreadPlan};
use crate::storage::Storage;
use crate::writer::DetailOffsetsFile;

/// It is written under this name and then renamed, so that it is replaced whole or not at all.
const TEMPORARY_NAME: &str = "detail.off.new";

/// What becomes of the offsets file in `dir`, of thread `thread_id`, given the lane's plan.
pub(in crate::recovery) fn plan(
    dir: &Path,
    thread_id: u32,
    detail: Option<(&DetailReader, &DetailFacts, &LanePlan)>,
) -> Option<OffsetsPlan> {
    let file = dir.join(DETAIL_OFFSETS_FILE.path);
    let plan = |outcome, faults| Some(OffsetsPlan { file: file.clone(), outcome, faults });
    let is_there = file.symlink_metadata().is_ok();
    let Some((detail, facts, lane)) = detail else {
        let (kind, field) = (FaultKind::Unexpected, FieldId::File("detail.off"));
        let expected = "none without a detail.atf";
        let fault = Fault::new(kind, Region::File, 0, field, expected, "a file");
        return is_there.then(|| plan(OffsetsOutcome::Removed, vec![fault])).flatten();
    };
    let faults = match DetailOffsetsFacts::gather(&file, thread_id, detail, facts) {
        Ok(DetailOffsetsFacts::Missing) => None,
        Ok(DetailOffsetsFacts::Found(faults)) => Some(faults),
        Err(error) => Some(vec![error.into_fault(&file).1]),
    };
    match (lane.outcome, faults) {
        (LaneOutcome::Removed, faults) if is_there => {
            plan(OffsetsOutcome::Removed, faults.unwrap_or_default())
        }
        (LaneOutcome::Finalized, faults) => plan(OffsetsOutcome::Made, faults.unwrap_or_default()),
        (LaneOutcome::Whole, Some(faults)) if faults.is_empty() => {
            plan(OffsetsOutcome::Whole, faults)
        }
        (LaneOutcome::Whole, Some(faults)) => plan(OffsetsOutcome::Made, faults),
        _ => None,
    }
}

/// The same for a lane that is joined with a ring, which is always made again or removed; that its
/// offsets are behind is nothing wrong.
pub(in crate::recovery) fn plan_joined(dir: &Path, lane: Option<&LanePlan>) -> Option<OffsetsPlan> {
    let file = dir.join(DETAIL_OFFSETS_FILE.path);
    let outcome = match lane.map(|lane| lane.outcome) {
        Some(LaneOutcome::Finalized) => OffsetsOutcome::Made,
        _ if file.symlink_metadata().is_ok() => OffsetsOutcome::Removed,
        _ => return None,
    };
    Some(OffsetsPlan { file, outcome, faults: Vec::new() })
}

/// Makes the offsets of the kept records of `thread` in `path`. What cannot be written is left out.
pub(super) fn make<S: Storage>(thread: &ThreadPlan, storage: &S, path: &Path) -> Result<()> {
    let Some(lane) = &thread.detail else { return Ok(()) };
    let detail = open_detail(thread, lane)?;
    let header = detail_header(thread, &detail)?;
    if write(storage, path, &header, &detail, lane.kept).is_err() {
        // Without it readers walk the lane; half of one would be a fault.
        let _ = storage.remove_file(path);
    }
    Ok(())
}

fn write<S: Storage>(
    storage: &S,
    path: &Path,
    header: &AtfDetailHeader,
    detail: &DetailReader,
    kept: u64,
) -> io::Result<()> {
    let mut offsets = DetailOffsetsFile::create(storage, path, header)?;
    let kept = u32::try_from(kept).unwrap_or(u32::MAX);
    for (seq, record) in (0..kept).zip(detail.iter().map_while(Result::ok)) {
        offsets.take(seq, record.offset);
        if offsets.is_worth_a_write() {
            offsets.write_below(record.end())?;
        }
    }
    offsets.write_below(u64::MAX)?;
    offsets.sync()
}

/// Makes the offsets in place, before the lane is changed: the records that are kept stay where they
/// are, so that they are right already. Were it the other way round, a crash in between would leave
/// a lane that is whole and without them.
///
/// Where they cannot be made, the wrong ones are removed.
pub(super) fn replace<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    let Some(plan) = thread.offsets.as_ref().filter(|it| it.outcome == OffsetsOutcome::Made) else {
        return Ok(());
    };
    let temporary = thread.dir.join(TEMPORARY_NAME);
    make(thread, storage, &temporary)?;
    if storage.rename(&temporary, &plan.file).is_err() {
        let _ = storage.remove_file(&temporary);
        let _ = storage.remove_file(&plan.file);
    }
    Ok(())
}

/// Removes the offsets of a lane that is about to be removed, or is gone.
pub(super) fn remove<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    match thread.offsets.as_ref().filter(|it| it.outcome == OffsetsOutcome::Removed) {
        Some(plan) => storage.remove_file(&plan.file).map_err(Error::io(&plan.file, "remove")),
        None => Ok(()),
    }
}
