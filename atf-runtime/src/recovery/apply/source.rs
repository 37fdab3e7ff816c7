//! The source of a thread, read again to carry out its plan. Called by the copier and by all that works
//! in place.

use crate::error::{Error, Fault, FaultKind, Region, Result};
use crate::recovery::plan::{LaneOutcome, LanePlan, ThreadPlan};
use crate::recovery::source::{EventSource, FileEvents, FileRecords, RingLanes, Source};
use crate::ring::state::RingState;

/// Opens what the plan of a thread was made of. A lane of which nothing is written is left out.
///
/// # Errors
///
/// [`Error::Malformed`] when the source no longer holds what the plan keeps; [`Error::Io`].
pub(super) fn open_source(thread: &ThreadPlan) -> Result<Source> {
    if let Some(RingLanes { events, records }) = open_with_ring(thread)? {
        return Ok(Source { events: Some(Box::new(events)), records: Some(Box::new(records)) });
    }
    let mut source = Source { events: None, records: None };
    if let Some(lane) = &thread.index {
        source.events = Some(Box::new(open_events(lane)?));
    }
    if let Some(records) = open_records(thread)? {
        source.records = Some(Box::new(records));
    }
    Ok(source)
}

/// Reads the files and the ring of a thread; `None` for a thread that is recovered from its files alone.
///
/// # Errors
///
/// As for [`open_source`].
pub(super) fn open_with_ring(thread: &ThreadPlan) -> Result<Option<RingLanes>> {
    let (Some(ring), Some(snapshot)) = (&thread.ring, thread.ring_snapshot()) else {
        return Ok(None);
    };
    // The drain may have removed the ring since. Then the files hold all of it.
    let image = match RingState::of(&thread.dir)? {
        RingState::Made(image) => Some(image),
        _ => None,
    };
    let mut lanes = RingLanes::read(&thread.dir, image.as_deref(), snapshot)?;
    lanes.events.push_marker(ring.lost);
    if let Some(lane) = &thread.index {
        check_unchanged(lane, lanes.events.events().len())?;
    }
    if let Some(lane) = thread.detail.as_ref().filter(|lane| lanes.records.len() < lane.kept) {
        check_unchanged(lane, lanes.records.len())?;
    }
    Ok(Some(lanes))
}

/// Opens the index.atf of a thread, as far as its plan keeps it.
///
/// # Errors
///
/// As for [`open_source`].
pub(super) fn open_events(lane: &LanePlan) -> Result<FileEvents> {
    let events = FileEvents::open(&lane.file)?;
    Ok(if lane.ends_early { events.end_at(lane.kept) } else { events })
}

/// Opens the detail.atf of a thread; `None` when none is kept.
///
/// # Errors
///
/// As for [`open_source`].
pub(super) fn open_records(thread: &ThreadPlan) -> Result<Option<FileRecords>> {
    let Some(lane) = thread.detail.as_ref() else { return Ok(None) };
    match &thread.index {
        None => FileRecords::open_alone(&lane.file).map(Some),
        Some(_) if is_kept(lane) => FileRecords::open(&lane.file).map(Some),
        Some(_) => Ok(None),
    }
}

fn is_kept(lane: &LanePlan) -> bool {
    matches!(lane.outcome, LaneOutcome::Unchanged | LaneOutcome::Finalized)
}

/// Fails when a file has grown or was cut since it was scanned: the plan is then not its plan.
pub(super) fn check_unchanged(lane: &LanePlan, found: u64) -> Result<()> {
    if found == lane.kept {
        return Ok(());
    }
    let expected = format!("{} (when it was scanned)", lane.kept);
    let (kind, region) = (FaultKind::Changed, Region::Events);
    let fault = Fault::new(kind, region, 0, "event_count", expected, found);
    Err(Error::malformed(&lane.file)(fault))
}
