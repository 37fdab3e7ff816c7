//! Reading an index.sum or a detail.sum: checksums and times of the chunks of the lane beside it.
//!
//! Whether they belong to the lane as it is now is asked by [`consistency`](crate::consistency) for checksums,
//! and by [`ChunkTimes`](super::chunk_times::ChunkTimes) for times.

use std::mem::offset_of;
use std::path::{Path, PathBuf};

use super::header::check_header;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result, count};
use crate::format::{
    ChunkFlags, ChunkSum, ChunkSumsHeader, DETAIL_SUMS_FILE, INDEX_SUMS_FILE, READS, Record,
    SummedFile,
};
use crate::input::open_regular;
use crate::lane::Lane;
use crate::sys::read_exact_at;

const HEADER: usize = size_of::<ChunkSumsHeader>();
const ENTRY: usize = size_of::<ChunkSum>();
/// Byte of the lane at which the first chunk starts.
pub(crate) const CHUNKS_START: u64 = HEADER as u64;
/// Length of a chunk.
pub(crate) const CHUNK_BYTES: u64 = ChunkSumsHeader::INIT.chunk_bytes.get() as u64;
/// `chunk_number` of the closing entry.
const CLOSING: u32 = u32::MAX;
/// Entries that a chunk may have on average, beyond a fixed number.
const MOST_PER_CHUNK: u64 = 16;
const MOST_MORE: u64 = 1 << 16;

/// The checksums of a lane's chunks.
#[derive(Debug)]
pub(crate) struct ChunkSums {
    /// Complete entries, in the order of the file.
    entries: Vec<ChunkSum>,
    /// Bytes of the file after the last complete entry.
    rest: u64,
}

impl ChunkSums {
    /// Opens the checksums beside a lane of `lane_len` bytes; `None` when there are none: no file, or an empty one.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::NotATrace`]; [`Error::Malformed`] when the header is not that of the
    /// checksums of this lane, or the file is longer than its lane can need.
    pub(crate) fn open(
        lane_file: &Path,
        lane: Lane,
        id: u32,
        lane_len: u64,
    ) -> Result<Option<Self>> {
        let path = sums_path(lane_file, lane);
        let (file, len) = match open_regular(&path) {
            Err(error) if error.is_not_found() => return Ok(None),
            opened => opened?,
        };
        if len == 0 {
            return Ok(None);
        }
        let most = (lane_len / CHUNK_BYTES * MOST_PER_CHUNK + MOST_MORE) * ENTRY as u64;
        if len > most {
            let (kind, found) = (FaultKind::OutOfRange, count(len, "byte"));
            let expected = format!("at most {}", count(most, "byte"));
            let fault = Fault::new(kind, Region::File, 0, FieldId::Length, expected, found);
            return Err(Error::malformed(&path)(fault));
        }
        let mut bytes = vec![0; len as usize];
        read_exact_at(&file, &mut bytes, 0).map_err(Error::io(&path, "read"))?;
        check(&bytes, lane, id).map_err(Error::malformed(&path))?;
        let entries = bytes[HEADER..].chunks_exact(ENTRY);
        let rest = entries.remainder().len() as u64;
        let entries =
            entries.map(|entry| ChunkSum::read_start(entry).unwrap_or_default()).collect();
        Ok(Some(Self { entries, rest }))
    }

    /// Complete entries, in the order of the file. Their own checksums may be wrong.
    pub(crate) fn entries(&self) -> &[ChunkSum] {
        &self.entries
    }

    /// Bytes of the file after the last complete entry.
    pub(crate) fn rest(&self) -> u64 {
        self.rest
    }

    /// Byte of the file at which an entry starts.
    pub(crate) fn entry_at(number: u64) -> u64 {
        HEADER as u64 + number * ENTRY as u64
    }

    /// The closing entry, if it is the last one.
    pub(crate) fn closing(&self) -> Option<&ChunkSum> {
        self.entries.last().filter(|entry| is_closing(entry) && is_sound(entry))
    }

    /// The last sound entry of each of the first `chunks` chunks.
    pub(crate) fn by_chunk(&self, chunks: usize) -> Vec<Option<&ChunkSum>> {
        let mut found = vec![None; chunks];
        for entry in self.entries.iter().filter(|entry| is_sound(entry) && !is_closing(entry)) {
            if let Some(place) = found.get_mut(entry.chunk_number.get() as usize) {
                *place = Some(entry);
            }
        }
        found
    }

    /// Whether the closing entry is that of a lane with this header and footer.
    pub(crate) fn closes(&self, header: &[u8], footer: &[u8]) -> bool {
        let mut crc = crc32fast::Hasher::new();
        crc.update(header);
        crc.update(footer);
        let crc = crc.finalize();
        self.closing().is_some_and(|entry| entry.data_crc.get() == crc)
    }
}

/// Path of the checksums of a lane's file.
pub(crate) fn sums_path(lane_file: &Path, lane: Lane) -> PathBuf {
    lane_file.with_file_name(match lane {
        Lane::Index => INDEX_SUMS_FILE.path,
        Lane::Detail => DETAIL_SUMS_FILE.path,
    })
}

/// Whether the entry's own checksum is right.
pub(crate) fn is_sound(entry: &ChunkSum) -> bool {
    entry.entry_crc.get() == entry.computed_entry_crc()
}

fn is_closing(entry: &ChunkSum) -> bool {
    entry.chunk_number.get() == CLOSING && entry.flags.contains(ChunkFlags::CLOSING_ENTRY)
}

fn check(bytes: &[u8], lane: Lane, thread_id: u32) -> Result<(), Fault> {
    let header = check_header::<ChunkSumsHeader>(bytes)?;
    let init = ChunkSumsHeader::INIT;
    let fault = |kind, at: usize, name: &'static str, expected: u64, found: u64| {
        Err(Fault::new(kind, Region::Header, at as u64, name, expected, found))
    };
    if bytes.len() < HEADER {
        let (kind, found) = (FaultKind::Truncated, count(bytes.len() as u64, "byte"));
        let expected = count(HEADER as u64, "byte");
        return Err(Fault::new(kind, Region::Header, 0, FieldId::Length, expected, found));
    }
    for field in ChunkSumsHeader::FIELDS {
        if let (Some(constant), Some(found)) = (field.constant, field.bytes(bytes))
            && found != constant
            && !(field.name == "version" && READS.contains(&header.version))
        {
            return Err(super::constant_fault(Region::Header, 0, field, constant, found));
        }
    }
    let expected = header.computed_header_crc();
    let (kind, at) = (FaultKind::Checksum, offset_of!(ChunkSumsHeader, header_crc));
    if header.header_crc.get() != expected {
        return fault(kind, at, "header_crc", expected.into(), header.header_crc.get().into());
    }
    let expected = match lane {
        Lane::Index => SummedFile::INDEX,
        Lane::Detail => SummedFile::DETAIL,
    };
    let (kind, at) = (FaultKind::Mismatch, offset_of!(ChunkSumsHeader, lane));
    if header.lane != expected {
        return fault(kind, at, "lane", expected.get().into(), header.lane.get().into());
    }
    let at = offset_of!(ChunkSumsHeader, thread_id);
    if header.thread_id.get() != thread_id {
        return fault(kind, at, "thread_id", thread_id.into(), header.thread_id.get().into());
    }
    let kind = FaultKind::UnsupportedVersion;
    let at = offset_of!(ChunkSumsHeader, chunk_bytes);
    if header.chunk_bytes != init.chunk_bytes {
        let found = header.chunk_bytes.get().into();
        return fault(kind, at, "chunk_bytes", CHUNK_BYTES, found);
    }
    let at = offset_of!(ChunkSumsHeader, entry_size);
    if header.entry_size != init.entry_size {
        let found = header.entry_size.get().into();
        return fault(kind, at, "entry_size", ENTRY as u64, found);
    }
    let at = offset_of!(ChunkSumsHeader, entries_offset);
    if header.entries_offset != init.entries_offset {
        return fault(kind, at, "entries_offset", CHUNKS_START, header.entries_offset.get());
    }
    Ok(())
}
