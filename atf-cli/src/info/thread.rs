//! The data of one thread, and the totals of all threads.

use std::collections::BTreeMap;

use atf_analysis::ThreadSummary;
use atf_runtime::format::Value;
use atf_runtime::manifest::ManifestThread;
use atf_runtime::verify::{ChecksumState, detail_checksum, index_checksum, thread_checksum};

use crate::progress::Progress;
use crate::trace::{Opened, Thread};
use crate::values;

/// The data of a thread.
pub(super) struct ThreadInfo<'a> {
    pub(super) thread_id: u32,
    /// Its name, if the manifest has it.
    pub(super) name: Option<&'a str>,
    /// The operating system's id of it, if the manifest has it.
    pub(super) os_id: Option<u64>,
    pub(super) events: u64,
    pub(super) details: u64,
    pub(super) time_range: Option<(u64, u64)>,
    pub(super) is_finalized: bool,
    /// `None` if it was not checked.
    pub(super) checksum: Option<ChecksumState>,
    /// Architecture, operating system and clock, from the file header.
    pub(super) platform: Vec<(&'static str, Value<'a>)>,
    /// Number of dropped events, if the manifest has it.
    pub(super) dropped_events: Option<u64>,
    /// Number of dropped details, if the manifest has it.
    pub(super) dropped_details: Option<u64>,
    /// Events and detail records that nothing proves, as the manifest says.
    pub(super) unverified: Unverified,
    /// What its events and calls look like, if they were read.
    pub(super) summary: Option<ThreadSummary>,
    /// Why the thread or its detail lane cannot be read.
    pub(super) error: Option<String>,
}

/// How much of a thread is unverified.
#[derive(Clone, Copy, Default)]
pub(super) struct Unverified {
    pub(super) events: u64,
    pub(super) details: u64,
}

impl Unverified {
    fn of(thread: &ManifestThread) -> Self {
        // A manifest can contain any number.
        let count = |ranges: &[[u64; 2]]| {
            ranges.iter().fold(0_u64, |sum, [_, count]| sum.saturating_add(*count))
        };
        let details = count(&thread.unverified_details);
        Self { events: count(&thread.unverified), details }
    }

    pub(super) fn is_any(self) -> bool {
        self.events > 0 || self.details > 0
    }
}

impl<'a> ThreadInfo<'a> {
    /// Collects the data from the thread's files and from its entry in `listed`, the threads of the
    /// manifest. With `progress`, also compares the checksums.
    pub(super) fn of(
        thread: &'a Thread,
        listed: &BTreeMap<u32, &'a ManifestThread>,
        progress: Option<&Progress>,
    ) -> Self {
        let info = match &thread.files {
            Ok(files) => Self::of_files(thread.id, files, progress),
            Err(error) => Self {
                thread_id: thread.id,
                name: None,
                os_id: None,
                events: 0,
                details: 0,
                time_range: None,
                is_finalized: false,
                checksum: None,
                platform: Vec::new(),
                dropped_events: None,
                dropped_details: None,
                unverified: Unverified::default(),
                summary: None,
                error: Some(format!("{error:#}")),
            },
        };
        let listed = listed.get(&thread.id);
        Self {
            name: listed.and_then(|thread| thread.name.as_deref()),
            os_id: listed.and_then(|thread| thread.os_id),
            dropped_events: listed.and_then(|thread| thread.dropped_events),
            dropped_details: listed.and_then(|thread| thread.dropped_details),
            unverified: listed.map(|thread| Unverified::of(thread)).unwrap_or_default(),
            ..info
        }
    }

    fn of_files(thread_id: u32, files: &'a Opened, progress: Option<&Progress>) -> Self {
        let index = files.index();
        let (detail, error) = match files.detail() {
            Ok(detail) => (detail, None),
            Err(error) => (None, Some(format!("{error:#}"))),
        };
        let mut platform = detail.map(|it| values::enum_fields(it.header())).unwrap_or_default();
        if let Some(index) = index {
            platform = values::enum_fields(index.header());
        }
        Self {
            thread_id,
            name: None,
            os_id: None,
            events: index.map_or(0, |index| index.len() as u64),
            details: detail.map_or(0, |detail| detail.len() as u64),
            time_range: files.time_range(),
            is_finalized: files.is_finalized(),
            checksum: progress.map(|progress| checksum(files, progress)),
            platform,
            dropped_events: None,
            dropped_details: None,
            unverified: Unverified::default(),
            summary: None,
            error,
        }
    }

    /// The checksum state, as printed in text and JSON.
    pub(super) fn checksum_name(&self) -> String {
        self.checksum.map_or_else(|| "not checked".to_owned(), |state| state.to_string())
    }
}

fn checksum(files: &Opened, progress: &Progress) -> ChecksumState {
    let add = &mut |bytes| progress.add(bytes);
    match files {
        Opened::Both(thread) => thread_checksum(thread, Some(add)),
        Opened::Ring(_) => ChecksumState::NotRecorded,
        Opened::Index(index) => index_checksum(index, Some(add)),
        Opened::Detail(detail) => detail_checksum(detail, Some(add)),
    }
}

/// Sums over threads.
pub(super) struct Totals {
    pub(super) events: u64,
    pub(super) details: u64,
    pub(super) time_range: Option<(u64, u64)>,
    pub(super) is_finalized: bool,
    /// `None` if the manifest has no such number for any thread.
    pub(super) dropped_events: Option<u64>,
    pub(super) dropped_details: Option<u64>,
}

impl Totals {
    pub(super) fn of(threads: &[ThreadInfo<'_>]) -> Self {
        let ranges = || threads.iter().filter_map(|thread| thread.time_range);
        let start = ranges().map(|(start, _)| start).min();
        let end = ranges().map(|(_, end)| end).max();
        Self {
            events: threads.iter().map(|thread| thread.events).sum(),
            details: threads.iter().map(|thread| thread.details).sum(),
            time_range: start.zip(end),
            is_finalized: threads.iter().all(|thread| thread.is_finalized),
            dropped_events: sum(threads.iter().filter_map(|thread| thread.dropped_events)),
            dropped_details: sum(threads.iter().filter_map(|thread| thread.dropped_details)),
        }
    }
}

/// `None` if there are no counts. Saturates, because a manifest can contain any number.
fn sum(counts: impl Iterator<Item = u64>) -> Option<u64> {
    counts.reduce(u64::saturating_add)
}
