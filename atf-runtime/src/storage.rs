//! The little that the writer and recovery need of a disk.
//!
//! Behind a trait so that tests can put a disk under the writer that is full, fails, tears a
//! write, or stops at any byte. What is assumed of a real one stands in `docs/design.md`.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// A place for files: the real disk ([`Disk`]), or one that a test makes fail.
pub trait Storage: Clone {
    /// An open file.
    type File: StorageFile;

    /// Creates one directory that must not exist, readable by its owner only.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Creates a file that must not exist, readable by its owner only.
    fn create_new(&self, path: &Path) -> io::Result<Self::File>;
    /// Opens a file for writing without changing it.
    fn open_existing(&self, path: &Path) -> io::Result<Self::File>;
    /// Replaces `to` by `from`, whole or not at all.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty directory.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a directory durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
}

/// An open file, written at positions only: there is no cursor that a failed write could move.
pub trait StorageFile {
    /// Writes all of `bytes` at `offset`. After an error any part of them may be there; writing
    /// the same bytes again at the same offset is harmless.
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Cuts or extends the file to `len` bytes.
    fn set_len(&mut self, len: u64) -> io::Result<()>;
    /// Makes what was written durable.
    fn sync(&mut self) -> io::Result<()>;
}

/// The real disk: files of mode 0600 and directories of mode 0700, because stacks and registers
/// hold secrets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Storage for Disk {
    type File = File;

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)
    }

    fn create_new(&self, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)
    }

    fn open_existing(&self, path: &Path) -> io::Result<File> {
        OpenOptions::new().write(true).open(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        // Windows cannot open a directory as a file, and makes names durable with the file.
        if cfg!(windows) { Ok(()) } else { File::open(path)?.sync_all() }
    }
}

impl StorageFile for File {
    #[cfg(unix)]
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(self, bytes, offset)
    }

    #[cfg(windows)]
    fn write_all_at(&mut self, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = std::os::windows::fs::FileExt::seek_write(self, bytes, offset)?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            bytes = &bytes[written..];
            offset += written as u64;
        }
        Ok(())
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        File::set_len(self, len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
