//! The one planner: from a source of events and records to what is kept of each file. Called by
//! [`scan`](super::scan), which chooses the source.

use std::mem::offset_of;
use std::path::Path;

use zerocopy::IntoBytes;

use super::identity::{Identity, Witnesses, detail_footer_faults, index_footer_faults};
use super::links::LinkFilter;
use super::plan::{LaneOutcome, LanePlan, OffsetsOutcome, OffsetsPlan, ThreadPlan};
use super::source::{EventSource, Findings, KeptRecords, RecordSource, keep_records};
use super::sums::FoundSums;
use crate::consistency::{Progress, ThreadFacts};
use crate::ending::KeptFooter;
use crate::error::{Fault, FaultKind, FieldId, Region, Result};
use crate::format::{AtfIndexFooter, AtfIndexHeader, DETAIL_FILE, DETAIL_OFFSETS_FILE};
use crate::input::exists_by_name;
use crate::lane::Lane;
use crate::lost::Marked;
use crate::manifest::ranges;

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
    witnesses: &Witnesses<'_>,
    progress: Progress<'_>,
) -> Result<ThreadPlan> {
    let identity = Identity::of(named, events, records, witnesses);
    let kept = match records {
        Some(records) => keep_records(records, Some(events.events())),
        None => KeptRecords { count: 0, end: 0, unnamed: None },
    };
    let index_sums = FoundSums::of_index(events.path())?;
    let detail_sums = match records {
        Some(records) => FoundSums::of_detail(records.path())?,
        None => FoundSums::default(),
    };
    let mut marked = Marked::default();
    let mut links = LinkFilter::new(records, kept.count);
    let all = events.events().iter().inspect(|event| marked.add(event)).enumerate();
    let unlinked = all.filter(|(seq, event)| links.is_lost(*seq as u32, event)).count() as u64;
    let detail = records.and_then(|records| {
        let mut findings = records.findings(&kept, unlinked > 0, progress);
        findings.faults.extend(identity.detail_faults.iter().cloned());
        if let Some((footer, offset)) = records.footer() {
            findings.faults.extend(detail_footer_faults(&footer, offset, named, witnesses));
        }
        let is_nothing = !records.has_file() && kept.count == 0 && findings.dropped == 0;
        let has_manifest = witnesses.has_manifest();
        let plan = || {
            plan_records(
                records,
                &kept,
                (findings, &detail_sums),
                LaneOutcome::Removed,
                has_manifest,
            )
        };
        (!is_nothing).then(plan)
    });
    let detail_thread = identity.detail.map_or(0, |header| header.thread_id.get());
    let offsets = plan_offsets(dir, detail_thread, records, detail.as_ref())?;
    let is_unchanged = |lane: &LanePlan| lane.outcome == LaneOutcome::Unchanged;
    let has_detail = kept.count > 0 || detail.as_ref().is_some_and(is_unchanged);
    let mut faults = identity.index_faults.clone();
    if let Some((footer, offset)) = events.footer() {
        faults.extend(index_footer_faults(&footer, offset, named, witnesses));
    }
    let decided = Decided {
        faults,
        unlinked,
        has_detail: Some(has_detail),
        has_manifest: witnesses.has_manifest(),
        sums: &index_sums,
    };
    let mut index = plan_events(events, decided, progress);
    index.faults.extend(identity.contradictions.iter().cloned());
    let index_sums = index_sums.plan(Some(&index), events.path(), Lane::Index)?;
    let detail_file = dir.join(DETAIL_FILE.path);
    let detail_sums = detail_sums.plan(detail.as_ref(), &detail_file, Lane::Detail)?;
    let thread_id = named.unwrap_or(identity.index.thread_id.get());
    Ok(ThreadPlan {
        index: Some(index),
        detail,
        offsets,
        index_sums,
        detail_sums,
        facts: Some(ThreadFacts {
            has_detail,
            clock_type: identity.index.clock_type.get(),
            time_range: events.events().time_range(),
            events: events.events().len(),
            marked,
        }),
        identity: Some(Box::new(identity)),
        ..ThreadPlan::new(dir, Some(thread_id))
    })
}

/// Plans an index.atf that is recovered alone: its links stay, because nobody looked at the records.
pub(super) fn plan_events_alone(
    events: &dyn EventSource,
    identity: &Identity,
    progress: Progress<'_>,
) -> LanePlan {
    let faults = identity.index_faults.clone();
    let sums = &FoundSums::default();
    let decided = Decided { faults, unlinked: 0, has_detail: None, has_manifest: false, sums };
    plan_events(events, decided, progress)
}

/// Plans a detail.atf that is recovered alone. It is written even if it has no record.
pub(super) fn plan_records_alone(
    records: &dyn RecordSource,
    identity: &Identity,
    progress: Progress<'_>,
) -> LanePlan {
    let kept = keep_records(records, None);
    let mut findings = records.findings(&kept, false, progress);
    findings.faults.extend(identity.detail_faults.iter().cloned());
    let sums = &FoundSums::default();
    plan_records(records, &kept, (findings, sums), LaneOutcome::Finalized, false)
}

/// What is decided about an index.atf before its own findings are known.
struct Decided<'a> {
    /// What is wrong with its header and footer, and repaired.
    faults: Vec<Fault>,
    /// Events whose record is lost.
    unlinked: u64,
    /// Whether there will be a detail.atf, where that is known.
    has_detail: Option<bool>,
    /// Whether there is a manifest to list what is damaged.
    has_manifest: bool,
    /// The chunk checksums.
    sums: &'a FoundSums,
}

fn plan_events(events: &dyn EventSource, decided: Decided<'_>, progress: Progress<'_>) -> LanePlan {
    let Decided { faults: decided, unlinked, has_detail, has_manifest, sums } = decided;
    let kept = events.events().len();
    let Findings { mut faults, dropped, first_bad_offset } = events.findings(progress);
    faults.extend(decided);
    faults.extend(missing_checksum(sums, events.footer().map(|(_, offset)| offset)));
    if let (Some(expected), Some(found)) = (has_detail, events.has_detail_flag()) {
        faults.extend(flag_fault(expected, found));
    }
    let is_unchanged = !are_repaired(&faults, has_manifest) && unlinked == 0;
    let outcome = if is_unchanged { LaneOutcome::Unchanged } else { LaneOutcome::Finalized };
    let is_damaged = faults.iter().any(is_checksum);
    let damaged = damaged_ranges(kept, is_damaged, sums);
    let footer = events.footer().map(|(it, _)| (it.checksum.get(), it.as_bytes().to_vec()));
    LanePlan {
        kept,
        dropped,
        unlinked,
        from_ring: events.count_from_ring(),
        unverified: unverified(kept, events.is_verified(), events.count_from_ring(), sums),
        damaged: sum_of(&damaged),
        damaged_ranges: damaged,
        kept_footer: kept_footer(footer, is_damaged && !has_manifest, &faults),
        first_bad_offset,
        faults,
        ends_early: events.ends_early(),
        has_detail_file: has_detail,
        ..LanePlan::new(events.path(), outcome)
    }
}

/// How many of the kept ones nothing proves: those after what the chunk checksums prove, if the lane does not prove
/// itself. What is from a ring is not what they are about.
fn unverified(kept: u64, is_verified: bool, from_ring: u64, sums: &FoundSums) -> u64 {
    if is_verified {
        return 0;
    }
    kept - sums.proven.min(kept.saturating_sub(from_ring))
}

/// What is damaged of a lane whose checksum does not match: what is in damaged chunks, or all of it.
fn damaged_ranges(kept: u64, is_damaged: bool, sums: &FoundSums) -> Vec<[u64; 2]> {
    if !is_damaged || kept == 0 {
        return Vec::new();
    }
    let mut ranges = sums.damaged.clone();
    if ranges.is_empty() {
        ranges.push([0, kept]);
    }
    ranges::cut_ranges(&mut ranges, kept);
    ranges
}

fn sum_of(ranges: &[[u64; 2]]) -> u64 {
    ranges.iter().map(|[_, count]| count).sum()
}

/// A footer without a checksum, although there are chunk checksums.
fn missing_checksum(sums: &FoundSums, footer: Option<u64>) -> Option<Fault> {
    let offset = footer.filter(|_| sums.is_without_footer_checksum)?;
    let at = offset + offset_of!(AtfIndexFooter, checksum) as u64;
    let (kind, expected) = (FaultKind::Zeroed, "one, because there are chunk checksums");
    Some(Fault::new(kind, Region::Footer, at, "checksum", expected, 0))
}

/// A checksum that does not match. Without a manifest to remember it, it stays.
fn is_checksum(fault: &Fault) -> bool {
    fault.kind == FaultKind::Checksum
}

/// What a new footer takes from the old one: a checksum that nothing else would remember, and reserved bytes that
/// may be from a newer revision.
fn kept_footer(
    footer: Option<(u32, Vec<u8>)>,
    keeps_checksum: bool,
    faults: &[Fault],
) -> KeptFooter {
    let Some((checksum, bytes)) = footer else { return KeptFooter::default() };
    let is_cleared = faults
        .iter()
        .any(|it| it.region == Region::Footer && it.kind == FaultKind::ReservedNotZero);
    KeptFooter {
        checksum: keeps_checksum.then_some(checksum),
        bytes: if is_cleared { Vec::new() } else { bytes },
    }
}

fn are_repaired(faults: &[Fault], has_manifest: bool) -> bool {
    faults.iter().any(|fault| has_manifest || !is_checksum(fault))
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
    (findings, sums): (Findings, &FoundSums),
    if_empty: LaneOutcome,
    has_manifest: bool,
) -> LanePlan {
    let Findings { mut faults, dropped, first_bad_offset } = findings;
    faults.extend(missing_checksum(sums, records.footer().map(|(_, offset)| offset)));
    let outcome = match kept.count {
        _ if !are_repaired(&faults, has_manifest) => LaneOutcome::Unchanged,
        0 => if_empty,
        _ => LaneOutcome::Finalized,
    };
    let is_damaged = faults.iter().any(is_checksum);
    let damaged = damaged_ranges(kept.count, is_damaged, sums);
    let from_ring = records.count_from_ring(kept.count);
    let footer = records.footer().map(|(it, _)| (it.checksum.get(), it.as_bytes().to_vec()));
    LanePlan {
        kept: kept.count,
        dropped,
        from_ring,
        unverified: unverified(kept.count, records.is_verified(), from_ring, sums),
        damaged: sum_of(&damaged),
        damaged_ranges: damaged,
        kept_footer: kept_footer(footer, is_damaged && !has_manifest, &faults),
        first_bad_offset,
        faults,
        ..LanePlan::new(records.path(), outcome)
    }
}

/// What becomes of the offsets file. It holds nothing that the lane does not, so it is made again
/// wherever the lane changes or the file is wrong.
fn plan_offsets(
    dir: &Path,
    thread_id: u32,
    records: Option<&dyn RecordSource>,
    lane: Option<&LanePlan>,
) -> Result<Option<OffsetsPlan>> {
    let file = dir.join(DETAIL_OFFSETS_FILE.path);
    let exists = exists_by_name(&file)?;
    let faults = match records {
        Some(records) => records.offsets_faults(&file, thread_id)?,
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
