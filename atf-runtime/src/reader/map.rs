//! The one place where this crate maps a file.
#![allow(unsafe_code)]

use std::path::{Path, PathBuf};

use memmap2::Mmap;

use crate::error::{Error, Result};
use crate::input::open_regular;
use crate::sys::advise_sequential;

/// A file mapped read-only, at the length it had when it was opened.
#[derive(Debug)]
pub(crate) struct MappedFile {
    path: PathBuf,
    /// `None` for an empty file, which cannot be mapped.
    map: Option<Mmap>,
}

impl MappedFile {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let (file, len) = open_regular(path)?;
        if len == 0 {
            return Ok(Self { path: path.to_owned(), map: None });
        }
        // SAFETY: 1. The map is read-only and private to this value, and lives as long as every
        //            slice that `bytes` lends.
        //         2. Another process may still append to the file: that leaves mapped bytes alone.
        //         3. Another process that cuts or rewrites the file while it is read breaks the
        //            contract that the public readers state ("not truncated while open").
        let map = unsafe { Mmap::map(&file) }.map_err(Error::io(path, "map"))?;
        Ok(Self { path: path.to_owned(), map: Some(map) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        self.map.as_deref().unwrap_or_default()
    }

    /// Tells the system that the file will be read from front to back. Only a hint.
    pub(crate) fn will_be_scanned(&self) {
        if let Some(map) = &self.map {
            advise_sequential(map);
        }
    }
}
