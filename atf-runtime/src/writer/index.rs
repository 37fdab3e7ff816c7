//! The index lane: 32-byte events go into the file as they are.

use std::fmt;
use std::path::{Path, PathBuf};

use zerocopy::{FromBytes, IntoBytes};

use super::WriterOptions;
use super::chunk_sums::{ChunkSums, sums_beside};
use super::chunk_times::Times;
use super::section::SectionFile;
use super::section_sum::{CHUNK_BYTES, SectionSum};
use crate::ending::{KeptFooter, end_index};
use crate::error::{Error, Result};
use crate::format::{AtfIndexHeader, IndexEvent, IndexFlags, NO_DETAIL_SEQ};
use crate::lane::Lane;
use crate::platform::Platform;
use crate::seq::IndexSeq;
use crate::storage::{Storage, StorageFile};

const EVENT_SIZE: usize = size_of::<IndexEvent>();

/// Writes one index.atf.
///
/// The header is in the file as soon as it exists, with `event_count` 0 and `footer_offset` 64,
/// so that a file that is never finalized can be read. Dropping the writer flushes what it
/// buffered and adds no footer.
///
/// A file named `index.atf` gets an `index.sum` beside it, with a checksum and the times of each 64 KiB. The
/// recording does not depend on it: if the disk refuses it, there is no index.sum.
pub struct IndexWriter<F: StorageFile = std::fs::File> {
    lane: SectionFile<F>,
    header: AtfIndexHeader,
    next_seq: u32,
    time_start_ns: u64,
    time_end_ns: u64,
    finished: bool,
    kept_footer: KeptFooter,
    syncs: bool,
    sums: ChunkSums<F>,
    /// Bytes of events whose times are in `sums`.
    timed: u64,
}

impl<F: StorageFile> IndexWriter<F> {
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
        let header = AtfIndexHeader {
            arch: platform.arch,
            os: platform.os,
            clock_type: platform.clock_type,
            thread_id: thread_id.into(),
            ..AtfIndexHeader::INIT
        };
        let path = path.as_ref().to_owned();
        let sums = sums_beside(&path);
        Self::create_with_header(storage, path, sums, header, header.as_bytes(), options)
    }

    /// As [`create`](Self::create), with the header of another file: what recovery does, so that
    /// fields and bytes that this revision does not know are kept. `header_bytes` may be longer
    /// than the header; events start after them. The chunk checksums go to `sums`, if anywhere.
    pub(crate) fn create_with_header<S: Storage<File = F>>(
        storage: &S,
        path: PathBuf,
        sums: Option<PathBuf>,
        header: AtfIndexHeader,
        header_bytes: &[u8],
        options: WriterOptions,
    ) -> Result<Self> {
        let header = AtfIndexHeader {
            event_count: 0.into(),
            // A file of an earlier revision may have a shorter one: ours takes its place.
            events_offset: (header_bytes.len().max(size_of::<AtfIndexHeader>()) as u64).into(),
            footer_offset: AtfIndexHeader::INIT.footer_offset,
            time_start_ns: 0.into(),
            time_end_ns: 0.into(),
            event_size: (EVENT_SIZE as u32).into(),
            ..header
        };
        let lane = SectionFile::create(storage, path, header.as_bytes(), header_bytes, options)?;
        let id = (header.version, header.thread_id.get());
        let offset = header.events_offset.get();
        Ok(Self {
            lane,
            sums: ChunkSums::create(storage, sums, Lane::Index, id, offset),
            timed: 0,
            syncs: options.sync_on_finalize,
            header,
            next_seq: 0,
            time_start_ns: 0,
            time_end_ns: 0,
            finished: false,
            kept_footer: KeptFooter::default(),
        })
    }

    /// Continues a file that an earlier writer left with `written` bytes of events, their checksum, their chunk
    /// checksums so far, and the times of the first and the last of them.
    pub(crate) fn resume<S: Storage<File = F>>(
        storage: &S,
        path: PathBuf,
        header: AtfIndexHeader,
        (written, checksum, sums): (u64, SectionSum, ChunkSums<F>),
        (time_start_ns, time_end_ns): (u64, u64),
        options: WriterOptions,
    ) -> Result<Self> {
        let offset = header.events_offset.get();
        let lane = SectionFile::resume(storage, path, offset, (written, checksum), options)?;
        let next_seq = (written / EVENT_SIZE as u64) as u32;
        let mut writer = Self {
            lane,
            header,
            next_seq,
            time_start_ns,
            time_end_ns,
            finished: false,
            kept_footer: KeptFooter::default(),
            syncs: options.sync_on_finalize,
            sums,
            timed: written,
        };
        writer.note_written();
        Ok(writer)
    }

    /// Writes the checksums of chunks that are in the file, if there are enough.
    fn note_written(&mut self) {
        let (sum, written) = self.lane.sum_and_written();
        self.sums.lane_was_written(sum, written);
    }

    /// What the footer will have of another one, instead of its own. A checksum of 0 says that none was
    /// recorded.
    pub(crate) fn set_footer(&mut self, kept: KeptFooter) {
        self.kept_footer = kept;
    }

    /// Events that can be appended before [`write_out`](Self::write_out).
    pub(crate) fn room(&self) -> usize {
        self.lane.room() / EVENT_SIZE
    }

    /// Appends so many events, which `fill` copies into the buffer. There must be [`room`](Self::room), and so
    /// many sequences left.
    pub(crate) fn append_with(&mut self, count: usize, fill: impl FnOnce(&mut [u8])) -> &[u8] {
        self.next_seq += count as u32;
        self.lane.append_summed(count * EVENT_SIZE, fill)
    }

    /// Writes what is buffered up to where writes should end, so that there is room.
    pub(crate) fn write_out(&mut self) -> Result<()> {
        self.keep_times();
        self.lane.make_room(self.lane.room() + 1)?;
        self.note_written();
        Ok(())
    }

    /// Length of the events that are in the file, in bytes.
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

    /// Makes the chunk checksums of what is in the file durable. If the disk refuses, there are none.
    pub(crate) fn sync_sums(&mut self) {
        let (sum, written) = self.lane.sum_and_written();
        self.sums.sync(sum, written);
    }

    /// Appends one event, as it is: a copy of 32 bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the buffer was full and could not be written: the event was not taken,
    /// nothing is lost, and the call can be repeated; also after [`finalize`](Self::finalize), where
    /// it can not. [`Error::SequencesExhausted`] after 0xFFFFFFFF events.
    #[inline]
    pub fn write(&mut self, event: &IndexEvent) -> Result<IndexSeq> {
        self.make_room()?;
        Ok(self.push(event))
    }

    /// Appends one event if a copy is all that it takes. Otherwise does nothing and returns `None`: call
    /// [`write`](Self::write) then.
    ///
    /// For callers to whom a path for rare errors is expensive: this neither fails nor panics.
    #[inline(always)]
    pub fn write_if_room(&mut self, event: &IndexEvent) -> Option<IndexSeq> {
        if self.next_seq == NO_DETAIL_SEQ || !self.lane.push_if_room(event.as_bytes()) {
            return None;
        }
        let seq = IndexSeq(self.next_seq);
        self.next_seq += 1;
        Some(seq)
    }

    /// Appends events as they are.
    ///
    /// # Errors
    ///
    /// As for [`write`](Self::write). Events before the one that failed were taken; see
    /// [`len`](Self::len).
    pub fn write_all(&mut self, events: &[IndexEvent]) -> Result<()> {
        let mut rest = events;
        while !rest.is_empty() {
            self.make_room()?;
            let sequences = (NO_DETAIL_SEQ - self.next_seq) as usize;
            let fits = (self.lane.room() / EVENT_SIZE).min(sequences);
            let (now, later) = rest.split_at(fits.min(rest.len()));
            self.lane.push(now.as_bytes());
            self.next_seq += now.len() as u32;
            rest = later;
        }
        Ok(())
    }

    /// Makes sure that the next [`push`](Self::push) cannot fail.
    #[inline]
    pub(super) fn make_room(&mut self) -> Result<()> {
        if self.next_seq == NO_DETAIL_SEQ {
            return Err(self.exhausted());
        }
        if self.lane.has_room(EVENT_SIZE) { Ok(()) } else { self.make_room_slowly() }
    }

    #[cold]
    fn make_room_slowly(&mut self) -> Result<()> {
        self.keep_times();
        self.lane.make_room(EVENT_SIZE)?;
        self.note_written();
        Ok(())
    }

    #[inline]
    pub(super) fn push(&mut self, event: &IndexEvent) -> IndexSeq {
        let seq = IndexSeq(self.next_seq);
        self.lane.push(event.as_bytes());
        self.next_seq += 1;
        seq
    }

    #[cold]
    fn exhausted(&self) -> Error {
        Error::SequencesExhausted { thread_id: self.thread_id(), lane: Lane::Index }
    }

    /// Number of events written, buffered ones included; also the sequence of the next one.
    pub fn len(&self) -> u32 {
        self.next_seq
    }

    /// Whether no event was written yet.
    pub fn is_empty(&self) -> bool {
        self.next_seq == 0
    }

    /// Thread of this file.
    pub fn thread_id(&self) -> u32 {
        self.header.thread_id.get()
    }

    /// Timestamps of the first and the last event in ns, or `None` without events.
    pub fn time_range(&self) -> Option<(u64, u64)> {
        let buffered = self.lane.buffered();
        let first = if self.lane.len() == buffered.len() as u64 {
            first_timestamp(buffered)
        } else {
            Some(self.time_start_ns)
        };
        let last = last_timestamp(buffered).unwrap_or(self.time_end_ns);
        first.map(|first| (first, last))
    }

    pub(crate) fn has_detail_file(&self) -> bool {
        self.header.flags.contains(IndexFlags::HAS_DETAIL_FILE)
    }

    /// Says in the header, on disk, that this thread has a detail.atf.
    pub(crate) fn set_has_detail_file(&mut self) -> Result<()> {
        let flags = self.header.flags.with(IndexFlags::HAS_DETAIL_FILE);
        let header = AtfIndexHeader { flags, ..self.header };
        self.lane.rewrite_header(header.as_bytes())?;
        self.header = header;
        Ok(())
    }

    /// Hands what is buffered to the operating system.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; nothing is lost and the call can be repeated.
    pub fn flush(&mut self) -> Result<()> {
        self.keep_times();
        self.lane.flush()?;
        let (sum, written) = self.lane.sum_and_written();
        self.sums.lane_was_flushed(sum, written);
        Ok(())
    }

    /// Takes the times from the buffer before it goes out, instead of from every event: the hot
    /// path stays a copy.
    fn keep_times(&mut self) {
        if let Some((start, end)) = self.time_range() {
            (self.time_start_ns, self.time_end_ns) = (start, end);
        }
        if self.sums.is_wanted() {
            self.keep_chunk_times();
        }
    }

    /// Takes the times of events since the last call. All of them are still in the buffer.
    fn keep_chunk_times(&mut self) {
        let new = (self.timed - self.lane.written()) as usize;
        let events = self.lane.buffered().get(new..).unwrap_or_default();
        let Ok(mut events) = <[IndexEvent]>::ref_from_bytes(events) else { return };
        while !events.is_empty() {
            let room = (CHUNK_BYTES - self.timed % CHUNK_BYTES) as usize / EVENT_SIZE;
            let (now, later) = events.split_at(room.min(events.len()));
            self.sums.take_all(self.timed, times_of(now));
            self.timed += size_of_val(now) as u64;
            events = later;
        }
    }

    /// Writes what is left, the footer with counts, times and CRC-32, and then the final header.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; until the call succeeds, recovery can read the file. The call can be
    /// repeated, except after a failed sync: the system may have lost what it could not write, so every
    /// later call fails too.
    pub fn finalize(&mut self) -> Result<()> {
        if self.finished {
            return Ok(());
        }
        self.flush()?;
        let times_ns = (self.time_start_ns, self.time_end_ns);
        let checksum = self.kept_footer.checksum.unwrap_or_else(|| self.lane.checksum());
        let (header, mut footer) = end_index(&self.header, self.next_seq, times_ns, checksum);
        self.kept_footer.copy_to(&mut footer);
        self.lane.finish(header.as_bytes(), footer.as_bytes())?;
        self.header = header;
        self.finished = true;
        let (sum, _) = self.lane.sum_and_written();
        self.sums.finish(sum, (header.as_bytes(), footer.as_bytes()), self.syncs);
        Ok(())
    }

    /// Removes chunk checksums that could not be written.
    pub(crate) fn remove_given_up<S: Storage>(&mut self, storage: &S) {
        self.sums.remove_given_up(storage);
    }

    /// Path given to [`create`](Self::create).
    pub fn path(&self) -> &Path {
        self.lane.path()
    }
}

impl<F: StorageFile> fmt::Debug for IndexWriter<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexWriter")
            .field("path", &self.path())
            .field("len", &self.len())
            .field("finished", &self.finished)
            .finish_non_exhaustive()
    }
}

impl<F: StorageFile> Drop for IndexWriter<F> {
    fn drop(&mut self) {
        if !self.finished {
            // There is nobody to return an error to. Recovery finds what was written.
            let _ = self.flush();
        }
    }
}

/// Lowest and highest time. Of events in order these are the first and the last: to see that takes half the time of
/// looking for them.
fn times_of(events: &[IndexEvent]) -> Times {
    let times = || events.iter().map(|event| event.timestamp_ns.get());
    let is_back = |any, (before, time): (u64, u64)| any | (time < before);
    let is_in_order = !times().zip(times().skip(1)).fold(false, is_back);
    match (events.first(), events.last()) {
        (Some(first), Some(last)) if is_in_order => {
            Times::new(first.timestamp_ns.get(), last.timestamp_ns.get())
        }
        _ => Times::new(times().fold(u64::MAX, u64::min), times().fold(0, u64::max)),
    }
}

fn first_timestamp(events: &[u8]) -> Option<u64> {
    Some(IndexEvent::ref_from_prefix(events).ok()?.0.timestamp_ns.get())
}

fn last_timestamp(events: &[u8]) -> Option<u64> {
    Some(IndexEvent::ref_from_suffix(events).ok()?.1.timestamp_ns.get())
}
