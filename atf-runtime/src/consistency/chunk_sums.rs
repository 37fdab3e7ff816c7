//! What the chunk checksums beside a lane say of it: which chunks are as they were written, which are damaged, and
//! whether the checksums belong to the lane as it is now.

use std::mem::offset_of;
use std::ops::Range;
use std::path::Path;

use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result, count};
use crate::format::{ChunkFlags, ChunkSum, IndexEvent};
use crate::lane::Lane;
use crate::reader::{
    CHUNK_BYTES, CHUNKS_START, ChunkSums, DetailReader, FooterState, IndexReader, is_sound,
};

/// Whether the checksums of a lane can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SumsState {
    /// There are none.
    Missing,
    /// They are of the lane as it was at another time: why.
    Stale(&'static str),
    /// They cannot be read: their header is damaged.
    Unreadable,
    /// They are of this lane.
    Current,
}

/// What the chunk checksums say of a lane.
#[derive(Debug)]
pub(crate) struct SumsFacts {
    pub(crate) state: SumsState,
    /// What is wrong with the file of checksums.
    pub(crate) faults: Vec<Fault>,
    /// Chunks of the lane that are not what was written.
    pub(crate) lane_faults: Vec<Fault>,
    /// The same, as bytes of the section.
    pub(crate) damaged: Vec<Range<u64>>,
    /// Length of the beginning of the section of which each byte is proved, in bytes.
    pub(crate) proven: u64,
    /// Whether the events are not empty and each chunk of them matches, also where the header or footer does not.
    pub(crate) covers_all: bool,
}

/// A lane as its checksums see it.
struct Summed<'a> {
    bytes: &'a [u8],
    /// Where the section ends.
    end: u64,
    /// Header and footer, if the lane has ended.
    ends: Option<(&'a [u8], &'a [u8])>,
    /// Lowest and highest time of the events that begin in a chunk, by chunk.
    times: Vec<Option<(u64, u64)>>,
}

impl SumsFacts {
    /// Those of an index.atf.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::NotATrace`].
    pub(crate) fn of_index(index: &IndexReader) -> Result<Self> {
        let extent = index.extent();
        if extent.events_offset != CHUNKS_START || extent.stride != size_of::<IndexEvent>() as u64 {
            return Ok(Self::none());
        }
        let Some(opened) = Self::open(index.path(), Lane::Index, index.thread_id(), index.bytes())?
        else {
            return Ok(Self::none());
        };
        let per_chunk = CHUNK_BYTES as usize / size_of::<IndexEvent>();
        let chunks = index.as_slice().unwrap_or_default().chunks(per_chunk);
        let range_of = |times: Option<(u64, u64)>, event: &IndexEvent| {
            let time = event.timestamp_ns.get();
            Some(times.map_or((time, time), |(min, max)| (min.min(time), max.max(time))))
        };
        let times = chunks.map(|events| events.iter().fold(None, range_of)).collect();
        let lane = Summed {
            bytes: index.bytes(),
            end: extent.events_end(),
            ends: ends_of(index.bytes(), extent.footer),
            times,
        };
        Ok(Self::of(&lane, opened))
    }

    /// Those of a detail.atf.
    ///
    /// # Errors
    ///
    /// As for [`of_index`](Self::of_index).
    pub(crate) fn of_detail(detail: &DetailReader) -> Result<Self> {
        let extent = detail.extent();
        if extent.events_offset != CHUNKS_START {
            return Ok(Self::none());
        }
        let Some(opened) =
            Self::open(detail.path(), Lane::Detail, detail.thread_id(), detail.bytes())?
        else {
            return Ok(Self::none());
        };
        let len = extent.section_end.saturating_sub(CHUNKS_START);
        let mut times = vec![None; len.div_ceil(CHUNK_BYTES) as usize];
        for record in detail.iter().map_while(Result::ok) {
            let time = record.header.timestamp.get();
            let chunk = (record.offset - CHUNKS_START) / CHUNK_BYTES;
            if let Some(times) = times.get_mut(chunk as usize) {
                let range = |(min, max): (u64, u64)| (min.min(time), max.max(time));
                *times = Some(times.map_or((time, time), range));
            }
        }
        let lane = Summed {
            bytes: detail.bytes(),
            end: extent.section_end,
            ends: ends_of(detail.bytes(), extent.footer),
            times,
        };
        Ok(Self::of(&lane, opened))
    }

    fn none() -> Self {
        Self {
            state: SumsState::Missing,
            faults: Vec::new(),
            lane_faults: Vec::new(),
            damaged: Vec::new(),
            proven: 0,
            covers_all: false,
        }
    }

    /// Opens the checksums beside a lane; `None` if there are none, or the fault of those that cannot be read.
    fn open(
        file: &Path,
        lane: Lane,
        thread_id: u32,
        bytes: &[u8],
    ) -> Result<Option<Result<ChunkSums, Fault>>> {
        match ChunkSums::open(file, lane, thread_id, bytes.len() as u64) {
            Ok(sums) => Ok(sums.map(Ok)),
            Err(Error::Malformed { fault, .. }) => Ok(Some(Err(*fault))),
            Err(error) => Err(error),
        }
    }

    fn of(lane: &Summed<'_>, opened: Result<ChunkSums, Fault>) -> Self {
        let mut found = Self::none();
        let sums = match opened {
            Ok(sums) => sums,
            Err(fault) => {
                found.state = SumsState::Unreadable;
                found.faults.push(fault);
                return found;
            }
        };
        found.state = SumsState::Current;
        if let Some((header, footer)) = lane.ends {
            found.check_entries(&sums);
            if found.faults.is_empty() {
                if sums.closing().is_none() || sums.rest() > 0 {
                    found.state = SumsState::Stale("it was not completed");
                    return found;
                }
                if !sums.closes(header, footer) {
                    found.state = SumsState::Stale("it is of another header or footer");
                    let mut compared = Self::none();
                    compared.compare(lane, &sums);
                    found.covers_all = compared.covers_all;
                    return found;
                }
            }
        }
        found.compare(lane, &sums);
        found
    }

    /// In a lane that has ended, each entry must be sound. In another one, a crash may leave any bytes.
    fn check_entries(&mut self, sums: &ChunkSums) {
        for (number, entry) in (0..).zip(sums.entries()).filter(|(_, entry)| !is_sound(entry)) {
            let at = ChunkSums::entry_at(number) + offset_of!(ChunkSum, entry_crc) as u64;
            let (kind, region) = (FaultKind::Checksum, Region::Entry(number));
            let (expected, found) = (hex(entry.computed_entry_crc()), hex(entry.entry_crc.get()));
            self.faults.push(Fault::new(kind, region, at, "entry_crc", expected, found));
        }
    }

    fn compare(&mut self, lane: &Summed<'_>, sums: &ChunkSums) {
        let section = lane.end.saturating_sub(CHUNKS_START);
        let chunks = section.div_ceil(CHUNK_BYTES);
        let mut is_proven = true;
        let mut matching = 0;
        for (chunk, entry) in (0..).zip(sums.by_chunk(chunks as usize)) {
            let start = chunk * CHUNK_BYTES;
            let full = CHUNK_BYTES.min(section - start);
            let Some(entry) = entry else {
                is_proven = false;
                if lane.ends.is_some() {
                    self.chunk_fault(sums, chunk, FaultKind::Missing, "an entry", "none");
                }
                continue;
            };
            let covered = u64::from(entry.covered_length.get());
            if lane.ends.is_some() && covered != full {
                let (expected, found) = (count(full, "byte"), count(covered, "byte"));
                self.chunk_fault(sums, chunk, FaultKind::CountMismatch, &expected, &found);
                is_proven = false;
                continue;
            }
            let range = CHUNKS_START + start..CHUNKS_START + start + covered;
            let bytes = lane.bytes.get(range.start as usize..range.end as usize);
            // What an entry covers beyond the section did not reach the disk, or was not there when it was read.
            let Some(bytes) = bytes.filter(|_| covered <= full) else {
                is_proven = false;
                continue;
            };
            let found = crc32fast::hash(bytes);
            let flags = entry.flags;
            if found == entry.data_crc.get() {
                matching += covered;
                self.proven = if is_proven { start + covered } else { self.proven };
                is_proven &= covered == CHUNK_BYTES && flags == ChunkFlags::new(0);
                let times = lane.times.get(chunk as usize).copied().flatten();
                if lane.ends.is_some() {
                    self.compare_times(sums, chunk, entry, times);
                }
                continue;
            }
            is_proven = false;
            self.damaged.push(start..start + covered);
            let expected = format!(
                "{} (the checksum of bytes {} to {})",
                hex(entry.data_crc.get()),
                range.start,
                range.end - 1
            );
            let (kind, region) = (FaultKind::Checksum, Region::Chunk(chunk));
            let fault = Fault::new(kind, region, range.start, "data_crc", expected, hex(found));
            self.lane_faults.push(fault);
        }
        self.covers_all = section > 0 && matching == section;
    }

    fn compare_times(
        &mut self,
        sums: &ChunkSums,
        chunk: u64,
        entry: &ChunkSum,
        times: Option<(u64, u64)>,
    ) {
        let stored = (entry.time_min_ns.get(), entry.time_max_ns.get());
        let is_right = match times {
            Some(times) => stored == times,
            None => stored.0 > stored.1,
        };
        if !is_right {
            let text = |times: Option<(u64, u64)>| match times {
                Some((min, max)) => format!("times {min} to {max}"),
                None => "no event".to_owned(),
            };
            let stored = Some(stored).filter(|(min, max)| min <= max);
            let (expected, found) = (text(times), text(stored));
            self.chunk_fault(sums, chunk, FaultKind::TimeMismatch, &expected, &found);
        }
    }

    fn chunk_fault(
        &mut self,
        sums: &ChunkSums,
        chunk: u64,
        kind: FaultKind,
        expected: &str,
        found: &str,
    ) {
        let of_chunk = |entry: &ChunkSum| u64::from(entry.chunk_number.get()) == chunk;
        let number = sums.entries().iter().rposition(of_chunk);
        let at = number.map_or(0, |number| ChunkSums::entry_at(number as u64));
        let region = Region::Chunk(chunk);
        self.faults.push(Fault::new(
            kind,
            region,
            at,
            FieldId::Schema("chunk_number"),
            expected,
            found,
        ));
    }
}

fn hex(crc: u32) -> String {
    format!("0x{crc:08X}")
}

/// Header and footer of a lane that has ended.
fn ends_of(bytes: &[u8], footer: FooterState) -> Option<(&[u8], &[u8])> {
    let FooterState::Complete { offset } = footer else { return None };
    let end = (offset as usize).checked_add(CHUNKS_START as usize)?;
    Some((bytes.get(..CHUNKS_START as usize)?, bytes.get(offset as usize..end)?))
}
