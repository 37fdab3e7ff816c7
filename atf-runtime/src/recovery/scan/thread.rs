//! Planning a thread: looks at its ring, and plans from the files and the ring, or from the files alone.

use std::path::Path;

use super::files::scan_files;
use super::known::Known;
use crate::consistency::{Progress, ThreadFacts};
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::{DETAIL_FILE, INDEX_FILE, NO_DETAIL_SEQ};
use crate::input::exists;
use crate::lock::is_held;
use crate::lost::Marked;
use crate::manifest::RingCounts;
use crate::recovery::identity::Witnesses;
use crate::recovery::plan::{LaneOutcome, LanePlan, RingOutcome, RingPlan, ThreadPlan};
use crate::recovery::planner::plan_thread;
use crate::recovery::source::{EventSource, RingEvents, RingLanes, RingSnapshot, split_fault};
use crate::ring::image::RingImage;
use crate::ring::state::{LEFT_BEHIND, RingState, is_drained, never_made_fault, undrained_fault};

/// Plans a thread from its files and, if it has one, its ring.
pub(super) fn scan_thread(
    dir: &Path,
    known: Known<'_>,
    progress: Progress<'_>,
) -> Result<ThreadPlan> {
    let Known { named, witnesses, .. } = known;
    let has_file = exists(&dir.join(INDEX_FILE.path))? || exists(&dir.join(DETAIL_FILE.path))?;
    match RingState::of(dir)?.beside(dir, known.listed)? {
        RingState::Absent if is_empty(dir)? => Ok(nothing_recorded(dir, named)),
        RingState::Absent => scan_files(dir, known, progress),
        RingState::NeverMade if !has_file => Ok(never_made(dir, named, never_made_fault())),
        RingState::NeverMade => {
            let ring = RingPlan::new(dir, RingOutcome::NeverMade, vec![never_made_fault()]);
            Ok(beside_files(scan_files(dir, known, progress)?, ring))
        }
        RingState::Damaged(fault) => {
            let ring = RingPlan::new(dir, RingOutcome::Damaged, vec![fault]);
            Ok(beside_files(scan_files(dir, known, progress)?, ring))
        }
        RingState::Made(ring) => {
            if is_drained(dir, &ring)? {
                let is_of_this_boot = ring.is_of_this_boot();
                let known = Known { is_of_this_boot, ..known };
                let thread = scan_files(dir, known, progress)?;
                return Ok(left_behind(&ring, thread));
            }
            let snapshot = RingSnapshot::of(&ring);
            match split_fault(RingLanes::read(dir, Some(&ring), &snapshot))? {
                Ok(lanes) => {
                    let ring = (&*ring, snapshot);
                    scan_with_ring(dir, named, ring, lanes, witnesses, progress)
                }
                Err(fault) => not_joinable(dir, named, fault),
            }
        }
    }
}

pub(super) fn is_empty(dir: &Path) -> Result<bool> {
    let mut entries = std::fs::read_dir(dir).map_err(Error::io(dir, "read"))?;
    match entries.next() {
        None => Ok(true),
        Some(entry) => entry.map(|_| false).map_err(Error::io(dir, "read")),
    }
}

/// A thread with an empty directory: the producer made it and was killed before it made the ring.
pub(super) fn nothing_recorded(dir: &Path, named: Option<u32>) -> ThreadPlan {
    let found = "none in an empty directory: nothing was recorded";
    let (kind, field) = (FaultKind::RingNeverMade, FieldId::File("lanes.ring"));
    never_made(dir, named, Fault::new(kind, Region::File, 0, field, "a file", found))
}

/// A thread without files, and perhaps with a ring that was never made.
fn never_made(dir: &Path, named: Option<u32>, fault: Fault) -> ThreadPlan {
    let ring = Some(RingPlan::new(dir, RingOutcome::NeverMade, vec![fault]));
    ThreadPlan { ring, ..ThreadPlan::new(dir, named) }
}

/// A thread that is planned from its files alone, with what becomes of its ring.
fn beside_files(thread: ThreadPlan, ring: RingPlan) -> ThreadPlan {
    let outcome = if thread.is_written() { ring.outcome } else { RingOutcome::Stays };
    ThreadPlan { ring: Some(RingPlan { outcome, ..ring }), ..thread }
}

/// A thread whose files hold all that its ring has.
fn left_behind(ring: &RingImage, thread: ThreadPlan) -> ThreadPlan {
    let fault = ring.fault(FaultKind::RingLeftBehind, LEFT_BEHIND.0, LEFT_BEHIND.1);
    let counts = thread.facts.map(|facts| counts(ring, &facts, 0));
    let plan = RingPlan::new(&thread.dir, RingOutcome::LeftBehind, vec![fault]);
    beside_files(thread, RingPlan { counts, ..plan })
}

/// A thread with a file that no ring belongs beside: a newer version wrote it, or its events start
/// elsewhere.
fn not_joinable(dir: &Path, named: Option<u32>, fault: Fault) -> Result<ThreadPlan> {
    let (index, detail) = (dir.join(INDEX_FILE.path), dir.join(DETAIL_FILE.path));
    let has_detail = exists(&detail)?;
    Ok(ThreadPlan {
        index: Some(LanePlan::unreadable(&index, fault)),
        detail: has_detail.then(|| LanePlan::new(&detail, LaneOutcome::Orphaned)),
        ring: Some(RingPlan::new(dir, RingOutcome::Stays, Vec::new())),
        ..ThreadPlan::new(dir, named)
    })
}

/// A thread whose ring has events that are not in its files.
fn scan_with_ring(
    dir: &Path,
    named: Option<u32>,
    (ring, snapshot): (&RingImage, RingSnapshot),
    mut lanes: RingLanes,
    witnesses: &Witnesses<'_>,
    progress: Progress<'_>,
) -> Result<ThreadPlan> {
    let lost = lost_without_marker(&lanes.events, ring)?;
    lanes.events.push_marker(lost);
    let thread = plan_thread(dir, named, &lanes.events, Some(&lanes.records), witnesses, progress)?;
    let missing = thread.index.as_ref().map_or(0, |lane| lane.dropped);
    let fault = undrained_fault(ring, is_held(ring.path())?);
    let plan = RingPlan {
        lost,
        counts: thread.facts.map(|facts| counts(ring, &facts, missing)),
        snapshot: Some(snapshot),
        ..RingPlan::new(dir, RingOutcome::Joined, vec![fault])
    };
    Ok(ThreadPlan { ring: Some(plan), ..thread })
}

/// Number of dropped events that no marker counts yet. Recovery may add a marker only after the last
/// published event, and only when the producer can no longer add one itself.
fn lost_without_marker(events: &RingEvents, ring: &RingImage) -> Result<u64> {
    let dropped = ring.control().dropped_events.get();
    let is_over = events.missing() == 0 && !is_held(ring.path())?;
    let has_room = (1..u64::from(NO_DETAIL_SEQ)).contains(&events.events().len());
    if dropped == 0 || !is_over || !has_room {
        return Ok(0);
    }
    let mut marked = Marked::default();
    events.events().iter().for_each(|event| marked.add(event));
    Ok(dropped.saturating_sub(marked.lost()))
}

/// How many events the program emitted and what became of them. Events that were published and are lost
/// count as dropped, so that the number of emitted ones stays right.
fn counts(ring: &RingImage, facts: &ThreadFacts, missing: u64) -> RingCounts {
    let control = ring.control();
    let dropped_events = control.dropped_events.get().max(facts.marked.lost());
    let recorded = facts.recorded();
    let dropped_events = dropped_events.saturating_add(missing).min(u64::MAX - recorded);
    RingCounts {
        emitted: recorded + dropped_events,
        recorded,
        dropped_events,
        dropped_details: control.dropped_details.get(),
    }
}
