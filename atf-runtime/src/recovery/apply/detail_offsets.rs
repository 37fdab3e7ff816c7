//! Making the offsets file of a detail lane from the records that are kept.
//!
//! The file holds nothing that the lane does not. So a disk that refuses it costs nothing but the file.

use std::io;
use std::path::Path;

use super::source::open_records;
use crate::error::{Error, Result};
use crate::format::AtfDetailHeader;
use crate::recovery::plan::{OffsetsOutcome, OffsetsPlan, ThreadPlan};
use crate::recovery::source::{EventSource, FileEvents, RecordSource, detail_header};
use crate::storage::{Storage, StorageFile};
use crate::writer::DetailOffsetsFile;

/// The file is written under this name and then renamed, so that a crash leaves the old one or the new
/// one.
const TEMPORARY_NAME: &str = "detail.off.new";

/// Makes the offsets of the kept records of `thread` in `path`. If the disk refuses, there is no file.
pub(super) fn make<S: Storage>(thread: &ThreadPlan, storage: &S, path: &Path) -> Result<()> {
    let events = match &thread.index {
        Some(lane) => Some(FileEvents::open(&lane.file)?),
        None => None,
    };
    let events = events.as_ref().map(|events| events as &dyn EventSource);
    let Some(records) = open_records(thread)? else { return Ok(()) };
    let header = thread.detail_header(detail_header(&records, events));
    if write(storage, path, &header, &records, thread.kept_records()).is_err() {
        // Without the file readers pass over the lane; an incomplete one would be a fault.
        let _ = storage.remove_file(path);
    }
    Ok(())
}

fn write<S: Storage>(
    storage: &S,
    path: &Path,
    header: &AtfDetailHeader,
    records: &dyn RecordSource,
    kept: u64,
) -> io::Result<()> {
    let mut offsets = DetailOffsetsFile::create(storage, path, header)?;
    let kept = u32::try_from(kept).unwrap_or(u32::MAX);
    for (seq, record) in (0..kept).zip(records.iter()) {
        offsets.take(seq, record.offset);
        if offsets.is_worth_a_write() {
            offsets.write_below(record.end())?;
        }
    }
    offsets.write_below(u64::MAX)?;
    offsets.sync()
}

/// Makes the offsets in place, before the lane is changed. The kept records stay where they are, so the
/// offsets are right already. If the lane were changed first, a crash in between would leave a finalized
/// lane without offsets.
///
/// If they cannot be made, wrong ones are removed.
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

/// Syncs offsets that stay as they are: the drain may not have come to that. If the disk refuses, they are removed.
pub(super) fn sync_kept<S: Storage>(thread: &ThreadPlan, storage: &S) {
    let is_kept = |plan: &&OffsetsPlan| plan.outcome == OffsetsOutcome::Unchanged;
    let Some(plan) = thread.offsets.as_ref().filter(is_kept) else { return };
    let synced = storage.open_existing(&plan.file).and_then(|mut file| file.sync());
    if synced.is_err() {
        let _ = storage.remove_file(&plan.file);
    }
}

/// Removes the offsets of a lane that is about to be removed, or is gone.
pub(super) fn remove<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    match thread.offsets.as_ref().filter(|it| it.outcome == OffsetsOutcome::Removed) {
        Some(plan) => storage.remove_file(&plan.file).map_err(Error::io(&plan.file, "remove")),
        None => Ok(()),
    }
}
