//! The events of an index.atf alone.

use std::mem::offset_of;
use std::path::Path;

use super::events::{EventSource, Events};
use super::findings::Findings;
use crate::consistency::{IndexFacts, Progress};
use crate::error::{Error, Fault, FaultKind, Region, Result};
use crate::format::{AtfIndexHeader, IndexEvent};
use crate::reader::{FooterState, IndexReader, TrailingBytes};

const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;

pub(in crate::recovery) struct FileEvents {
    index: IndexReader,
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
        Ok(Self { index })
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
        Events { in_file, in_ring: &[] }
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
        Findings {
            faults: facts.faults(&self.index),
            dropped,
            first_bad_offset: (dropped > 0 || !tail.is_empty()).then(|| extent.events_end()),
        }
    }
}
