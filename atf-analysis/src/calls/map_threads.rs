//! The calls of each thread, on several threads of this process at once.

use atf_runtime::IndexReader;
use atf_runtime::verify::Progress;

use super::thread_calls::ThreadCalls;
use crate::error::Result;
use crate::options::Options;
use crate::running::{Work, in_parallel};
use crate::selection::Selection;
use crate::trace::Trace;

/// Calls `map` with the calls of each selected thread, on the threads of this process that `options` allow. Returns
/// what it returned, in the order of thread ids. `progress` is called with the bytes of events, when `map` is done with a
/// thread.
///
/// ```no_run
/// use atf_analysis::{Options, Selection, Trace, map_threads};
/// # use atf_runtime::session::SessionReader;
/// # let session = SessionReader::open("my_session")?;
/// let trace = Trace::from(&session);
/// let (selection, options) = (Selection::default(), Options::default());
/// // The longest call of each thread.
/// let longest = map_threads(&trace, &selection, &options, None, |calls| {
///     calls.map(|call| call.duration_ns).max()
/// });
/// # Ok::<(), atf_runtime::Error>(())
/// ```
pub fn map_threads<T: Send>(
    trace: &Trace<'_>,
    selection: &Selection,
    options: &Options,
    progress: Option<Progress<'_>>,
    map: impl Fn(&mut ThreadCalls<'_>) -> T + Sync,
) -> Vec<T> {
    let work = Mapping { selection, options, map };
    let made = in_parallel(trace, selection, options, progress, &work)
        .unwrap_or_else(|error| unreachable!("matching uses no temporary file: {error}"));
    let mut mapped: Vec<(u32, T)> = made.into_iter().flatten().collect();
    mapped.sort_by_key(|&(thread_id, _)| thread_id);
    mapped.into_iter().map(|(_, mapped)| mapped).collect()
}

struct Mapping<'a, F> {
    selection: &'a Selection,
    options: &'a Options,
    map: F,
}

impl<T: Send, F: Fn(&mut ThreadCalls<'_>) -> T + Sync> Work for Mapping<'_, F> {
    type Made = Vec<(u32, T)>;

    fn start(&self) -> Self::Made {
        Vec::new()
    }

    fn add(
        &self,
        made: &mut Self::Made,
        (thread_id, index): (u32, &IndexReader),
        progress: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let mut calls = ThreadCalls::new(thread_id, index, self.selection, self.options);
        made.push((thread_id, (self.map)(&mut calls)));
        progress(index.len() as u64);
        Ok(())
    }
}
