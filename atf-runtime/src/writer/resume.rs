//! Resuming files that an earlier drain left unfinalized: from their bytes to writers that continue where it
//! stopped.
//!
//! What it wrote is read once, for checksum, counts and times.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::chunk_sums::{ChunkSums, sums_beside};
use super::record_log::{Beside, RecordLog};
use super::section_sum::SectionSum;
use super::{DetailWriter, IndexWriter, WriterOptions};
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result, count};
use crate::format::{AtfDetailHeader, AtfIndexHeader, DetailEventHeader, IndexEvent, Record};
use crate::input::open_regular;
use crate::lane::Lane;
use crate::storage::Storage;

/// Bytes read at a time.
const READ_BYTES: usize = 256 * 1024;

/// A file of which the beginning is read.
struct Beginning {
    path: PathBuf,
    source: BufReader<File>,
    at: u64,
    checksum: SectionSum,
}

impl Beginning {
    fn open(path: &Path) -> Result<Self> {
        let (file, _) = open_regular(path)?;
        let source = BufReader::with_capacity(READ_BYTES, file);
        Ok(Self { path: path.to_owned(), source, at: 0, checksum: SectionSum::new() })
    }

    /// Reads the next bytes, which must be there.
    fn read(&mut self, bytes: &mut [u8]) -> Result<()> {
        let len = bytes.len();
        self.source.read_exact(bytes).map_err(|error| {
            if error.kind() == ErrorKind::UnexpectedEof {
                let expected = format!("{} that the drain wrote", count(len as u64, "byte"));
                let fault = truncated(Region::Events, self.at, expected, "the end of the file");
                return Error::malformed(&self.path)(fault);
            }
            Error::io(&self.path, "read")(error)
        })?;
        self.at += len as u64;
        self.checksum.update(bytes);
        Ok(())
    }

    /// Reads the header; the checksum starts after it.
    fn header<H: Record>(&mut self) -> Result<H> {
        let mut bytes = vec![0; H::SIZE];
        self.read(&mut bytes)?;
        self.checksum = SectionSum::new();
        let fault = || {
            let fault = truncated(Region::Header, 0, H::SIZE, "less");
            Error::malformed(&self.path)(fault)
        };
        H::read_start(&bytes).ok_or_else(fault)
    }

    fn pass_over(&mut self, mut len: u64) -> Result<()> {
        let mut buffer = [0; 4096];
        while len > 0 {
            let part = len.min(buffer.len() as u64);
            self.read(&mut buffer[..part as usize])?;
            len -= part;
        }
        Ok(())
    }

    /// Reads the header of record `seq`, which is at most `left` bytes long, and passes over its payload.
    /// Returns the header and the record's length.
    fn pass_over_record(&mut self, seq: u64, left: u64) -> Result<(DetailEventHeader, u64)> {
        let offset = self.at;
        let mut bytes = [0; size_of::<DetailEventHeader>()];
        self.read(&mut bytes)?;
        let record = DetailEventHeader::read_start(&bytes).unwrap_or_default();
        let length = u64::from(record.total_length.get());
        let Some(payload_len) = length.checked_sub(bytes.len() as u64).filter(|_| length <= left)
        else {
            let (kind, region) = (FaultKind::OutOfRange, Region::Record(seq));
            let expected = format!("{} to {left}", bytes.len());
            let fault = Fault::new(kind, region, offset, "total_length", expected, length);
            return Err(Error::malformed(&self.path)(fault));
        };
        self.pass_over(payload_len)?;
        Ok((record, length))
    }

    /// Refuses a header that is not the one that the drain writes.
    fn check(&self, is_ours: bool, field: &'static str) -> Result<()> {
        if is_ours {
            return Ok(());
        }
        let (kind, expected) = (FaultKind::Mismatch, "the header of this ring's thread");
        let fault = Fault::new(kind, Region::Header, 0, field, expected, "another");
        Err(Error::malformed(&self.path)(fault))
    }
}

fn truncated(region: Region, at: u64, expected: impl fmt::Display, found: &str) -> Fault {
    Fault::new(FaultKind::Truncated, region, at, FieldId::Length, expected, found)
}

/// The writer of an index.atf of which `written` bytes of events are in the file; `each` is called with
/// them.
///
/// # Errors
///
/// [`Error::Malformed`] when the file is shorter, or not one of thread `thread_id` that a writer of
/// this version began; [`Error::Io`].
pub(crate) fn resume_index<S: Storage>(
    storage: &S,
    path: PathBuf,
    thread_id: u32,
    written: u64,
    options: WriterOptions,
    mut each: impl FnMut(&IndexEvent),
) -> Result<IndexWriter<S::File>> {
    let mut file = Beginning::open(&path)?;
    let header: AtfIndexHeader = file.header()?;
    let init = AtfIndexHeader::INIT;
    file.check(header.magic == init.magic, "magic")?;
    file.check(header.version == init.version, "version")?;
    file.check(header.thread_id.get() == thread_id, "thread_id")?;
    file.check(header.event_size == init.event_size, "event_size")?;
    file.check(header.events_offset == init.events_offset, "events_offset")?;
    let (id, offset) = ((header.version, thread_id), header.events_offset.get());
    let mut sums = ChunkSums::create(storage, sums_beside(&path), Lane::Index, id, offset);
    let mut times_ns = None;
    let mut event = [0; size_of::<IndexEvent>()];
    for seq in 0..written / event.len() as u64 {
        file.read(&mut event)?;
        let event = IndexEvent::read_start(&event).unwrap_or_default();
        each(&event);
        let time = event.timestamp_ns.get();
        sums.take(seq * size_of::<IndexEvent>() as u64, time);
        times_ns = Some((times_ns.map_or(time, |(first, _)| first), time));
    }
    let written = (written, file.checksum, sums);
    IndexWriter::resume(storage, path, header, written, times_ns.unwrap_or_default(), options)
}

/// Where a record of a detail.atf starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RecordStart {
    /// Bytes of records before it.
    pub(crate) position: u64,
    /// Number of records before it.
    pub(crate) seq: u64,
}

/// The first record of a detail.atf that starts at `least` or after it, found by walking the records.
/// `least` must not be more than the bytes of records in the file.
///
/// # Errors
///
/// As for [`resume_detail`].
pub(crate) fn first_record_from(path: &Path, least: u64) -> Result<RecordStart> {
    let mut start = RecordStart::default();
    if least == 0 {
        return Ok(start);
    }
    let mut file = Beginning::open(path)?;
    file.header::<AtfDetailHeader>()?;
    while start.position < least {
        start.position += file.pass_over_record(start.seq, u64::MAX)?.1;
        start.seq += 1;
    }
    Ok(start)
}

/// The writer of a detail.atf of which `written` bytes of records are in the file.
///
/// # Errors
///
/// As for [`resume_index`], and where these bytes are not complete records.
pub(crate) fn resume_detail<S: Storage>(
    storage: &S,
    path: PathBuf,
    thread_id: u32,
    written: u64,
    options: WriterOptions,
) -> Result<DetailWriter<S::File>> {
    let mut file = Beginning::open(&path)?;
    let header: AtfDetailHeader = file.header()?;
    let init = AtfDetailHeader::INIT;
    file.check(header.magic == init.magic, "magic")?;
    file.check(header.version == init.version, "version")?;
    file.check(header.thread_id.get() == thread_id, "thread_id")?;
    file.check(header.events_offset == init.events_offset, "events_offset")?;
    let mut records = RecordLog::create(storage, &header, Beside::of(&path));
    while records.bytes() < written {
        let left = written - records.bytes();
        let (record, _) = file.pass_over_record(records.count().into(), left)?;
        records.take(&record);
    }
    DetailWriter::resume(storage, path, header, (records, file.checksum), options)
}
