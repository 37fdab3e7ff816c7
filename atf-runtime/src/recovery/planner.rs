//! The one planner: from a source of events and records to what is kept of each file. Called by
//! [`scan`](super::scan), which chooses the source.

use std::mem::offset_of;
use std::path::Path;

use super::links::LinkFilter;
use super::plan::{LaneOutcome, LanePlan, OffsetsOutcome, OffsetsPlan, ThreadPlan};
use super::source::{
    EventSource, Findings, KeptRecords, RecordSource, detail_header, keep_records,
};
use crate::consistency::{Progress, ThreadFacts};
use crate::error::{Fault, FaultKind, FieldId, Region, Result};
use crate::format::{AtfIndexHeader, DETAIL_OFFSETS_FILE};
use crate::input::exists_by_name;
use crate::lost::Marked;

/// Plans both lanes of a thread, and the offsets of its records. `named` is the thread that the
/// directory's name gives.
///
/// # Errors
///
/// [`Io`](crate::Error::Io) when the operating system refuses to read the offsets.
pub(super) fn plan_thread(
    dir: &Path,
    named: Option<u32>,
    events: &dyn EventSource,
    records: Option<&dyn RecordSource>,
    progress: Progress<'_>,
) -> Result<ThreadPlan> {
    let kept = match records {
        Some(records) => keep_records(records, Some(events.events())),
        None => KeptRecords { count: 0, end: 0, unnamed: None },
    };
    let mut marked = Marked::default();
    let mut links = LinkFilter::new(records, kept.count);
    let all = events.events().iter().inspect(|event| marked.add(event)).enumerate();
    let unlinked = all.filter(|(seq, event)| links.is_lost(*seq as u32, event)).count() as u64;
    let detail = records.and_then(|records| {
        let findings = records.findings(&kept, unlinked > 0, progress);
        let is_nothing = !records.has_file() && kept.count == 0 && findings.dropped == 0;
        (!is_nothing).then(|| plan_records(records, &kept, findings, LaneOutcome::Removed))
    });
    let offsets = plan_offsets(dir, events, records, detail.as_ref())?;
    let is_unchanged = |lane: &LanePlan| lane.outcome == LaneOutcome::Unchanged;
    let has_detail = kept.count > 0 || detail.as_ref().is_some_and(is_unchanged);
    let index = plan_events(events, unlinked, Some(has_detail), progress);
    let header = events.header();
    Ok(ThreadPlan {
        index: Some(index),
        detail,
        offsets,
        facts: Some(ThreadFacts {
            has_detail,
            clock_type: header.clock_type.get(),
            time_range: events.events().time_range(),
            events: events.events().len(),
            marked,
        }),
        ..ThreadPlan::new(dir, Some(named.unwrap_or(header.thread_id.get())))
    })
}

/// Plans an index.atf that is recovered alone: its links stay, because nobody looked at the records.
pub(super) fn plan_events_alone(events: &dyn EventSource, progress: Progress<'_>) -> LanePlan {
    plan_events(events, 0, None, progress)
}

/// Plans a detail.atf that is recovered alone. It is written even if it has no record.
pub(super) fn plan_records_alone(records: &dyn RecordSource, progress: Progress<'_>) -> LanePlan {
    let kept = keep_records(records, None);
    let findings = records.findings(&kept, false, progress);
    plan_records(records, &kept, findings, LaneOutcome::Finalized)
}

/// `unlinked`: events whose record is lost. `has_detail`: whether there will be a detail.atf, where that
/// is known.
fn plan_events(
    events: &dyn EventSource,
    unlinked: u64,
    has_detail: Option<bool>,
    progress: Progress<'_>,
) -> LanePlan {
    let kept = events.events().len();
    let Findings { mut faults, dropped, first_bad_offset } = events.findings(progress);
    if let (Some(expected), Some(found)) = (has_detail, events.has_detail_flag()) {
        faults.extend(flag_fault(expected, found));
    }
    let is_unchanged = faults.is_empty() && unlinked == 0;
    let outcome = if is_unchanged { LaneOutcome::Unchanged } else { LaneOutcome::Finalized };
    LanePlan {
        kept,
        dropped,
        unlinked,
        from_ring: events.count_from_ring(),
        unverified: if events.is_verified() { 0 } else { kept },
        first_bad_offset,
        faults,
        ends_early: events.ends_early(),
        has_detail_file: has_detail,
        ..LanePlan::new(events.path(), outcome)
    }
}

fn flag_fault(expected: bool, found: bool) -> Option<Fault> {
    let word = |is_set| if is_set { "set" } else { "clear" };
    (expected != found).then(|| {
        let at = offset_of!(AtfIndexHeader, flags) as u64;
        let expected = format!("has_detail_file {}", word(expected));
        let (kind, region) = (FaultKind::Mismatch, Region::Header);
        Fault::new(kind, region, at, "flags", expected, word(found))
    })
}

/// `if_empty`: what becomes of a damaged file of which no record is kept.
fn plan_records(
    records: &dyn RecordSource,
    kept: &KeptRecords,
    findings: Findings,
    if_empty: LaneOutcome,
) -> LanePlan {
    let Findings { faults, dropped, first_bad_offset } = findings;
    let outcome = match kept.count {
        _ if faults.is_empty() => LaneOutcome::Unchanged,
        0 => if_empty,
        _ => LaneOutcome::Finalized,
    };
    LanePlan {
        kept: kept.count,
        dropped,
        from_ring: records.count_from_ring(kept.count),
        unverified: if records.is_verified() { 0 } else { kept.count },
        first_bad_offset,
        faults,
        ..LanePlan::new(records.path(), outcome)
    }
}

/// What becomes of the offsets file. It holds nothing that the lane does not, so it is made again
/// wherever the lane changes or the file is wrong.
fn plan_offsets(
    dir: &Path,
    events: &dyn EventSource,
    records: Option<&dyn RecordSource>,
    lane: Option<&LanePlan>,
) -> Result<Option<OffsetsPlan>> {
    let file = dir.join(DETAIL_OFFSETS_FILE.path);
    let exists = exists_by_name(&file)?;
    let faults = match records {
        Some(records) => {
            let thread_id = detail_header(records, Some(events)).thread_id.get();
            records.offsets_faults(&file, thread_id)?
        }
        None => {
            let (kind, field) = (FaultKind::Unexpected, FieldId::File("detail.off"));
            let expected = "none without a detail.atf";
            Some(vec![Fault::new(kind, Region::File, 0, field, expected, "a file")])
        }
    };
    let is_right = faults.as_ref().is_some_and(Vec::is_empty);
    let outcome = match lane.map(|lane| lane.outcome) {
        None | Some(LaneOutcome::Removed) if exists => OffsetsOutcome::Removed,
        Some(LaneOutcome::Finalized) => OffsetsOutcome::Made,
        Some(LaneOutcome::Unchanged) if is_right => OffsetsOutcome::Unchanged,
        Some(LaneOutcome::Unchanged) if faults.is_some() => OffsetsOutcome::Made,
        _ => return Ok(None),
    };
    Ok(Some(OffsetsPlan { file, outcome, faults: faults.unwrap_or_default() }))
}
