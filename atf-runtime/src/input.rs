//! Opening what is read: regular files only, looked at before they are opened. Only a file that the
//! operating system says does not exist is missing; every other answer is an error.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::error::{Error, Result, is_absent};

/// Opens a regular file and returns it with its length in bytes.
///
/// The kind of file is checked first, because opening a pipe waits for a writer.
///
/// # Errors
///
/// [`Error::NotATrace`] for anything but a regular file, [`Error::Io`].
pub(crate) fn open_regular(path: &Path) -> Result<(File, u64)> {
    let metadata = fs::metadata(path).map_err(Error::io(path, "open"))?;
    if !metadata.is_file() {
        return Err(Error::NotATrace {
            path: path.to_owned(),
            expected: "a regular file",
            found: "something else".to_owned(),
        });
    }
    let file = File::open(path).map_err(Error::io(path, "open"))?;
    let len = file.metadata().map_err(Error::io(path, "read the length"))?.len();
    Ok((file, len))
}

/// Whether there is something at `path`. A link counts as what it leads to.
///
/// # Errors
///
/// [`Error::Io`] when the operating system does not say.
pub(crate) fn exists(path: &Path) -> Result<bool> {
    answer(path, fs::metadata(path))
}

/// As [`exists`], where a link counts as itself.
///
/// # Errors
///
/// As for [`exists`].
pub(crate) fn exists_by_name(path: &Path) -> Result<bool> {
    answer(path, fs::symlink_metadata(path))
}

fn answer(path: &Path, found: io::Result<fs::Metadata>) -> Result<bool> {
    match found {
        Ok(_) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(Error::io(path, "look for")(error)),
    }
}
