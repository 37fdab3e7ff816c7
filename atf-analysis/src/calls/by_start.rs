//! The calls of all threads, by start.

use atf_runtime::format::IndexEvent;
use atf_runtime::verify::Progress;

use super::thread_calls::ThreadCalls;
use crate::call::Call;
use crate::counts::ThreadCounts;
use crate::error::Result;
use crate::options::Options;
use crate::selection::Selection;
use crate::spill::{Order, Sorted, SortedCalls, Sorter};
use crate::trace::Trace;

/// The calls of all selected threads, ordered by start, thread, and start sequence.
///
/// A call is complete when it ends, after the calls inside of it. So all calls are sorted before the first is given
/// out: in memory, and beyond 65,536 of them in a temporary file of 56 bytes for each. The file has no name, and is
/// gone with this iterator or with the process.
#[derive(Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct CallsByStart {
    sorted: SortedCalls,
    threads: Vec<ThreadCounts>,
}

impl CallsByStart {
    /// Reads the calls that `selection` keeps. `progress` is called with the bytes of events that were read.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`](crate::Error::TemporaryFile) when the temporary file cannot be created or written.
    pub fn of(
        trace: &Trace<'_>,
        selection: &Selection,
        options: &Options,
        progress: Option<Progress<'_>>,
    ) -> Result<Self> {
        let mut silent = |_| ();
        let progress = progress.unwrap_or(&mut silent);
        let mut sorter = Sorter::new(Order::Start, options.folder());
        let mut threads = Vec::new();
        for &(thread_id, index) in trace.threads() {
            if selection.has_thread(thread_id) {
                let mut calls = ThreadCalls::new(thread_id, index, selection, options);
                for call in calls.by_ref() {
                    sorter.push(Sorted { call, is_kept: true })?;
                }
                threads.push(calls.thread_counts());
                progress((index.len() * size_of::<IndexEvent>()) as u64);
            }
        }
        Ok(Self { sorted: sorter.finish()?, threads })
    }

    /// Bytes of the temporary file; 0 if none was needed.
    #[must_use]
    pub fn spilled_bytes(&self) -> u64 {
        self.sorted.spilled_bytes()
    }

    /// What was counted in each selected thread, ordered by id.
    #[must_use]
    pub fn threads(&self) -> &[ThreadCounts] {
        &self.threads
    }
}

impl Iterator for CallsByStart {
    /// The next call, or why the temporary file cannot be read.
    type Item = Result<Call>;

    fn next(&mut self) -> Option<Result<Call>> {
        Some(self.sorted.next()?.map(|sorted| sorted.call))
    }
}
