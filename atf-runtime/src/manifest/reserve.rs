//! Room on the disk for the last manifest of a recording, which may have to say that the disk is full.
//!
//! The reserve is a file of zeros under the name that a manifest is written to before it is renamed. Writing a
//! manifest removes that file first, as it removes what a crash left there.

use std::fs;
use std::path::Path;

use super::{MANIFEST_NAME, MANIFEST_TEMPORARY_NAME};
use crate::storage::{Storage, StorageFile};

/// By how much the next manifest may be longer; the second number, if there is no room for the first.
const MORE_BYTES: [u64; 2] = [8 * 1024, 1024];
/// More is not reserved: names take most of such a manifest.
const MAX_BYTES: u64 = 1 << 20;

/// Reserves room for a manifest that is a little longer than the present one. If that fails, there is no
/// reserve.
pub(crate) fn reserve<S: Storage>(storage: &S, session_dir: &Path) {
    let path = session_dir.join(MANIFEST_TEMPORARY_NAME);
    let present = fs::metadata(session_dir.join(MANIFEST_NAME)).map_or(0, |it| it.len());
    for more in MORE_BYTES {
        let len = present.saturating_add(more);
        if len > MAX_BYTES {
            continue;
        }
        let Ok(mut file) = storage.create_new(&path) else { return };
        if file.write_all_at(&vec![0; len as usize], 0).is_ok() {
            return;
        }
        release(storage, session_dir);
    }
}

/// Gives the room back.
pub(crate) fn release<S: Storage>(storage: &S, session_dir: &Path) {
    // There may be none.
    let _ = storage.remove_file(&session_dir.join(MANIFEST_TEMPORARY_NAME));
}
