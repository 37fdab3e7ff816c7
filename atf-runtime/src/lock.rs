//! The locks that keep two processes from working on the same trace. All file locking is here.
//!
//! A producer holds the lock of its ring, a drain that of the session's directory, recovery in place
//! both. The locks are advisory (`flock`) and never waited for. Where the system or the file system
//! has none, every attempt succeeds and nobody is seen to hold one.
//!
//! A lock belongs to the open file, not to the process. It ends when the last copy of that file is
//! closed: by dropping the [`Lock`], or by the end of the process, however it ends. A fork inherits
//! the open file and so keeps the lock alive as long as it does not exec (files are opened with
//! close-on-exec). Readers of the lock's state therefore also ask for heartbeats or `has_ended`.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::sys;

/// [`is_held`] takes a shared lock for a moment, and many threads may ask at the same time.
const TRIES: u32 = 100;
const BETWEEN_TRIES: Duration = Duration::from_millis(1);

/// The exclusive lock of a file or directory, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Locks a file or directory; `None` when somebody else holds its lock. Does not wait.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when it cannot be opened or locked, [`Error::NotATrace`] when it is neither a
    /// file nor a directory.
    pub(crate) fn try_exclusive(path: &Path) -> Result<Option<Self>> {
        Self::try_exclusive_file(open(path)?).map_err(Error::io(path, "lock"))
    }

    /// As [`try_exclusive`](Self::try_exclusive), of a file that is open already. It stays open in
    /// the lock: see [`file`](Self::file).
    pub(crate) fn try_exclusive_file(file: File) -> io::Result<Option<Self>> {
        for _ in 1..TRIES {
            if succeeds(sys::try_exclusive_lock(&file))? {
                return Ok(Some(Self { file }));
            }
            let until = Instant::now() + BETWEEN_TRIES;
            while Instant::now() < until {
                sys::nap(BETWEEN_TRIES);
            }
        }
        Ok(succeeds(sys::try_exclusive_lock(&file))?.then_some(Self { file }))
    }

    /// As [`try_exclusive`](Self::try_exclusive), where somebody else is an error.
    ///
    /// # Errors
    ///
    /// [`Error::BeingRecorded`] with the text of `holder`; those of `try_exclusive`.
    pub(crate) fn exclusive(path: &Path, holder: impl FnOnce() -> String) -> Result<Self> {
        Self::try_exclusive(path)?
            .ok_or_else(|| Error::BeingRecorded { path: path.to_owned(), holder: holder() })
    }

    /// The locked file.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }
}

/// Whether somebody holds the lock of a file or directory; nobody does if it does not exist, or cannot be
/// locked.
///
/// Takes a shared lock for a moment: two that ask at the same time do not see each other, but
/// [`Lock::try_exclusive`] may have to try more than once.
///
/// # Errors
///
/// [`Error::Io`] when the operating system does not say.
pub(crate) fn is_held(path: &Path) -> Result<bool> {
    match Error::unless_refused(open(path))? {
        Ok(file) => is_held_of(&file).map_err(Error::io(path, "look at the lock of")),
        Err(_) => Ok(false),
    }
}

/// As [`is_held`], of an open file.
pub(crate) fn is_held_of(file: &File) -> io::Result<bool> {
    let is_free = succeeds(sys::try_shared_lock(file))?;
    if is_free {
        succeeds(sys::release_lock(file).map(|()| true))?;
    }
    Ok(!is_free)
}

/// Without locks, nobody can hold one.
fn succeeds(result: io::Result<bool>) -> io::Result<bool> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(true),
        result => result,
    }
}

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
    sys::open_for_lock(path).map_err(Error::io(path, "open"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_is_seen_until_it_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ring");
        std::fs::write(&file, "x").unwrap();
        for path in [dir.path(), &file] {
            assert!(!is_held(path).unwrap());
            let lock = Lock::try_exclusive(path).unwrap().unwrap();
            // Where there are no locks, nobody holds one.
            assert_eq!(is_held(path).unwrap(), sys::CAN_RECORD);
            assert_eq!(Lock::try_exclusive(path).unwrap().is_none(), sys::CAN_RECORD);
            drop(lock);
            assert!(!is_held(path).unwrap());
        }
        assert!(!is_held(&dir.path().join("nothing")).unwrap());
        assert!(Lock::try_exclusive(&dir.path().join("nothing")).is_err());
    }
}
