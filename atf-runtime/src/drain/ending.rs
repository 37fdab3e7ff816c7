//! The end of a session: the manifest's entries for threads of this drain and of earlier ones, and the
//! removal of rings that were never completed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};
use crate::format::RING_FILE;
use crate::lock::Lock;
use crate::manifest::{State, ThreadEntry};
use crate::reader::ThreadReader;
use crate::ring::open::is_made;
use crate::ring::state::RingState;
use crate::session::Session;
use crate::storage::Storage;
use crate::thread_dir::{thread_dir_name, thread_dirs};
use crate::writer::ThreadSummary;

/// An entry for every thread that is listed already or whose files can be read. For threads that this
/// drain did not drain, the entry comes from their files, and the manifest keeps their counts.
pub(super) fn entries<'a>(
    dir: &Path,
    drained: impl Iterator<Item = &'a ThreadSummary>,
    is_complete: bool,
) -> Result<Vec<ThreadEntry>> {
    let mut entries: BTreeMap<u32, ThreadEntry> =
        drained.map(|summary| (summary.thread_id, ThreadEntry::from(summary))).collect();
    let session = Session::open(dir)?;
    let manifest = session.readable_manifest();
    let listed = manifest.map(|manifest| manifest.threads.as_slice()).unwrap_or_default();
    for thread in session.threads() {
        if entries.contains_key(&thread.id) {
            continue;
        }
        let (has_detail, time_range) = match ThreadReader::open(&thread.dir) {
            Ok(reader) => (reader.index().has_detail(), reader.index().time_range()),
            // The session is not complete without it.
            Err(error) if is_complete && error.is_refusal() => return Err(error),
            // A thread whose files were removed stays listed.
            Err(_) => match listed.iter().find(|listed| listed.id == thread.id) {
                Some(listed) => (listed.has_detail, None),
                None => continue,
            },
        };
        let entry = ThreadEntry { id: thread.id, has_detail, time_range, counts: None };
        entries.insert(thread.id, entry);
    }
    Ok(entries.into_values().collect())
}

/// Whether the session has ended, or an earlier drain finalized all of its threads and was killed
/// before it could write the manifest. Then there is no first thread to wait for.
///
/// # Errors
///
/// [`Error::Io`] if the operating system refuses to read the session: a drain that took this for "no" would
/// wait for ever.
pub(super) fn has_begun(dir: &Path) -> Result<bool> {
    let session = Session::open(dir)?;
    if session.manifest().is_ok_and(|manifest| manifest.state == Some(State::Complete)) {
        return Ok(true);
    }
    let mut has_any = false;
    for thread in session.threads() {
        let Ok(reader) = Error::unless_refused(ThreadReader::open(&thread.dir))? else { continue };
        // A thread without a footer has a ring, or is written by a program without a drain.
        if !reader.index().extent().footer.is_complete() {
            return Ok(false);
        }
        has_any = true;
    }
    Ok(has_any)
}

/// Removes the rings of producers that were killed while they made them: they hold no events. One beside files
/// held events, and is left to recovery.
pub(super) fn remove_unmade<S: Storage>(storage: &S, dir: &Path) -> Result<()> {
    for id in thread_dirs(storage, dir)? {
        let thread = dir.join(thread_dir_name(id));
        let path = thread.join(RING_FILE.path);
        let io = |action: &'static str| Error::io(&path, action);
        if std::fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            // Opening a pipe would wait for a writer.
            continue;
        }
        match File::open(&path) {
            Ok(ring) => {
                // A producer that is creating it holds the lock. No other one can take it from now on.
                let Some(lock) = Lock::try_exclusive_file(ring).map_err(io("lock"))? else {
                    continue;
                };
                if is_made(lock.file()).map_err(io("read"))? {
                    continue;
                }
                if let RingState::Damaged(fault) = RingState::NeverMade.beside(&thread, None)? {
                    return Err(Error::malformed(&path)(fault));
                }
                storage.remove_file(&path).map_err(io("remove"))?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(io("open")(error)),
        }
        // Fails for a thread with files, whose directory is not empty.
        let _ = storage.remove_dir(&thread);
    }
    Ok(())
}
