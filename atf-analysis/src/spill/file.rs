//! A temporary file without a name.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zerocopy::{FromZeros, IntoBytes};

use super::record::Record;
use crate::error::{Error, Result};

/// Bytes that are written at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// Records in a temporary file: written once from the start to the end, then read from any place.
#[derive(Debug)]
pub(super) struct SpillFile {
    folder: PathBuf,
    file: BufWriter<File>,
    len: u64,
}

impl SpillFile {
    pub(super) fn create(folder: &Path) -> Result<Self> {
        // The system removes it when it is closed, also when this process is killed.
        let file = tempfile::tempfile_in(folder);
        let file = file.map_err(failed(folder, "create a temporary file"))?;
        let file = BufWriter::with_capacity(BUFFER_BYTES, file);
        Ok(Self { folder: folder.to_owned(), file, len: 0 })
    }

    /// Number of records.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    pub(super) fn push(&mut self, record: &Record) -> Result<()> {
        let written = self.file.write_all(record.as_bytes());
        written.map_err(failed(&self.folder, "write to a temporary file"))?;
        self.len += 1;
        Ok(())
    }

    /// Ends the writing.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.file.flush().map_err(failed(&self.folder, "write to a temporary file"))
    }

    /// Reads `count` records from `first` on into `into`.
    pub(super) fn read(&self, first: u64, count: usize, into: &mut Vec<Record>) -> Result<()> {
        into.resize(count, Record::new_zeroed());
        let mut file = self.file.get_ref();
        let read = file
            .seek(SeekFrom::Start(first * size_of::<Record>() as u64))
            .and_then(|_| file.read_exact(into.as_mut_slice().as_mut_bytes()));
        read.map_err(failed(&self.folder, "read a temporary file"))
    }
}

fn failed(folder: &Path, action: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::TemporaryFile {
        folder: folder.to_owned(),
        action,
        source: Arc::new(source),
    }
}
