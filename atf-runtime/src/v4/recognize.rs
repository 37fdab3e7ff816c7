//! Whether a path is a V4 trace.

use std::ffi::OsStr;
use std::path::Path;

use super::manifest::ManifestInfo;
use super::reader::EVENTS_FILE;
use crate::manifest::MANIFEST_NAME;
use crate::storage::Disk;
use crate::thread_dir::thread_dirs;

/// Whether `path` is a V4 trace: a directory with an events.bin, or with a V4 trace.json alone, that is no session of
/// v2; or a file of the name events.bin.
pub fn is_v4(path: impl AsRef<Path>) -> bool {
    let path = path.as_ref();
    if path.is_dir() {
        let has = |name: &str| path.join(name).exists();
        let is_session =
            || has(MANIFEST_NAME) || thread_dirs(&Disk, path).is_ok_and(|dirs| !dirs.is_empty());
        // Other programs write a trace.json too.
        let is_trace = has(EVENTS_FILE) || ManifestInfo::open(path).is_ok();
        return is_trace && !is_session();
    }
    path.file_name() == Some(OsStr::new(EVENTS_FILE)) && path.exists()
}
