//! The chunk checksums beside a lane's file: index.sum or detail.sum, as writers and recovery make them.
//!
//! An entry is appended after its data. The file proves what the lane holds, and the lane does not need it:
//! a writer whose disk refuses it continues without.

use std::io;
use std::path::{Path, PathBuf};

use zerocopy::IntoBytes;

use super::chunk_times::{ChunkTimes, Times};
use super::section_sum::{CHUNK_BYTES, SectionSum};
use crate::format::{
    ChunkFlags, ChunkSum, ChunkSumsHeader, DETAIL_FILE, DETAIL_SUMS_FILE, INDEX_FILE,
    INDEX_SUMS_FILE, SummedFile,
};
use crate::lane::Lane;
use crate::storage::{Storage, StorageFile};

/// Entries that are collected before they go out in one write: those of 4 MiB of the lane.
const ENTRIES_AT_A_TIME: usize = 64;
/// More are not kept for a file that cannot be written: 320 KiB.
const MAX_PENDING: usize = 8192;
/// `chunk_number` of the closing entry.
const CLOSING: u32 = u32::MAX;

/// Events start here in every file that has chunk checksums.
const FIRST_CHUNK: u64 = size_of::<ChunkSumsHeader>() as u64;

/// What is known of a part of a lane: bytes of its section, and flags of the chunks that have some of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) bytes: std::ops::Range<u64>,
    pub(crate) flags: ChunkFlags,
}

/// The chunk checksums of a lane that is being written.
pub(crate) struct ChunkSums<F: StorageFile> {
    /// `None` if there is no file, or it was given up.
    file: Option<F>,
    path: PathBuf,
    header: ChunkSumsHeader,
    times: ChunkTimes,
    marks: Vec<Mark>,
    next_chunk: u32,
    /// Entries that are in the file. The header goes with the first of them.
    written: u64,
    pending: Vec<ChunkSum>,
    /// A file that was given up, until it is removed.
    is_given_up: bool,
}

impl<F: StorageFile> ChunkSums<F> {
    /// Creates the file at `path`, for a lane of that version, whose events start at `events_offset`. A file of that name belongs
    /// to a lane that no longer exists, and is removed.
    pub(crate) fn create<S: Storage<File = F>>(
        storage: &S,
        path: Option<PathBuf>,
        lane: Lane,
        (version, thread_id): (u8, u32),
        events_offset: u64,
    ) -> Self {
        let path = path.filter(|_| events_offset == FIRST_CHUNK);
        let file = path.as_deref().and_then(|path| create(storage, path).ok());
        let header = ChunkSumsHeader {
            lane: match lane {
                Lane::Index => SummedFile::INDEX,
                Lane::Detail => SummedFile::DETAIL,
            },
            version,
            thread_id: thread_id.into(),
            ..ChunkSumsHeader::INIT
        };
        Self {
            file,
            path: path.unwrap_or_default(),
            header: ChunkSumsHeader { header_crc: header.computed_header_crc().into(), ..header },
            times: ChunkTimes::default(),
            marks: Vec::new(),
            next_chunk: 0,
            written: 0,
            pending: Vec::new(),
            is_given_up: false,
        }
    }

    /// Whether there is a file, so that times must be taken.
    #[inline]
    pub(crate) fn is_wanted(&self) -> bool {
        self.file.is_some()
    }

    /// What is known of parts of the lane.
    pub(crate) fn set_marks(&mut self, marks: Vec<Mark>) {
        self.marks = marks;
    }

    /// Takes an event or record that begins at `position` of the section.
    #[inline]
    pub(crate) fn take(&mut self, position: u64, time_ns: u64) {
        if self.is_wanted() {
            self.times.take(position, Times::of(time_ns));
        }
    }

    /// Takes events of one chunk, the first of which begins at `position`.
    pub(super) fn take_all(&mut self, position: u64, times: Times) {
        self.times.take(position, times);
    }

    /// To be called when the first `written` bytes of the lane are in its file, of which `sum` is the checksum:
    /// writes the entries of complete chunks, if enough were collected.
    pub(crate) fn lane_was_written(&mut self, sum: &mut SectionSum, written: u64) {
        self.collect(sum, written);
        if self.pending.len() >= ENTRIES_AT_A_TIME {
            self.write();
        }
    }

    /// As [`lane_was_written`](Self::lane_was_written), but writes even a few entries.
    pub(crate) fn lane_was_flushed(&mut self, sum: &mut SectionSum, written: u64) {
        self.collect(sum, written);
        self.write();
    }

    fn collect(&mut self, sum: &mut SectionSum, written: u64) {
        if self.file.is_none() {
            sum.drop_chunks();
            return;
        }
        while u64::from(self.next_chunk) * CHUNK_BYTES + CHUNK_BYTES <= written {
            let Some(crc) = sum.next_chunk() else { break };
            let times = self.times.end_chunk(self.next_chunk);
            self.push(self.next_chunk, CHUNK_BYTES, crc, times);
            self.next_chunk += 1;
        }
    }

    fn push(&mut self, chunk: u32, len: u64, crc: u32, times: Times) {
        let start = u64::from(chunk) * CHUNK_BYTES;
        let (end, none) = (start + len, ChunkFlags::new(0));
        let known = self.marks.iter().filter(|it| it.bytes.start < end && start < it.bytes.end);
        let flags = match chunk {
            CLOSING => ChunkFlags::CLOSING_ENTRY,
            _ => known.fold(none, |flags, mark| flags.with(mark.flags)),
        };
        let (time_min_ns, time_max_ns) = times.range();
        let entry = ChunkSum {
            chunk_number: chunk.into(),
            covered_length: (len as u32).into(),
            data_crc: crc.into(),
            flags,
            time_min_ns: time_min_ns.into(),
            time_max_ns: time_max_ns.into(),
            ..ChunkSum::INIT
        };
        self.pending.push(ChunkSum { entry_crc: entry.computed_entry_crc().into(), ..entry });
    }

    /// Adds an entry of the last chunk as it is, if all that was summed is `written`.
    fn push_rest(&mut self, sum: &SectionSum, written: u64) {
        let (len, crc) = sum.rest();
        if len > 0 && u64::from(self.next_chunk) * CHUNK_BYTES + len == written {
            let times = self.times.so_far();
            self.push(self.next_chunk, len, crc, times);
        }
    }

    /// Makes the entries of what was written durable, after the lane was synced.
    pub(crate) fn sync(&mut self, sum: &mut SectionSum, written: u64) {
        self.collect(sum, written);
        if self.file.is_some() {
            self.push_rest(sum, written);
        }
        self.write();
        if self.file.as_mut().is_some_and(|file| file.sync().is_err()) {
            self.give_up();
        }
    }

    /// Ends the file of a lane that has ended with this header and footer, or gives it up.
    pub(crate) fn finish(&mut self, sum: &mut SectionSum, ends: (&[u8], &[u8]), syncs: bool) {
        self.collect(sum, u64::MAX);
        if self.file.is_none() {
            return;
        }
        let (len, _) = sum.rest();
        self.push_rest(sum, u64::from(self.next_chunk) * CHUNK_BYTES + len);
        let mut crc = crc32fast::Hasher::new();
        crc.update(ends.0);
        crc.update(ends.1);
        let times = self.times.all();
        self.push(CLOSING, (ends.0.len() + ends.1.len()) as u64, crc.finalize(), times);
        self.write();
        // After an error the entries are still pending.
        let mut is_done = self.pending.is_empty();
        if let Some(file) = self.file.as_mut().filter(|_| is_done && syncs) {
            is_done = file.sync().is_ok();
        }
        match is_done {
            true => self.file = None,
            false => self.give_up(),
        }
    }

    /// Writes the entries that are pending. After an error they stay so, until there are too many.
    fn write(&mut self) {
        let Some(file) = self.file.as_mut().filter(|_| !self.pending.is_empty()) else { return };
        let written = if self.written == 0 {
            file.write_all_at(&[self.header.as_bytes(), self.pending.as_bytes()].concat(), 0)
        } else {
            let at = FIRST_CHUNK + self.written * size_of::<ChunkSum>() as u64;
            file.write_all_at(self.pending.as_bytes(), at)
        };
        match written {
            Ok(()) => {
                self.written += self.pending.len() as u64;
                self.pending.clear();
            }
            Err(_) if self.pending.len() > MAX_PENDING => self.give_up(),
            Err(_) => {}
        }
    }

    /// Empties the file, which means that there are no checksums.
    fn give_up(&mut self) {
        if let Some(mut file) = self.file.take() {
            // Entries that stay do no harm: each says what it covers.
            let _ = file.set_len(0);
            self.is_given_up = true;
        }
        self.pending.clear();
    }

    /// Removes a file that was given up, and returns whether there was none to remove. Nothing depends on it.
    pub(crate) fn remove_given_up<S: Storage>(&mut self, storage: &S) -> bool {
        let is_given_up = std::mem::take(&mut self.is_given_up);
        if is_given_up {
            let _ = storage.remove_file(&self.path);
        }
        !is_given_up
    }
}

fn create<S: Storage>(storage: &S, path: &Path) -> io::Result<S::File> {
    match storage.create_new(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            storage.remove_file(path)?;
            storage.create_new(path)
        }
        file => file,
    }
}

/// Path of the chunk checksums of a lane's file; `None` for a file of another name.
pub(crate) fn sums_beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let sums = [(INDEX_FILE.path, INDEX_SUMS_FILE.path), (DETAIL_FILE.path, DETAIL_SUMS_FILE.path)];
    let (_, sums) = sums.into_iter().find(|(file, _)| *file == name)?;
    Some(path.with_file_name(sums))
}
