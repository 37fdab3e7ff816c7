//! The records that the detail writer wrote: counted for the footer, the offset of every 64th written to the offsets
//! file, and the checksums of chunks.
//!
//! A failing offsets file never fails the recording: writing it is tried again with the next write,
//! and finally given up.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use super::chunk_sums::{ChunkSums, sums_beside};
use super::detail_offsets::DetailOffsetsFile;
use super::section_sum::SectionSum;
use crate::ending::WrittenRecords;
use crate::format::{AtfDetailHeader, DETAIL_FILE, DETAIL_OFFSETS_FILE, DetailEventHeader};
use crate::lane::Lane;
use crate::storage::{Storage, StorageFile};

pub(super) struct RecordLog<F: StorageFile> {
    records: WrittenRecords,
    /// Byte of the file at which the first record starts.
    events_offset: u64,
    /// `None` if there is no offsets file, or it was given up.
    offsets: Option<DetailOffsetsFile<F>>,
    /// An offsets file that was given up, until it is removed.
    given_up: Option<PathBuf>,
    /// Where the offsets file is.
    path: Option<PathBuf>,
    sums: ChunkSums<F>,
}

/// Where the files beside a detail.atf go, if anywhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    pub(crate) offsets: Option<PathBuf>,
    pub(crate) sums: Option<PathBuf>,
}

impl Beside {
    /// Those of the lane at `path`; none for a file of another name.
    pub(crate) fn of(path: &Path) -> Self {
        let is_usual = path.file_name().is_some_and(|name| name == DETAIL_FILE.path);
        let offsets = is_usual.then(|| path.with_file_name(DETAIL_OFFSETS_FILE.path));
        Self { offsets, sums: sums_beside(path) }
    }
}

impl<F: StorageFile> RecordLog<F> {
    /// Counts the records of a lane with that header. Their offsets and checksums go `beside` it, unless these files
    /// cannot be created.
    pub(super) fn create<S: Storage<File = F>>(
        storage: &S,
        lane: &AtfDetailHeader,
        beside: Beside,
    ) -> Self {
        let path = beside.offsets;
        let offsets =
            path.as_deref().and_then(|path| DetailOffsetsFile::create(storage, path, lane).ok());
        let records = WrittenRecords::default();
        let events_offset = lane.events_offset.get();
        let id = (lane.version, lane.thread_id.get());
        let sums = ChunkSums::create(storage, beside.sums, Lane::Detail, id, events_offset);
        Self { records, events_offset, offsets, given_up: None, path, sums }
    }

    /// Takes the next record, which was pushed into the lane. Every way into it must call this.
    #[inline]
    pub(super) fn take(&mut self, record: &DetailEventHeader) {
        if let Some(offsets) = &mut self.offsets {
            offsets.take(self.records.count(), self.events_offset + self.records.bytes());
        }
        self.sums.take(self.records.bytes(), record.timestamp.get());
        self.records.take(record);
    }

    /// To be called when the first `written` bytes of the records are in the file, and `sum` is their checksum:
    /// writes what belongs beside them, if enough was collected.
    pub(super) fn lane_was_written(&mut self, (sum, written): (&mut SectionSum, u64)) {
        if self.offsets.as_ref().is_some_and(DetailOffsetsFile::is_worth_a_write) {
            self.write_offsets(written);
        }
        self.sums.lane_was_written(sum, written);
    }

    /// As [`lane_was_written`](Self::lane_was_written), but writes even a few entries.
    pub(super) fn lane_was_flushed(&mut self, (sum, written): (&mut SectionSum, u64)) {
        self.write_offsets(written);
        self.sums.lane_was_flushed(sum, written);
    }

    /// Makes the chunk checksums of what is in the file durable.
    pub(super) fn sync_sums(&mut self, (sum, written): (&mut SectionSum, u64)) {
        self.sums.sync(sum, written);
    }

    /// Ends the chunk checksums of a lane that has ended with this header and footer.
    pub(super) fn finish_sums(&mut self, sum: &mut SectionSum, ends: (&[u8], &[u8]), syncs: bool) {
        self.sums.finish(sum, ends, syncs);
    }

    fn write_offsets(&mut self, written: u64) {
        let Some(offsets) = &mut self.offsets else { return };
        let failed = offsets.write_below(self.events_offset + written).is_err();
        if failed && offsets.is_overfull() {
            self.give_up();
        }
    }

    /// Ends the offsets file of a lane that has ended, or gives it up.
    pub(super) fn finish(&mut self, syncs: bool) {
        let Some(offsets) = &mut self.offsets else { return };
        let written = offsets.write_below(u64::MAX);
        let synced = written.and_then(|()| if syncs { offsets.sync() } else { Ok(()) });
        match synced {
            Ok(()) => self.offsets = None,
            Err(_) => self.give_up(),
        }
    }

    fn give_up(&mut self) {
        if let Some(offsets) = self.offsets.take() {
            offsets.give_up();
            self.given_up = self.path.take();
        }
    }

    /// Removes what was given up. Nothing depends on it.
    pub(super) fn remove_given_up<S: Storage>(&mut self, storage: &S) {
        if let Some(path) = self.given_up.take() {
            let _ = storage.remove_file(&path);
        }
        self.sums.remove_given_up(storage);
    }
}

impl<F: StorageFile> Deref for RecordLog<F> {
    type Target = WrittenRecords;

    fn deref(&self) -> &WrittenRecords {
        &self.records
    }
}
