//! What the manifest says of a session's threads, from what was drained and from the files of those
//! that ended under an earlier drain.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::Result;
use crate::reader::ThreadReader;
use crate::session::{Session, State, ThreadEntry};
use crate::writer::ThreadSummary;

/// An entry for every thread whose files can be read. Of those that were not drained here, what the
/// files say; what the manifest counted of them stays.
pub(super) fn entries<'a>(
    dir: &Path,
    drained: impl Iterator<Item = &'a ThreadSummary>,
) -> Result<Vec<ThreadEntry>> {
    let mut entries: BTreeMap<u32, ThreadEntry> =
        drained.map(|summary| (summary.thread_id, ThreadEntry::from(summary))).collect();
    for thread in Session::open(dir)?.threads() {
        if !thread.exists || entries.contains_key(&thread.id) {
            continue;
        }
        let Ok(reader) = ThreadReader::open(&thread.dir) else { continue };
        let entry = ThreadEntry {
            id: thread.id,
            has_detail: reader.index().has_detail(),
            time_range: reader.index().time_range(),
            counts: None,
        };
        entries.insert(thread.id, entry);
    }
    Ok(entries.into_values().collect())
}

/// Whether the session was ended already: then there is nothing to wait for.
pub(super) fn is_over(dir: &Path) -> bool {
    let Ok(session) = Session::open(dir) else { return true };
    session.manifest().is_ok_and(|manifest| manifest.state == Some(State::Complete))
}
