//! From events to calls, rule by rule.

use super::{Call, Event};

/// How depths are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As they are.
    Exact,
    /// Those of returns are one higher.
    PlusOne,
    /// Not at all.
    Nesting,
}

/// In the order of preference.
pub const READINGS: [(Reading, &str); 3] =
    [(Reading::Exact, "exact"), (Reading::PlusOne, "plus-one"), (Reading::Nesting, "nesting")];

/// All that the events of a thread say.
#[derive(Clone, Debug, Default)]
pub struct Matched {
    /// Calls, in the order in which they ended.
    pub calls: Vec<Call>,
    /// Function and time of each return without a call.
    pub orphans: Vec<(u64, u64)>,
    /// Start, end and number of each loss.
    pub gaps: Vec<(u64, u64, u64)>,
    /// Times of events that mean nothing here.
    pub skipped: Vec<u64>,
    /// How many calls were open when the events ended.
    pub open: usize,
}

/// Whether the event at `at` is a marker of lost events.
fn is_marker(events: &[Event], at: usize) -> bool {
    let event = events[at];
    let next_time = if at + 1 < events.len() { events[at + 1].time } else { event.time };
    event.kind == 4 && event.depth == 0 && !event.has_detail && event.time == next_time
}

/// Matches the first `count` events of a thread.
pub fn match_thread(thread: u32, events: &[Event], count: usize, reading: Reading) -> Matched {
    let mut it = Matched::default();
    // The open calls, the outermost first.
    let mut stack: Vec<Call> = Vec::new();
    // Sequence and time of a marker whose calls were not trimmed yet.
    let mut marker: Option<(u32, u64)> = None;
    for at in 0..count.min(events.len()) {
        let (event, seq) = (events[at], at as u32);
        let returns_at = i64::from(event.depth) - i64::from(reading == Reading::PlusOne);
        match event.kind {
            1 => {
                if let Some((seq, time)) = marker.take()
                    && reading != Reading::Nesting
                {
                    end_from(&mut stack, event.depth.into(), "lost", time, Some(seq), &mut it);
                }
                if reading != Reading::Nesting {
                    let depth = event.depth.into();
                    end_from(&mut stack, depth, "unwound", event.time, Some(seq), &mut it);
                }
                stack.push(Call {
                    thread,
                    start: seq,
                    end: None,
                    function: event.function,
                    depth: event.depth,
                    parent: stack.last().map(|call| call.start),
                    start_ns: event.time,
                    end_ns: 0,
                    ended_by: "",
                    has_gap: false,
                });
            }
            2 | 3 => {
                if let Some((seq, time)) = marker.take()
                    && reading != Reading::Nesting
                {
                    end_from(&mut stack, returns_at + 1, "lost", time, Some(seq), &mut it);
                }
                let mut found = None;
                for (place, call) in stack.iter().enumerate() {
                    let is_at_depth =
                        reading == Reading::Nesting || i64::from(call.depth) == returns_at;
                    if call.function == event.function && is_at_depth {
                        found = Some(place);
                    }
                }
                match found {
                    None => it.orphans.push((event.function, event.time)),
                    Some(place) => {
                        while stack.len() > place + 1 {
                            end_last(&mut stack, "unwound", event.time, Some(seq), &mut it);
                        }
                        let by = if event.kind == 2 { "return" } else { "exception" };
                        end_last(&mut stack, by, event.time, Some(seq), &mut it);
                    }
                }
            }
            _ if is_marker(events, at) => {
                stack.iter_mut().for_each(|call| call.has_gap = true);
                marker = Some((seq, event.time));
                let before = if at == 0 { event.time } else { events[at - 1].time };
                it.gaps.push((before, event.time, event.function));
            }
            _ => it.skipped.push(event.time),
        }
    }
    it.open = stack.len();
    let highest = events.iter().take(count).map(|event| event.time).max().unwrap_or(0);
    while !stack.is_empty() {
        end_last(&mut stack, "end_of_trace", highest, None, &mut it);
    }
    it
}

/// Ends the open calls at `depth` or deeper.
fn end_from(
    stack: &mut Vec<Call>,
    depth: i64,
    by: &'static str,
    time: u64,
    seq: Option<u32>,
    it: &mut Matched,
) {
    for place in (0..stack.len()).rev() {
        if i64::from(stack[place].depth) >= depth {
            assert_eq!(place + 1, stack.len(), "deeper calls are further up");
            end_last(stack, by, time, seq, it);
        }
    }
}

fn end_last(
    stack: &mut Vec<Call>,
    by: &'static str,
    time: u64,
    seq: Option<u32>,
    it: &mut Matched,
) {
    let mut call = stack.pop().expect("an open call");
    call.ended_by = by;
    call.end_ns = time;
    call.end = seq;
    it.calls.push(call);
}

/// The reading under which the first `count` events match best.
pub fn best_reading(events: &[Event], count: usize) -> Reading {
    let cost = |reading| {
        let it = match_thread(0, events, count, reading);
        it.orphans.len() + it.calls.iter().filter(|it| it.ended_by == "unwound").count() + it.open
    };
    let mut best = Reading::Exact;
    for (reading, _) in READINGS {
        if cost(reading) < cost(best) {
            best = reading;
        }
    }
    best
}
