//! One file's events section on its way to the disk: a buffer, its checksum, and positioned
//! writes. The index and the detail writer each own one and add what a header and footer are.

use std::io;
use std::path::{Path, PathBuf};

use super::WriterOptions;
use super::section_sum::SectionSum;
use crate::error::{Error, Result, count};
use crate::output::create_parents;
use crate::storage::{Storage, StorageFile};

/// Room in the buffer beyond one write, so that a record which does not end at a write's end need
/// not shorten the write.
const SLACK_BYTES: usize = 4096;
/// A larger buffer only means more to lose.
const MAX_BUFFER_BYTES: usize = 1 << 30;

pub(super) struct SectionFile<F: StorageFile> {
    file: F,
    path: PathBuf,
    /// Byte at which the events section starts.
    events_offset: u64,
    /// Bytes that a write should have, and a multiple of which it should end at.
    write_bytes: usize,
    /// Always of full length, so that a push is one bounds check and one copy.
    buffer: Vec<u8>,
    filled: usize,
    /// Bytes of the events section that reached the file.
    written: u64,
    /// Covers the first `summed` bytes of the events section: what reached the file, and perhaps some
    /// of what is buffered.
    checksum: SectionSum,
    summed: u64,
    /// Whether footer and final header are in the file: nothing may follow them.
    ended: bool,
    syncs: bool,
    sync_failed: bool,
}

impl<F: StorageFile> SectionFile<F> {
    /// Creates `path` with `header` at its start, followed by the rest of a `longer_header`. If
    /// the header cannot be written the file is removed again, so that creating it can be repeated.
    pub(super) fn create<S: Storage<File = F>>(
        storage: &S,
        path: PathBuf,
        header: &[u8],
        longer_header: &[u8],
        options: WriterOptions,
    ) -> Result<Self> {
        if options.create_parents {
            create_parents(storage, &path)?;
        }
        let mut file = storage.create_new(&path).map_err(Error::io(&path, "create"))?;
        let header = [header, longer_header.get(header.len()..).unwrap_or_default()].concat();
        write_at(&mut file, &path, 0, &header).inspect_err(|_| {
            // The first error is the one to report; a file that cannot be removed either stays.
            let _ = storage.remove_file(&path);
        })?;
        Ok(Self::new(file, path, header.len() as u64, options))
    }

    /// Opens a file that an earlier writer left unfinalized. Its first `written` bytes of
    /// events are kept, and `checksum` is theirs; the bytes after them are overwritten.
    pub(super) fn resume<S: Storage<File = F>>(
        storage: &S,
        path: PathBuf,
        events_offset: u64,
        (written, checksum): (u64, SectionSum),
        options: WriterOptions,
    ) -> Result<Self> {
        let file = storage.open_existing(&path).map_err(Error::io(&path, "open for writing"))?;
        let lane = Self::new(file, path, events_offset, options);
        Ok(Self { written, checksum, summed: written, ..lane })
    }

    fn new(file: F, path: PathBuf, events_offset: u64, options: WriterOptions) -> Self {
        let buffer_bytes = options.buffer_bytes.min(MAX_BUFFER_BYTES);
        Self {
            file,
            path,
            events_offset,
            write_bytes: buffer_bytes,
            buffer: vec![0; buffer_bytes + SLACK_BYTES],
            filled: 0,
            written: 0,
            checksum: SectionSum::new(),
            summed: 0,
            ended: false,
            syncs: options.sync_on_finalize,
            sync_failed: false,
        }
    }

    /// Whether the next `len` bytes can be pushed.
    #[inline]
    pub(super) fn has_room(&self, len: usize) -> bool {
        self.buffer.len() - self.filled >= len
    }

    /// Makes sure that the next `len` bytes can be pushed. After an error nothing is lost: what
    /// was pushed stays in the buffer, and the call can be repeated.
    #[inline]
    pub(super) fn make_room(&mut self, len: usize) -> Result<()> {
        if self.has_room(len) { Ok(()) } else { self.make_room_slowly(len) }
    }

    #[cold]
    fn make_room_slowly(&mut self, len: usize) -> Result<()> {
        if self.ended {
            let source = io::Error::new(io::ErrorKind::InvalidInput, "the file was finalized");
            return Err(Error::io(&self.path, "write after the footer")(source));
        }
        self.write_buffered(self.len_to_boundary())?;
        if !self.has_room(len) {
            self.buffer.resize(self.filled + len, 0);
        }
        Ok(())
    }

    /// Appends bytes for which [`make_room`](Self::make_room) made room.
    #[inline]
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer[self.filled..][..bytes.len()].copy_from_slice(bytes);
        self.filled += bytes.len();
    }

    /// Appends bytes if they fit into the buffer as it is; after the footer, none fit.
    #[inline(always)]
    pub(super) fn push_if_room(&mut self, bytes: &[u8]) -> bool {
        let end = self.filled + bytes.len();
        let Some(room) = self.buffer.get_mut(self.filled..end) else { return false };
        room.copy_from_slice(bytes);
        self.filled = end;
        true
    }

    /// Appends `len` bytes, for which there is [`room`](Self::room), which `fill` copies
    /// into the buffer. Returns them.
    pub(super) fn append_with(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) -> &[u8] {
        let bytes = &mut self.buffer[self.filled..][..len];
        fill(bytes);
        self.filled += len;
        bytes
    }

    /// As [`append_with`](Self::append_with), for bytes that are not [taken back](Self::take_back):
    /// their checksum is computed here, while they are in the nearest cache.
    pub(super) fn append_summed(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) -> &[u8] {
        let (start, are_next) = (self.filled, self.summed == self.len());
        self.append_with(len, fill);
        let bytes = &self.buffer[start..self.filled];
        if are_next {
            self.checksum.update(bytes);
            self.summed += len as u64;
        }
        bytes
    }

    /// Takes the last `len` bytes back, which must not have gone out yet.
    pub(super) fn take_back(&mut self, len: usize) {
        self.filled -= len;
        debug_assert!(self.summed <= self.len(), "what is summed stays");
    }

    /// Length of the events section so far, in bytes, buffered ones included.
    pub(super) fn len(&self) -> u64 {
        self.written + self.filled as u64
    }

    /// Bytes of the events section that reached the file.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// What has not reached the file yet.
    pub(super) fn buffered(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// Bytes that [`push`](Self::push) may append before the buffer must be written.
    pub(super) fn room(&self) -> usize {
        self.buffer.len() - self.filled
    }

    /// How much of the buffer to write so that the file ends at a multiple of `write_bytes`: all
    /// of it if most of it would stay in the buffer otherwise.
    ///
    /// Writes that start and end at such a multiple were measured a quarter faster than the same writes 64 bytes
    /// (the header) later: the page cache takes them in large folios.
    pub(super) fn len_to_boundary(&self) -> usize {
        let end = self.events_offset + self.written + self.filled as u64;
        let beyond = end.checked_rem(self.write_bytes as u64).unwrap_or(0) as usize;
        if beyond <= self.filled / 2 { self.filled - beyond } else { self.filled }
    }

    pub(super) fn flush(&mut self) -> Result<()> {
        self.write_buffered(self.filled)
    }

    /// Writes the first `len` bytes of the buffer and moves the rest to its start.
    pub(super) fn write_buffered(&mut self, len: usize) -> Result<()> {
        if len == 0 {
            return Ok(());
        }
        let bytes = &self.buffer[..len];
        write_at(&mut self.file, &self.path, self.events_offset + self.written, bytes)?;
        let summed = (self.summed - self.written) as usize;
        if let Some(rest) = bytes.get(summed..) {
            self.checksum.update(rest);
            self.summed += rest.len() as u64;
        }
        self.written += bytes.len() as u64;
        self.buffer.copy_within(len..self.filled, 0);
        self.filled -= len;
        // A record larger than the buffer made it larger. It shrinks again, so that a crash cannot lose more than
        // before.
        let usual = self.write_bytes + SLACK_BYTES;
        if self.buffer.len() > usual && self.filled <= usual {
            self.buffer.truncate(usual);
            self.buffer.shrink_to_fit();
        }
        Ok(())
    }

    /// Writes the header again, as it is now known.
    pub(super) fn rewrite_header(&mut self, header: &[u8]) -> Result<()> {
        write_at(&mut self.file, &self.path, 0, header)
    }

    /// The file's path, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// CRC-32 of the events section that was flushed.
    pub(super) fn checksum(&self) -> u32 {
        self.checksum.checksum()
    }

    /// The checksum of what was summed, to take the checksums of chunks from it; and how much is in the file.
    pub(super) fn sum_and_written(&mut self) -> (&mut SectionSum, u64) {
        (&mut self.checksum, self.written)
    }

    /// Ends the file: events, footer, sync, header, sync. Only the header says that a footer
    /// exists, so at every point in between recovery finds either the one or the other.
    pub(super) fn finish(&mut self, header: &[u8], footer: &[u8]) -> Result<()> {
        self.flush()?;
        let at = self.events_offset + self.written;
        write_at(&mut self.file, &self.path, at, footer)?;
        self.sync()?;
        self.rewrite_header(header)?;
        self.sync()?;
        self.ended = true;
        // Leaves no room, so that later bytes take the slow path, which refuses them.
        self.buffer = Vec::new();
        Ok(())
    }

    /// Syncs, if this writer does.
    fn sync(&mut self) -> Result<()> {
        if self.syncs { self.sync_now() } else { Ok(()) }
    }

    /// Whether a sync of this file has failed. Every later one fails too.
    pub(super) fn has_failed_sync(&self) -> bool {
        self.sync_failed
    }

    /// Makes what was written durable.
    pub(super) fn sync_now(&mut self) -> Result<()> {
        // After a failed sync the system may drop what it could not write and let the next sync
        // succeed: only the first answer counts.
        if self.sync_failed {
            let source = io::Error::other("an earlier sync failed, so what it was for may be lost");
            return Err(Error::io(&self.path, "sync")(source));
        }
        self.file
            .sync()
            .inspect_err(|_| self.sync_failed = true)
            .map_err(Error::io(&self.path, "sync"))
    }
}

fn write_at<F: StorageFile>(file: &mut F, path: &Path, offset: u64, bytes: &[u8]) -> Result<()> {
    file.write_all_at(bytes, offset).map_err(|source| {
        // The text is made only for an error.
        Error::io(path, format!("write {} at byte {offset}", count(bytes.len() as u64, "byte")))(
            source,
        )
    })
}
