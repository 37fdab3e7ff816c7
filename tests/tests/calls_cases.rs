//! The calls of small sessions that are out of the ordinary (tests/fixtures/calls), beside the oracle's and beside what
//! was worked out by hand. The oracle reads the bytes of the files by itself.

mod analysis;

use std::fs;
use std::path::{Path, PathBuf};

use analysis::selection_of;
use atf_analysis::{
    By, Call, CallTree, CallsByEnd, DepthFrom, Folded, Options, Recursion, Report, Selection, Trace,
};
use atf_runtime::session::SessionReader;
use atf_tests::calls::{Choice, Event, best_reading, folded, report, take, tree};

const CASES: [&str; 6] = ["bigfid", "clockback", "depthmax", "m_badbytesname", "unbal", "ztail"];
const A: u64 = 1 << 32;
const B: u64 = 1 << 32 | 1;

fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/calls").join(case)
}

/// The first `count` events of an index.atf, at the offsets of the format.
fn events_of(path: &Path, count: usize) -> Vec<Event> {
    let bytes = fs::read(path).expect("the fixture is there");
    let event = |number: usize| {
        let at = &bytes[64 + 32 * number..][..32];
        let u32_at = |offset: usize| u32::from_le_bytes(at[offset..offset + 4].try_into().unwrap());
        let u64_at = |offset: usize| u64::from_le_bytes(at[offset..offset + 8].try_into().unwrap());
        Event {
            time: u64_at(0),
            function: u64_at(8),
            kind: u32_at(20),
            depth: u32_at(24),
            has_detail: u32_at(28) != u32::MAX,
        }
    };
    (0..count).map(event).collect()
}

#[test]
fn numbers_of_each_case_are_those_of_the_oracle() {
    for case in CASES {
        let session = SessionReader::open(folder(case)).unwrap();
        let trace = Trace::from(&session);
        let mut threads = Vec::new();
        for (id, thread) in session.readable() {
            let events = events_of(thread.index().path(), thread.index().len());
            let reading = best_reading(&events, 1 << 20);
            threads.push((id, events, reading));
        }
        let all: Vec<Event> = threads.iter().flat_map(|(_, events, _)| events.clone()).collect();
        let mut choices = vec![Choice::default()];
        // Every pair of times as a range.
        for (from, to) in all.iter().flat_map(|a| all.iter().map(|b| (a.time, b.time))).take(200) {
            choices.push(Choice { from: Some(from), to: Some(to), ..Choice::default() });
        }
        for choice in choices {
            let (selection, options) = (selection_of(&choice), Options::default());
            let answer = take(&threads, &choice);
            let context = format!("{case}: {choice:?}");
            let table = Report::of(&trace, By::Function, &selection, &options, None).unwrap();
            let expected = report(&answer, &|function, _| function);
            let rows: Vec<_> = table.rows().iter().filter(|row| row.calls > 0).collect();
            assert_eq!(rows.len(), expected.len(), "{context}");
            for row in rows {
                let expected = &expected[&row.key];
                let found = (row.calls, row.finished, row.total_ns, row.self_ns);
                let numbers = (expected.calls, expected.finished, expected.total, expected.own);
                assert_eq!(found, numbers, "{context}");
            }
            let calls = CallsByEnd::of(&trace, &selection, &options).unwrap();
            assert_eq!(calls.count(), answer.calls.len(), "{context}");
            let found =
                CallTree::of(&trace, Recursion::Folded, &selection, &options, None).unwrap();
            assert_eq!(found.len(), tree(&answer, true).len(), "{context}");
            let mut sums = Vec::new();
            let stacks = Folded::of(&trace, &selection, &options, None).unwrap();
            stacks.for_each(|stack| sums.push((stack.calls, stack.self_ns)));
            let mut expected: Vec<_> = folded(&answer).into_values().collect();
            sums.sort_unstable();
            expected.sort_unstable();
            assert_eq!(sums, expected, "{context}");
        }
    }
}

/// What is looked at of a call: thread, function, start, end, duration, self time, what ended it, whether it is clamped.
type Seen = (u32, u64, u64, u64, u64, u64, &'static str, bool);

fn seen(call: &Call) -> Seen {
    let times = (call.start_ns, call.end_ns, call.duration_ns, call.self_ns);
    let (by, id) = (call.ended_by.as_str(), call.function_id);
    (call.thread_id, id, times.0, times.1, times.2, times.3, by, call.is_clamped)
}

fn calls_of(case: &str) -> (Vec<Seen>, atf_analysis::Counts) {
    let session = SessionReader::open(folder(case)).unwrap();
    let selection = Selection::default();
    let mut calls =
        CallsByEnd::of(&Trace::from(&session), &selection, &Options::default()).unwrap();
    let found = calls.by_ref().map(|call| seen(&call.unwrap())).collect();
    let mut counts = atf_analysis::Counts::default();
    for thread in calls.threads() {
        assert_eq!(thread.depth_from, DepthFrom::Exact, "{case}");
        counts.add(&thread.counts);
    }
    (found, counts)
}

#[test]
fn ids_and_times_beyond_2_53_are_exact() {
    let (calls, counts) = calls_of("bigfid");
    let (id, start) = (0xDEAD_BEEF_1234_5671, 9_007_199_254_740_993);
    assert_eq!(calls, [(0, id, start, start + 2, 2, 2, "end_of_trace", false)]);
    assert_eq!((counts.orphan_returns, counts.unfinished), (1, 1));
}

#[test]
fn a_clock_that_went_backwards_gives_no_negative_time_and_no_wrong_order() {
    let (calls, counts) = calls_of("clockback");
    let inner = (0, B, 2000, 1500, 0, 0, "return", true);
    let outer = (0, A, 1000, 3000, 2000, 2000, "return", false);
    let other = (1, A, 1200, 2500, 1300, 1300, "return", false);
    assert_eq!(calls, [inner, other, outer]);
    assert_eq!(counts.clamped, 1);
}

#[test]
fn the_highest_depths_are_depths() {
    let (calls, counts) = calls_of("depthmax");
    let first = (0, A, 1000, 1001, 1, 1, "return", false);
    assert_eq!(calls, [first, (0, A, 1002, 1002, 0, 0, "end_of_trace", false)]);
    assert_eq!((counts.unwound, counts.unfinished), (0, 1));
}

#[test]
fn returns_without_calls_are_counted_and_calls_without_returns_end() {
    let (calls, counts) = calls_of("unbal");
    let unwound = (0, B, 1001, 1003, 2, 2, "unwound", false);
    assert_eq!(calls, [unwound, (0, A, 1003, 1004, 1, 1, "end_of_trace", false)]);
    let found = (counts.orphan_returns, counts.unwound, counts.unfinished, counts.skipped);
    assert_eq!(found, (2, 1, 1, 1));
}

#[test]
fn zeros_after_the_last_event_are_no_calls() {
    let (calls, counts) = calls_of("ztail");
    let call = |number: u64| {
        let start = 1000 + 2 * number;
        (0, A, start, start + 1, 1, 1, "return", false)
    };
    assert_eq!(calls, [0, 1, 2, 3, 4].map(call));
    assert_eq!(counts.skipped, counts.events - 10);
}

#[test]
fn a_name_that_is_not_utf8_costs_no_call() {
    let (calls, _) = calls_of("m_badbytesname");
    let inner = (0, B, 1010, 1020, 10, 10, "return", false);
    assert_eq!(calls, [inner, (0, A, 1000, 1030, 30, 20, "return", false)]);
}
