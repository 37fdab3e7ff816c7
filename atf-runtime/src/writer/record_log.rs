//! The records that the detail writer wrote: counted for the footer, and the offset of every 64th
//! written to the offsets file.
//!
//! A failing offsets file never fails the recording: writing it is tried again with the next write,
//! and finally given up.

use std::ops::Deref;
use std::path::PathBuf;

use super::detail_offsets::DetailOffsetsFile;
use crate::ending::WrittenRecords;
use crate::format::{AtfDetailHeader, DetailEventHeader};
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
}

impl<F: StorageFile> RecordLog<F> {
    /// Counts the records of a lane with that header. If there is a path, their offsets go there,
    /// unless it cannot be created.
    pub(super) fn create<S: Storage<File = F>>(
        storage: &S,
        lane: &AtfDetailHeader,
        path: Option<PathBuf>,
    ) -> Self {
        let offsets =
            path.as_deref().and_then(|path| DetailOffsetsFile::create(storage, path, lane).ok());
        let records = WrittenRecords::default();
        let events_offset = lane.events_offset.get();
        Self { records, events_offset, offsets, given_up: None, path }
    }

    /// Takes the next record, which was pushed into the lane. Every way into it must call this.
    #[inline]
    pub(super) fn take(&mut self, record: &DetailEventHeader) {
        if let Some(offsets) = &mut self.offsets {
            offsets.take(self.records.count(), self.events_offset + self.records.bytes());
        }
        self.records.take(record);
    }

    /// To be called when the first `written` bytes of the records are in the file: writes their offsets, if
    /// enough were collected.
    pub(super) fn lane_was_written(&mut self, written: u64) {
        if self.offsets.as_ref().is_some_and(DetailOffsetsFile::is_worth_a_write) {
            self.lane_was_flushed(written);
        }
    }

    /// As [`lane_was_written`](Self::lane_was_written), but writes even a few entries.
    pub(super) fn lane_was_flushed(&mut self, written: u64) {
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

    /// Removes an offsets file that was given up. Nothing depends on it.
    pub(super) fn remove_given_up<S: Storage>(&mut self, storage: &S) {
        if let Some(path) = self.given_up.take() {
            let _ = storage.remove_file(&path);
        }
    }
}

impl<F: StorageFile> Deref for RecordLog<F> {
    type Target = WrittenRecords;

    fn deref(&self) -> &WrittenRecords {
        &self.records
    }
}
