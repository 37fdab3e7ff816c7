//! Calls beside the oracle's, on random sessions and on those that once failed.

mod analysis;

use analysis::{Opened, opened, selection_of, sessions};
use atf_analysis::{
    Call, CallsByEnd, CallsByStart, Counts, DepthFrom, Options, Selection, ThreadCalls, map_threads,
};
use atf_runtime::IndexSeq;
use atf_tests::calls::{
    Answer, Choice, Dice, READINGS, Reading, Taken, best_reading, random_choice, take,
};

/// A call as the oracle has it.
fn assert_same(found: &Call, expected: &Taken, context: &str) {
    let call = &expected.call;
    assert_eq!(found.thread_id, call.thread, "{context}");
    assert_eq!(found.start_seq, IndexSeq(call.start), "{context}");
    assert_eq!(found.end_seq, call.end.map(IndexSeq), "{context}: {call:?}");
    assert_eq!((found.function_id, found.depth), (call.function, call.depth), "{context}");
    assert_eq!(found.parent, call.parent.map(IndexSeq), "{context}: {call:?}");
    assert_eq!((found.start_ns, found.end_ns), (expected.start_ns, expected.end_ns), "{context}");
    assert_eq!(found.duration_ns, expected.duration, "{context}: {call:?}");
    assert_eq!(found.self_ns, expected.own, "{context}: {call:?}");
    assert_eq!(found.ended_by.as_str(), call.ended_by, "{context}: {call:?}");
    assert_eq!(found.has_gap, call.has_gap, "{context}: {call:?}");
    assert_eq!(found.cut.as_str().unwrap_or("none"), expected.cut, "{context}: {call:?}");
    assert_eq!(found.is_clamped, expected.is_clamped, "{context}: {call:?}");
}

fn assert_counted(found: &Counts, answer: &Answer, context: &str) {
    let counted = |name| answer.counts.get(name).copied().unwrap_or_default();
    let calls =
        |is: &dyn Fn(&Taken) -> bool| answer.calls.iter().filter(|it| is(it)).count() as u64;
    let ended = |by: &str| calls(&|it| it.call.ended_by == by);
    assert_eq!(found.events, counted("events"), "{context}");
    assert_eq!(found.calls, answer.calls.len() as u64, "{context}");
    assert_eq!(found.orphan_returns, answer.orphans.len() as u64, "{context}");
    assert_eq!(found.unfinished, ended("end_of_trace"), "{context}");
    assert_eq!(found.unwound, ended("unwound"), "{context}");
    assert_eq!(found.ends_lost, ended("lost"), "{context}");
    assert_eq!(found.with_gap, calls(&|it| it.call.has_gap), "{context}");
    assert_eq!(found.clamped, calls(&|it| it.is_clamped), "{context}");
    assert_eq!(found.markers, counted("markers"), "{context}");
    assert_eq!(found.lost_events, counted("lost_events"), "{context}");
    assert_eq!(found.gap_ns, counted("gap_ns"), "{context}");
    assert_eq!(found.skipped, counted("skipped"), "{context}");
}

/// The calls of each thread, by both ways of iterating, and what was counted.
fn check_threads(session: &Opened, choice: &Choice, options: &Options, context: &str) {
    let selection: Selection = selection_of(choice);
    for ((thread, events, reading), index) in session.threads.iter().zip(&session.indexes) {
        let thread = *thread;
        let context = format!("{context}, thread {thread} read as {reading:?}, {choice:?}");
        let answer = take(&[(thread, events.clone(), *reading)], choice);
        let mut calls = ThreadCalls::new(thread, index, &selection, options);
        let found: Vec<Call> = calls.by_ref().collect();
        assert_eq!(found.len(), answer.calls.len(), "{context}: {events:?}");
        for (found, expected) in found.iter().zip(&answer.calls) {
            assert_same(found, expected, &context);
        }
        if choice.wants_thread(thread) {
            assert_counted(calls.counts(), &answer, &context);
        }
        let mut folded = Vec::new();
        ThreadCalls::new(thread, index, &selection, options).for_each(|call| folded.push(call));
        assert_eq!(folded, found, "{context}");
    }
}

fn depth_from(reading: Reading) -> DepthFrom {
    match reading {
        Reading::Exact => DepthFrom::Exact,
        Reading::PlusOne => DepthFrom::PlusOne,
        Reading::Nesting => DepthFrom::Nesting,
    }
}

#[test]
fn calls_of_random_sessions_are_those_of_the_oracle() {
    for seed in 0..sessions() {
        let mut dice = Dice(seed);
        let session = opened(&mut dice);
        let choice = random_choice(&mut dice, &session.events());
        check_threads(&session, &choice, &Options::default(), &format!("session {seed}"));
    }
}

#[test]
fn each_reading_can_be_forced() {
    for seed in 0..sessions() {
        let mut session = opened(&mut Dice(seed));
        for (reading, word) in READINGS {
            assert_eq!(depth_from(reading).as_str(), word);
            session.threads.iter_mut().for_each(|(.., own)| *own = reading);
            let options = Options::default().depth_from(depth_from(reading));
            check_threads(&session, &Choice::default(), &options, &format!("session {seed}"));
        }
    }
}

#[test]
fn the_best_reading_of_each_thread_is_taken() {
    let mut seen = [0; 3];
    for seed in 0..sessions() {
        let session = opened(&mut Dice(seed));
        for ((thread, events, _), index) in session.threads.iter().zip(&session.indexes) {
            let best = best_reading(events, 1 << 20);
            let selection = Selection::default();
            let calls = ThreadCalls::new(*thread, index, &selection, &Options::default());
            assert_eq!(calls.depth_from(), depth_from(best), "session {seed}, thread {thread}");
            seen[best as usize] += 1;
        }
    }
    assert!(seen.iter().all(|&count| count > 20), "{seen:?}");
}

// Ordered by end, thread, end sequence (none comes last), start sequence from high to low; and by start, thread, start
// sequence. Clipped times count, and clocks that went backwards too.
#[test]
fn calls_of_all_threads_come_in_order() {
    for seed in 0..sessions() {
        let mut dice = Dice(seed);
        let session = opened(&mut dice);
        let choice = random_choice(&mut dice, &session.events());
        let context = format!("session {seed}: {choice:?}");
        let (selection, options) = (selection_of(&choice), Options::default());
        let answer = take(&session.threads, &choice);
        let check = |found: Vec<Call>, mut expected: Vec<Taken>, by_end: bool| {
            expected.sort_by_key(|it| {
                let (end, start) = (it.call.end.map_or(u64::MAX, u64::from), it.call.start);
                match by_end {
                    true => (it.end_ns, it.call.thread, end, u32::MAX - start),
                    false => (it.start_ns, it.call.thread, start.into(), 0),
                }
            });
            assert_eq!(found.len(), expected.len(), "{context}");
            for (found, expected) in found.iter().zip(&expected) {
                assert_same(found, expected, &context);
            }
        };
        let trace = session.trace();
        let mut by_end = CallsByEnd::of(&trace, &selection, &options).unwrap();
        check(by_end.by_ref().map(Result::unwrap).collect(), answer.calls.clone(), true);
        let by_start = CallsByStart::of(&trace, &selection, &options, None).unwrap();
        assert_eq!((by_start.spilled_bytes(), by_end.spilled_bytes()), (0, 0));
        assert_eq!(by_start.threads(), by_end.threads(), "{context}");
        check(by_start.map(Result::unwrap).collect(), answer.calls.clone(), false);
        let counted = map_threads(&trace, &selection, &options.workers(3), None, |calls| {
            (calls.thread_id(), calls.count() as u64)
        });
        let expected: Vec<(u32, u64)> =
            by_end.threads().iter().map(|it| (it.thread_id, it.counts.calls)).collect();
        assert_eq!(counted, expected, "{context}");
    }
}
