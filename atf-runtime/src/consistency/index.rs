//! An index.atf's facts, and what its header and footer must say of them.

use std::mem::offset_of;

use super::checksum::{Checksum, ChecksumState};
use super::comparison::{Comparison, found_after, magic_fault, missing_footer, trailing};
use super::progress::Progress;
use crate::error::{Fault, Region, count};
use crate::format::{AtfIndexFooter, AtfIndexHeader};
use crate::reader::{FooterState, IndexReader};

/// What the events of an index.atf say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IndexFacts {
    pub(crate) count: u32,
    /// Timestamps of the first and last event; 0 without events.
    pub(crate) time_start_ns: u64,
    pub(crate) time_end_ns: u64,
    checksum: Checksum,
}

impl IndexFacts {
    /// What the recorded checksum is worth.
    pub(crate) fn checksum_state(&self) -> ChecksumState {
        self.checksum.state
    }

    /// One pass over the events, for the checksum.
    pub(crate) fn gather(index: &IndexReader, progress: Progress<'_>) -> Self {
        Self::of(index, Checksum::of(index.events_bytes(), recorded_checksum(index), progress))
    }

    /// The facts of a file whose checksum another pass has computed.
    pub(crate) fn of(index: &IndexReader, checksum: Checksum) -> Self {
        let (time_start_ns, time_end_ns) = index.time_range().unwrap_or_default();
        Self { count: index.extent().count, time_start_ns, time_end_ns, checksum }
    }

    /// Everything in header and footer that disagrees with the events; empty for an intact, finalized
    /// file.
    pub(crate) fn faults(&self, index: &IndexReader) -> Vec<Fault> {
        let mut faults = Vec::new();
        let extent = index.extent();
        let events_end = extent.events_end();
        match extent.footer {
            FooterState::Missing(tail) => {
                let footer_size = size_of::<AtfIndexFooter>();
                let found = found_after(tail, footer_size, "an event");
                faults.push(missing_footer(events_end, footer_size, found));
                if !is_placeholder(index.header()) {
                    self.compare_header(index, &mut faults);
                }
            }
            FooterState::Complete { offset } | FooterState::Damaged { offset } => {
                match index.footer() {
                    Some(footer) => self.compare_footer(footer, offset, extent.stride, &mut faults),
                    None => {
                        faults.push(magic_fault(index.bytes(), offset, AtfIndexFooter::INIT.magic))
                    }
                }
                self.compare_header(index, &mut faults);
                let end = offset + size_of::<AtfIndexFooter>() as u64;
                let file_len = index.bytes().len() as u64;
                if end < file_len {
                    faults.push(trailing(end, file_len - end));
                }
            }
        }
        faults
    }

    fn compare_footer(
        &self,
        footer: &AtfIndexFooter,
        offset: u64,
        stride: u64,
        faults: &mut Vec<Fault>,
    ) {
        let mut footer_is = Comparison { region: Region::Footer, region_offset: offset, faults };
        let bytes = stride * u64::from(self.count);
        footer_is.checksum(
            offset_of!(AtfIndexFooter, checksum),
            self.checksum,
            footer.checksum.get(),
        );
        let why = format!("{} / {stride}", count(bytes, "byte"));
        let at = offset_of!(AtfIndexFooter, event_count);
        footer_is.field(at, "event_count", self.count.into(), footer.event_count.get(), &why);
        let at = offset_of!(AtfIndexFooter, time_start_ns);
        let found = footer.time_start_ns.get();
        footer_is.field(at, "time_start_ns", self.time_start_ns, found, "the first event's");
        let at = offset_of!(AtfIndexFooter, time_end_ns);
        let found = footer.time_end_ns.get();
        footer_is.field(at, "time_end_ns", self.time_end_ns, found, "the last event's");
        let at = offset_of!(AtfIndexFooter, bytes_written);
        footer_is.field(at, "bytes_written", bytes, footer.bytes_written.get(), "");
    }

    fn compare_header(&self, index: &IndexReader, faults: &mut Vec<Fault>) {
        let header = index.header();
        let extent = index.extent();
        let mut header_is = Comparison { region: Region::Header, region_offset: 0, faults };
        let why =
            if extent.footer.is_complete() { "as the footer says" } else { "as the file holds" };
        let at = offset_of!(AtfIndexHeader, event_size);
        header_is.field(at, "event_size", extent.stride, header.event_size.get().into(), "");
        let at = offset_of!(AtfIndexHeader, event_count);
        let found = header.event_count.get().into();
        header_is.field(at, "event_count", self.count.into(), found, why);
        let at = offset_of!(AtfIndexHeader, events_offset);
        header_is.field(at, "events_offset", extent.events_offset, header.events_offset.get(), "");
        let at = offset_of!(AtfIndexHeader, footer_offset);
        let found = header.footer_offset.get();
        header_is.field(at, "footer_offset", extent.events_end(), found, "");
        let at = offset_of!(AtfIndexHeader, time_start_ns);
        let found = header.time_start_ns.get();
        header_is.field(at, "time_start_ns", self.time_start_ns, found, "the first event's");
        let at = offset_of!(AtfIndexHeader, time_end_ns);
        let found = header.time_end_ns.get();
        header_is.field(at, "time_end_ns", self.time_end_ns, found, "the last event's");
    }
}

/// The checksum that the footer of an index.atf says; `None` without a footer.
pub(crate) fn recorded_checksum(index: &IndexReader) -> Option<u32> {
    match index.extent().footer {
        FooterState::Missing(_) => None,
        _ => index.footer().map(|footer| footer.checksum.get()),
    }
}

/// Whether the header is the one that is written when the file is made.
fn is_placeholder(header: &AtfIndexHeader) -> bool {
    let ends = [AtfIndexHeader::INIT.footer_offset, header.events_offset];
    header.event_count.get() == 0 && ends.contains(&header.footer_offset)
}
