//! Keeps a manifest that was not fully understood: a copy beside it, before it is replaced. Recovery and the
//! drain call this.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::MANIFEST_NAME;
use crate::error::{Error, Result};
use crate::input::open_regular;
use crate::storage::{Storage, StorageFile};

/// Name of the copy. Later ones get a number: manifest.json.damaged.2.
const KEPT_NAME: &str = "manifest.json.damaged";
/// Bytes read at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// Copies the manifest of the session in `from` to `to`, under a name that is free there. Nothing
/// happens where a copy of the same bytes is there already, as after a crash in between.
///
/// # Errors
///
/// [`Error::Io`]. Then no copy is left.
pub(crate) fn keep_damaged<S: Storage>(storage: &S, from: &Path, to: &Path) -> Result<()> {
    let source = from.join(MANIFEST_NAME);
    let mut number = 1_u32;
    loop {
        let copy = name(to, number);
        match File::open(&copy) {
            Ok(file) => {
                if is_same(&source, file)? {
                    return Ok(());
                }
                number += 1;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return write(storage, &source, &copy, to);
            }
            Err(error) => return Err(Error::io(&copy, "open")(error)),
        }
    }
}

fn name(dir: &Path, number: u32) -> PathBuf {
    match number {
        1 => dir.join(KEPT_NAME),
        number => dir.join(format!("{KEPT_NAME}.{number}")),
    }
}

fn is_same(source: &Path, copy: File) -> Result<bool> {
    let (file, len) = open_regular(source)?;
    let read = |error| Error::io(source, "compare")(error);
    if copy.metadata().map_err(read)?.len() != len {
        return Ok(false);
    }
    let (mut one, mut other) = (vec![0; BUFFER_BYTES], vec![0; BUFFER_BYTES]);
    let (mut file, mut copy) = (file.take(len), copy.take(len));
    loop {
        let read_bytes = fill(&mut file, &mut one).map_err(read)?;
        let copied = fill(&mut copy, &mut other).map_err(read)?;
        if one[..read_bytes] != other[..copied] {
            return Ok(false);
        }
        if read_bytes == 0 {
            return Ok(true);
        }
    }
}

/// Reads until the buffer is full or the source ends.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while len < buffer.len() {
        match source.read(&mut buffer[len..])? {
            0 => break,
            read => len += read,
        }
    }
    Ok(len)
}

fn write<S: Storage>(storage: &S, source: &Path, copy: &Path, dir: &Path) -> Result<()> {
    let (mut file, _) = open_regular(source)?;
    let mut out = storage.create_new(copy).map_err(Error::io(copy, "create"))?;
    let mut write = || {
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut offset = 0;
        loop {
            let len = fill(&mut file, &mut buffer)?;
            if len == 0 {
                return out.sync();
            }
            out.write_all_at(&buffer[..len], offset)?;
            offset += len as u64;
        }
    };
    write().map_err(|error| {
        // The first error is the one to report; a file that cannot be removed either stays.
        let _ = storage.remove_file(copy);
        Error::io(copy, "write")(error)
    })?;
    storage.sync_dir(dir).map_err(Error::io(dir, "sync"))
}
