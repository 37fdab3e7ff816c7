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
    /// Time of the event before.
    previous_ns: Option<u64>,
    highest_ns: u64,
    /// By nesting: how many calls of each function are open. Counted from the first search on that took long.
    open: Option<HashMap<u64, u32, RandomState>>,
}

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
            previous_ns: None,
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

    /// Ends what is open at the end of the file.
    pub(crate) fn finish<S: Sink<Mark = M>>(&mut self, sink: &mut S) {
        let ending = Ending { by: EndedBy::EndOfTrace, time_ns: self.highest_ns, seq: None };
        while !self.stack.is_empty() {
            self.end_top(ending, sink);
        }
    }

    #[inline]
    fn add_by<const READING: u8, S: Sink<Mark = M>>(
        &mut self,
        index: &IndexReader,
        first_seq: u32,
        events: &[IndexEvent],
        sink: &mut S,
    ) {
        for (event, seq) in events.iter().zip(first_seq..) {
            let time_ns = event.timestamp_ns.get();
            self.highest_ns = self.highest_ns.max(time_ns);
            match event.event_kind {
                EventKind::CALL => self.call::<READING, S>(event, seq, sink),
                EventKind::RETURN => self.leave::<READING, S>(event, seq, EndedBy::Return, sink),
                EventKind::EXCEPTION => {
                    self.leave::<READING, S>(event, seq, EndedBy::Exception, sink);
                }
                kind => self.other(index, kind, seq, time_ns, sink),
            }
            self.previous_ns = Some(time_ns);
        }
    }

    #[inline]
    fn call<const READING: u8, S: Sink<Mark = M>>(
        &mut self,
        event: &IndexEvent,
        seq: u32,
        sink: &mut S,
    ) {
        let (time_ns, depth) = (event.timestamp_ns.get(), event.call_depth.get());
        if let Some(marker) = self.marker.take()
            && READING != NESTING
        {
            self.trim(i64::from(depth), lost_at(marker), sink);
        }
        if READING != NESTING {
            let unwound = Ending { by: EndedBy::Unwound, time_ns, seq: Some(seq) };
            self.trim(i64::from(depth), unwound, sink);
        }
        let function_id = event.function_id.get();
        let opened = Opened { function_id, depth };
        let mark = sink.open(opened, self.stack.last().map(|frame| &frame.mark));
        self.stack.push(Frame::new((seq, time_ns), function_id, depth, self.gaps, mark));
        if READING == NESTING
            && let Some(open) = &mut self.open
        {
            *open.entry(function_id).or_default() += 1;
        }
    }

    #[inline]
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
        if let Some(marker) = self.marker.take()
            && READING != NESTING
        {
            self.trim(depth + 1, lost_at(marker), sink);
        }
        let found = match READING {
            NESTING => self.nearest(function_id),
            _ => self.at_depth(function_id, depth),
        };
        let Some(found) = found else {
            sink.orphan(Orphan { function_id, time_ns });
            return;
        };
        let seq = Some(seq);
        while self.stack.len() > found + 1 {
            self.end_top(Ending { by: EndedBy::Unwound, time_ns, seq }, sink);
        }
        self.end_top(Ending { by, time_ns, seq }, sink);
    }

    /// Ends the open calls at this depth and below.
    #[inline]
    fn trim<S: Sink<Mark = M>>(&mut self, depth: i64, ending: Ending, sink: &mut S) {
        while self.stack.last().is_some_and(|frame| i64::from(frame.depth) >= depth) {
            self.end_top(ending, sink);
        }
    }

    /// The open call of the function at that depth.
    #[inline]
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
    #[inline]
    fn nearest(&mut self, function_id: u64) -> Option<usize> {
        let is_it = |frame: &Frame<M>| frame.function_id == function_id;
        if self.stack.last().is_some_and(is_it) {
            return Some(self.stack.len() - 1);
        }
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

    #[inline]
    fn end_top<S: Sink<Mark = M>>(&mut self, ending: Ending, sink: &mut S) {
        let Some(frame) = self.stack.pop() else { return };
        let parent = self.stack.last_mut();
        let parent_seq = parent.as_ref().map(|parent| parent.start_seq);
        let ended = frame.end(ending, self.thread_id, parent_seq, self.gaps, self.clip);
        if let Some(parent) = parent {
            parent.add_child(ended.call.duration_ns);
        }
        if let Some(open) = &mut self.open
            && let Some(count) = open.get_mut(&frame.function_id)
        {
            *count -= 1;
            if *count == 0 {
                open.remove(&frame.function_id);
            }
        }
        sink.close(&ended, frame.mark);
    }

    #[cold]
    fn other<S: Sink<Mark = M>>(
        &mut self,
        index: &IndexReader,
        kind: EventKind,
        seq: u32,
        time_ns: u64,
        sink: &mut S,
    ) {
        let Some(lost) = index.lost_events(IndexSeq(seq)) else {
            sink.skip(kind, time_ns);
            return;
        };
        self.gaps += 1;
        self.marker = Some((seq, time_ns));
        let from_ns = self.previous_ns.unwrap_or(time_ns);
        sink.gap(Gap { from_ns, to_ns: time_ns, lost });
    }
}

fn lost_at((seq, time_ns): (u32, u64)) -> Ending {
    Ending { by: EndedBy::Lost, time_ns, seq: Some(seq) }
}
