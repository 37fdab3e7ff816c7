//! Claiming the output path. It must not exist, and what exists is never changed.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};
use crate::storage::Storage;

/// Makes `dir` an empty directory of ours: created with its parents, or found empty.
///
/// # Errors
///
/// [`Error::OutputTaken`] when the path is taken, [`Error::Io`] when it cannot be created.
pub(crate) fn claim_dir<S: Storage>(storage: &S, dir: &Path) -> Result<()> {
    match check_new_dir(dir)? {
        true => Ok(()),
        false => create_with_parents(storage, dir),
    }
}

/// Refuses a path that is neither absent nor an empty directory; returns whether it is one. Every function
/// that makes a session or a thread's directory asks this before it writes.
///
/// # Errors
///
/// [`Error::OutputTaken`]; [`Error::Io`] when the path cannot be looked at.
pub fn check_new_dir(dir: &Path) -> Result<bool> {
    let taken = |found| Error::OutputTaken {
        path: dir.to_owned(),
        expected: "a new or empty directory",
        found,
    };
    match fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => Ok(true),
            Some(_) => Err(taken("a directory with files in it")),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) if error.kind() == ErrorKind::NotADirectory => Err(taken("a file")),
        Err(error) => Err(Error::io(dir, "read the directory")(error)),
    }
}

/// Refuses a path where something exists. Every function that makes a file asks this before it writes.
///
/// # Errors
///
/// [`Error::OutputTaken`]; [`Error::Io`] when the path cannot be looked at.
pub fn check_new_file(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::io(path, "look at")(error)),
        Ok(_) => Err(Error::OutputTaken {
            path: path.to_owned(),
            expected: "a new file",
            found: "something of that name",
        }),
    }
}

/// Makes the directory that `path` is to be in, with its own parents, unless it is there.
///
/// # Errors
///
/// [`Error::Io`] when one of them cannot be created, or is not a directory.
pub(crate) fn create_parents<S: Storage>(storage: &S, path: &Path) -> Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() && !parent.is_dir() => {
            create_with_parents(storage, parent).or_else(|error| {
                // Another thread of the program may have been faster.
                if parent.is_dir() { Ok(()) } else { Err(error) }
            })
        }
        _ => Ok(()),
    }
}

fn create_with_parents<S: Storage>(storage: &S, dir: &Path) -> Result<()> {
    match storage.create_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if dir.parent().is_none() {
                return Err(Error::io(dir, "create")(error));
            }
            create_parents(storage, dir)?;
            storage.create_dir(dir).map_err(Error::io(dir, "create"))
        }
        result => result.map_err(Error::io(dir, "create")),
    }?;
    sync_name(storage, dir)
}

/// Makes the name of a new directory durable.
pub(crate) fn sync_name<S: Storage>(storage: &S, dir: &Path) -> Result<()> {
    let parent = match dir.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Ok(()),
    };
    match storage.sync_dir(parent) {
        // A directory in which files may be created need not be readable, and only then can it be synced.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        result => result.map_err(Error::io(parent, "sync")),
    }
}
