//! The matcher: the stack of a thread, and the rules for each kind of event.

use std::collections::HashMap;

use atf_runtime::format::{EventKind, IndexEvent};
use atf_runtime::{IndexReader, IndexSeq};
use foldhash::fast::RandomState;

use super::clip::Clip;
use super::depth_from::DepthFrom;
use super::frame::Frame;
use super::sink::{Ending, Gap, Opened, Orphan, Sink};
use crate::call::EndedBy;

/// Open calls that are searched one by one before functions are counted.
const SEARCHED: usize = 64;

/// The open calls of a thread. `M`: what the sink keeps with each.
#[derive(Debug)]
pub(crate) struct Matcher<M> {
    thread_id: u32,
    depth_from: DepthFrom,
    clip: Clip,
    /// Under each reading but `Nesting`, depths increase from the bottom to the top.
    stack: Vec<Frame<M>>,
    /// The last marker, until the next event of a call trims the stack.
    marker: Option<(u32, u64)>,
    /// Markers so far.
    gaps: u32,
    has_orphans: bool,
    /// Time of the event before.
    previous_ns: u64,
    highest_ns: u64,
    /// By nesting: how many calls of each function are open. Counted from the first search on that took long.
    open: Option<HashMap<u64, u32, RandomState>>,
}

const CALL: u32 = EventKind::CALL.get();
const RETURN: u32 = EventKind::RETURN.get();
const EXCEPTION: u32 = EventKind::EXCEPTION.get();

/// Readings as constants, so that the compiler makes a loop for each.
const EXACT: u8 = 0;
const PLUS_ONE: u8 = 1;
const NESTING: u8 = 2;

impl<M: Copy> Matcher<M> {
    pub(crate) fn new(thread_id: u32, depth_from: DepthFrom, clip: Clip) -> Self {
        Self {
            thread_id,
            depth_from,
            clip,
            stack: Vec::new(),
            marker: None,
            gaps: 0,
            has_orphans: false,
            previous_ns: 0,
            highest_ns: 0,
            open: None,
        }
    }

    /// How many calls are open.
    pub(crate) fn height(&self) -> usize {
        self.stack.len()
    }

    /// Adds events of `index`, the first of which is at `first_seq`.
    #[inline]
    pub(crate) fn add<S: Sink<Mark = M>>(
        &mut self,
        index: &IndexReader,
        first_seq: u32,
        events: &[IndexEvent],
        sink: &mut S,
    ) {
        match self.depth_from {
            DepthFrom::Exact => self.add_by::<EXACT, S>(index, first_seq, events, sink),
            DepthFrom::PlusOne => self.add_by::<PLUS_ONE, S>(index, first_seq, events, sink),
            DepthFrom::Nesting => self.add_by::<NESTING, S>(index, first_seq, events, sink),
        }
    }

    /// Whether another reading of depths may match better: returns without calls, or markers, were met. Without them
    /// each return is matched, and no reading matches more.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.has_orphans || self.gaps > 0
    }

    /// Ends what is open at the end of the file.
    pub(crate) fn finish<S: Sink<Mark = M>>(&mut self, sink: &mut S) {
        let ending = Ending { by: EndedBy::EndOfTrace, time_ns: self.highest_ns, seq: None };
        self.unwind(0, ending, sink);
    }

    #[inline(always)]
    fn add_by<const READING: u8, S: Sink<Mark = M>>(
        &mut self,
        index: &IndexReader,
        first_seq: u32,
        events: &[IndexEvent],
        sink: &mut S,
    ) {
        let (mut highest_ns, mut previous_ns) = (self.highest_ns, self.previous_ns);
        for (event, seq) in events.iter().zip(first_seq..) {
            let time_ns = event.timestamp_ns.get();
            highest_ns = highest_ns.max(time_ns);
            // As a number, which is loaded at once; its type has bytes.
            match event.event_kind.get() {
                CALL => self.call::<READING, S>(event, seq, sink),
                RETURN => self.leave::<READING, S>(event, seq, EndedBy::Return, sink),
                EXCEPTION => {
                    self.leave::<READING, S>(event, seq, EndedBy::Exception, sink);
                }
                _ => {
                    let kind = event.event_kind;
                    let before_ns = if seq == 0 { time_ns } else { previous_ns };
                    self.other(index, kind, seq, [before_ns, time_ns], sink);
                }
            }
            previous_ns = time_ns;
        }
        (self.highest_ns, self.previous_ns) = (highest_ns, previous_ns);
    }

    #[inline(always)]
    fn call<const READING: u8, S: Sink<Mark = M>>(
        &mut self,
        event: &IndexEvent,
        seq: u32,
        sink: &mut S,
    ) {
        let (time_ns, depth) = (event.timestamp_ns.get(), event.call_depth.get());
        let function_id = event.function_id.get();
        if READING == NESTING {
            self.marker = None;
            if let Some(open) = &mut self.open {
                *open.entry(function_id).or_default() += 1;
            }
        } else {
            self.trim_lost(depth.into(), sink);
            if self.stack.last().is_some_and(|frame| frame.depth >= depth) {
                let unwound = Ending { by: EndedBy::Unwound, time_ns, seq: Some(seq) };
                self.trim(depth.into(), unwound, sink);
            }
        }
        let opened = Opened { function_id, depth };
        let mark = sink.open(opened, self.stack.last().map(|frame| &frame.mark));
        self.stack.push(Frame::new((seq, time_ns), function_id, depth, self.gaps, mark));
    }

    #[inline(always)]
    fn leave<const READING: u8, S: Sink<Mark = M>>(
        &mut self,
        event: &IndexEvent,
        seq: u32,
        by: EndedBy,
        sink: &mut S,
    ) {
        let (time_ns, function_id) = (event.timestamp_ns.get(), event.function_id.get());
        // Of a return at depth 0 that is written one higher, the depth is below that of any call.
        let depth = i64::from(event.call_depth.get()) - i64::from(READING == PLUS_ONE);
        let found = if READING == NESTING {
            self.marker = None;
            self.nearest(function_id)
        } else {
            self.trim_lost(depth + 1, sink);
            self.at_depth(function_id, depth)
        };
        let Some(found) = found else {
            self.has_orphans = true;
            sink.orphan(Orphan { function_id, time_ns });
            return;
        };
        let seq = Some(seq);
        if self.stack.len() > found + 1 {
            self.unwind(found + 1, Ending { by: EndedBy::Unwound, time_ns, seq }, sink);
        }
        self.end_top(Ending { by, time_ns, seq }, sink);
    }

    /// Ends the open calls at this depth and below, if events were lost since the last event of a call.
    #[inline(always)]
    fn trim_lost<S: Sink<Mark = M>>(&mut self, depth: i64, sink: &mut S) {
        if let Some((seq, time_ns)) = self.marker {
            self.marker = None;
            self.trim(depth, Ending { by: EndedBy::Lost, time_ns, seq: Some(seq) }, sink);
        }
    }

    /// Ends the open calls at this depth and below.
    #[cold]
    fn trim<S: Sink<Mark = M>>(&mut self, depth: i64, ending: Ending, sink: &mut S) {
        let is_deeper = |frame: &Frame<M>| i64::from(frame.depth) >= depth;
        let left = self.stack.iter().rposition(|frame| !is_deeper(frame));
        self.unwind(left.map_or(0, |left| left + 1), ending, sink);
    }

    /// Ends all open calls but the outermost `left`.
    #[cold]
    fn unwind<S: Sink<Mark = M>>(&mut self, left: usize, ending: Ending, sink: &mut S) {
        while self.stack.len() > left {
            self.end_top(ending, sink);
        }
    }

    /// The open call of the function at that depth.
    #[inline(always)]
    fn at_depth(&self, function_id: u64, depth: i64) -> Option<usize> {
        let top = self.stack.last()?;
        let at = match i64::from(top.depth) == depth {
            true => self.stack.len() - 1,
            false => {
                let is_deeper = |frame: &Frame<M>| i64::from(frame.depth).cmp(&depth);
                self.stack.binary_search_by(is_deeper).ok()?
            }
        };
        (self.stack[at].function_id == function_id).then_some(at)
    }

    /// The nearest open call of the function.
    #[inline(always)]
    fn nearest(&mut self, function_id: u64) -> Option<usize> {
        let is_it = |frame: &Frame<M>| frame.function_id == function_id;
        if self.stack.last().is_some_and(is_it) {
            return Some(self.stack.len() - 1);
        }
        self.search(function_id)
    }

    #[cold]
    fn search(&mut self, function_id: u64) -> Option<usize> {
        let is_it = |frame: &Frame<M>| frame.function_id == function_id;
        if self.open.is_none() {
            let first = self.stack.len().saturating_sub(SEARCHED);
            if let Some(at) = self.stack[first..].iter().rposition(is_it) {
                return Some(first + at);
            }
            if first == 0 {
                return None;
            }
            let mut open = HashMap::<_, _, RandomState>::default();
            self.stack.iter().for_each(|it| *open.entry(it.function_id).or_default() += 1);
            self.open = Some(open);
        }
        // Without this, orphan returns on a deep stack would each search all of it. A search that finds
        // something ends the calls that it passed.
        if !self.open.as_ref().is_some_and(|open| open.contains_key(&function_id)) {
            return None;
        }
        self.stack.iter().rposition(is_it)
    }

    #[inline(always)]
    fn end_top<S: Sink<Mark = M>>(&mut self, ending: Ending, sink: &mut S) {
        let Some(frame) = self.stack.pop() else { return };
        let parent = self.stack.last_mut();
        let parent_seq = parent.as_ref().map(|parent| parent.start_seq);
        let ended = frame.end(ending, self.thread_id, parent_seq, self.gaps, self.clip);
        if let Some(parent) = parent {
            parent.add_child(ended.call.duration_ns);
        }
        if self.open.is_some() {
            self.uncount(frame.function_id);
        }
        sink.close(&ended, frame.mark);
    }

    #[cold]
    fn uncount(&mut self, function_id: u64) {
        if let Some(open) = &mut self.open
            && let Some(count) = open.get_mut(&function_id)
        {
            *count -= 1;
            if *count == 0 {
                open.remove(&function_id);
            }
        }
    }

    #[cold]
    fn other<S: Sink<Mark = M>>(
        &mut self,
        index: &IndexReader,
        kind: EventKind,
        seq: u32,
        [before_ns, time_ns]: [u64; 2],
        sink: &mut S,
    ) {
        let Some(lost) = index.lost_events(IndexSeq(seq)) else {
            sink.skip(kind, time_ns);
            return;
        };
        self.gaps += 1;
        self.marker = Some((seq, time_ns));
        sink.gap(Gap { from_ns: before_ns, to_ns: time_ns, lost });
    }
}
