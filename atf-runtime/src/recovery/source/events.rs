//! The events of a thread, wherever they come from.

use std::path::Path;

use super::findings::Findings;
use crate::consistency::Progress;
use crate::format::{AtfIndexFooter, AtfIndexHeader, IndexEvent};
use crate::platform::Platform;
use crate::seq::IndexSeq;

/// Where the events of a thread come from: a file, or a file and a ring.
pub(in crate::recovery) trait EventSource {
    /// The index.atf, which need not exist where there is a ring.
    fn path(&self) -> &Path;

    /// All events.
    fn events(&self) -> Events<'_>;

    /// The header for a copy, but for the fields that finalizing fills in.
    fn header(&self) -> AtfIndexHeader;

    /// The bytes before the events. A header of a newer revision is longer than ours.
    fn header_bytes(&self) -> Vec<u8>;

    /// Whether the header says that there is a detail.atf; `None` where no final header says it.
    fn has_detail_flag(&self) -> Option<bool>;

    /// What is wrong with the file. `progress` is called with the bytes read.
    fn findings(&self, progress: Progress<'_>) -> Findings;

    /// Whether the file has more events, which cannot be what was recorded.
    fn ends_early(&self) -> bool {
        false
    }

    /// How many events come from the ring.
    fn count_from_ring(&self) -> u64 {
        0
    }

    /// The footer of the file and where it starts; `None` where there is none.
    fn footer(&self) -> Option<(AtfIndexFooter, u64)> {
        None
    }

    /// The machine as the ring says it.
    fn ring_platform(&self) -> Option<Platform> {
        None
    }

    /// Whether the events are what was recorded: they are finalized, or were recorded in this boot of the machine.
    fn is_verified(&self) -> bool {
        true
    }
}

/// Events in two parts: those of a file, then those of a ring.
#[derive(Clone, Copy)]
pub(in crate::recovery) struct Events<'a> {
    pub(super) in_file: &'a [IndexEvent],
    pub(super) in_ring: &'a [IndexEvent],
}

impl<'a> Events<'a> {
    pub(in crate::recovery) fn parts(self) -> [&'a [IndexEvent]; 2] {
        [self.in_file, self.in_ring]
    }

    pub(in crate::recovery) fn len(self) -> u64 {
        self.in_file.len() as u64 + self.in_ring.len() as u64
    }

    pub(in crate::recovery) fn get(self, seq: IndexSeq) -> Option<&'a IndexEvent> {
        let seq = seq.0 as usize;
        match seq.checked_sub(self.in_file.len()) {
            None => self.in_file.get(seq),
            Some(seq) => self.in_ring.get(seq),
        }
    }

    pub(in crate::recovery) fn iter(self) -> impl DoubleEndedIterator<Item = &'a IndexEvent> {
        self.in_file.iter().chain(self.in_ring)
    }

    /// Timestamps of the first and the last event in ns; `None` without events.
    pub(in crate::recovery) fn time_range(self) -> Option<(u64, u64)> {
        let first = self.in_file.first().or(self.in_ring.first())?;
        let last = self.in_ring.last().or(self.in_file.last())?;
        Some((first.timestamp_ns.get(), last.timestamp_ns.get()))
    }
}
