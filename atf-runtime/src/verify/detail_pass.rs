//! The pass over the records of a detail.atf: everything that is checked of them, of their links and of their
//! offsets, and their checksum. Called for a detail.atf alone and beside its index.atf.

use std::mem::offset_of;
use std::thread::{self, Builder};

use super::faults::Faults;
use super::links::LinksBack;
use super::payload::Payloads;
use crate::consistency::{
    DetailFacts, DetailOffsetsFacts, DetailScan, OffsetsCheck, Progress, SectionChecksum,
    section_checksum,
};
use crate::error::{Fault, FaultKind, Region, Result};
use crate::format::DetailEventHeader;
use crate::reader::{DetailEvent, DetailReader, IndexReader};

/// In a file of so many bytes, another processor computes the checksum meanwhile.
const LONG_BYTES: usize = 16 << 20;

/// What a pass found.
pub(super) struct DetailPass {
    pub(super) facts: DetailFacts,
    /// What is wrong with headers of records.
    pub(super) records: Faults,
    /// What is wrong with detail.off; `None` where it was not asked for.
    pub(super) offsets: Option<Result<DetailOffsetsFacts>>,
    /// What is wrong with links and payloads, and what is to be noted of these; `None` without an index.
    pub(super) links: Option<(Faults, Payloads)>,
}

/// Passes over all records, on up to `workers` processors. `index` is the index.atf that they belong to.
pub(super) fn pass(
    detail: &DetailReader,
    index: Option<&IndexReader>,
    offsets: Option<OffsetsCheck>,
    workers: usize,
    progress: Progress<'_>,
) -> DetailPass {
    detail.will_be_scanned();
    if workers <= 1 || detail.bytes().len() < LONG_BYTES {
        return pass_with(detail, SectionChecksum::InPass, index, offsets, progress);
    }
    thread::scope(|scope| {
        let Ok(checksum) = Builder::new().spawn_scoped(scope, || section_checksum(detail)) else {
            return pass_with(detail, SectionChecksum::InPass, index, offsets, progress);
        };
        let pass = pass_with(detail, SectionChecksum::Elsewhere, index, offsets, progress);
        let checksum = checksum.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        DetailPass { facts: pass.facts.with_checksum(checksum), ..pass }
    })
}

fn pass_with(
    detail: &DetailReader,
    checksum: SectionChecksum,
    index: Option<&IndexReader>,
    mut offsets: Option<OffsetsCheck>,
    progress: Progress<'_>,
) -> DetailPass {
    let thread_id = detail.thread_id();
    let mut scan = DetailScan::new(detail, checksum, progress);
    let mut records = Faults::default();
    let mut links = index.map(LinksBack::new);
    for (seq, record) in (0..).zip(scan.by_ref()) {
        if record.header.thread_id != thread_id || record.header.flags.get() != 0 {
            add_header_faults(thread_id, seq, &record, &mut records);
        }
        if let Some(offsets) = &mut offsets {
            offsets.compare(seq, record.offset);
        }
        if let Some(links) = &mut links {
            links.add(seq, &record);
        }
    }
    let facts = scan.finish();
    let offsets = offsets.map(|offsets| offsets.finish(detail, &facts));
    DetailPass { facts, records, offsets, links: links.map(|it| (it.faults, it.payloads)) }
}

#[cold]
fn add_header_faults(thread_id: u32, seq: u64, record: &DetailEvent<'_>, faults: &mut Faults) {
    let region = Region::Record(seq);
    let offset = |field: usize| record.offset + field as u64;
    if record.header.thread_id != thread_id {
        faults.add("thread_id", || {
            let at = offset(offset_of!(DetailEventHeader, thread_id));
            let expected = format!("{thread_id} (as in the header)");
            let (kind, found) = (FaultKind::Mismatch, record.header.thread_id);
            Fault::new(kind, region, at, "thread_id", expected, found)
        });
    }
    if record.header.flags.get() != 0 {
        faults.add("flags", || {
            let at = offset(offset_of!(DetailEventHeader, flags));
            let expected = "0 (reserved: damaged, or from a newer revision)";
            let (kind, found) = (FaultKind::ReservedNotZero, record.header.flags);
            Fault::new(kind, region, at, "flags", expected, found)
        });
    }
}
