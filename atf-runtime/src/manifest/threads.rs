//! The manifest's list of threads, made from what the files hold.

use std::collections::BTreeMap;

use super::{Manifest, ManifestThread, RingCounts};

/// What the manifest says of a thread.
pub(crate) struct ThreadEntry {
    pub(crate) id: u32,
    pub(crate) has_detail: bool,
    pub(crate) time_range: Option<(u64, u64)>,
    /// `None` where there is nothing better than what the manifest says already.
    pub(crate) counts: Option<RingCounts>,
}

impl Manifest {
    /// Says what the files say: an entry per thread, and the time range over all threads with
    /// events. Counts and unknown keys of threads that were listed before are kept.
    pub(crate) fn set_threads(&mut self, threads: impl Iterator<Item = ThreadEntry>) {
        let listed = std::mem::take(&mut self.threads).into_iter();
        let mut listed: BTreeMap<u32, _> = listed.map(|thread| (thread.id, thread)).collect();
        let mut range: Option<(u64, u64)> = None;
        for ThreadEntry { id, has_detail, time_range, counts } in threads {
            let mut thread = listed.remove(&id).unwrap_or_else(|| ManifestThread::new(id));
            thread.has_detail = has_detail;
            if let Some(counts) = counts {
                thread.set_counts(counts);
            }
            self.threads.push(thread);
            if let Some((start, end)) = time_range {
                let (lowest, highest) = range.unwrap_or((start, end));
                range = Some((lowest.min(start), highest.max(end)));
            }
        }
        self.threads.sort_by_key(|thread| thread.id);
        (self.time_start_ns, self.time_end_ns) = range.unwrap_or_default();
        if !(self.modules.is_empty() && self.symbols.is_empty()) && self.format_version == "2.0" {
            "2.1".clone_into(&mut self.format_version);
        }
    }
}
