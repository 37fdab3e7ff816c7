//! Opening what is read: regular files only, looked at before they are opened.

use std::fs::{self, File};
use std::path::Path;

use crate::error::{Error, Result};

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
