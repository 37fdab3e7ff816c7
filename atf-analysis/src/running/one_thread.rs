//! A thread's calls through an analysis.

use atf_runtime::IndexReader;

use super::replay::Replayed;
use crate::call::Call;
use crate::counts::ThreadCounts;
use crate::error::Result;
use crate::events::Blocks;
use crate::matching::{Clip, Matcher, choose};
use crate::options::Options;
use crate::selecting::{Consumer, Mark, Selecting};
use crate::selection::Selection;

/// Events from one report of progress to the next.
const BLOCK: usize = 64 * 1024;

/// Gives the calls of a thread to `consumer`, which may have been given those of others before. `progress` is called
/// with the number of events.
///
/// Where the end of an outer call decides whether it is kept, and nothing that is known earlier does, its inner calls
/// cannot be placed while it is open. Then the calls are sorted by their start first.
pub(crate) fn run<C: Consumer>(
    (thread_id, index): (u32, &IndexReader),
    selection: &Selection,
    options: &Options,
    consumer: &mut C,
    progress: &mut dyn FnMut(u64),
) -> Result<ThreadCounts> {
    index.will_be_scanned();
    let depth_from = options.forced_depth_from().unwrap_or_else(|| choose(index));
    consumer.start_thread(thread_id);
    let counts = if selection.is_decided_by_inner_calls(|| index.is_monotonic()) {
        let mut matcher = Matcher::new(thread_id, depth_from, Clip::of(selection));
        let mut sink = Selecting::new(selection, Borrowed(consumer));
        pass(index, &mut matcher, &mut sink, progress);
        sink.counts
    } else {
        let mut matcher = Matcher::new(thread_id, depth_from, Clip::of(selection));
        let mut sink = Selecting::new(selection, Replayed::new(options.folder()));
        pass(index, &mut matcher, &mut sink, progress);
        sink.consumer.give_to(consumer)?;
        sink.counts
    };
    Ok(ThreadCounts { thread_id, depth_from, counts })
}

fn pass<C: Consumer>(
    index: &IndexReader,
    matcher: &mut Matcher<Mark<C::Mark>>,
    sink: &mut Selecting<'_, C>,
    progress: &mut dyn FnMut(u64),
) {
    let mut blocks = Blocks::new(index);
    while let Some((first_seq, events)) = blocks.next(BLOCK) {
        sink.count_events(events);
        matcher.add(index, first_seq, events, sink);
        progress(events.len() as u64);
    }
    matcher.finish(sink);
}

/// An analysis that goes on with other threads.
struct Borrowed<'c, C>(&'c mut C);

impl<C: Consumer> Consumer for Borrowed<'_, C> {
    type Mark = C::Mark;

    #[inline]
    fn open(&mut self, function_id: u64, is_kept: bool, parent: Option<&C::Mark>) -> C::Mark {
        self.0.open(function_id, is_kept, parent)
    }

    #[inline]
    fn close(&mut self, call: &Call, is_kept: bool, mark: C::Mark) {
        self.0.close(call, is_kept, mark);
    }

    fn orphan(&mut self, function_id: u64) {
        self.0.orphan(function_id);
    }
}
