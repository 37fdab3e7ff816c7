//! The checks of the chunk checksums beside a lane. Called for each lane of a thread.

use std::mem::offset_of;
use std::path::Path;

use super::report::Report;
use crate::consistency::{SumsFacts, SumsState};
use crate::error::{Fault, FaultKind, FieldId, Region, Result};
use crate::format::{AtfDetailFooter, AtfIndexFooter, DETAIL_SUMS_FILE};
use crate::input::exists_by_name;
use crate::lane::Lane;
use crate::reader::{DetailReader, FooterState, IndexReader, sums_path};

pub(super) fn check_index(index: &IndexReader, report: &mut Report) -> Result<()> {
    let facts = SumsFacts::of_index(index)?;
    let checksum = index.footer().map(|footer| footer.checksum.get());
    let field = offset_of!(AtfIndexFooter, checksum);
    check_footer(index.path(), index.extent().footer, (field, checksum), &facts, report);
    report_facts(index.path(), Lane::Index, facts, report);
    Ok(())
}

pub(super) fn check_detail(detail: &DetailReader, report: &mut Report) -> Result<()> {
    let facts = SumsFacts::of_detail(detail)?;
    let checksum = detail.footer().map(|footer| footer.checksum.get());
    let field = offset_of!(AtfDetailFooter, checksum);
    check_footer(detail.path(), detail.extent().footer, (field, checksum), &facts, report);
    report_facts(detail.path(), Lane::Detail, facts, report);
    Ok(())
}

/// A writer of chunk checksums records that of all events too.
fn check_footer(
    file: &Path,
    footer: FooterState,
    (field, checksum): (usize, Option<u32>),
    facts: &SumsFacts,
    report: &mut Report,
) {
    if let FooterState::Complete { offset } = footer
        && checksum == Some(0)
        && facts.covers_all
    {
        let (kind, at) = (FaultKind::Zeroed, offset + field as u64);
        let expected = "one, because there are chunk checksums";
        report.problem(file, Fault::new(kind, Region::Footer, at, "checksum", expected, 0));
    }
}

fn report_facts(file: &Path, lane: Lane, facts: SumsFacts, report: &mut Report) {
    let sums = sums_path(file, lane);
    report.problems_in(&sums, facts.faults);
    report.problems_in(file, facts.lane_faults);
    match facts.state {
        SumsState::Missing => report.unprotected(file),
        SumsState::Stale(why) => report.note(&sums, format!("stale, and not used: {why}")),
        SumsState::Unreadable | SumsState::Current => {}
    }
}

/// Without a detail.atf there is nothing to protect.
pub(super) fn check_none(dir: &Path, report: &mut Report) -> Result<()> {
    let path = dir.join(DETAIL_SUMS_FILE.path);
    if exists_by_name(&path)? {
        let expected = "none without a detail.atf";
        let (kind, field) = (FaultKind::Unexpected, FieldId::File("detail.sum"));
        report.problem(&path, Fault::new(kind, Region::File, 0, field, expected, "a file"));
    }
    Ok(())
}
