//! Who is at work on a trace: the producer holds a lock on its ring, a drain one on the session's
//! directory, and recovery in place both.
//!
//! The locks are advisory (`flock`), exclusive, and end with their holder, however it ends. Where
//! the system or the file system has none, nobody holds one.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::error::{Error, Result};

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Locks a file or directory; `None` when somebody else holds it. Does not wait.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when it cannot be opened.
    pub(crate) fn try_exclusive(path: &Path) -> Result<Option<Self>> {
        let file = open(path)?;
        let is_ours = flock(&file, Kind::Exclusive).map_err(Error::io(path, "lock"))?;
        Ok(is_ours.then_some(Self { _file: file }))
    }
}

/// Whether somebody holds the lock of a file or directory. What cannot be opened nobody holds.
///
/// Asks by taking a shared lock for a moment: two that ask do not see each other, but whoever locks
/// in earnest may have to try twice.
pub(crate) fn is_held(path: &Path) -> bool {
    open(path).is_ok_and(|file| flock(&file, Kind::Shared).is_ok_and(|is_ours| !is_ours))
}

#[derive(Clone, Copy)]
enum Kind {
    Shared,
    Exclusive,
}

#[cfg(unix)]
fn open(path: &Path) -> Result<File> {
    // Opening a pipe would wait for somebody who writes to it.
    let metadata = std::fs::metadata(path).map_err(Error::io(path, "open"))?;
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(Error::NotATrace {
            path: path.to_owned(),
            expected: "a regular file or a directory",
            found: "something else".to_owned(),
        });
    }
    File::open(path).map_err(Error::io(path, "open"))
}

/// Elsewhere a directory cannot be opened, and nothing is locked.
#[cfg(not(unix))]
fn open(path: &Path) -> Result<File> {
    let nothing = if cfg!(windows) { "NUL" } else { "/dev/null" };
    File::open(nothing).map_err(Error::io(path, "lock"))
}

/// Whether the lock is ours now.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn flock(file: &File, kind: Kind) -> io::Result<bool> {
    let result = match kind {
        Kind::Shared => crate::ring::sys::is_lock_free(file),
        Kind::Exclusive => crate::ring::sys::try_lock(file),
    };
    match result {
        // A file system without locks: nobody can hold one.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(true),
        result => result,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn flock(_: &File, _: Kind) -> io::Result<bool> {
    Ok(true)
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use super::*;

    #[test]
    fn lock_is_seen_until_it_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ring");
        std::fs::write(&file, "x").unwrap();
        for path in [dir.path(), &file] {
            assert!(!is_held(path));
            let lock = Lock::try_exclusive(path).unwrap().unwrap();
            assert!(is_held(path));
            assert!(Lock::try_exclusive(path).unwrap().is_none());
            drop(lock);
            assert!(!is_held(path));
        }
        assert!(!is_held(&dir.path().join("nothing")));
        assert!(Lock::try_exclusive(&dir.path().join("nothing")).is_err());
    }
}
