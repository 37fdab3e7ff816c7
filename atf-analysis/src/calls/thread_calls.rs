//! The calls of a thread, in the order in which they end.

use std::iter::FusedIterator;

use atf_runtime::IndexReader;

use crate::call::Call;
use crate::counts::{Counts, ThreadCounts};
use crate::events::Blocks;
use crate::matching::{Clip, DepthFrom, Matcher, choose};
use crate::options::Options;
use crate::selecting::{Consumer, Mark, Selecting};
use crate::selection::Selection;

/// Events that are matched at once. They end about half as many calls, which wait here.
const BLOCK: usize = 512;
/// The same where no call waits.
const BLOCK_OF_FOLD: usize = 64 * 1024;

/// The calls of a thread that a selection keeps, in the order in which they end in the file; of those that end
/// together, the innermost comes first. Its memory is that of the open calls.
///
/// ```
/// use atf_analysis::{EndedBy, Options, Selection, ThreadCalls};
/// # use atf_runtime::format::{EventKind, IndexEvent};
/// # use atf_runtime::{Event, IndexReader, Platform, ThreadWriter, WriterOptions};
/// # use atf_runtime::format::{Arch, ClockType, Os};
/// # let dir = tempfile::tempdir().unwrap();
/// # let platform = Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
/// # let mut writer = ThreadWriter::create(dir.path(), 0, platform, WriterOptions::default())?;
/// # for (timestamp_ns, function_id, event_kind, call_depth) in [
/// #     (10, 1, EventKind::CALL, 0),
/// #     (20, 2, EventKind::CALL, 1),
/// #     (50, 2, EventKind::RETURN, 1),
/// # ] {
/// #     let event = Event { timestamp_ns, function_id, event_kind, call_depth };
/// #     writer.write_event(&event, None)?;
/// # }
/// # writer.finalize()?;
/// # let index = IndexReader::open(dir.path().join("thread_0/index.atf"))?;
/// // Function 1 calls function 2 at 20 ns, which returns at 50 ns. Then the trace ends.
/// let selection = Selection::default();
/// let mut calls = ThreadCalls::new(0, &index, &selection, &Options::default());
/// let inner = calls.next().unwrap();
/// assert_eq!((inner.function_id, inner.duration_ns, inner.ended_by), (2, 30, EndedBy::Return));
/// let outer = calls.next().unwrap();
/// assert_eq!((outer.self_ns, outer.ended_by), (10, EndedBy::EndOfTrace));
/// assert_eq!(inner.parent, Some(outer.start_seq));
/// assert!(calls.next().is_none());
/// assert_eq!(calls.counts().unfinished, 1);
/// # Ok::<(), atf_runtime::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct ThreadCalls<'a> {
    thread_id: u32,
    index: &'a IndexReader,
    blocks: Blocks<'a>,
    depth_from: DepthFrom,
    matcher: Matcher<Mark<()>>,
    sink: Selecting<'a, Waiting>,
    /// Of those that wait, the next.
    next: usize,
    block: usize,
    is_finished: bool,
}

/// Calls that ended and were not taken yet.
#[derive(Debug, Default)]
struct Waiting(Vec<Call>);

impl Consumer for Waiting {
    type Mark = ();

    #[inline]
    fn open(&mut self, _: u64, _: bool, _: Option<&()>) {}

    #[inline]
    fn close(&mut self, call: &Call, is_kept: bool, (): ()) {
        if is_kept {
            self.0.push(*call);
        }
    }

    fn orphan(&mut self, _: u64) {}
}

impl<'a> ThreadCalls<'a> {
    /// The calls in `index`, which is that of the thread `thread_id`. Reads up to 2^20 events to see how their depths
    /// are meant, unless the options say it. A selection of other threads gives no calls.
    pub fn new(
        thread_id: u32,
        index: &'a IndexReader,
        selection: &'a Selection,
        options: &Options,
    ) -> Self {
        let depth_from = options.forced_depth_from().unwrap_or_else(|| choose(index));
        Self {
            thread_id,
            index,
            blocks: Blocks::new(index),
            depth_from,
            matcher: Matcher::new(thread_id, depth_from, Clip::of(selection)),
            sink: Selecting::new(selection, Waiting::default()),
            next: 0,
            block: BLOCK,
            is_finished: !selection.has_thread(thread_id),
        }
    }

    /// The thread.
    #[must_use]
    pub fn thread_id(&self) -> u32 {
        self.thread_id
    }

    /// How the depths of the thread's events are read.
    #[must_use]
    pub fn depth_from(&self) -> DepthFrom {
        self.depth_from
    }

    /// What was counted up to now: all of the thread after the last call.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.sink.counts
    }

    /// What was counted up to now, and how depths are read.
    #[must_use]
    pub fn thread_counts(&self) -> ThreadCounts {
        let (thread_id, depth_from) = (self.thread_id, self.depth_from);
        ThreadCounts { thread_id, depth_from, counts: self.sink.counts }
    }

    /// The same, with less memory when so many threads are read together.
    pub(super) fn of_many(mut self, threads: usize) -> Self {
        self.block = (BLOCK * 64 / threads.max(1)).clamp(1, BLOCK);
        self
    }

    /// Matches the next events. Whether there may be more calls.
    fn advance(&mut self) -> bool {
        self.sink.consumer.0.clear();
        self.next = 0;
        if self.is_finished {
            return false;
        }
        match self.blocks.next(self.block) {
            Some((first_seq, events)) => {
                self.sink.count_events(events);
                self.matcher.add(self.index, first_seq, events, &mut self.sink);
            }
            None => {
                self.matcher.finish(&mut self.sink);
                self.is_finished = true;
            }
        }
        true
    }
}

impl Iterator for ThreadCalls<'_> {
    type Item = Call;

    #[inline]
    fn next(&mut self) -> Option<Call> {
        loop {
            if let Some(call) = self.sink.consumer.0.get(self.next) {
                self.next += 1;
                return Some(*call);
            }
            if !self.advance() {
                return None;
            }
        }
    }

    // Each call goes from the matcher straight to `f`.
    fn fold<B, F: FnMut(B, Call) -> B>(mut self, init: B, mut f: F) -> B {
        let waiting = &self.sink.consumer.0[self.next..];
        let folded = waiting.iter().fold(init, |folded, call| f(folded, *call));
        let mut sink = self.sink.with(Folding { folded: Some(folded), f });
        if !self.is_finished {
            while let Some((first_seq, events)) = self.blocks.next(BLOCK_OF_FOLD) {
                sink.count_events(events);
                self.matcher.add(self.index, first_seq, events, &mut sink);
            }
            self.matcher.finish(&mut sink);
        }
        sink.consumer.folded.unwrap_or_else(|| unreachable!("it is put back after each call"))
    }
}

/// Calls a function with each call, and what it returned for the one before.
struct Folding<B, F> {
    folded: Option<B>,
    f: F,
}

impl<B, F: FnMut(B, Call) -> B> Consumer for Folding<B, F> {
    type Mark = ();

    #[inline(always)]
    fn open(&mut self, _: u64, _: bool, _: Option<&()>) {}

    #[inline(always)]
    fn close(&mut self, call: &Call, is_kept: bool, (): ()) {
        if is_kept && let Some(folded) = self.folded.take() {
            self.folded = Some((self.f)(folded, *call));
        }
    }

    fn orphan(&mut self, _: u64) {}
}

impl FusedIterator for ThreadCalls<'_> {}
