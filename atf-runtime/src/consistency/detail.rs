//! A detail.atf's facts, and what its header and footer must say of them.

use std::mem::offset_of;

use super::checksum::{Checksum, ChecksumState};
use super::comparison::{Comparison, found_after, magic_fault, missing_footer, trailing};
use super::progress::Progress;
use crate::error::{Fault, Region};
use crate::format::{AtfDetailFooter, AtfDetailHeader};
use crate::reader::{DetailReader, FooterState, TrailingBytes};

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
    /// What the recorded checksum is worth.
    pub(crate) fn checksum_state(&self) -> ChecksumState {
        self.checksum.state
    }

    /// One pass over the records and one for the checksum.
    pub(crate) fn gather(detail: &DetailReader, progress: Progress<'_>) -> Self {
        let mut times_ns = None;
        let mut index_seqs = None;
        for record in detail.iter().map_while(Result::ok) {
            let time = record.header.timestamp.get();
            times_ns = Some((times_ns.map_or(time, |(first, _)| first), time));
            let seq = u64::from(record.header.index_seq.get());
            let (lowest, highest) = index_seqs.unwrap_or((seq, seq));
            index_seqs = Some((lowest.min(seq), highest.max(seq)));
        }
        let extent = detail.extent();
        let section = &detail.bytes()[extent.events_offset as usize..extent.section_end as usize];
        let recorded = match extent.footer {
            FooterState::Missing(_) => None,
            _ => detail.footer().map(|footer| footer.checksum.get()),
        };
        Self {
            count: detail.len() as u64,
            records_end: detail.records_end(),
            trailing: detail.trailing(),
            record_fault: detail.first_fault().cloned(),
            times_ns: times_ns.unwrap_or_default(),
            index_seqs: index_seqs.unwrap_or_default(),
            checksum: Checksum::of(section, recorded, progress),
        }
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
