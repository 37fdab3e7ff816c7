//! What writer, drain and recovery need of a disk.
//!
//! It is a trait so that tests can use a disk that is full, that fails, that writes only a part, or
//! that stops at any byte. `docs/design.md` says what is assumed of a real disk.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use crate::error::is_absent;
use crate::sys;

/// A place for files: the real disk ([`Disk`]), or one that a test makes fail.
pub trait Storage: Clone {
    /// An open file.
    type File: StorageFile;

    /// Creates one directory that must not exist, readable by its owner only.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if there is one, or another error that keeps it from being created.
    fn create_dir(&self, path: &Path) -> io::Result<()>;

    /// Creates a file that must not exist, readable by its owner only.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if there is one, or another error that keeps it from being created.
    fn create_new(&self, path: &Path) -> io::Result<Self::File>;

    /// Opens a file for writing without changing it.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is none, or another error that keeps it from being opened.
    fn open_existing(&self, path: &Path) -> io::Result<Self::File>;

    /// Replaces `to` by `from` in one step: after a crash the name means the old or the new file.
    ///
    /// # Errors
    ///
    /// If the disk refuses. Both files are then as before.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is none, or that the disk refuses.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty directory.
    ///
    /// # Errors
    ///
    /// If it is not empty or does not exist, or the disk refuses.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a directory durable.
    ///
    /// # Errors
    ///
    /// If the disk refuses. Which names are durable is then unknown.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;

    /// Names of the directories in a directory, in no order. Links to directories are included: the
    /// threads of a session may be on several disks.
    ///
    /// # Errors
    ///
    /// If the directory cannot be read to its end.
    fn list_dirs(&self, path: &Path) -> io::Result<Vec<OsString>>;
}

/// An open file, written at positions only: there is no cursor that a failed write could move.
pub trait StorageFile {
    /// Writes all of `bytes` at `offset`.
    ///
    /// # Errors
    ///
    /// If the disk refuses, for example when it is full. Any part of the bytes may then be in the file;
    /// writing the same bytes again at the same offset is harmless.
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Cuts or extends the file to `len` bytes.
    ///
    /// # Errors
    ///
    /// If the disk refuses. The file then has its old length.
    fn set_len(&mut self, len: u64) -> io::Result<()>;

    /// Makes what was written durable.
    ///
    /// # Errors
    ///
    /// If the disk refuses. What of the written bytes is durable is then unknown.
    fn sync(&mut self) -> io::Result<()>;
}

/// The real disk: files of mode 0600 and directories of mode 0700, because stacks and registers
/// hold secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has no fields")]
pub struct Disk;

impl Storage for Disk {
    type File = File;

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        sys::private_dir().create(path)
    }

    fn create_new(&self, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        sys::make_private(&mut options);
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

    fn list_dirs(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            // The entry itself mostly says what it is, without another system call.
            if is_dir(&entry)? {
                names.push(entry.file_name());
            }
        }
        Ok(names)
    }
}

/// Whether an entry is a directory, or a link to one.
pub(crate) fn is_dir(entry: &fs::DirEntry) -> io::Result<bool> {
    let kind = match entry.file_type() {
        Ok(kind) if kind.is_symlink() => fs::metadata(entry.path()).map(|it| it.file_type()),
        kind => kind,
    };
    match kind {
        Ok(kind) => Ok(kind.is_dir()),
        // Removed since, or a link to nothing.
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

impl StorageFile for File {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        sys::without_file_size_signal(|| sys::write_all_at(self, bytes, offset))
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        sys::without_file_size_signal(|| File::set_len(self, len))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
