//! Planning a thread whose ring was left behind: from the ring's state and the files to a
//! [`ThreadPlan`].

use std::path::Path;

use super::files::{orphaned, scan_files, split_fault, unreadable};
use crate::consistency::ThreadFacts;
use crate::consistency::{Progress, missing_footer};
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::{
    AtfDetailFooter, AtfIndexFooter, AtfIndexHeader, DETAIL_FILE, INDEX_FILE, IndexEvent,
    NO_DETAIL_SEQ,
};
use crate::lock::is_held;
use crate::manifest::{Marked, RingCounts};
use crate::reader::IndexReader;
use crate::recovery::apply::detail_offsets;
use crate::recovery::links::{KeptRecords, LinkFilter};
use crate::recovery::plan::{LaneOutcome, LanePlan, RingOutcome, RingPlan, ThreadPlan};
use crate::recovery::source::{Events, Records};
use crate::recovery::source::{RingEvents, RingRecords, RingSnapshot};
use crate::ring::image::RingImage;
use crate::ring::state::{LEFT_BEHIND, RingState, holds_all, never_made_fault, path_in};

/// Plans a thread by its files and, if it has one, its ring.
pub(super) fn scan_thread(
    dir: &Path,
    named: Option<u32>,
    progress: Progress<'_>,
) -> Result<ThreadPlan> {
    let has_index = dir.join(INDEX_FILE.path).exists();
    match RingState::of(dir)? {
        // Its producer made the directory, and died before it made the ring.
        RingState::Absent if is_empty(dir)? => {
            let found = "none in an empty directory: nothing was recorded";
            let (kind, field) = (FaultKind::RingNeverMade, FieldId::File("lanes.ring"));
            let fault = Fault::new(kind, Region::File, 0, field, "a file", found);
            Ok(never_made(dir, named, fault))
        }
        RingState::Absent => scan_files(dir, named, progress),
        RingState::NeverMade if !has_index && !dir.join(DETAIL_FILE.path).exists() => {
            Ok(never_made(dir, named, never_made_fault()))
        }
        RingState::NeverMade => {
            let ring = ring_plan(dir, RingOutcome::NeverMade, vec![never_made_fault()]);
            Ok(with_ring(scan_files(dir, named, progress)?, ring))
        }
        RingState::Damaged(fault) => {
            let ring = ring_plan(dir, RingOutcome::Damaged, vec![fault]);
            Ok(with_ring(scan_files(dir, named, progress)?, ring))
        }
        RingState::Made(image) => {
            let index = IndexReader::open(dir.join(INDEX_FILE.path));
            if index.is_ok_and(|index| holds_all(&index, &image)) {
                return left_behind(&image, scan_files(dir, named, progress)?);
            }
            match split_fault(Joined::read(dir, &image))? {
                Ok(joined) => Ok(joined.plan(dir, named, &image, progress)),
                Err(fault) => Ok(not_joinable(dir, named, fault)),
            }
        }
    }
}

fn is_empty(dir: &Path) -> Result<bool> {
    let mut entries = std::fs::read_dir(dir).map_err(Error::io(dir, "read"))?;
    Ok(entries.next().is_none())
}

/// A thread of which there is nothing but, perhaps, a ring that was never made.
fn never_made(dir: &Path, named: Option<u32>, fault: Fault) -> ThreadPlan {
    ThreadPlan {
        thread_id: named,
        dir: dir.to_owned(),
        index: None,
        detail: None,
        offsets: None,
        ring: Some(ring_plan(dir, RingOutcome::NeverMade, vec![fault])),
        rebuild_detail_header: false,
        facts: None,
    }
}

fn ring_plan(dir: &Path, outcome: RingOutcome, faults: Vec<Fault>) -> RingPlan {
    RingPlan { file: path_in(dir), outcome, faults, lost: 0, counts: None, joint: None }
}

/// A thread that is planned by its files alone, and what becomes of its ring.
fn with_ring(thread: ThreadPlan, ring: RingPlan) -> ThreadPlan {
    let outcome = if thread.is_written() { ring.outcome } else { RingOutcome::Stays };
    ThreadPlan { ring: Some(RingPlan { outcome, ..ring }), ..thread }
}

fn left_behind(image: &RingImage, thread: ThreadPlan) -> Result<ThreadPlan> {
    let fault = image.fault(FaultKind::RingLeftBehind, LEFT_BEHIND.0, LEFT_BEHIND.1);
    let mut ring = ring_plan(&thread.dir, RingOutcome::LeftBehind, vec![fault]);
    ring.counts = thread.facts.map(|facts| counts(image, &facts, 0));
    Ok(with_ring(thread, ring))
}

/// A file that no ring goes with: of a newer version, or with its events elsewhere.
fn not_joinable(dir: &Path, named: Option<u32>, fault: Fault) -> ThreadPlan {
    let index = dir.join(INDEX_FILE.path);
    let detail = dir.join(DETAIL_FILE.path);
    ThreadPlan {
        thread_id: named,
        dir: dir.to_owned(),
        index: Some(unreadable(&index, fault)),
        detail: detail.exists().then(|| orphaned(&detail, 0)),
        offsets: None,
        ring: Some(ring_plan(dir, RingOutcome::Stays, Vec::new())),
        rebuild_detail_header: false,
        facts: None,
    }
}

/// Events of the program that were recorded and not. Those that were published and are gone count as
/// dropped: what was emitted stays true.
fn counts(ring: &RingImage, facts: &ThreadFacts, missing: u64) -> RingCounts {
    let control = ring.control();
    let dropped_events = control.dropped_events.get().max(facts.marked.lost);
    let recorded = facts.recorded();
    let dropped_events = dropped_events.saturating_add(missing).min(u64::MAX - recorded);
    RingCounts {
        emitted: recorded + dropped_events,
        recorded,
        dropped_events,
        dropped_details: control.dropped_details.get(),
    }
}

/// Both lanes of a thread, joined.
struct Joined {
    joint: RingSnapshot,
    events: RingEvents,
    records: RingRecords,
}

impl Joined {
    fn read(dir: &Path, ring: &RingImage) -> Result<Self> {
        let joint = RingSnapshot::of(ring);
        let events = RingEvents::read(dir, Some(ring), &joint)?;
        let records = RingRecords::read(dir, Some(ring), &joint)?;
        Ok(Self { joint, events, records })
    }

    fn plan(
        mut self,
        dir: &Path,
        named: Option<u32>,
        ring: &RingImage,
        progress: Progress<'_>,
    ) -> ThreadPlan {
        let kept =
            KeptRecords::of(Records::Joined(&self.records), Some(Events::Joined(&self.events)));
        let mut marked = Marked::default();
        let mut filter = LinkFilter::new(Some(Records::Joined(&self.records)), kept.count);
        let events = self.events.iter().inspect(|event| marked.add(event)).enumerate();
        let unlinked = events.filter(|(seq, event)| filter.is_lost(*seq as u32, event)).count();
        let detail = self.plan_detail(&kept, unlinked > 0);
        let lost = self.lost(ring, &marked);
        self.events.push_marker(lost);
        if let Some(marker) = self.events.rest().last().filter(|_| lost > 0) {
            marked.add(marker);
        }
        progress(self.events.in_file() * size_of::<IndexEvent>() as u64);
        progress(self.records.file_len().unwrap_or(0));
        let index = self.plan_index(unlinked as u64, detail.is_some() && kept.count > 0);
        let clock_type = match &self.events.header {
            Ok(header) => header.clock_type,
            Err(_) => self.joint.clock_type,
        };
        let facts = ThreadFacts {
            has_detail: kept.count > 0,
            clock_type: clock_type.get(),
            time_range: self.events.time_range(),
            events: self.events.len(),
            marked,
        };
        let (kind, undrained) = (FaultKind::RingNotDrained, ring.undrained_events());
        let faults = vec![ring.fault(kind, "0 events in a ring", undrained)];
        let ring = RingPlan {
            file: ring.path().to_owned(),
            outcome: RingOutcome::Joined,
            faults,
            lost,
            counts: Some(counts(ring, &facts, self.events.missing)),
            joint: Some(self.joint),
        };
        let own_id = self
            .events
            .header
            .as_ref()
            .map_or(self.joint.thread_id, |header| header.thread_id.get());
        ThreadPlan {
            thread_id: Some(named.unwrap_or(own_id)),
            dir: dir.to_owned(),
            index: Some(index),
            offsets: detail_offsets::plan_joined(dir, detail.as_ref()),
            detail,
            ring: Some(ring),
            rebuild_detail_header: false,
            facts: Some(facts),
        }
    }

    /// Events that were dropped and that no marker tells of. Only behind the last event that was
    /// published, and not while the producer may still tell itself.
    fn lost(&self, ring: &RingImage, marked: &Marked) -> u64 {
        let is_over = self.events.missing == 0 && !is_held(ring.path());
        let has_room = (1..u64::from(NO_DETAIL_SEQ)).contains(&self.events.len());
        let dropped = ring.control().dropped_events.get();
        if is_over && has_room { dropped.saturating_sub(marked.lost) } else { 0 }
    }

    fn plan_index(&self, unlinked: u64, has_detail_file: bool) -> LanePlan {
        const FOOTER_SIZE: usize = size_of::<AtfIndexFooter>();
        let events = &self.events;
        let start = size_of::<AtfIndexHeader>() as u64;
        let joined_end = start + size_of::<IndexEvent>() as u64 * events.in_file();
        let behind = behind(events.file_len(), joined_end, events.rest().len() as u64);
        let mut faults: Vec<Fault> = events.header.clone().err().into_iter().collect();
        if let Some(fault) = &events.fault {
            faults.push(fault.clone());
        } else if faults.is_empty() {
            faults.push(missing_footer(joined_end, FOOTER_SIZE, found_behind(behind)));
        }
        let ends_early = events.fault.as_ref().map(|fault| fault.offset);
        LanePlan {
            file: events.path.clone(),
            kept: events.len(),
            dropped: events.missing,
            unlinked,
            from_ring: events.count_of_ring(),
            unverified: self.unverified(events.len()),
            first_bad_offset: ends_early.or((behind > 0).then_some(joined_end)),
            faults,
            outcome: LaneOutcome::Finalized,
            has_detail_file: Some(has_detail_file),
        }
    }

    /// `None` when there is no file and nothing to make one of. `are_missed`: events name records that
    /// are not kept.
    fn plan_detail(&self, kept: &KeptRecords, are_missed: bool) -> Option<LanePlan> {
        const FOOTER_SIZE: usize = size_of::<AtfDetailFooter>();
        let records = &self.records;
        let unpublished = !are_missed && self.unpublished_from(kept.count);
        let is_cut_off = !unpublished && (kept.count < records.len() || records.fault.is_some());
        if records.file_len().is_none() && kept.count == 0 && !is_cut_off {
            return None;
        }
        let header_fault = records.header.clone().err();
        let mut faults: Vec<Fault> = header_fault.into_iter().collect();
        let mut dropped = 0;
        if is_cut_off {
            faults.extend(kept.unnamed.clone().or_else(|| records.fault.clone()));
            let torn = u64::from(records.is_torn() || records.fault.is_some());
            dropped = records.len() - kept.count + torn;
        } else if faults.is_empty() {
            let behind = behind(records.file_len(), kept.end, 0);
            faults.push(missing_footer(kept.end, FOOTER_SIZE, found_behind(behind)));
        }
        Some(LanePlan {
            file: records.path.clone(),
            kept: kept.count,
            dropped,
            unlinked: 0,
            from_ring: kept.count.saturating_sub(records.in_file()),
            unverified: self.unverified(kept.count),
            first_bad_offset: is_cut_off.then_some(kept.end),
            faults,
            outcome: match kept.count {
                0 => LaneOutcome::Removed,
                _ => LaneOutcome::Finalized,
            },
            has_detail_file: None,
        })
    }

    /// Whether all records from `first` on belong to events that were never published: the producer
    /// was killed between the two. They were never recorded, and nothing is lost with them.
    fn unpublished_from(&self, first: u64) -> bool {
        let published = self.joint.index_head / size_of::<IndexEvent>() as u64;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let is_unpublished = |seq: u32| u64::from(seq) >= published;
        self.records.fault.is_none()
            && self.records.iter().skip(first).all(|it| is_unpublished(it.index_seq().0))
    }

    fn unverified(&self, kept: u64) -> u64 {
        if self.joint.is_of_this_boot { 0 } else { kept }
    }
}

/// Bytes of a file behind `end` that are nothing of the lane, where `rest` events or records of the
/// ring do not take their place.
fn behind(file_len: Option<u64>, end: u64, rest: u64) -> u64 {
    if rest > 0 { 0 } else { file_len.map_or(0, |len| len.saturating_sub(end)) }
}

fn found_behind(len: u64) -> String {
    match len {
        0 => "the end of the file".to_owned(),
        len => format!("{len} bytes that were never published"),
    }
}
