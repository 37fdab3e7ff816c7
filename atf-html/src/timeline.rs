//! The calls of each thread by depth, reduced until they fit: calls shorter than a duration become cells.

use std::collections::BTreeMap;

use atf_analysis::{Call, CallsInFileOrder, Counts, DepthFrom, ThreadCalls};
use atf_runtime::format::EventKind;
use atf_runtime::verify::Progress;
use atf_runtime::{IndexReader, IndexSeq};
use serde_json::{Value as Json, json};

use crate::error::Result;
use crate::functions::Functions;
use crate::row::{Row, Span};
use crate::source::Source;
use crate::varint;

/// Depths below the top that are drawn. Deeper calls are counted.
const MOST_ROWS: u32 = 256;
/// Spans and cells that a thread may always have.
const LEAST_ITEMS: usize = 32;
/// Places of lost events of a thread that are marked.
const MOST_GAPS: usize = 1000;

/// A thread of the timeline.
#[derive(Debug)]
pub(crate) struct Thread {
    pub(crate) thread_id: u32,
    /// Calls shorter than this are folded; 0: none is.
    shortest_ns: u64,
    rows: BTreeMap<u32, Row>,
    items: usize,
    most_items: usize,
    /// Calls below the deepest row.
    deeper: u64,
    gaps: Vec<(u64, u64, u64)>,
    pub(crate) counts: Counts,
}

/// Reads the threads. `most_items`: spans and cells of all threads together.
pub(crate) fn threads(
    source: &Source<'_>,
    most_items: usize,
    progress: Progress<'_>,
) -> Result<Vec<Thread>> {
    let events = source.trace.event_count().max(1);
    let mut threads = Vec::new();
    for &(thread_id, index) in source.trace.threads() {
        if source.selection.has_thread(thread_id) {
            // By the number of its events.
            let share = most_items as u128 * index.len() as u128 / u128::from(events);
            let most_items = (share as usize).max(LEAST_ITEMS);
            threads.push(Thread::read(source, (thread_id, index), most_items, progress)?);
        }
    }
    Ok(threads)
}

impl Thread {
    fn read(
        source: &Source<'_>,
        (thread_id, index): (u32, &IndexReader),
        most_items: usize,
        progress: Progress<'_>,
    ) -> Result<Self> {
        let mut thread = Self {
            thread_id,
            shortest_ns: 0,
            rows: BTreeMap::new(),
            items: 0,
            most_items,
            deeper: 0,
            gaps: gaps(source, index),
            counts: Counts::default(),
        };
        let (selection, options) = (source.selection, source.options);
        let mut calls = ThreadCalls::new(thread_id, index, selection, options);
        if calls.depth_from() == DepthFrom::Nesting {
            // The depths of the events say nothing: a call is one deeper than the one around it.
            let calls = CallsInFileOrder::of(thread_id, index, selection, options, None)?;
            thread.counts = calls.thread_counts().counts;
            let mut around: Vec<IndexSeq> = Vec::new();
            for call in calls {
                let call = call?;
                while around.last().is_some_and(|&seq| Some(seq) != call.parent) {
                    around.pop();
                }
                thread.add(&call, around.len() as u32);
                around.push(call.start_seq);
            }
        } else {
            calls.by_ref().for_each(|call| thread.add(&call, call.depth));
            thread.counts = *calls.counts();
        }
        progress(index.events_in_memory().0.len() as u64);
        Ok(thread)
    }

    fn add(&mut self, call: &Call, depth: u32) {
        if depth >= MOST_ROWS {
            self.deeper += 1;
            return;
        }
        let end_ns = call.start_ns.saturating_add(call.duration_ns);
        let span = Span { start_ns: call.start_ns, end_ns, function_id: call.function_id };
        let row = self.rows.entry(depth).or_default();
        let before = row.len();
        row.add(span, self.shortest_ns);
        self.items += row.len() - before;
        while self.items > self.most_items && self.fold() {}
    }

    /// Doubles the shortest duration. Returns whether that can be done again.
    pub(crate) fn fold(&mut self) -> bool {
        let from = self.shortest_ns;
        let to = if from == 0 { 16 } else { from.saturating_mul(2) };
        if to == from || to.checked_mul(2).is_none() {
            return false;
        }
        self.rows.values_mut().for_each(|row| row.fold(from, to));
        self.items = self.rows.values().map(Row::len).sum();
        self.shortest_ns = to;
        true
    }

    /// Number of calls that are folded.
    pub(crate) fn folded(&self) -> u64 {
        let cells = self.rows.values().flat_map(|row| &row.cells);
        cells.map(|cell| cell.calls).sum::<u64>() + self.deeper
    }

    pub(crate) fn json(&self, source: &Source<'_>) -> Json {
        json!({
            "id": self.thread_id,
            "name": source.thread_name(self.thread_id),
            "events": self.counts.events,
            "calls": self.counts.calls,
            "shortest_ns": self.shortest_ns,
            "folded": self.folded(),
            "deeper": self.deeper,
            "unfinished": self.counts.unfinished,
            "orphan_returns": self.counts.orphan_returns,
            "lost_events": self.counts.lost_events,
        })
    }

    /// Appends rows and gaps as numbers. Times count from `start_ns`.
    pub(crate) fn put(&mut self, start_ns: u64, functions: &mut Functions, bytes: &mut Vec<u8>) {
        varint::put(bytes, self.gaps.len() as u64);
        for (from_ns, to_ns, events) in &self.gaps {
            varint::put(bytes, from_ns.saturating_sub(start_ns));
            varint::put(bytes, to_ns.saturating_sub(start_ns));
            varint::put(bytes, *events);
        }
        varint::put(bytes, self.rows.len() as u64);
        for row in self.rows.values_mut() {
            // A clock that went backwards leaves them in another order.
            row.spans.sort_by_key(|span| span.start_ns);
            varint::put(bytes, row.spans.len() as u64);
            let mut now = start_ns;
            for span in &row.spans {
                // Calls of one depth follow each other, but for such a clock.
                let start = span.start_ns.max(now);
                varint::put(bytes, start - now);
                now = span.end_ns.max(start);
                varint::put(bytes, now - start);
            }
            row.spans.iter().for_each(|it| varint::put(bytes, functions.number(it.function_id)));
            varint::put(bytes, row.cells.len() as u64);
            let mut next = start_ns / self.shortest_ns.max(1);
            for cell in &row.cells {
                let at = cell.at.max(next);
                varint::put(bytes, at - next);
                next = at;
                varint::put(bytes, cell.calls);
                varint::put(bytes, cell.ns);
                varint::put(bytes, functions.number(cell.function_id));
            }
        }
    }
}

fn gaps(source: &Source<'_>, index: &IndexReader) -> Vec<(u64, u64, u64)> {
    let mut before_ns = None;
    let gaps = index.iter().zip(0..).filter_map(|(event, seq)| {
        let to_ns = event.timestamp_ns.get();
        let from_ns = before_ns.replace(to_ns).unwrap_or(to_ns);
        if event.event_kind != EventKind::LOST || !source.selection.has_time(to_ns) {
            return None;
        }
        Some((from_ns, to_ns, index.lost_events(IndexSeq(seq))?))
    });
    gaps.take(MOST_GAPS).collect()
}
