//! The detail lane: length-prefixed records, each with the sequence of its index event.

use std::fmt;
use std::path::{Path, PathBuf};

use zerocopy::{FromBytes, IntoBytes};

use super::WriterOptions;
use super::payload::{Encoded, Payload};
use super::record_log::{Beside, RecordLog};
use super::section::SectionFile;
use super::section_sum::SectionSum;
use crate::ending::KeptFooter;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::{
    AtfDetailFooter, AtfDetailHeader, DetailEventHeader, EventKind, NO_DETAIL_SEQ,
};
use crate::lane::Lane;
use crate::platform::Platform;
use crate::seq::{DetailSeq, IndexSeq};
use crate::storage::{Storage, StorageFile};

/// Where records start and end in bytes that a [`DetailWriter`] gets in pieces.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Partial {
    /// Bytes of the last record that are still to come.
    rest: u64,
    /// Bytes at the start of the buffer that belong to a record which began before them.
    carry: u64,
    /// Length of the complete records that are in the file, in bytes.
    complete: u64,
}

impl Partial {
    /// Of a file that holds complete records of this length.
    pub(crate) fn behind(complete: u64) -> Self {
        Self { rest: 0, carry: 0, complete }
    }

    /// Length of the complete records that are in the file, in bytes.
    pub(crate) fn complete(&self) -> u64 {
        self.complete
    }
}

/// What [`DetailWriter::append_with`] took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Appended {
    pub(crate) bytes: u64,
    /// Whether the next record is not published yet.
    pub(crate) is_end: bool,
}

/// Writes one detail.atf.
///
/// The header is in the file as soon as it exists. Dropping the writer flushes what it buffered
/// and adds no footer; recovery reads such a file.
///
/// A file named `detail.atf` gets a `detail.off` beside it, with the offset of every 64th record for
/// random access, and a `detail.sum`, with a checksum and the times of each 64 KiB. They are written after the records.
/// The recording does not depend on them: if the disk refuses one, there is none.
pub struct DetailWriter<F: StorageFile = std::fs::File> {
    lane: SectionFile<F>,
    header: AtfDetailHeader,
    records: RecordLog<F>,
    syncs: bool,
    finished: bool,
    kept_footer: KeptFooter,
    /// The footer, once it is in the file.
    footer: AtfDetailFooter,
}

impl<F: StorageFile> DetailWriter<F> {
    /// Creates `path`, which must not exist, with its placeholder header.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the file exists or cannot be created or written.
    pub fn create<S: Storage<File = F>>(
        storage: &S,
        path: impl AsRef<Path>,
        thread_id: u32,
        platform: Platform,
        options: WriterOptions,
    ) -> Result<Self> {
        let header = AtfDetailHeader {
            arch: platform.arch,
            os: platform.os,
            thread_id: thread_id.into(),
            ..AtfDetailHeader::INIT
        };
        let path = path.as_ref().to_owned();
        let beside = Beside::of(&path);
        Self::create_with_header(storage, path, beside, header, header.as_bytes(), options)
    }

    /// As [`create`](Self::create), with the header of another file; see the index writer's. The
    /// offsets of records and the checksums of chunks go `beside` it, if anywhere.
    pub(crate) fn create_with_header<S: Storage<File = F>>(
        storage: &S,
        path: PathBuf,
        beside: Beside,
        header: AtfDetailHeader,
        header_bytes: &[u8],
        options: WriterOptions,
    ) -> Result<Self> {
        let header = AtfDetailHeader {
            // A file of an earlier revision may have a shorter one: ours takes its place.
            events_offset: (header_bytes.len().max(size_of::<AtfDetailHeader>()) as u64).into(),
            event_count: 0.into(),
            bytes_length: 0.into(),
            index_seq_start: 0.into(),
            index_seq_end: 0.into(),
            ..header
        };
        let lane = SectionFile::create(storage, path, header.as_bytes(), header_bytes, options)?;
        let records = RecordLog::create(storage, &header, beside);
        let (syncs, kept_footer) = (options.sync_on_finalize, KeptFooter::default());
        let footer = AtfDetailFooter::INIT;
        Ok(Self { lane, header, records, syncs, finished: false, kept_footer, footer })
    }

    /// What the footer will have of another one, instead of its own.
    pub(crate) fn set_footer(&mut self, kept: KeptFooter) {
        self.kept_footer = kept;
    }

    /// Continues a file that an earlier writer left with records and their checksum.
    pub(super) fn resume<S: Storage<File = F>>(
        storage: &S,
        path: PathBuf,
        header: AtfDetailHeader,
        (records, checksum): (RecordLog<F>, SectionSum),
        options: WriterOptions,
    ) -> Result<Self> {
        let written = (records.bytes(), checksum);
        let offset = header.events_offset.get();
        let lane = SectionFile::resume(storage, path, offset, written, options)?;
        let (syncs, kept_footer) = (options.sync_on_finalize, KeptFooter::default());
        let footer = AtfDetailFooter::INIT;
        let mut writer =
            Self { lane, header, records, syncs, finished: false, kept_footer, footer };
        writer.records.lane_was_written(writer.lane.sum_and_written());
        Ok(writer)
    }

    /// Makes the chunk checksums of what is in the file durable. If the disk refuses, there are none.
    pub(crate) fn sync_sums(&mut self) {
        self.records.sync_sums(self.lane.sum_and_written());
    }

    /// Takes complete records that another thread encoded: at most `available` bytes of them, as many
    /// as there is room for; `fill` copies them into the buffer. Stops before the first record of an event at
    /// or after `published`.
    ///
    /// Records are checked in the buffer, because the original may change at any time.
    ///
    /// # Errors
    ///
    /// The fault of an impossible length, with its offset from the first of these bytes. Nothing from there on
    /// was taken.
    pub(crate) fn append_with(
        &mut self,
        state: &mut Partial,
        available: u64,
        published: u64,
        fill: impl FnOnce(&mut [u8]),
    ) -> Result<Appended, Fault> {
        const HEADER: usize = size_of::<DetailEventHeader>();
        let room = self.lane.room() as u64;
        let len = available.min(room) as usize;
        let bytes = self.lane.append_with(len, fill);
        let mut at = state.rest.min(len as u64) as usize;
        state.rest -= at as u64;
        let mut result = Ok(false);
        while at < len {
            let left = available - at as u64;
            if left < HEADER as u64 {
                let expected = format!("{HEADER} or more (a record's header)");
                let field = FieldId::Length;
                result = Err(record_fault(FaultKind::Truncated, at, field, expected, left));
                break;
            }
            let Some(header) = bytes.get(at..).and_then(|rest| {
                DetailEventHeader::ref_from_prefix(rest).ok().map(|(header, _)| *header)
            }) else {
                // This piece ends within the header.
                break;
            };
            let length = u64::from(header.total_length.get());
            if length < HEADER as u64 || length > left {
                let expected = format!("{HEADER} to {left} (what was pushed)");
                let field = FieldId::Schema("total_length");
                result = Err(record_fault(FaultKind::OutOfRange, at, field, expected, length));
                break;
            }
            if u64::from(header.index_seq.get()) >= published {
                result = Ok(true);
                break;
            }
            self.records.take(&header);
            let here = length.min((len - at) as u64);
            state.rest = length - here;
            at += here as usize;
        }
        self.lane.take_back(len - at);
        result.map(|is_end| Appended { bytes: at as u64, is_end })
    }

    /// Writes what is buffered: all of it, or up to where writes should end, so that there is room.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; nothing is lost and the call can be repeated.
    pub(crate) fn write_out(&mut self, state: &mut Partial, all: bool) -> Result<()> {
        let len = if all { self.lane.buffered().len() } else { self.lane.len_to_boundary() };
        let after = self.after_writing(*state, len as u64);
        self.lane.write_buffered(len)?;
        *state = after;
        self.records.lane_was_written(self.lane.sum_and_written());
        Ok(())
    }

    /// Where records begin and end once the first `len` bytes of the buffer are in the file.
    fn after_writing(&self, state: Partial, len: u64) -> Partial {
        let (mut at, mut complete) = (state.carry, state.complete);
        while at <= len {
            complete = self.lane.written() + at;
            if at == len {
                break;
            }
            let next = self.lane.buffered().get(at as usize..);
            let Some((next, _)) =
                next.and_then(|bytes| DetailEventHeader::ref_from_prefix(bytes).ok())
            else {
                break;
            };
            at += u64::from(next.total_length.get());
        }
        Partial { carry: at.saturating_sub(len), complete, ..state }
    }

    /// Length of the records that are in the file, in bytes, a part of one included.
    pub(crate) fn written(&self) -> u64 {
        self.lane.written()
    }

    /// Whether a sync of the file has failed: then every later one fails too.
    pub(crate) fn has_failed_sync(&self) -> bool {
        self.lane.has_failed_sync()
    }

    /// Makes what is in the file durable.
    pub(crate) fn sync(&mut self) -> Result<()> {
        self.lane.sync_now()
    }

    /// Appends the record of the index event at `index_seq`.
    ///
    /// `kind` and `function_id` are the event's; they go into a [`Payload::Function`] and are not
    /// used by raw bytes. `index_seq` must be higher than the previous record's.
    ///
    /// # Errors
    ///
    /// [`Error::PayloadTooLong`], [`Error::OutOfSequence`], [`Error::SequencesExhausted`], and
    /// [`Error::Io`] when the buffer could not be written. Then the record was not taken.
    pub fn write(
        &mut self,
        index_seq: IndexSeq,
        timestamp_ns: u64,
        kind: EventKind,
        function_id: u64,
        payload: &Payload<'_>,
    ) -> Result<DetailSeq> {
        let encoded = Encoded::new(payload, kind, function_id)?;
        if let Some(last) = self.records.highest_index_seq().filter(|&last| index_seq.0 <= last) {
            return Err(Error::OutOfSequence {
                thread_id: self.thread_id(),
                lane: Lane::Detail,
                expected: last.saturating_add(1),
                found: crate::error::MaybeSeq(Some(index_seq.0)),
            });
        }
        self.make_room(&encoded)?;
        Ok(self.push(index_seq, timestamp_ns, &encoded))
    }

    /// Makes sure that the [`push`](Self::push) of `encoded` cannot fail.
    pub(super) fn make_room(&mut self, encoded: &Encoded<'_>) -> Result<()> {
        if self.len() == NO_DETAIL_SEQ {
            let thread_id = self.thread_id();
            return Err(Error::SequencesExhausted { thread_id, lane: Lane::Detail });
        }
        self.make_room_for(encoded.total_length as usize)
    }

    #[inline]
    fn make_room_for(&mut self, len: usize) -> Result<()> {
        if self.lane.has_room(len) { Ok(()) } else { self.make_room_slowly(len) }
    }

    #[cold]
    fn make_room_slowly(&mut self, len: usize) -> Result<()> {
        self.lane.make_room(len)?;
        self.records.lane_was_written(self.lane.sum_and_written());
        Ok(())
    }

    pub(super) fn push(
        &mut self,
        index_seq: IndexSeq,
        timestamp_ns: u64,
        encoded: &Encoded<'_>,
    ) -> DetailSeq {
        let header = encoded.header(index_seq, self.thread_id(), timestamp_ns);
        self.lane.push(header.as_bytes());
        self.lane.push(encoded.fixed_bytes());
        self.lane.push(encoded.bytes);
        let seq = DetailSeq(self.len());
        self.records.take(&header);
        seq
    }

    /// Appends a record of another file, byte for byte.
    pub(crate) fn copy(&mut self, header: &DetailEventHeader, payload: &[u8]) -> Result<()> {
        self.make_room_for(size_of::<DetailEventHeader>() + payload.len())?;
        self.lane.push(header.as_bytes());
        self.lane.push(payload);
        self.records.take(header);
        Ok(())
    }

    /// Number of records written, buffered ones included; also the sequence of the next one.
    pub fn len(&self) -> u32 {
        self.records.count()
    }

    /// Whether no record was written yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Length of the events section in bytes, buffered records included.
    pub fn bytes_length(&self) -> u64 {
        self.lane.len()
    }

    /// Thread of this file.
    pub fn thread_id(&self) -> u32 {
        self.header.thread_id.get()
    }

    /// Hands what is buffered to the operating system.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; nothing is lost and the call can be repeated.
    pub fn flush(&mut self) -> Result<()> {
        self.lane.flush()?;
        self.records.lane_was_flushed(self.lane.sum_and_written());
        Ok(())
    }

    /// Writes what is left, the footer with counts, times and CRC-32, and then the final header.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; until the call succeeds, recovery can read the file. The call can be
    /// repeated, except after a failed sync: the system may have lost what it could not write, so every
    /// later call fails too.
    pub fn finalize(&mut self) -> Result<()> {
        self.finalize_lane()?;
        self.finish_beside();
        Ok(())
    }

    /// Finalizes detail.atf, but not what is beside it: a thread finalizes its index in between.
    pub(crate) fn finalize_lane(&mut self) -> Result<()> {
        if self.finished {
            return Ok(());
        }
        self.flush()?;
        let checksum = self.kept_footer.checksum.unwrap_or_else(|| self.lane.checksum());
        let (header, mut footer) = self.records.end(&self.header, checksum);
        self.kept_footer.copy_to(&mut footer);
        self.lane.finish(header.as_bytes(), footer.as_bytes())?;
        self.header = header;
        self.finished = true;
        self.footer = footer;
        Ok(())
    }

    fn finish_beside(&mut self) {
        self.records.finish(self.syncs);
        let (sum, _) = self.lane.sum_and_written();
        let ends = (self.header.as_bytes(), self.footer.as_bytes());
        self.records.finish_sums(sum, ends, self.syncs);
    }

    /// See [`finalize_lane`](Self::finalize_lane). A file that could not be written is removed.
    pub(crate) fn finish_offsets<S: Storage>(&mut self, storage: &S) {
        self.finish_beside();
        self.records.remove_given_up(storage);
    }

    /// Path given to [`create`](Self::create).
    pub fn path(&self) -> &Path {
        self.lane.path()
    }
}

/// The fault of a record that a ring's producer pushed, `at` bytes into what is taken.
fn record_fault(kind: FaultKind, at: usize, field: FieldId, expected: String, found: u64) -> Fault {
    Fault::new(kind, Region::RingRecord, at as u64, field, expected, found)
}

impl<F: StorageFile> fmt::Debug for DetailWriter<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetailWriter")
            .field("path", &self.path())
            .field("len", &self.len())
            .field("finished", &self.finished)
            .finish_non_exhaustive()
    }
}

impl<F: StorageFile> Drop for DetailWriter<F> {
    fn drop(&mut self) {
        if !self.finished {
            // There is nobody to return an error to. Recovery finds what was written.
            let _ = self.flush();
        }
    }
}
