//! The calls of a thread, outer calls before inner ones.

use atf_runtime::IndexReader;
use atf_runtime::format::IndexEvent;
use atf_runtime::verify::Progress;

use super::thread_calls::ThreadCalls;
use crate::call::Call;
use crate::counts::ThreadCounts;
use crate::error::Result;
use crate::options::Options;
use crate::selection::Selection;
use crate::spill::{Order, Sorted, SortedCalls, Sorter};

/// The calls of one thread in the order in which they begin in its file. An outer call comes before the calls inside,
/// also where the clock went backwards.
///
/// A call is complete when it ends, after the calls inside of it. So all are sorted before the first is given out, as
/// by [`CallsByStart`](crate::CallsByStart), with a temporary file for many.
#[derive(Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct CallsInFileOrder {
    sorted: SortedCalls,
    counts: ThreadCounts,
}

impl CallsInFileOrder {
    /// Reads the calls of thread `thread_id` that `selection` keeps. `progress` is called with the bytes of events
    /// that were read.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`](crate::Error::TemporaryFile) when the temporary file cannot be created or written.
    pub fn of(
        thread_id: u32,
        index: &IndexReader,
        selection: &Selection,
        options: &Options,
        progress: Option<Progress<'_>>,
    ) -> Result<Self> {
        let mut sorter = Sorter::new(Order::Sequence, options.folder());
        let mut calls = ThreadCalls::new(thread_id, index, selection, options);
        for call in calls.by_ref() {
            sorter.push(Sorted { call, is_kept: true })?;
        }
        if let Some(progress) = progress {
            progress((index.len() * size_of::<IndexEvent>()) as u64);
        }
        Ok(Self { counts: calls.thread_counts(), sorted: sorter.finish()? })
    }

    /// What was counted in the thread.
    #[must_use]
    pub fn thread_counts(&self) -> ThreadCounts {
        self.counts
    }
}

impl Iterator for CallsInFileOrder {
    /// The next call, or why the temporary file cannot be read.
    type Item = Result<Call>;

    fn next(&mut self) -> Option<Result<Call>> {
        Some(self.sorted.next()?.map(|sorted| sorted.call))
    }
}
