//! The records of a detail.atf alone.

use std::cell::OnceCell;
use std::path::Path;

use super::fault::split_fault;
use super::findings::Findings;
use super::kept_records::KeptRecords;
use super::power_loss::LanePart;
use super::records::RecordSource;
use crate::consistency::{ChecksumState, DetailFacts, DetailOffsetsFacts, Progress};
use crate::error::{Error, Fault, Result};
use crate::format::{AtfDetailFooter, AtfDetailHeader, DetailEventHeader};
use crate::reader::{DetailEvent, DetailReader, FooterState, TrailingBytes};
use crate::seq::DetailSeq;

pub(in crate::recovery) struct FileRecords {
    detail: DetailReader,
    /// Why the header cannot be believed, if it cannot.
    header_fault: Option<Fault>,
    facts: OnceCell<DetailFacts>,
    /// Whether the thread was recorded in this boot of the machine.
    is_of_this_boot: bool,
}

impl FileRecords {
    /// Opens a detail.atf beside its index.atf. The links then prove the records, so it may have any
    /// header.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io).
    pub(in crate::recovery) fn open(path: &Path) -> Result<Self> {
        Ok(match split_fault(DetailReader::open(path))? {
            Ok(detail) => Self::new(detail, None),
            Err(fault) => Self::new(DetailReader::open_without_header(path)?, Some(fault)),
        })
    }

    /// Opens a detail.atf alone.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`](crate::Error::Malformed) when its header cannot be believed;
    /// [`Error::Io`](crate::Error::Io).
    pub(in crate::recovery) fn open_alone(path: &Path) -> Result<Self> {
        Ok(Self::new(DetailReader::open(path)?, None))
    }

    fn new(detail: DetailReader, header_fault: Option<Fault>) -> Self {
        Self { detail, header_fault, facts: OnceCell::new(), is_of_this_boot: true }
    }

    /// With what is known of the boot of the machine in which the thread was recorded.
    pub(in crate::recovery) fn of_boot(mut self, is_of_this_boot: bool) -> Self {
        self.is_of_this_boot = is_of_this_boot;
        self
    }

    /// Whether the file was finalized, or its footer proves its records by their checksum.
    fn is_proved(&self) -> bool {
        let is_complete = self.detail.extent().footer.is_complete();
        let is_final = self.header_fault.is_none() && self.detail.header().event_count.get() > 0;
        is_final || is_complete && self.facts(&mut |_| {}).checksum_state() == ChecksumState::Ok
    }

    fn part(&self) -> LanePart<'_> {
        let (start, end) = (self.start(), self.detail.extent().section_end);
        let bytes = self.detail.bytes().get(start as usize..end as usize).unwrap_or_default();
        LanePart { position: 0, bytes, lane_start: start, earlier: None }
    }

    pub(in crate::recovery) fn reader(&self) -> &DetailReader {
        &self.detail
    }

    fn facts(&self, progress: Progress<'_>) -> &DetailFacts {
        self.facts.get_or_init(|| DetailFacts::gather(&self.detail, progress))
    }

    /// Number of records that the footer or the header counts. 0 if the file was never finalized, or
    /// if the length that they give is too short for so many records.
    fn promised(&self) -> u64 {
        let extent = self.detail.extent();
        let (count, bytes) = match extent.promised {
            Some(promised) => (promised, extent.section_end - extent.events_offset),
            None if self.header_fault.is_none() => {
                let header = self.detail.header();
                (header.event_count.get(), header.bytes_length.get())
            }
            None => (0, 0),
        };
        if count <= bytes / size_of::<DetailEventHeader>() as u64 { count } else { 0 }
    }
}

impl RecordSource for FileRecords {
    fn path(&self) -> &Path {
        self.detail.path()
    }

    fn has_file(&self) -> bool {
        true
    }

    fn start(&self) -> u64 {
        self.detail.extent().events_offset
    }

    fn iter(&self) -> Box<dyn Iterator<Item = DetailEvent<'_>> + '_> {
        Box::new(self.detail.iter().map_while(Result::ok))
    }

    fn get(&self, seq: DetailSeq) -> Option<DetailEvent<'_>> {
        self.detail.get(seq).ok().flatten()
    }

    fn own_header(&self) -> Option<(AtfDetailHeader, &[u8])> {
        let bytes = &self.detail.bytes()[..self.start() as usize];
        self.header_fault.is_none().then(|| (*self.detail.header(), bytes))
    }

    fn footer(&self) -> Option<(AtfDetailFooter, u64)> {
        match self.detail.extent().footer {
            FooterState::Missing(_) => None,
            FooterState::Complete { offset } | FooterState::Damaged { offset } => {
                Some((*self.detail.footer()?, offset))
            }
        }
    }

    fn findings(&self, kept: &KeptRecords, _are_missed: bool, progress: Progress<'_>) -> Findings {
        let facts = self.facts(progress);
        let extent = self.detail.extent();
        let mut faults = match &self.header_fault {
            Some(fault) => vec![fault.clone()],
            None => facts.faults(&self.detail),
        };
        faults.extend(kept.unnamed.clone());
        let are_all_kept = kept.end == extent.section_end;
        let is_footer = matches!(facts.trailing, TrailingBytes::Footer { .. });
        let incomplete = facts.record_fault.is_some() && !is_footer;
        let not_kept = facts.count - kept.count + u64::from(incomplete);
        // Records that fill the section are all that there were, whatever a damaged count says.
        let is_filled = are_all_kept && extent.promised.is_some();
        let promised = if is_filled { 0 } else { self.promised() };
        let has_footer_after = are_all_kept && !matches!(extent.footer, FooterState::Missing(_));
        let file_len = self.detail.bytes().len() as u64;
        Findings {
            faults,
            dropped: promised.saturating_sub(kept.count).max(not_kept),
            first_bad_offset: (!has_footer_after && kept.end < file_len).then_some(kept.end),
        }
    }

    fn is_verified(&self) -> bool {
        self.is_of_this_boot || self.is_proved()
    }

    fn has_lost_page(&self, record: &DetailEvent<'_>) -> bool {
        self.part().has_lost_page(record.offset - self.start(), record.end() - self.start())
    }

    fn may_be_torn(&self, record: &DetailEvent<'_>) -> bool {
        self.part().may_be_torn(record.offset - self.start(), record.end() - self.start())
    }

    fn is_finalized(&self) -> bool {
        self.detail.extent().footer.is_complete()
    }

    fn offsets_faults(&self, path: &Path, thread_id: u32) -> Result<Option<Vec<Fault>>> {
        let facts = self.facts(&mut |_| {});
        let found = DetailOffsetsFacts::gather(path, thread_id, &self.detail, facts);
        Ok(match Error::unless_refused(found)? {
            Ok(DetailOffsetsFacts::Missing) => None,
            Ok(DetailOffsetsFacts::Found(faults)) => Some(faults),
            Err(error) => Some(vec![error.into_fault(path).1]),
        })
    }
}
