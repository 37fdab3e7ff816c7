//! Names of thread directories, `thread_<id>`, and the list of them in a session directory.
//!
//! Everything that finds or makes a thread's files calls this: writer, producer, session, recovery.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

const THREAD_PREFIX: &str = "thread_";

/// Name of a thread's directory: `thread_<id>`.
pub fn thread_dir_name(thread_id: u32) -> String {
    format!("{THREAD_PREFIX}{thread_id}")
}

/// The thread that a directory's name stands for, or `None` if it is not `thread_<id>` in the one
/// way [`thread_dir_name`] writes it.
///
/// ```
/// use atf_runtime::session::thread_id_of_dir_name;
/// assert_eq!(thread_id_of_dir_name("thread_12"), Some(12));
/// assert_eq!(thread_id_of_dir_name("thread_012"), None);
/// assert_eq!(thread_id_of_dir_name("thread_4294967296"), None);
/// ```
pub fn thread_id_of_dir_name(name: &str) -> Option<u32> {
    let id = name.strip_prefix(THREAD_PREFIX)?.parse().ok()?;
    (thread_dir_name(id) == name).then_some(id)
}

/// Ids of the threads that have a directory in the session directory `dir`, in no order.
pub(crate) fn thread_dirs(dir: &Path) -> Result<Vec<u32>> {
    let mut ids = Vec::new();
    for entry in fs::read_dir(dir).map_err(Error::io(dir, "read the directory"))? {
        let entry = entry.map_err(Error::io(dir, "read the directory"))?;
        let id = entry.file_name().to_str().and_then(thread_id_of_dir_name);
        // Mostly the directory says what it is. Through links too: a session's threads may lie on
        // several disks.
        let is_dir = || entry.file_type().is_ok_and(|kind| kind.is_dir()) || entry.path().is_dir();
        ids.extend(id.filter(|_| is_dir()));
    }
    Ok(ids)
}

/// The absolute form of a path. It stays valid when the traced program changes its working directory,
/// as a daemon does.
pub(crate) fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}
