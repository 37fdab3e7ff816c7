//! What a pass over the events of all threads found, as lines of text and members of JSON.

use atf_analysis::ThreadSummary;
use atf_runtime::survey::{Occurrences, Survey};
use serde_json::{Map, Value as Json, json};

use crate::numbers;

/// Lines are printed for so many threads; the others are counted.
const MOST_THREADS: usize = 10;
/// So many unknown kinds are named.
const MOST_KINDS: usize = 4;

/// Lines on what is worth a look in these threads; none if nothing is.
pub(super) fn lines<'a>(surveys: impl Iterator<Item = (u32, &'a Survey)>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut more = 0;
    let mut shown = 0;
    for (thread, survey) in surveys {
        let found = findings(survey);
        if found.is_empty() {
            continue;
        }
        if shown == MOST_THREADS {
            more += 1;
            continue;
        }
        shown += 1;
        lines.extend(found.into_iter().map(|text| format!("thread {thread}: {text}")));
    }
    if more > 0 {
        let threads = if more == 1 { "thread" } else { "threads" };
        lines.push(format!("{more} more {threads} with such events"));
    }
    lines
}

fn findings(survey: &Survey) -> Vec<String> {
    let mut found = Vec::new();
    let Occurrences { count, first_seq, .. } = survey.backward;
    if count > 0 {
        let verb = if count == 1 { "goes" } else { "go" };
        let events = numbers::count(count, "event");
        found.push(format!("{events} {verb} back in time, first event {first_seq}"));
    }
    let Occurrences { count, first_seq, .. } = survey.jumps;
    if count > 0 {
        let jumps = numbers::count(count, "jump");
        found.push(format!("{jumps} of more than a day, first at event {first_seq}"));
    }
    found.extend(unknown_kinds(survey));
    if survey.lost_events > 0 {
        let lost = numbers::count(survey.lost_events, "event");
        found.push(format!("{lost} lost, at {}", numbers::count(survey.markers, "marker")));
    }
    found
}

/// "unknown event kinds: 4 values (7, 9, 30, 31) in 874 events".
fn unknown_kinds(survey: &Survey) -> Option<String> {
    let kinds = &survey.unknown_kinds;
    let counted: u64 = kinds.values().sum();
    let events = numbers::count(counted + survey.more_unknown_kinds, "event");
    let named: Vec<String> = kinds.keys().take(MOST_KINDS).map(u32::to_string).collect();
    let and_more = if kinds.len() > MOST_KINDS { ", …" } else { "" };
    let at_least = if survey.more_unknown_kinds > 0 { "more than " } else { "" };
    let values = numbers::count(kinds.len() as u64, "value");
    let named = named.join(", ");
    (!kinds.is_empty())
        .then(|| format!("unknown event kinds: {at_least}{values} ({named}{and_more}) in {events}"))
}

/// The members that a summary adds to a thread's object.
pub(super) fn members(summary: &ThreadSummary) -> Map<String, Json> {
    let survey = &summary.survey;
    let occurrences = |found: Occurrences| {
        let first_seq = (found.count > 0).then_some(found.first_seq);
        json!({ "count": found.count, "first_seq": first_seq })
    };
    let unknown: Map<String, Json> = survey
        .unknown_kinds
        .iter()
        .map(|(kind, &count)| (kind.to_string(), count.into()))
        .collect();
    let mut members = Map::new();
    members.insert("backward".to_owned(), occurrences(survey.backward));
    members.insert("jumps".to_owned(), occurrences(survey.jumps));
    members.insert("unknown_event_kinds".to_owned(), unknown.into());
    members.insert("more_unknown_events".to_owned(), survey.more_unknown_kinds.into());
    members.insert("lost_events".to_owned(), survey.lost_events.into());
    let counts = &summary.counts;
    let numbers = [
        ("calls", counts.calls),
        ("orphan_returns", counts.orphan_returns),
        ("unfinished", counts.unfinished),
        ("unwound", counts.unwound),
        ("gap_ns", counts.gap_ns),
    ];
    members.extend(numbers.map(|(key, number)| (key.to_owned(), number.into())));
    members.insert("max_depth".to_owned(), summary.max_depth.into());
    members.insert("depth_from".to_owned(), summary.depth_from.to_string().into());
    members
}
