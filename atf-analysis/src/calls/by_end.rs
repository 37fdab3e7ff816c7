//! The calls of all threads, by end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::thread_calls::ThreadCalls;
use crate::call::Call;
use crate::counts::ThreadCounts;
use crate::error::Result;
use crate::options::Options;
use crate::selection::Selection;
use crate::spill::{Key, Order, Sorted, SortedCalls, Sorter};
use crate::trace::Trace;

/// The calls of all selected threads, ordered by end, thread, end sequence (none comes last), and start sequence from
/// high to low.
///
/// The calls of a thread end in this order while its clock goes on, and are matched as they are asked for. The calls of
/// threads whose clock went backwards are sorted first, as [`CallsByStart`](crate::CallsByStart) does it.
#[derive(Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct CallsByEnd<'a> {
    threads: Vec<ThreadCalls<'a>>,
    sorted: Option<SortedCalls>,
    counts_of_sorted: Vec<ThreadCounts>,
    /// The next call of each source, those of the sorted ones at the end.
    next: Vec<Option<Result<Call>>>,
    heap: BinaryHeap<Reverse<(Key, usize)>>,
}

impl<'a> CallsByEnd<'a> {
    /// The calls that `selection` keeps.
    ///
    /// Passes over the events of each thread, at the speed of memory, to see whether its clock went backwards.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`](crate::Error::TemporaryFile) when calls have to be sorted, and a temporary file cannot
    /// be created or written.
    pub fn of(trace: &Trace<'a>, selection: &'a Selection, options: &Options) -> Result<Self> {
        let selected = trace.threads().iter().filter(|(id, _)| selection.has_thread(*id));
        let (sound, unsound): (Vec<_>, Vec<_>) =
            selected.partition(|(_, index)| index.is_monotonic());
        let mut sorter = Sorter::new(Order::End, options.folder());
        let mut counts_of_sorted = Vec::new();
        for &(thread_id, index) in unsound {
            let mut calls = ThreadCalls::new(thread_id, index, selection, options);
            for call in calls.by_ref() {
                sorter.push(Sorted { call, is_kept: true })?;
            }
            counts_of_sorted.push(calls.thread_counts());
        }
        let sorted = if counts_of_sorted.is_empty() { None } else { Some(sorter.finish()?) };
        let count = sound.len();
        let of = |(thread_id, index)| {
            ThreadCalls::new(thread_id, index, selection, options).of_many(count)
        };
        let threads: Vec<_> = sound.into_iter().copied().map(of).collect();
        let next = (0..=count).map(|_| None).collect();
        let heap = BinaryHeap::new();
        let mut calls = Self { threads, sorted, counts_of_sorted, next, heap };
        (0..=count).for_each(|source| calls.advance(source));
        Ok(calls)
    }

    /// Puts the next call of a source among those that are compared.
    fn advance(&mut self, source: usize) {
        let next = match self.threads.get_mut(source) {
            Some(thread) => thread.next().map(Ok),
            None => self
                .sorted
                .as_mut()
                .and_then(|sorted| Some(sorted.next()?.map(|sorted| sorted.call))),
        };
        let Some(next) = next else { return };
        // An error comes first.
        let key = next.as_ref().map_or((0, 0, 0, 0), |call| Order::End.key(call));
        self.heap.push(Reverse((key, source)));
        self.next[source] = Some(next);
    }

    /// Bytes of the temporary file; 0 if none was needed.
    #[must_use]
    pub fn spilled_bytes(&self) -> u64 {
        self.sorted.as_ref().map_or(0, SortedCalls::spilled_bytes)
    }

    /// What was counted in each selected thread up to now, ordered by id: all of it after the last call.
    #[must_use]
    pub fn threads(&self) -> Vec<ThreadCounts> {
        let mut threads = self.counts_of_sorted.clone();
        threads.extend(self.threads.iter().map(ThreadCalls::thread_counts));
        threads.sort_by_key(|it| it.thread_id);
        threads
    }
}

impl Iterator for CallsByEnd<'_> {
    /// The next call, or why the temporary file cannot be read.
    type Item = Result<Call>;

    fn next(&mut self) -> Option<Result<Call>> {
        let Reverse((_, source)) = self.heap.pop()?;
        let next = self.next[source].take();
        if !matches!(next, Some(Err(_))) {
            self.advance(source);
        }
        next
    }
}
