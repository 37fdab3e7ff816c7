//! An output that is made beside its place and then renamed, so that nobody takes a part of it for all. What is left
//! of one by a command that was killed is recognised by its name.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use atf_runtime::session::{check_new_dir, check_new_file};

use crate::failure::Failure;
use crate::{escape, notes};

const PARTIAL: &str = ".partial-";

/// An output that is not complete. Dropping it removes it.
pub(crate) struct Partial {
    out: PathBuf,
    work: PathBuf,
    is_kept: bool,
    /// Whether it replaces what is there.
    replaces: bool,
}

impl Partial {
    /// Checks that `out` is new, or an empty directory unless a file is to be made. Notes what an earlier
    /// command left.
    ///
    /// # Errors
    ///
    /// If the path is taken or cannot be looked at.
    pub(crate) fn new(out: &Path, is_file: bool) -> Result<Self, Failure> {
        let exists = if is_file {
            check_new_file(out)?;
            false
        } else {
            check_new_dir(out)?
        };
        note_leftovers(out);
        // An empty directory may be a mount point, which cannot be renamed.
        let work =
            if exists { out.to_owned() } else { beside(out, &std::process::id().to_string()) };
        Ok(Self { out: out.to_owned(), work, is_kept: false, replaces: false })
    }

    /// A file that replaces the one that may be there, when it is complete.
    pub(crate) fn replacing(out: &Path) -> Self {
        let work = beside(out, &std::process::id().to_string());
        Self { out: out.to_owned(), work, is_kept: false, replaces: true }
    }

    /// Creates the file. Only its owner may read it.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub(crate) fn create(&self) -> Result<fs::File, Failure> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.work).map_err(|error| self.cannot_write(&error))
    }

    /// Writes the file in one piece. Only its owner may read it.
    ///
    /// # Errors
    ///
    /// If it cannot be created or written.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.create()?.write_all(bytes).map_err(|error| self.cannot_write(&error))
    }

    fn cannot_write(&self, error: &io::Error) -> Failure {
        Failure::Other(format!("{}: cannot write: {error}", self.work.display()))
    }

    /// Where the output is made.
    pub(crate) fn work(&self) -> &Path {
        &self.work
    }

    /// Puts the complete output in its place.
    ///
    /// # Errors
    ///
    /// If it cannot be renamed; then it is removed.
    pub(crate) fn keep(mut self) -> Result<(), Failure> {
        if self.work != self.out {
            if !self.replaces {
                check_new_file(&self.out)?;
            }
            fs::rename(&self.work, &self.out).map_err(|error| {
                Failure::Other(format!("{}: cannot move here: {error}", self.out.display()))
            })?;
        }
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        // Whatever cannot be removed stays; the error that led here is the one to report.
        let _ = if self.work == self.out { empty(&self.work) } else { remove(&self.work) };
    }
}

fn remove(path: &Path) -> io::Result<()> {
    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

fn empty(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        remove(&entry?.path())?;
    }
    Ok(())
}

fn beside(out: &Path, process: &str) -> PathBuf {
    let mut name = out.file_name().unwrap_or(OsStr::new("out")).to_owned();
    name.push(PARTIAL);
    name.push(process);
    out.with_file_name(name)
}

fn note_leftovers(out: &Path) {
    let parent = out.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = out.file_name() else { return };
    let mut start = OsString::from(name);
    start.push(PARTIAL);
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let found = entry.file_name();
        if found.as_encoded_bytes().starts_with(start.as_encoded_bytes()) {
            let path = escape::printable_path(&entry.path());
            notes::note(format_args!(
                "{path} is not complete: the command that made it was killed or still runs"
            ));
        }
    }
}
