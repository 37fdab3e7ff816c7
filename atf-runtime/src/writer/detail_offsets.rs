//! The offsets file beside a detail.atf: where every 64th record starts.
//!
//! The detail writer or recovery passes in the start of each record. The file can be made again at
//! any time, so that a writer may continue without it when the disk refuses.

use std::io;

use zerocopy::IntoBytes;

use crate::format::{AtfDetailHeader, DetailOffset, DetailOffsetsHeader};
use crate::storage::{Storage, StorageFile};

/// Records from one entry to the next.
const RECORD_INTERVAL: u32 = DetailOffsetsHeader::INIT.record_interval.get();

/// Entries collected before they go out in one write of 4 KiB: those of 32,768 records.
const ENTRIES_AT_A_TIME: usize = 512;
/// More are not kept for a file that cannot be written: 64 KiB.
const MAX_PENDING: usize = 8192;

/// A detail.off that is being written.
pub(crate) struct DetailOffsetsFile<F: StorageFile> {
    file: F,
    header: DetailOffsetsHeader,
    /// Entries that are in the file. The header goes with the first of them, so that a file without
    /// any is empty.
    written: u64,
    pending: Vec<DetailOffset>,
}

impl<F: StorageFile> DetailOffsetsFile<F> {
    /// Creates `path` for the lane with that header, in the same version. A file of that name belongs to a
    /// detail.atf that no longer exists, and is removed.
    pub(crate) fn create<S: Storage<File = F>>(
        storage: &S,
        path: &std::path::Path,
        lane: &AtfDetailHeader,
    ) -> io::Result<Self> {
        let file = match storage.create_new(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                storage.remove_file(path)?;
                storage.create_new(path)?
            }
            file => file?,
        };
        let (version, thread_id) = (lane.version, lane.thread_id);
        let header = DetailOffsetsHeader { version, thread_id, ..DetailOffsetsHeader::INIT };
        Ok(Self { file, header, written: 0, pending: Vec::new() })
    }

    /// Adds the record with sequence `seq`, which starts at byte `offset` of the detail.atf. To be called for
    /// every record, or at least for every one that gets an entry.
    #[inline]
    pub(crate) fn take(&mut self, seq: u32, offset: u64) {
        if seq.is_multiple_of(RECORD_INTERVAL) {
            self.pending.push(DetailOffset { offset: offset.into() });
        }
    }

    /// Whether enough was collected to be worth a write.
    pub(crate) fn is_worth_a_write(&self) -> bool {
        self.pending.len() >= ENTRIES_AT_A_TIME
    }

    /// Whether more entries were collected without success than are kept.
    pub(crate) fn is_overfull(&self) -> bool {
        self.pending.len() > MAX_PENDING
    }

    /// Writes the entries of records that start before byte `end` of the detail.atf, which is as
    /// far as that file goes. After an error the call can be repeated.
    pub(crate) fn write_below(&mut self, end: u64) -> io::Result<()> {
        let count = self.pending.partition_point(|entry| entry.offset.get() < end);
        let entries = self.pending[..count].as_bytes();
        if entries.is_empty() {
            return Ok(());
        }
        if self.written == 0 {
            let start = [self.header.as_bytes(), entries].concat();
            self.file.write_all_at(&start, 0)?;
        } else {
            let at =
                self.header.entries_offset.get() + self.written * size_of::<DetailOffset>() as u64;
            self.file.write_all_at(entries, at)?;
        }
        self.written += count as u64;
        self.pending.drain(..count);
        Ok(())
    }

    /// Makes what was written durable.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.file.sync()
    }

    /// Gives up: empties the file, which means that there are no offsets.
    pub(crate) fn give_up(mut self) {
        // An entry that stays does no harm: readers check what it leads to.
        let _ = self.file.set_len(0);
    }
}
