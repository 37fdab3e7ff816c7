//! A thread's calls through an analysis.

use atf_runtime::IndexReader;

use super::replay::Replayed;
use crate::counts::ThreadCounts;
use crate::error::Result;
use crate::events::Blocks;
use crate::matching::{Clip, DepthFrom, Matcher, choose};
use crate::options::Options;
use crate::selecting::{Consumer, Selecting};
use crate::selection::Selection;

/// Events from one report of progress to the next.
const BLOCK: usize = 64 * 1024;

/// Events that decide how depths are read. A multiple of a block.
const DECIDING: u32 = 1 << 20;

/// Gives the calls of a thread to an analysis that `start` makes. `progress` is called with the number of events.
///
/// Depths are taken as they are until something does not match. If another reading is better then, the analysis starts
/// again.
///
/// Where the end of an outer call decides whether it is kept, and nothing that is known earlier does, its inner calls
/// cannot be placed while it is open. Then the calls are sorted by their start first.
pub(crate) fn run<C: Consumer>(
    (thread_id, index): (u32, &IndexReader),
    selection: &Selection,
    options: &Options,
    start: impl Fn() -> C,
    progress: &mut dyn FnMut(u64),
) -> Result<(C, ThreadCounts)> {
    index.will_be_scanned();
    let thread = Thread { id: thread_id, index, selection, forced: options.forced_depth_from() };
    if selection.is_decided_by_inner_calls(|| index.is_monotonic()) {
        return Ok(thread.pass(start, progress));
    }
    let sorted = || Replayed::new(options.folder());
    let (replayed, counts) = thread.pass(sorted, progress);
    let mut consumer = start();
    replayed.give_to(&mut consumer)?;
    Ok((consumer, counts))
}

/// A thread, and how it is read.
struct Thread<'a> {
    id: u32,
    index: &'a IndexReader,
    selection: &'a Selection,
    forced: Option<DepthFrom>,
}

impl Thread<'_> {
    fn pass<C: Consumer>(
        &self,
        start: impl Fn() -> C,
        progress: &mut dyn FnMut(u64),
    ) -> (C, ThreadCounts) {
        if let Some(depth_from) = self.forced {
            return self
                .pass_by(depth_from, &start, progress, false)
                .unwrap_or_else(|_| unreachable!("a forced reading is never given up"));
        }
        match self.pass_by(DepthFrom::Exact, &start, progress, true) {
            Ok(done) => done,
            Err(better) => self
                .pass_by(better, &start, progress, false)
                .unwrap_or_else(|_| unreachable!("the best reading is not given up")),
        }
    }

    /// Passes over the thread. With `may_change`, gives up if another reading is better, and says which one.
    fn pass_by<C: Consumer>(
        &self,
        depth_from: DepthFrom,
        start: &impl Fn() -> C,
        progress: &mut dyn FnMut(u64),
        mut may_change: bool,
    ) -> Result<(C, ThreadCounts), DepthFrom> {
        let mut matcher = Matcher::new(self.id, depth_from, Clip::of(self.selection));
        let mut sink = Selecting::new(self.selection, start());
        let mut blocks = Blocks::new(self.index);
        // Bytes that were read twice are reported once.
        let mut reported = 0;
        while let Some((first_seq, events)) = blocks.next(BLOCK) {
            sink.count_events(events);
            matcher.add(self.index, first_seq, events, &mut sink);
            if may_change && first_seq < DECIDING && matcher.is_in_doubt() {
                let best = choose(self.index);
                if best != depth_from {
                    return Err(best);
                }
                may_change = false;
            }
            reported += events.len() as u64;
            if !may_change || first_seq >= DECIDING {
                progress(std::mem::take(&mut reported));
            }
        }
        progress(reported);
        matcher.finish(&mut sink);
        let counts = ThreadCounts { thread_id: self.id, depth_from, counts: sink.counts };
        Ok((sink.consumer, counts))
    }
}
