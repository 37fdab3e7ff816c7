//! The events of an index.atf alone.

use std::mem::offset_of;
use std::path::Path;

use super::events::{EventSource, Events};
use super::findings::Findings;
use super::power_loss::{NamedRecords, first_lost_event};
use crate::consistency::{ChecksumState, IndexFacts, Progress};
use crate::error::{Error, Fault, FaultKind, Region, Result};
use crate::format::{AtfIndexFooter, AtfIndexHeader, IndexEvent};
use crate::reader::{FooterState, IndexExtent, IndexReader, TrailingBytes};

const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;

pub(in crate::recovery) struct FileEvents {
    index: IndexReader,
    /// Whether the events are what was recorded, as far as that is known.
    is_verified: bool,
    /// Where the lane ends before the file does, and why.
    end: Option<(u64, Option<Fault>)>,
}

impl FileEvents {
    /// Opens an index.atf.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when its header cannot be believed, or its events are longer than ours: a
    /// newer version wrote them, and what it added could not be written again. [`Error::Io`].
    pub(in crate::recovery) fn open(path: &Path) -> Result<Self> {
        let index = IndexReader::open(path)?;
        let found = index.extent().stride;
        if found > EVENT_SIZE {
            let at = offset_of!(AtfIndexHeader, event_size) as u64;
            let expected =
                format!("{EVENT_SIZE} (events of a newer version cannot be written again)");
            let (kind, region) = (FaultKind::UnsupportedVersion, Region::Header);
            let fault = Fault::new(kind, region, at, "event_size", expected, found);
            return Err(Error::malformed(path)(fault));
        }
        index.will_be_scanned();
        Ok(Self { index, is_verified: true, end: None })
    }

    /// Ends the lane after so many events, as its plan says.
    pub(in crate::recovery) fn end_at(mut self, kept: u64) -> Self {
        self.end = Some((kept, None));
        self
    }

    /// For a thread of another boot of the machine: if the file was never finalized, the lane ends before the
    /// first event that cannot be what was recorded. `records` are those that its events may name.
    pub(in crate::recovery) fn end_after_power_loss(&mut self, records: NamedRecords) {
        if self.is_proved() {
            return;
        }
        self.is_verified = false;
        let lost = first_lost_event(self.events(), records, None);
        self.end = lost.map(|(kept, fault)| (kept, Some(fault)));
    }

    /// Whether the file was finalized: its final header is written when everything else was synced. Without that the
    /// footer, or the beginning of it, proves its events by their checksum.
    fn is_proved(&self) -> bool {
        let header = self.index.header();
        let length = u64::from(header.event_size.get()) * u64::from(header.event_count.get());
        let end = header.events_offset.get().checked_add(length);
        length > 0 && end == Some(header.footer_offset.get()) || self.is_proved_by_checksum()
    }

    fn is_proved_by_checksum(&self) -> bool {
        let extent = self.index.extent();
        match extent.footer {
            FooterState::Complete { .. } => {
                let facts = IndexFacts::gather(&self.index, &mut |_| {});
                facts.checksum_state() == ChecksumState::Ok
            }
            FooterState::Missing(TrailingBytes::Footer { .. }) => {
                let at = extent.events_end() as usize + offset_of!(AtfIndexFooter, checksum);
                let said = self.index.bytes().get(at..at + size_of::<u32>());
                let checksum = crc32fast::hash(self.index.events_bytes());
                said == Some(&checksum.to_le_bytes()[..])
            }
            _ => false,
        }
    }

    /// Where the events are that are kept.
    pub(in crate::recovery) fn extent(&self) -> IndexExtent {
        let mut extent = *self.index.extent();
        if let Some((kept, _)) = self.end {
            extent.count = u32::try_from(kept).unwrap_or(extent.count).min(extent.count);
        }
        extent
    }

    pub(in crate::recovery) fn reader(&self) -> &IndexReader {
        &self.index
    }
}

impl EventSource for FileEvents {
    fn path(&self) -> &Path {
        self.index.path()
    }

    fn events(&self) -> Events<'_> {
        let in_file = self.index.as_slice().unwrap_or_else(|| self.index.lengthened());
        let count = self.extent().count as usize;
        Events { in_file: in_file.get(..count).unwrap_or(in_file), in_ring: &[] }
    }

    /// Copied events are as long as ours; then the version must be ours too.
    fn header(&self) -> AtfIndexHeader {
        let header = *self.index.header();
        let is_older = self.index.extent().stride < EVENT_SIZE;
        let version = if is_older { AtfIndexHeader::INIT.version } else { header.version };
        AtfIndexHeader { version, ..header }
    }

    fn header_bytes(&self) -> Vec<u8> {
        self.index.bytes()[..self.index.extent().events_offset as usize].to_vec()
    }

    fn has_detail_flag(&self) -> Option<bool> {
        Some(self.index.has_detail())
    }

    fn footer(&self) -> Option<(AtfIndexFooter, u64)> {
        match self.index.extent().footer {
            FooterState::Missing(_) => None,
            FooterState::Complete { offset } | FooterState::Damaged { offset } => {
                Some((*self.index.footer()?, offset))
            }
        }
    }

    fn findings(&self, progress: Progress<'_>) -> Findings {
        let facts = IndexFacts::gather(&self.index, progress);
        let extent = self.index.extent();
        let tail = match extent.footer {
            FooterState::Missing(tail) => tail,
            _ => TrailingBytes::None,
        };
        // A final header counts the events that there were; a placeholder says 0.
        let promised = match extent.footer {
            FooterState::Missing(_) => self.index.header().event_count.get(),
            _ => 0,
        };
        let incomplete = match tail {
            TrailingBytes::Event { .. } => 1,
            TrailingBytes::Unwritten { len } => len.div_ceil(extent.stride),
            _ => 0,
        };
        let dropped = u64::from(promised.saturating_sub(extent.count)).max(incomplete);
        let mut faults = facts.faults(&self.index);
        let kept = self.extent();
        let cut = u64::from(extent.count - kept.count);
        if let Some((_, Some(fault))) = &self.end {
            faults.push(fault.clone());
        }
        Findings {
            faults,
            dropped: dropped + cut,
            first_bad_offset: (dropped + cut > 0 || !tail.is_empty()).then(|| kept.events_end()),
        }
    }

    fn ends_early(&self) -> bool {
        self.end.is_some()
    }

    fn is_verified(&self) -> bool {
        self.is_verified
    }
}
