//! What did not match in an analysis: as a line of text, and as members of JSON.

use atf_analysis::{Counts, DepthFrom, ThreadCounts};
use serde_json::{Map, Value as Json};

use crate::numbers::{count, short_duration};

/// Lines on what was not balanced; none if all was.
pub(crate) fn lines(threads: &[ThreadCounts]) -> Vec<String> {
    let readings = threads.iter().map(|thread| (thread.thread_id, thread.depth_from));
    lines_of(&Counts::of_all(threads), readings)
}

/// As [`lines`], given what was counted, and how the depths of each thread were read.
pub(crate) fn lines_of(
    counts: &Counts,
    readings: impl Iterator<Item = (u32, DepthFrom)> + Clone,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |number: u64, one: &str, many: &str| {
        if number > 0 {
            let what = if number == 1 { one } else { many };
            found.push(format!("{} {what}", crate::numbers::grouped(number)));
        }
    };
    add(counts.orphan_returns, "return without a call", "returns without a call");
    add(counts.unfinished, "call not finished", "calls not finished");
    add(counts.unwound, "call left without a return", "calls left without a return");
    add(counts.ends_lost, "call whose end was lost", "calls whose end was lost");
    add(counts.clamped, "call with a clock that went back", "calls with a clock that went back");
    if counts.lost_events > 0 {
        let gap = short_duration(counts.gap_ns);
        found.push(format!("{} lost in {gap}", count(counts.lost_events, "event")));
    }
    let mut lines: Vec<String> = Vec::new();
    if !found.is_empty() {
        lines.push(format!("not balanced: {}", found.join(", ")));
    }
    for reading in [DepthFrom::PlusOne, DepthFrom::Nesting] {
        let others = readings.clone().filter(|&(_, read_as)| read_as == reading);
        let ids: Vec<u32> = others.map(|(thread_id, _)| thread_id).collect();
        if let Some(first) = ids.first() {
            let more = match ids.len() {
                1 => String::new(),
                more => format!(" and {} more", more - 1),
            };
            lines.push(format!("depths read as {reading}: thread {first}{more}"));
        }
    }
    lines
}

/// The members that every analysis has besides its rows.
pub(crate) fn members(threads: &[ThreadCounts]) -> Map<String, Json> {
    let counts = Counts::of_all(threads);
    let depth_from: Map<String, Json> = threads
        .iter()
        .map(|it| (it.thread_id.to_string(), it.depth_from.to_string().into()))
        .collect();
    let numbers = [
        ("threads", threads.len() as u64),
        ("events", counts.events),
        ("calls", counts.calls),
        ("orphan_returns", counts.orphan_returns),
        ("unfinished", counts.unfinished),
        ("unwound", counts.unwound),
        ("lost_events", counts.lost_events),
        ("gap_ns", counts.gap_ns),
        ("clamped", counts.clamped),
    ];
    let mut members: Map<String, Json> =
        numbers.into_iter().map(|(key, number)| (key.to_owned(), number.into())).collect();
    members.insert("depth_from".to_owned(), depth_from.into());
    members
}
