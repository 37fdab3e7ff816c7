//! The checks of the files of one thread: from a directory or an open file to problems and notes in a
//! report, and to what the manifest must agree with. Called for each thread of a session, or for a path.

use std::mem::offset_of;
use std::path::Path;

use super::chunk_sums;
use super::detail_pass;
use super::faults::Faults;
use super::headers::{clock_fault, detail_platform_faults, index_platform_faults, reserved_faults};
use super::index_pass::{self, Division, IndexPass};
use super::links::LinkTarget;
use super::report::{NoteKind, Report};
use crate::consistency::{
    ChecksumState, DetailFacts, DetailOffsetsFacts, IndexFacts, OffsetsCheck, Progress, ThreadFacts,
};
use crate::error::{self, Error, Fault, FaultKind, FieldId, Region, Result, times};
use crate::format::{AtfIndexHeader, DETAIL_OFFSETS_FILE, INDEX_FILE, IndexFlags};
use crate::input::exists_by_name;
use crate::lost::Marked;
use crate::platform::is_original_clock;
use crate::reader::{DetailOffsets, DetailReader, FooterState, IndexReader, ThreadReader};
use crate::session::thread_id_of_dir_name;
use crate::survey::Occurrences;

/// Checks a thread directory, on up to `workers` processors; `None` when its index could not be read.
pub(super) fn check(
    dir: &Path,
    report: &mut Report,
    workers: usize,
    progress: Progress<'_>,
) -> Result<Option<ThreadFacts>> {
    super::ring::check(dir, report)?;
    let thread = match ThreadReader::open(dir) {
        Ok(thread) => thread,
        Err(error) if error.is_not_found() => {
            let (kind, field) = (FaultKind::Missing, FieldId::File("index.atf"));
            let fault = Fault::new(kind, Region::File, 0, field, "a file", "none");
            report.problem(&dir.join(INDEX_FILE.path), fault);
            return Ok(None);
        }
        Err(error) => {
            report.add_error(error)?;
            return Ok(None);
        }
    };
    let (index, detail) = thread.into_parts();
    index.will_be_scanned();
    // The records come first: a link must lead to one.
    let records = detail.as_ref().ok().and_then(Option::as_ref).map(|detail| {
        let offsets = OffsetsCheck::open(&dir.join(DETAIL_OFFSETS_FILE.path), detail.thread_id());
        detail_pass::pass(detail, Some(&index), Some(offsets), workers, progress)
    });
    let target = match (&detail, &records) {
        (Ok(None), _) => LinkTarget::NoFile,
        (_, Some(records)) => LinkTarget::Records(records.facts.count),
        (_, None) => LinkTarget::Unknown,
    };
    let events = index_pass::pass(&index, target, Division::for_workers(workers), progress);
    let (links, marked) = report_index(&index, events, report);
    chunk_sums::check_index(&index, report)?;
    check_directory_name(dir, &index, report);
    let has_detail = match (detail, records) {
        (Ok(Some(detail)), Some(records)) => {
            report_detail(&detail, Some(&index), &records.facts, records.records, report);
            chunk_sums::check_detail(&detail, report)?;
            if let Some(offsets) = records.offsets {
                report_offsets(dir, &detail, offsets?, report)?;
            }
            report.faults_in(index.path(), links);
            if let Some((faults, payloads)) = records.links {
                report.faults_in(detail.path(), faults);
                payloads.note(&detail, report);
            }
            true
        }
        (Err(error), _) => {
            report.add_error(error)?;
            true
        }
        (Ok(_), _) => {
            report.faults_in(index.path(), links);
            check_no_offsets(dir, report)?;
            chunk_sums::check_none(dir, report)?;
            false
        }
    };
    check_detail_flag(&index, has_detail, report);
    Ok(Some(ThreadFacts {
        has_detail,
        clock_type: index.header().clock_type.get(),
        time_range: index.time_range(),
        events: index.len() as u64,
        marked,
    }))
}

/// Checks an index.atf alone.
pub(super) fn check_index(
    index: &IndexReader,
    report: &mut Report,
    workers: usize,
    progress: Progress<'_>,
) -> Result<()> {
    index.will_be_scanned();
    let division = Division::for_workers(workers);
    let events = index_pass::pass(index, LinkTarget::Unknown, division, progress);
    report_index(index, events, report);
    chunk_sums::check_index(index, report)
}

/// Checks a detail.atf alone.
pub(super) fn check_detail(
    detail: &DetailReader,
    report: &mut Report,
    workers: usize,
    progress: Progress<'_>,
) -> Result<()> {
    let records = detail_pass::pass(detail, None, None, workers, progress);
    report_detail(detail, None, &records.facts, records.records, report);
    chunk_sums::check_detail(detail, report)
}

/// Reports what is wrong with an index.atf, but for its links, which it returns with what its markers say about
/// lost events.
fn report_index(index: &IndexReader, events: IndexPass, report: &mut Report) -> (Faults, Marked) {
    let facts = IndexFacts::of(index, events.checksum);
    let file = index.path();
    report.problems_in(file, facts.faults(index));
    note_checksum(file, facts.checksum_state(), index.extent().footer, report);
    report.problems_in(file, reserved_faults(Region::Header, 0, index.header()));
    if let (Some(footer), FooterState::Complete { offset }) =
        (index.footer(), index.extent().footer)
    {
        report.problems_in(file, reserved_faults(Region::Footer, offset, footer));
    }
    let header = index.header();
    report.problems_in(file, index_platform_faults(header));
    if let Some(fault) = clock_fault(header) {
        // Our writers record a checksum, so the header was damaged since.
        let is_original = facts.checksum_state() == ChecksumState::NotRecorded
            && is_original_clock(header.os, header.clock_type);
        match is_original {
            true => report.original_clock(file, fault),
            false => report.problem(file, fault),
        }
    }
    report.faults_in(file, events.foreign);
    note_events(file, events.backward, events.jumps, events.zero, report);
    (events.links, events.marked)
}

/// Reports what is wrong with a detail.atf, but for its links.
fn report_detail(
    detail: &DetailReader,
    index: Option<&IndexReader>,
    facts: &DetailFacts,
    records: Faults,
    report: &mut Report,
) {
    let file = detail.path();
    report.problems_in(file, facts.faults(detail));
    note_checksum(file, facts.checksum_state(), detail.extent().footer, report);
    report.problems_in(file, reserved_faults(Region::Header, 0, detail.header()));
    if let (Some(footer), FooterState::Complete { offset }) =
        (detail.footer(), detail.extent().footer)
    {
        report.problems_in(file, reserved_faults(Region::Footer, offset, footer));
    }
    let index_header = index.map(IndexReader::header);
    report.problems_in(file, detail_platform_faults(detail.header(), index_header));
    report.faults_in(file, records);
}

/// Reports what is wrong with the offsets of a lane's records, if there are any.
fn report_offsets(
    dir: &Path,
    detail: &DetailReader,
    facts: DetailOffsetsFacts,
    report: &mut Report,
) -> Result<()> {
    let path = dir.join(DETAIL_OFFSETS_FILE.path);
    if let DetailOffsetsFacts::Found(faults) = facts {
        report.problems_in(&path, faults);
        let opened = Error::unless_refused(DetailOffsets::open(&path, detail.thread_id()))?;
        if let Ok(Some(offsets)) = opened {
            report.problems_in(&path, reserved_faults(Region::Header, 0, offsets.header()));
        }
    }
    Ok(())
}

fn check_no_offsets(dir: &Path, report: &mut Report) -> Result<()> {
    let path = dir.join(DETAIL_OFFSETS_FILE.path);
    if exists_by_name(&path)? {
        let expected = "none without a detail.atf";
        let (kind, field) = (FaultKind::Unexpected, FieldId::File("detail.off"));
        report.problem(&path, Fault::new(kind, Region::File, 0, field, expected, "a file"));
    }
    Ok(())
}

fn note_checksum(file: &Path, state: ChecksumState, footer: FooterState, report: &mut Report) {
    if state == ChecksumState::NotRecorded && footer.is_complete() {
        let text = "the checksum is 0: not recorded, so damage inside events would not show";
        report.note_of(NoteKind::NoChecksum, file, text);
    }
}

fn note_events(
    file: &Path,
    backward: Occurrences,
    jumps: Occurrences,
    zero: Occurrences,
    report: &mut Report,
) {
    let Occurrences { count, first_seq } = backward;
    if count > 0 {
        let text = format!("the clock went backwards {}, first at event {first_seq}", times(count));
        report.note_of(NoteKind::Backward, file, text);
    }
    let Occurrences { count, first_seq } = jumps;
    if count > 0 {
        let text = format!(
            "the time jumps by more than a day {}, first at event {first_seq}; \
             `atf dump --by-seq` prints the events in the order of the file",
            times(count)
        );
        report.note_of(NoteKind::Jump, file, text);
    }
    let Occurrences { count, first_seq } = zero;
    if count > 0 {
        let events = error::count(count, "event");
        let text = format!("{events} cannot have been written: all zeros, first event {first_seq}");
        report.note(file, text);
    }
}

fn check_directory_name(dir: &Path, index: &IndexReader, report: &mut Report) {
    let named = dir.file_name().and_then(|name| name.to_str()).and_then(thread_id_of_dir_name);
    let found = index.thread_id();
    if let Some(named) = named.filter(|&named| named != found) {
        let offset = offset_of!(AtfIndexHeader, thread_id) as u64;
        let expected = format!("{named} (the directory's name)");
        let (kind, region) = (FaultKind::Mismatch, Region::Header);
        report
            .problem(index.path(), Fault::new(kind, region, offset, "thread_id", expected, found));
    }
}

fn check_detail_flag(index: &IndexReader, has_detail: bool, report: &mut Report) {
    if index.has_detail() == has_detail {
        return;
    }
    let offset = offset_of!(AtfIndexHeader, flags) as u64;
    let bit = IndexFlags::HAS_DETAIL_FILE.get();
    let (expected, found) = if has_detail {
        (format!("has_detail_file ({bit:#x}) set: there is a detail.atf"), "clear")
    } else {
        (format!("has_detail_file ({bit:#x}) clear: there is no detail.atf"), "set")
    };
    let (kind, region) = (FaultKind::Mismatch, Region::Header);
    report.problem(index.path(), Fault::new(kind, region, offset, "flags", expected, found));
}
