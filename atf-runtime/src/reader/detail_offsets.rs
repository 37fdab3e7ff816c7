//! Reading a detail.off: where every 64th record of the lane beside it starts.
//!
//! Its entries are hints: [`ThreadReader`](super::ThreadReader) checks each record that an entry leads
//! to against the index. Verification and recovery compare all entries with the records.

use std::mem::offset_of;
use std::path::Path;

use super::header::check_header;
use super::map::MappedFile;
use super::revision::bounded;
use crate::error::{Error, Fault, FaultKind, Region, Result};
use crate::format::{DetailOffset, DetailOffsetsHeader, Record};

/// With entries further apart, an access would step over too many records.
const MAX_INTERVAL: u32 = 4096;

/// A detail.off, mapped.
#[derive(Debug)]
pub(crate) struct DetailOffsets {
    file: MappedFile,
    header: DetailOffsetsHeader,
    /// Complete entries.
    count: u64,
}

impl DetailOffsets {
    /// Opens the offsets of a thread's records; `None` when there are none: no file, or an empty one,
    /// which its writer gave up or did not get to.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::NotATrace`]; [`Error::Malformed`] when the header is not that of the
    /// offsets of `thread_id`.
    pub(crate) fn open(path: &Path, thread_id: u32) -> Result<Option<Self>> {
        let file = match MappedFile::open(path) {
            Err(error) if error.is_not_found() => return Ok(None),
            file => file?,
        };
        if file.bytes().is_empty() {
            return Ok(None);
        }
        let header = header_of(file.bytes(), thread_id).map_err(Error::malformed(path))?;
        let entries = file.bytes().len() as u64 - header.entries_offset.get();
        let count = entries / u64::from(header.entry_size.get());
        Ok(Some(Self { file, header, count }))
    }

    pub(crate) fn header(&self) -> &DetailOffsetsHeader {
        &self.header
    }

    /// Records from one entry to the next, at least 1.
    pub(crate) fn interval(&self) -> u64 {
        self.header.record_interval.get().into()
    }

    /// Length of the file in bytes.
    pub(crate) fn file_len(&self) -> u64 {
        self.file.bytes().len() as u64
    }

    /// Where entry `number` starts in the file.
    pub(crate) fn entry_at(&self, number: u64) -> u64 {
        self.header.entries_offset.get() + number * u64::from(self.header.entry_size.get())
    }

    /// What entry `number` says: the byte of the detail.atf at which record `number` times
    /// [`interval`](Self::interval) starts.
    pub(crate) fn entry(&self, number: u64) -> Option<u64> {
        if number >= self.count {
            return None;
        }
        let entry = self.file.bytes().get(self.entry_at(number) as usize..)?;
        Some(DetailOffset::read_start(entry)?.offset.get())
    }

    /// The nearest entry at or before record `seq`: the offset, and how many records to step.
    pub(super) fn before(&self, seq: u64) -> Option<(u64, u64)> {
        Some((self.entry(seq / self.interval())?, seq % self.interval()))
    }
}

fn header_of(bytes: &[u8], thread_id: u32) -> Result<DetailOffsetsHeader, Fault> {
    let header = check_header::<DetailOffsetsHeader>(bytes)?;
    let header = bounded(header, bytes, header.entries_offset.get());
    let fault = |at: usize, name: &'static str, expected: String, found: u64| {
        let kind = if name == "thread_id" { FaultKind::Mismatch } else { FaultKind::OutOfRange };
        Err(Fault::new(kind, Region::Header, at as u64, name, expected, found))
    };
    let interval = header.record_interval.get();
    if !(1..=MAX_INTERVAL).contains(&interval) {
        let at = offset_of!(DetailOffsetsHeader, record_interval);
        return fault(at, "record_interval", format!("1 to {MAX_INTERVAL}"), interval.into());
    }
    let found = header.thread_id.get();
    if found != thread_id {
        let at = offset_of!(DetailOffsetsHeader, thread_id);
        return fault(at, "thread_id", format!("{thread_id} (as in detail.atf)"), found.into());
    }
    let size = header.entry_size.get();
    if (size as usize) < DetailOffset::CORE_SIZE {
        let at = offset_of!(DetailOffsetsHeader, entry_size);
        let expected = format!("at least {}", DetailOffset::CORE_SIZE);
        return fault(at, "entry_size", expected, size.into());
    }
    let start = header.entries_offset.get();
    let (shortest, len) = (DetailOffsetsHeader::CORE_SIZE as u64, bytes.len() as u64);
    if !(shortest..=len).contains(&start) {
        let at = offset_of!(DetailOffsetsHeader, entries_offset);
        return fault(at, "entries_offset", format!("{shortest} to {len}"), start);
    }
    Ok(header)
}
