//! The one place where this crate maps a file.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use memmap2::Mmap;

use super::file_bytes::FileBytes;
use crate::error::{Error, Result};
use crate::input::open_regular;
use crate::sys::{self, advise_sequential, read_exact_at};

/// A file of at most this length is copied to memory, which costs no more than a map. A session of many
/// threads mostly has small files, and a process may have some 65,000 maps only.
const SMALL_BYTES: u64 = 16 * 1024;
/// A file of at most this length is copied where no more maps may be made.
const LARGEST_COPY: u64 = 256 * 1024;

/// A file mapped read-only, or copied, at the length it had when it was opened; or the bytes of one,
/// wherever they are in memory.
#[derive(Debug)]
pub(crate) struct MappedFile {
    path: PathBuf,
    /// `None` for bytes that are in memory. Its address tells the two apart, which a `get` loads anyway.
    map: Option<CountedMap>,
    in_memory: FileBytes,
    /// Whether the bytes are those of the file at `path`.
    is_of_disk: bool,
    /// Byte at which a hole begins that goes to the end of the file; its length if there is none.
    data_end: u64,
}

impl MappedFile {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], also for a long file when half of the maps that a process may have are in use: the
    /// rest is for its memory and its threads, which abort without. [`Error::NotATrace`] when it is no
    /// regular file.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let (file, len) = open_regular(path)?;
        if len > SMALL_BYTES {
            let no_more = || Error::io(path, "map")(sys::out_of_memory());
            if let Some(map) = CountedMap::of(&file).map_err(Error::io(path, "map"))? {
                return Ok(Self {
                    path: path.to_owned(),
                    map: Some(map),
                    in_memory: FileBytes::default(),
                    is_of_disk: true,
                    data_end: sys::data_end(&file, len),
                });
            } else if len > LARGEST_COPY {
                return Err(no_more());
            }
        }
        let bytes = copy_of(&file, len as usize).map_err(Error::io(path, "read"))?;
        Ok(Self { is_of_disk: true, ..Self::in_memory(path, bytes.into()) })
    }

    /// The bytes of a file that errors and `path` call `path`.
    pub(crate) fn in_memory(path: &Path, bytes: FileBytes) -> Self {
        let data_end = bytes.as_ref().len() as u64;
        let path = path.to_owned();
        Self { path, map: None, in_memory: bytes, is_of_disk: false, data_end }
    }

    /// The byte from which on a file that was mapped is a hole, as a crash leaves it that lengthened the file
    /// before its data reached the disk. The bytes from there on are zeros and need not be read.
    pub(super) fn data_end(&self) -> u64 {
        self.data_end
    }

    /// Whether the bytes are those of the file at [`path`](Self::path), which may have others beside it.
    pub(super) fn is_of_disk(&self) -> bool {
        self.is_of_disk
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.map {
            Some(map) => map,
            None => bytes_of(&self.in_memory),
        }
    }

    /// Tells the system that the file will be read from front to back. Only a hint.
    pub(crate) fn will_be_scanned(&self) {
        if let Some(map) = &self.map {
            advise_sequential(map);
        }
    }
}

/// Out of line, so that a `get` from a map costs one branch and no more.
#[cold]
#[inline(never)]
fn bytes_of(bytes: &FileBytes) -> &[u8] {
    bytes.as_ref()
}

/// The first `len` bytes of a file, or all that there are if it was cut since.
fn copy_of(file: &File, len: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(len).map_err(|_| sys::out_of_memory())?;
    bytes.resize(len, 0);
    match read_exact_at(file, &mut bytes, 0) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            let len = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX).min(len);
            bytes.truncate(len);
            read_exact_at(file, &mut bytes, 0)?;
        }
        result => result?,
    }
    Ok(bytes)
}

/// The maps of this process that are counted here.
static MAPS: AtomicUsize = AtomicUsize::new(0);

/// A map that counts.
#[derive(Debug)]
struct CountedMap(Mmap);

impl CountedMap {
    /// Maps a file; `None` when no more maps may be made.
    fn of(file: &File) -> io::Result<Option<Self>> {
        static MOST: OnceLock<usize> = OnceLock::new();
        let most = *MOST.get_or_init(|| sys::max_maps() / 2);
        if MAPS.fetch_add(1, Ordering::Relaxed) >= most {
            MAPS.fetch_sub(1, Ordering::Relaxed);
            return Ok(None);
        }
        // SAFETY: 1. The map is read-only and private to this value, and lives as long as every
        //            slice that `bytes` lends.
        //         2. Another process may still append to the file: that leaves mapped bytes alone.
        //         3. Another process that cuts or rewrites the file while it is read breaks the
        //            contract that the public readers state ("not truncated while open").
        let map = unsafe { Mmap::map(file) };
        if map.is_err() {
            MAPS.fetch_sub(1, Ordering::Relaxed);
        }
        map.map(|map| Some(Self(map)))
    }
}

impl Deref for CountedMap {
    type Target = Mmap;

    #[inline]
    fn deref(&self) -> &Mmap {
        &self.0
    }
}

impl Drop for CountedMap {
    fn drop(&mut self) {
        MAPS.fetch_sub(1, Ordering::Relaxed);
    }
}
