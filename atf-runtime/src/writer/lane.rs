//! One file's events section on its way to the disk: a buffer, its checksum, and positioned
//! writes. The index and the detail writer each own one and add what a header and footer are.

use std::path::{Path, PathBuf};

use crc32fast::Hasher;

use crate::error::{Error, Result};
use crate::storage::StorageFile;

pub(super) struct LaneFile<F: StorageFile> {
    file: F,
    path: PathBuf,
    /// Byte at which the events section starts.
    events_offset: u64,
    buffer: Vec<u8>,
    buffer_bytes: usize,
    /// Bytes of the events section that reached the file; `checksum` covers exactly these.
    written: u64,
    checksum: Hasher,
}

impl<F: StorageFile> LaneFile<F> {
    /// Puts `header` at the start of the new, empty `file`.
    pub(super) fn start(
        mut file: F,
        path: PathBuf,
        header: &[u8],
        buffer_bytes: usize,
    ) -> Result<Self> {
        file.write_all_at(header, 0).map_err(Error::io(&path, "write the header"))?;
        Ok(Self {
            file,
            path,
            events_offset: header.len() as u64,
            buffer: Vec::with_capacity(buffer_bytes),
            buffer_bytes,
            written: 0,
            checksum: Hasher::new(),
        })
    }

    /// Makes sure that the next `len` bytes can be pushed. After an error nothing is lost: what
    /// was pushed stays in the buffer, and the call can be repeated.
    #[inline]
    pub(super) fn make_room(&mut self, len: usize) -> Result<()> {
        if self.buffer.len() + len <= self.buffer_bytes {
            return Ok(());
        }
        self.make_room_slowly(len)
    }

    #[cold]
    fn make_room_slowly(&mut self, len: usize) -> Result<()> {
        self.flush()?;
        // A record larger than the buffer passes through it alone.
        self.buffer.reserve(len);
        Ok(())
    }

    /// Appends bytes for which [`make_room`](Self::make_room) made room.
    #[inline]
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Length of the events section so far, in bytes, buffered ones included.
    pub(super) fn len(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// What has not reached the file yet.
    pub(super) fn buffered(&self) -> &[u8] {
        &self.buffer
    }

    /// Bytes that [`push`](Self::push) may append before the buffer has to go out.
    pub(super) fn room(&self) -> usize {
        self.buffer_bytes.saturating_sub(self.buffer.len())
    }

    pub(super) fn flush(&mut self) -> Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let at = self.events_offset + self.written;
        self.write_at(at, None)?;
        self.checksum.update(&self.buffer);
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Writes the header again, as it is now known.
    pub(super) fn rewrite_header(&mut self, header: &[u8]) -> Result<()> {
        self.write_at(0, Some(header))
    }

    /// The file's path, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// CRC-32 of the events section that was flushed.
    pub(super) fn checksum(&self) -> u32 {
        self.checksum.clone().finalize()
    }

    /// Ends the file: events, footer, sync, header, sync. Only the header says that a footer
    /// exists, so at every point in between recovery finds either the one or the other.
    pub(super) fn finish(&mut self, header: &[u8], footer: &[u8], sync: bool) -> Result<()> {
        self.flush()?;
        self.write_at(self.events_offset + self.written, Some(footer))?;
        self.sync(sync)?;
        self.rewrite_header(header)?;
        self.sync(sync)
    }

    fn sync(&mut self, wanted: bool) -> Result<()> {
        if !wanted {
            return Ok(());
        }
        self.file.sync().map_err(Error::io(&self.path, "sync"))
    }

    /// Writes `bytes`, or the buffer when there are none.
    fn write_at(&mut self, offset: u64, bytes: Option<&[u8]>) -> Result<()> {
        let bytes = bytes.unwrap_or(&self.buffer);
        self.file.write_all_at(bytes, offset).map_err(|source| Error::Io {
            path: self.path.clone(),
            action: format!("write {} bytes at byte {offset}", bytes.len()),
            source,
        })
    }
}
