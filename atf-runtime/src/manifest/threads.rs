//! The manifest's list of threads, made from what the files hold.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Manifest, ManifestThread, RingCounts};

/// What the manifest says of a thread.
pub(crate) struct ThreadEntry {
    pub(crate) id: u32,
    pub(crate) has_detail: bool,
    pub(crate) time_range: Option<(u64, u64)>,
    /// `None` where there is nothing better than what the manifest says already.
    pub(crate) counts: Option<RingCounts>,
}

/// Events and records of a thread that may not be on the disk, each as first sequence and count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct InDoubt {
    pub(crate) events: [u64; 2],
    pub(crate) details: [u64; 2],
}

impl Manifest {
    /// Says what stopped the recorder. The session's own path is left out of the text: sessions are moved.
    pub(crate) fn set_failed(&mut self, reason: Option<&str>, session_dir: &Path) {
        let dir = format!("{}/", session_dir.display());
        self.failed = reason.map(|reason| reason.strip_prefix(&dir).unwrap_or(reason).to_owned());
    }

    /// The thread's entry, which is made if there is none.
    pub(crate) fn thread_mut(&mut self, id: u32) -> &mut ManifestThread {
        let at = match self.threads.binary_search_by_key(&id, |thread| thread.id) {
            Ok(at) => at,
            Err(at) => {
                self.threads.insert(at, ManifestThread::new(id));
                at
            }
        };
        &mut self.threads[at]
    }

    /// Lists what of thread `id` is in doubt. If the thread's files could not be read it may not be listed
    /// yet.
    pub(crate) fn add_in_doubt(&mut self, id: u32, in_doubt: InDoubt) {
        let thread = self.thread_mut(id);
        for (listed, range) in [
            (&mut thread.unverified, in_doubt.events),
            (&mut thread.unverified_details, in_doubt.details),
        ] {
            if range[1] > 0 && !listed.contains(&range) {
                listed.push(range);
            }
        }
    }

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
