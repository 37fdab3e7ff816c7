//! Copying a file byte for byte. Called for files that nothing is wrong with.

use std::io::Read;
use std::path::Path;

use crate::consistency::Progress;
use crate::error::{Error, Result};
use crate::storage::{Storage, StorageFile};

/// Bytes read at a time.
pub(super) const COPY_BYTES: usize = 256 * 1024;

/// Copies a file, and syncs the copy.
pub(super) fn copy_file<S: Storage>(
    storage: &S,
    from: &Path,
    to: &Path,
    progress: Progress<'_>,
) -> Result<()> {
    let mut source = std::fs::File::open(from).map_err(Error::io(from, "open"))?;
    let mut copy = storage.create_new(to).map_err(Error::io(to, "create"))?;
    let mut buffer = vec![0; COPY_BYTES];
    let mut offset = 0;
    loop {
        let len = source.read(&mut buffer).map_err(Error::io(from, "read"))?;
        if len == 0 {
            break;
        }
        copy.write_all_at(&buffer[..len], offset).map_err(Error::io(to, "write"))?;
        offset += len as u64;
        progress(len as u64);
    }
    copy.sync().map_err(Error::io(to, "sync"))
}
