//! Names of thread directories, `thread_<id>`, and the list of them in a session directory.
//!
//! Everything that finds or makes a thread's files calls this: writer, producer, session, recovery.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::format::{
    DETAIL_FILE, DETAIL_OFFSETS_FILE, DETAIL_SUMS_FILE, INDEX_FILE, INDEX_SUMS_FILE, RING_FILE,
};
use crate::input::exists_by_name;
use crate::storage::Storage;

const THREAD_PREFIX: &str = "thread_";

/// Name of a thread's directory: `thread_<id>`.
#[must_use]
pub fn thread_dir_name(thread_id: u32) -> String {
    format!("{THREAD_PREFIX}{thread_id}")
}

/// The thread of a directory with that name; `None` unless it is exactly what [`thread_dir_name`] writes.
///
/// ```
/// use atf_runtime::session::thread_id_of_dir_name;
/// assert_eq!(thread_id_of_dir_name("thread_12"), Some(12));
/// assert_eq!(thread_id_of_dir_name("thread_012"), None);
/// assert_eq!(thread_id_of_dir_name("thread_4294967296"), None);
/// ```
#[must_use]
pub fn thread_id_of_dir_name(name: &str) -> Option<u32> {
    let id = name.strip_prefix(THREAD_PREFIX)?.parse().ok()?;
    (thread_dir_name(id) == name).then_some(id)
}

/// Ids of the threads that have a directory in the session directory `dir`, in no order.
///
/// # Errors
///
/// [`Error::Io`] when the directory cannot be read.
pub(crate) fn thread_dirs<S: Storage>(storage: &S, dir: &Path) -> Result<Vec<u32>> {
    let names = storage.list_dirs(dir).map_err(Error::io(dir, "read the directory"))?;
    Ok(names.iter().filter_map(|name| thread_id_of_dir_name(name.to_str()?)).collect())
}

/// The files that `thread_dir` has of those that a thread can have.
///
/// # Errors
///
/// [`Error::Io`] when the operating system does not say which files exist.
pub(crate) fn files_of_thread(thread_dir: &Path) -> Result<Vec<PathBuf>> {
    let files = [
        INDEX_FILE,
        DETAIL_FILE,
        DETAIL_OFFSETS_FILE,
        INDEX_SUMS_FILE,
        DETAIL_SUMS_FILE,
        RING_FILE,
    ];
    let names = files.map(|file| file.path);
    let mut files = Vec::new();
    for file in names.map(|name| thread_dir.join(name)) {
        if exists_by_name(&file)? {
            files.push(file);
        }
    }
    Ok(files)
}

/// The absolute form of a path. It stays valid when the traced program changes its working directory,
/// as a daemon does.
pub(crate) fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}
