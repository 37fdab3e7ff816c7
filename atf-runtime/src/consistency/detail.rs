//! A detail.atf's facts, and what its header and footer must say of them.

use std::mem::offset_of;

use super::checksum::{Checksum, ChecksumState, RunningChecksum};
use super::comparison::{Comparison, found_after, magic_fault, missing_footer, trailing};
use super::progress::{Progress, STEP_BYTES, Steps};
use crate::error::{Fault, Region};
use crate::format::{AtfDetailFooter, AtfDetailHeader};
use crate::reader::{DetailEvent, DetailReader, FooterState, LaneEnd, RecordWalk, TrailingBytes};

/// Bytes of records between two updates of the checksum: they are still in the nearest caches.
const BLOCK_BYTES: u64 = 32 * 1024;

/// Who computes the checksum of the records.
pub(crate) enum SectionChecksum {
    /// The pass over the records.
    InPass,
    /// Somebody else, who has the result when the pass ends.
    Elsewhere,
}

/// A pass over the complete records of a detail.atf that gathers its facts.
pub(crate) struct DetailScan<'a, 'p> {
    detail: &'a DetailReader,
    walk: RecordWalk<'a>,
    index_seqs: Option<(u64, u64)>,
    checksum: RunningChecksum,
    /// Byte of the file up to which the checksum is computed.
    summed_to: u64,
    steps: Steps<'p>,
}

impl<'a, 'p> DetailScan<'a, 'p> {
    /// `progress` is called with the bytes of the section.
    pub(crate) fn new(
        detail: &'a DetailReader,
        by: SectionChecksum,
        progress: Progress<'p>,
    ) -> Self {
        let recorded = match by {
            SectionChecksum::InPass => recorded_checksum(detail),
            SectionChecksum::Elsewhere => None,
        };
        Self {
            detail,
            walk: detail.walk(),
            index_seqs: None,
            checksum: RunningChecksum::new(recorded),
            summed_to: detail.extent().events_offset,
            steps: Steps::new(progress),
        }
    }

    fn sum_up_to(&mut self, end: u64) {
        let bytes = &self.detail.bytes()[self.summed_to as usize..end as usize];
        // A record may be longer than all caches.
        for chunk in bytes.chunks(STEP_BYTES as usize) {
            self.checksum.update(chunk);
            self.steps.add(chunk.len() as u64);
        }
        self.summed_to = end;
    }

    /// The facts, once all records were returned.
    pub(crate) fn finish(mut self) -> DetailFacts {
        self.sum_up_to(self.detail.extent().section_end);
        let LaneEnd { count, end, times_ns, fault, trailing } = self.walk.finish();
        DetailFacts {
            count,
            records_end: end,
            trailing,
            record_fault: fault,
            times_ns,
            index_seqs: self.index_seqs.unwrap_or_default(),
            checksum: self.checksum.finish(),
        }
    }
}

impl<'a> Iterator for DetailScan<'a, '_> {
    type Item = DetailEvent<'a>;

    /// The next complete record.
    #[inline]
    fn next(&mut self) -> Option<DetailEvent<'a>> {
        let end = self.walk.position();
        if end - self.summed_to >= BLOCK_BYTES {
            self.sum_up_to(end);
        }
        let record = self.walk.next()?;
        let seq = u64::from(record.header.index_seq.get());
        let (lowest, highest) = self.index_seqs.unwrap_or((seq, seq));
        self.index_seqs = Some((lowest.min(seq), highest.max(seq)));
        Some(record)
    }
}

/// The checksum that the footer of a detail.atf says; `None` without a footer.
fn recorded_checksum(detail: &DetailReader) -> Option<u32> {
    match detail.extent().footer {
        FooterState::Missing(_) => None,
        _ => detail.footer().map(|footer| footer.checksum.get()),
    }
}

/// The checksum of all records of a detail.atf.
pub(crate) fn section_checksum(detail: &DetailReader) -> Checksum {
    let extent = detail.extent();
    let section = &detail.bytes()[extent.events_offset as usize..extent.section_end as usize];
    Checksum::of(section, recorded_checksum(detail), &mut |_| {})
}

/// What the complete records of a detail.atf say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DetailFacts {
    pub(crate) count: u64,
    /// Byte after the last complete record.
    records_end: u64,
    /// What follows it.
    pub(crate) trailing: TrailingBytes,
    /// The first record that is not complete.
    pub(crate) record_fault: Option<Fault>,
    times_ns: (u64, u64),
    /// Lowest and highest index sequence; 0 without records.
    index_seqs: (u64, u64),
    checksum: Checksum,
}

impl DetailFacts {
    /// The same with the checksum that was computed elsewhere.
    pub(crate) fn with_checksum(self, checksum: Checksum) -> Self {
        Self { checksum, ..self }
    }

    /// What the recorded checksum is worth.
    pub(crate) fn checksum_state(&self) -> ChecksumState {
        self.checksum.state
    }

    /// One pass over the records.
    pub(crate) fn gather(detail: &DetailReader, progress: Progress<'_>) -> Self {
        let mut scan = DetailScan::new(detail, SectionChecksum::InPass, progress);
        scan.by_ref().for_each(drop);
        scan.finish()
    }

    /// Everything in header and footer that disagrees with the records, and the first incomplete record;
    /// empty for an intact, finalized file.
    pub(crate) fn faults(&self, detail: &DetailReader) -> Vec<Fault> {
        let mut faults = Vec::new();
        let extent = detail.extent();
        let file_len = detail.bytes().len() as u64;
        match extent.footer {
            FooterState::Missing(_) => {
                let footer_size = size_of::<AtfDetailFooter>();
                let found = found_after(self.trailing, footer_size, "a record");
                faults.push(missing_footer(self.records_end, footer_size, found));
                if extent.promised.is_some() {
                    faults.extend(self.record_fault.clone());
                }
                if detail.header().event_count.get() != 0 {
                    self.compare_header(detail, &mut faults);
                }
            }
            FooterState::Complete { offset } | FooterState::Damaged { offset } => {
                faults.extend(self.record_fault.clone());
                match detail.footer() {
                    Some(footer) => self.compare_footer(detail, footer, offset, &mut faults),
                    None => {
                        let magic = AtfDetailFooter::INIT.magic;
                        faults.push(magic_fault(detail.bytes(), offset, magic));
                    }
                }
                self.compare_header(detail, &mut faults);
                let end = offset + size_of::<AtfDetailFooter>() as u64;
                if end < file_len {
                    faults.push(trailing(end, file_len - end));
                }
            }
        }
        faults
    }

    /// Whether count and times are known: records after a damaged one are not.
    fn are_complete(&self) -> bool {
        self.record_fault.is_none()
    }

    fn compare_footer(
        &self,
        detail: &DetailReader,
        footer: &AtfDetailFooter,
        region_offset: u64,
        faults: &mut Vec<Fault>,
    ) {
        let mut footer_is = Comparison { region: Region::Footer, region_offset, faults };
        footer_is.checksum(
            offset_of!(AtfDetailFooter, checksum),
            self.checksum,
            footer.checksum.get(),
        );
        let extent = detail.extent();
        let length = extent.section_end - extent.events_offset;
        let at = offset_of!(AtfDetailFooter, bytes_length);
        footer_is.field(at, "bytes_length", length, footer.bytes_length.get(), "");
        if !self.are_complete() {
            return;
        }
        let at = offset_of!(AtfDetailFooter, event_count);
        let found = footer.event_count.get();
        footer_is.field(at, "event_count", self.count, found, "records in the file");
        let at = offset_of!(AtfDetailFooter, time_start_ns);
        let found = footer.time_start_ns.get();
        footer_is.field(at, "time_start_ns", self.times_ns.0, found, "the first record's");
        let at = offset_of!(AtfDetailFooter, time_end_ns);
        let found = footer.time_end_ns.get();
        footer_is.field(at, "time_end_ns", self.times_ns.1, found, "the last record's");
    }

    fn compare_header(&self, detail: &DetailReader, faults: &mut Vec<Fault>) {
        let header = detail.header();
        let extent = detail.extent();
        let mut header_is = Comparison { region: Region::Header, region_offset: 0, faults };
        let at = offset_of!(AtfDetailHeader, events_offset);
        header_is.field(at, "events_offset", extent.events_offset, header.events_offset.get(), "");
        let length = extent.section_end - extent.events_offset;
        let at = offset_of!(AtfDetailHeader, bytes_length);
        header_is.field(at, "bytes_length", length, header.bytes_length.get(), "");
        if !self.are_complete() {
            return;
        }
        let at = offset_of!(AtfDetailHeader, event_count);
        let found = header.event_count.get();
        header_is.field(at, "event_count", self.count, found, "records in the file");
        let at = offset_of!(AtfDetailHeader, index_seq_start);
        let found = header.index_seq_start.get();
        header_is.field(at, "index_seq_start", self.index_seqs.0, found, "the lowest linked to");
        let at = offset_of!(AtfDetailHeader, index_seq_end);
        let found = header.index_seq_end.get();
        header_is.field(at, "index_seq_end", self.index_seqs.1, found, "the highest linked to");
    }
}
