//! The times of an index file's chunks, from the index.sum beside it: where a range of times is, without reading the
//! events.

use std::ops::RangeInclusive;

use super::chunk_sums::{CHUNK_BYTES, CHUNKS_START, ChunkSums};
use super::footer::FooterState;
use super::index_extent::IndexExtent;
use crate::format::{AtfIndexHeader, IndexEvent};
use crate::lane::Lane;

/// Events of a chunk.
const EVENTS: usize = CHUNK_BYTES as usize / size_of::<IndexEvent>();

/// Lowest and highest time of each chunk, as far as they are known.
#[derive(Debug)]
pub(super) struct ChunkTimes {
    chunks: Vec<Option<(u64, u64)>>,
    count: usize,
}

/// Where the events of a range of times are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Narrowed {
    /// No event before this one is in the range.
    pub(crate) first: usize,
    /// Nor is this one, or any after it.
    pub(crate) end: usize,
    /// The highest time before `first`.
    pub(crate) max_before: u64,
}

impl ChunkTimes {
    /// Those of an index.atf; `None` without an index.sum that belongs to it as it is.
    pub(super) fn of(
        path: &std::path::Path,
        bytes: &[u8],
        header: &AtfIndexHeader,
        extent: &IndexExtent,
    ) -> Option<Self> {
        if extent.events_offset != CHUNKS_START || extent.stride != size_of::<IndexEvent>() as u64 {
            return None;
        }
        let len = bytes.len() as u64;
        let id = header.thread_id.get();
        let sums = ChunkSums::open(path, Lane::Index, id, len).ok().flatten()?;
        // A lane that has ended must be the one that its last entry is about.
        if let FooterState::Complete { offset } = extent.footer {
            let (start, size) = (offset as usize, CHUNKS_START as usize);
            let footer = bytes.get(start..start.checked_add(size)?)?;
            sums.closes(bytes.get(..size)?, footer).then_some(())?;
        }
        let count = extent.count as usize;
        let covered = |chunk: usize| (count - chunk * EVENTS).min(EVENTS) * size_of::<IndexEvent>();
        let chunks = sums.by_chunk(count.div_ceil(EVENTS)).into_iter().enumerate();
        let times = chunks.map(|(chunk, entry)| {
            let entry = entry.filter(|it| it.covered_length.get() as usize == covered(chunk))?;
            let (min, max) = (entry.time_min_ns.get(), entry.time_max_ns.get());
            // An event begins in each chunk.
            (min <= max).then_some((min, max))
        });
        Some(Self { chunks: times.collect(), count })
    }

    /// Where the events with a time within `times` are.
    pub(super) fn narrow(&self, times: &RangeInclusive<u64>) -> Narrowed {
        let may_have = |chunk: &Option<(u64, u64)>| {
            chunk.is_none_or(|(min, max)| min <= *times.end() && *times.start() <= max)
        };
        let Some(first) = self.chunks.iter().position(may_have) else {
            return Narrowed { first: 0, end: 0, max_before: 0 };
        };
        let last = self.chunks.iter().rposition(may_have).unwrap_or(first);
        let before = self.chunks[..first].iter().flatten().map(|(_, max)| *max);
        Narrowed {
            first: first * EVENTS,
            end: ((last + 1) * EVENTS).min(self.count),
            max_before: before.max().unwrap_or(0),
        }
    }
}
