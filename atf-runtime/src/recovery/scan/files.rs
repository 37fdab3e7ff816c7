//! Planning from files alone: a thread without a usable ring, or one file. Called by the scan of threads
//! and of single files.

use std::path::Path;

use super::known::Known;
use crate::consistency::Progress;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::{DETAIL_FILE, INDEX_FILE};
use crate::input::exists;
use crate::reader::DetailReader;
use crate::recovery::identity::{Identity, Witnesses};
use crate::recovery::plan::{LaneOutcome, LanePlan, ThreadPlan};
use crate::recovery::planner::{plan_events_alone, plan_records_alone, plan_thread};
use crate::recovery::source::{
    EventSource, FileEvents, FileRecords, RecordSource, named_records, split_fault,
};

/// Plans a thread from its files.
pub(super) fn scan_files(
    dir: &Path,
    known: Known<'_>,
    progress: Progress<'_>,
) -> Result<ThreadPlan> {
    let Known { named, is_of_this_boot, witnesses, .. } = known;
    let (index_path, detail_path) = (dir.join(INDEX_FILE.path), dir.join(DETAIL_FILE.path));
    let has_index = exists(&index_path)?;
    let events = if has_index {
        split_fault(FileEvents::open(&index_path))?
    } else {
        let (kind, field) = (FaultKind::Missing, FieldId::File("index.atf"));
        Err(Fault::new(kind, Region::File, 0, field, "a file", "none"))
    };
    let has_detail = exists(&detail_path)?;
    let events = match events {
        Ok(events) => events,
        Err(fault) => {
            // Without events a record belongs to nothing.
            let dropped = if has_detail { complete_records(&detail_path)? } else { 0 };
            let orphaned = LanePlan::new(&detail_path, LaneOutcome::Orphaned);
            let detail = has_detail.then_some(LanePlan { dropped, ..orphaned });
            let index = Some(LanePlan::unreadable(&index_path, fault));
            return Ok(ThreadPlan { index, detail, ..ThreadPlan::new(dir, named) });
        }
    };
    let records = if has_detail { Some(FileRecords::open(&detail_path)?) } else { None };
    let records = records.map(|records| records.of_boot(is_of_this_boot));
    let records = records.as_ref().map(|records| records as &dyn RecordSource);
    let mut events = events;
    if !is_of_this_boot {
        let named = named_records(records, events.events());
        events.end_after_power_loss(named);
    }
    plan_thread(dir, named, &events, records, witnesses, progress)
}

/// Plans an index.atf alone.
pub(super) fn scan_index_alone(
    file: &Path,
    is_of_this_boot: bool,
    progress: Progress<'_>,
) -> Result<ThreadPlan> {
    let thread = ThreadPlan::new(dir_of(file), None);
    Ok(match split_fault(FileEvents::open(file))? {
        Ok(mut events) => {
            if !is_of_this_boot {
                events.end_after_power_loss(named_records(None, events.events()));
            }
            let identity = Identity::of(None, &events, None, &Witnesses::none());
            ThreadPlan {
                thread_id: Some(events.reader().thread_id()),
                index: Some(plan_events_alone(&events, &identity, progress)),
                identity: Some(Box::new(identity)),
                ..thread
            }
        }
        Err(fault) => ThreadPlan { index: Some(LanePlan::unreadable(file, fault)), ..thread },
    })
}

/// Plans a detail.atf alone.
pub(super) fn scan_detail_alone(
    file: &Path,
    is_of_this_boot: bool,
    progress: Progress<'_>,
) -> Result<ThreadPlan> {
    let thread = ThreadPlan::new(dir_of(file), None);
    Ok(match split_fault(FileRecords::open_alone(file))? {
        Ok(records) => {
            let records = records.of_boot(is_of_this_boot);
            let identity = Identity::of_records_alone(&records);
            ThreadPlan {
                thread_id: Some(records.reader().thread_id()),
                detail: Some(plan_records_alone(&records, &identity, progress)),
                identity: Some(Box::new(identity)),
                ..thread
            }
        }
        Err(fault) => ThreadPlan { detail: Some(LanePlan::unreadable(file, fault)), ..thread },
    })
}

fn dir_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

/// Number of records that are lost with their index; 0 where the file is damaged too.
fn complete_records(detail_path: &Path) -> Result<u64> {
    let detail = Error::unless_refused(DetailReader::open(detail_path))?;
    Ok(detail.map_or(0, |detail| detail.len() as u64))
}
