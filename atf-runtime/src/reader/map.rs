//! The one place where this crate maps a file.
#![allow(unsafe_code)]

use std::path::{Path, PathBuf};

use memmap2::Mmap;

use super::file_bytes::FileBytes;
use crate::error::{Error, Result};
use crate::input::open_regular;
use crate::sys::advise_sequential;

/// A file mapped read-only, at the length it had when it was opened; or the bytes of one, wherever
/// they are in memory.
#[derive(Debug)]
pub(crate) struct MappedFile {
    path: PathBuf,
    /// `None` for bytes that are in memory, and for an empty file, which cannot be mapped. Its
    /// address tells the two apart, which a `get` loads anyway.
    map: Option<Mmap>,
    in_memory: FileBytes,
}

impl MappedFile {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let (file, len) = open_regular(path)?;
        if len == 0 {
            return Ok(Self::in_memory(path, FileBytes::default()));
        }
        // SAFETY: 1. The map is read-only and private to this value, and lives as long as every
        //            slice that `bytes` lends.
        //         2. Another process may still append to the file: that leaves mapped bytes alone.
        //         3. Another process that cuts or rewrites the file while it is read breaks the
        //            contract that the public readers state ("not truncated while open").
        let map = unsafe { Mmap::map(&file) }.map_err(Error::io(path, "map"))?;
        Ok(Self { path: path.to_owned(), map: Some(map), in_memory: FileBytes::default() })
    }

    /// The bytes of a file that errors and `path` call `path`.
    pub(crate) fn in_memory(path: &Path, bytes: FileBytes) -> Self {
        Self { path: path.to_owned(), map: None, in_memory: bytes }
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
