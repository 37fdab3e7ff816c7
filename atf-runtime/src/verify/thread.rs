//! The checks of the files of one thread: from a directory or an open file to problems and notes in a
//! report, and to what the manifest must agree with. Called for each thread of a session, or for a path.

use std::mem::offset_of;
use std::path::Path;

use zerocopy::IntoBytes;

use super::headers::{clock_fault, detail_platform_faults, index_platform_faults, reserved_faults};
use super::links;
use super::report::{NoteKind, Report};
use crate::consistency::{
    ChecksumState, DetailFacts, DetailOffsetsFacts, IndexFacts, Progress, ThreadFacts,
};
use crate::error::{self, Error, Fault, FaultKind, FieldId, Region, Result, times};
use crate::format::{
    AtfIndexHeader, DETAIL_OFFSETS_FILE, DetailEventHeader, INDEX_FILE, IndexEvent, IndexFlags,
};
use crate::input::exists_by_name;
use crate::lost::Marked;
use crate::platform::is_original_clock;
use crate::reader::{DetailOffsets, DetailReader, FooterState, IndexReader, ThreadReader};
use crate::session::thread_id_of_dir_name;
use crate::survey::{Occurrences, Survey, Surveyor};

/// Checks a thread directory; `None` when its index could not be read.
pub(super) fn check(
    dir: &Path,
    report: &mut Report,
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
    let marked = check_index(&index, report, progress);
    check_directory_name(dir, &index, report);
    let has_detail = match detail {
        Ok(None) => {
            links::check_without_detail(&index, report);
            check_no_offsets(dir, report)?;
            false
        }
        Ok(Some(detail)) => {
            let facts = check_detail_of(&detail, Some(&index), report, progress);
            check_offsets(dir, &detail, &facts, report)?;
            links::check(&index, &detail, report);
            true
        }
        Err(error) => {
            report.add_error(error)?;
            true
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

/// Checks an index.atf alone, and returns what its markers say about lost events.
pub(super) fn check_index(
    index: &IndexReader,
    report: &mut Report,
    progress: Progress<'_>,
) -> Marked {
    index.will_be_scanned();
    let facts = IndexFacts::gather(index, progress);
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
    check_events(index, report)
}

/// Checks a detail.atf alone.
pub(super) fn check_detail(detail: &DetailReader, report: &mut Report, progress: Progress<'_>) {
    check_detail_of(detail, None, report, progress);
}

/// Checks the offsets of a lane's records, if there are any.
fn check_offsets(
    dir: &Path,
    detail: &DetailReader,
    facts: &DetailFacts,
    report: &mut Report,
) -> Result<()> {
    let path = dir.join(DETAIL_OFFSETS_FILE.path);
    if let DetailOffsetsFacts::Found(faults) =
        DetailOffsetsFacts::gather(&path, detail.thread_id(), detail, facts)?
    {
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

fn check_detail_of(
    detail: &DetailReader,
    index: Option<&IndexReader>,
    report: &mut Report,
    progress: Progress<'_>,
) -> DetailFacts {
    let facts = DetailFacts::gather(detail, progress);
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
    check_records(detail, report);
    facts
}

fn note_checksum(file: &Path, state: ChecksumState, footer: FooterState, report: &mut Report) {
    if state == ChecksumState::NotRecorded && footer.is_complete() {
        let text = "the checksum is 0: not recorded, so damage inside events would not show";
        report.note_of(NoteKind::NoChecksum, file, text);
    }
}

fn check_events(index: &IndexReader, report: &mut Report) -> Marked {
    let thread_id = index.header().thread_id;
    let mut surveyor = Surveyor::default();
    let mut zero = Occurrences::default();
    for (seq, event) in index.iter().enumerate() {
        if event.thread_id != thread_id {
            let offset = links::event_offset(index, seq) + offset_of!(IndexEvent, thread_id) as u64;
            let expected = format!("{thread_id} (as in the header)");
            let (kind, region) = (FaultKind::Mismatch, Region::Event(seq as u64));
            let fault = Fault::new(kind, region, offset, "thread_id", expected, event.thread_id);
            report.problem(index.path(), fault);
        }
        // Recovery may have cleared its link.
        let before_link = &event.as_bytes()[..offset_of!(IndexEvent, detail_seq)];
        if before_link.iter().all(|&byte| byte == 0) {
            zero.add(seq as u64);
        }
        surveyor.add(event);
    }
    let marked = surveyor.marked();
    note_events(index.path(), &surveyor.finish(), zero, report);
    marked
}

fn note_events(file: &Path, survey: &Survey, zero: Occurrences, report: &mut Report) {
    let Occurrences { count, first_seq } = survey.backward;
    if count > 0 {
        let text = format!("the clock went backwards {}, first at event {first_seq}", times(count));
        report.note_of(NoteKind::Backward, file, text);
    }
    let Occurrences { count, first_seq } = survey.jumps;
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

fn check_records(detail: &DetailReader, report: &mut Report) {
    let thread_id = detail.header().thread_id;
    for (seq, record) in detail.iter().map_while(Result::ok).enumerate() {
        let region = Region::Record(seq as u64);
        let offset = |field: usize| record.offset + field as u64;
        if record.header.thread_id != thread_id {
            let at = offset(offset_of!(DetailEventHeader, thread_id));
            let expected = format!("{thread_id} (as in the header)");
            let found = record.header.thread_id;
            let kind = FaultKind::Mismatch;
            let fault = Fault::new(kind, region, at, "thread_id", expected, found);
            report.problem(detail.path(), fault);
        }
        if record.header.flags.get() != 0 {
            let at = offset(offset_of!(DetailEventHeader, flags));
            let expected = "0 (reserved: damaged, or from a newer revision)";
            let (kind, found) = (FaultKind::ReservedNotZero, record.header.flags);
            let fault = Fault::new(kind, region, at, "flags", expected, found);
            report.problem(detail.path(), fault);
        }
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
