//! The filters of `atf`: the same options choose the same events and calls in every command.

#[path = "cli/trace.rs"]
mod trace;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use atf_runtime::WriterOptions;
use atf_runtime::format::EventKind;
use atf_runtime::manifest::{Module, Symbol};
use atf_runtime::session::SessionWriter;
use atf_tests::cli::{run, run_on};
use atf_tests::scratch::Scratch;
use serde_json::Value as Json;
use trace::{PLATFORM, write};

const MAIN: u64 = 1 << 32;
const PARSE: u64 = 1 << 32 | 1;
const RUN: u64 = 1 << 32 | 2;
const ALLOC: u64 = 2 << 32;
const UNNAMED: u64 = 3 << 32;

/// Time, function, kind, depth.
type Event = (u64, u64, EventKind, u32);

const FIRST: [Event; 8] = [
    (1000, MAIN, EventKind::CALL, 0),
    (1100, PARSE, EventKind::CALL, 1),
    (1150, ALLOC, EventKind::CALL, 2),
    (1160, ALLOC, EventKind::RETURN, 2),
    (1400, PARSE, EventKind::EXCEPTION, 1),
    (1500, ALLOC, EventKind::CALL, 1),
    (1900, ALLOC, EventKind::RETURN, 1),
    (2000, MAIN, EventKind::RETURN, 0),
];
const SECOND: [Event; 8] = [
    (1200, RUN, EventKind::CALL, 0),
    (1250, PARSE, EventKind::CALL, 1),
    (1255, PARSE, EventKind::RETURN, 1),
    (1300, 11, EventKind::SIGNAL, 1),
    (1310, UNNAMED, EventKind::CALL, 1),
    (1320, UNNAMED, EventKind::RETURN, 1),
    (1700, RUN, EventKind::RETURN, 0),
    // A return without a call.
    (3000, PARSE, EventKind::RETURN, 0),
];

fn session(dir: &Path) -> PathBuf {
    let path = dir.join("s");
    let options = WriterOptions::default().sync_on_finalize(false);
    let mut session = SessionWriter::create(&path, PLATFORM, options).unwrap();
    let modules = vec![Module::new(1, "/bin/app"), Module::new(2, "/lib/libc.so")];
    let symbols = vec![
        Symbol::new(1, 0, "main"),
        Symbol::new(1, 1, "_ZN3app5parseEi"),
        Symbol::new(1, 2, "run"),
        Symbol::new(2, 0, "alloc"),
    ];
    session.set_symbols(modules, symbols);
    let summaries: Vec<_> = [(1, FIRST), (2, SECOND)]
        .into_iter()
        .map(|(id, events)| {
            let mut thread = session.thread(id).unwrap();
            events.into_iter().for_each(|event| write(&mut thread, event, None));
            thread.finalize().unwrap()
        })
        .collect();
    session.finish(&summaries).unwrap();
    path
}

/// A thread and a sequence in it.
type Place = (u32, u32);

fn places(first: &[u32], second: &[u32]) -> BTreeSet<Place> {
    let of = |thread: u32, seqs: &[u32]| seqs.iter().map(|&seq| (thread, seq)).collect::<Vec<_>>();
    of(1, first).into_iter().chain(of(2, second)).collect()
}

/// A filter, and what it keeps.
struct Case {
    args: &'static [&'static str],
    /// Events, by thread and sequence.
    events: BTreeSet<Place>,
    /// Calls, by thread and sequence of their start.
    calls: BTreeSet<Place>,
}

/// Each filter, with the events and the calls that it keeps of the first and the second thread.
fn grid() -> Vec<Case> {
    type Row = (&'static [&'static str], [&'static [u32]; 2], [&'static [u32]; 2]);
    const ALL: &[u32] = &[0, 1, 2, 3, 4, 5, 6, 7];
    // Of the first thread: main, parse and alloc in it, alloc. Of the second: run, parse, one without a name.
    const FIRST_CALLS: &[u32] = &[0, 1, 2, 5];
    const SECOND_CALLS: &[u32] = &[0, 1, 4];
    let rows: &[Row] = &[
        (&[], [ALL, ALL], [FIRST_CALLS, SECOND_CALLS]),
        (&["--function", "parse"], [&[1, 4], &[1, 2, 7]], [&[1], &[1]]),
        // By the name in the manifest, too.
        (&["--function", "^_ZN3app"], [&[1, 4], &[1, 2, 7]], [&[1], &[1]]),
        (&["--function", "^app::parse\\(int\\)$"], [&[1, 4], &[1, 2, 7]], [&[1], &[1]]),
        (
            &["--function", "main", "--function", "alloc"],
            [&[0, 2, 3, 5, 6, 7], &[]],
            [&[0, 2, 5], &[]],
        ),
        (
            &["--function", "!alloc"],
            [&[0, 1, 4, 7], &[0, 1, 2, 4, 5, 6, 7]],
            [&[0, 1], SECOND_CALLS],
        ),
        (
            &["--function", "a", "--function", "!^app::", "--function", "!alloc"],
            [&[0, 7], &[]],
            [&[0], &[]],
        ),
        (&["--function", "0x0000000300000000"], [&[], &[4, 5]], [&[], &[4]]),
        (&["--module", "libc"], [&[2, 3, 5, 6], &[]], [&[2, 5], &[]]),
        (&["--module", "!libc"], [&[0, 1, 4, 7], &[0, 1, 2, 4, 5, 6, 7]], [&[0, 1], SECOND_CALLS]),
        (&["--module", "bin", "--function", "!main"], [&[1, 4], &[0, 1, 2, 6, 7]], [&[1], &[0, 1]]),
        (&["--thread", "2"], [&[], ALL], [&[], SECOND_CALLS]),
        (&["--thread", "1,2"], [ALL, ALL], [FIRST_CALLS, SECOND_CALLS]),
        (&["--thread", "0-1"], [ALL, &[]], [FIRST_CALLS, &[]]),
        (&["--thread", "1", "--thread", "2-9"], [ALL, ALL], [FIRST_CALLS, SECOND_CALLS]),
        // Calls that overlap the range are kept.
        (&["--from", "1500"], [&[5, 6, 7], &[6, 7]], [&[0, 5], &[0]]),
        (&["--to", "1160"], [&[0, 1, 2], &[]], [&[0, 1, 2], &[]]),
        (&["--from", "1150", "--to", "1251"], [&[2, 3], &[0, 1]], [&[0, 1, 2], &[0, 1]]),
        (&["--from", "+500ns"], [&[5, 6, 7], &[6, 7]], [&[0, 5], &[0]]),
        (&["--from", "-1us"], [&[7], &[7]], [&[0], &[]]),
        (&["--from", "+0.1us", "--to", "-1.7us"], [&[1, 2, 3], &[0, 1, 2]], [&[0, 1, 2], &[0, 1]]),
        (&["--depth", "1"], [&[0, 7], &[0, 6, 7]], [&[0], &[0]]),
        (&["--depth", "2"], [&[0, 1, 4, 5, 6, 7], ALL], [&[0, 1, 5], SECOND_CALLS]),
        (&["--depth", "0"], [&[], &[]], [&[], &[]]),
        (&["--kind", "call"], [&[0, 1, 2, 5], &[0, 1, 4]], [FIRST_CALLS, SECOND_CALLS]),
        (&["--kind", "exception", "--kind", "signal"], [&[4], &[3]], [&[1], &[]]),
        (&["--kind", "return"], [&[3, 6, 7], &[2, 5, 6, 7]], [&[0, 2, 5], SECOND_CALLS]),
        (&["--kind", "5"], [&[], &[3]], [&[], &[]]),
        // The start and the end of each call that matches.
        (&["--min-duration", "300ns"], [&[0, 1, 4, 5, 6, 7], &[0, 6]], [&[0, 1, 5], &[0]]),
        (&["--min-duration", "0.4us", "--function", "!main"], [&[5, 6], &[0, 6]], [&[5], &[0]]),
        (&["--caller", "parse"], [&[2, 3], &[]], [&[2], &[]]),
        (
            &["--caller", "main", "--min-duration", "10"],
            [&[1, 2, 3, 4, 5, 6], &[]],
            [&[1, 2, 5], &[]],
        ),
        (&["--caller", "!main"], [&[2, 3], &[1, 2, 4, 5]], [&[2], &[1, 4]]),
        (&["--caller", "main", "--kind", "return"], [&[3, 6], &[]], [&[2, 5], &[]]),
        (&["--caller", "main", "--from", "1200"], [&[4, 5, 6], &[]], [&[1, 5], &[]]),
        (&["--caller", "main", "--depth", "2"], [&[1, 4, 5, 6], &[]], [&[1, 5], &[]]),
        (&["--function", "nothing"], [&[], &[]], [&[], &[]]),
    ];
    let case = |&(args, events, calls): &Row| Case {
        args,
        events: places(events[0], events[1]),
        calls: places(calls[0], calls[1]),
    };
    rows.iter().map(case).collect()
}

fn dumped(path: &Path, args: &[&str]) -> BTreeSet<Place> {
    let run = run_on("dump", path, &[&["--format", "jsonl"], args].concat()).exits(0);
    let place = |line: &&str| {
        let object: Json = serde_json::from_str(line).unwrap();
        let number = |key: &str| u32::try_from(object[key].as_u64().unwrap()).unwrap();
        (number("thread"), number("seq"))
    };
    let places: Vec<Place> = run.lines().iter().map(place).collect();
    let set: BTreeSet<Place> = places.iter().copied().collect();
    assert_eq!(set.len(), places.len(), "{args:?}");
    set
}

#[test]
fn dump_prints_the_events_that_the_filters_keep_in_every_format_and_order() {
    let dir = Scratch::new();
    let path = session(dir.path());
    for Case { args, events: expected, .. } in grid() {
        assert_eq!(dumped(&path, args), expected, "{args:?}");
        assert_eq!(dumped(&path, &[&["--by-seq"], args].concat()), expected, "{args:?}");
        for (format, headings) in [("csv", 1), ("text", 2)] {
            let run = run_on("dump", &path, &[&["--format", format], args].concat()).exits(0);
            assert_eq!(run.lines().len(), headings + expected.len(), "{args:?}: {}", run.stdout);
        }
    }
}

#[test]
fn info_counts_the_events_that_the_filters_keep() {
    let dir = Scratch::new();
    let path = session(dir.path());
    for Case { args, events: expected, .. } in grid() {
        let run = run_on("info", &path, &[&["--json"], args].concat()).exits(0);
        let info: Json = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(info["events"], expected.len(), "{args:?}");
        for thread in info["threads"].as_array().unwrap() {
            let id = thread["thread_id"].as_u64().unwrap();
            let of_thread = expected.iter().filter(|(thread, _)| u64::from(*thread) == id).count();
            assert_eq!(thread["events"], of_thread, "{args:?}: thread {id}");
        }
        run_on("info", &path, args).exits(0);
    }
}

/// One JSON object that a command prints.
fn object(command: &str, path: &Path, args: &[&str]) -> Json {
    let run = run_on(command, path, &[&["--json"], args].concat()).exits(0);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn dump_prints_the_calls_that_the_filters_keep_in_every_format_and_order() {
    let dir = Scratch::new();
    let path = session(dir.path());
    for Case { args, calls: expected, .. } in grid() {
        for order in [&[][..], &["--order", "start"]] {
            let all = [&["--calls", "--format", "jsonl"], order, args].concat();
            let run = run_on("dump", &path, &all).exits(0);
            let place = |line: &&str| {
                let object: Json = serde_json::from_str(line).unwrap();
                let number = |key: &str| u32::try_from(object[key].as_u64().unwrap()).unwrap();
                (number("thread"), number("start_seq"))
            };
            let places: Vec<Place> = run.lines().iter().map(place).collect();
            assert_eq!(places.len(), expected.len(), "{args:?}");
            assert_eq!(places.into_iter().collect::<BTreeSet<_>>(), expected, "{args:?}");
        }
        for (format, headings) in [("csv", 1), ("text", 2)] {
            let all = [&["--calls", "--format", format], args].concat();
            let run = run_on("dump", &path, &all).exits(0);
            assert_eq!(run.lines().len(), headings + expected.len(), "{args:?}: {}", run.stdout);
        }
    }
}

#[test]
fn analyses_take_the_calls_that_the_filters_keep() {
    let dir = Scratch::new();
    let path = session(dir.path());
    for Case { args, calls, .. } in grid() {
        let sum = |rows: &Json| -> u64 {
            rows.as_array().unwrap().iter().map(|row| row["calls"].as_u64().unwrap()).sum()
        };
        let report = object("report", &path, args);
        assert_eq!(sum(&report["functions"]), calls.len() as u64, "{args:?}");
        assert_eq!(report["calls"], calls.len(), "{args:?}");
        let tree = object("tree", &path, args);
        assert_eq!(tree["calls"], calls.len(), "{args:?}");
        let folded = [&["--folded", "--by", "calls"], args].concat();
        let folded = run_on("flamegraph", &path, &folded).exits(0);
        let value = |line: &&str| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap();
        assert_eq!(folded.lines().iter().map(value).sum::<u64>(), calls.len() as u64, "{args:?}");
        let replay = run_on("replay", &path, args).exits(0).stdout;
        let begins = |line: &&str| line.ends_with("() {") || line.contains("();");
        assert_eq!(replay.lines().filter(begins).count(), calls.len(), "{args:?}: {replay}");
        let path = path.to_str().unwrap();
        let diff = run([&["diff", path, path, "--json"], args].concat()).exits(0);
        let diff: Json = serde_json::from_str(&diff.stdout).unwrap();
        let both: Vec<u64> = diff["functions"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|row| row["calls"].as_array().unwrap().iter().map(|it| it.as_u64().unwrap()))
            .collect();
        assert_eq!(both.iter().sum::<u64>(), 2 * calls.len() as u64, "{args:?}");
    }
}

#[test]
fn offset_and_limit_count_the_events_that_the_filters_keep() {
    let dir = Scratch::new();
    let path = session(dir.path());
    let filter = ["--function", "alloc"];
    let window = |offset, limit| {
        dumped(&path, &[&filter[..], &["--offset", offset, "--limit", limit]].concat())
    };
    assert_eq!(window("1", "2"), places(&[3, 5], &[]));
    assert_eq!(window("3", "9"), places(&[6], &[]));
    assert_eq!(window("4", "1"), places(&[], &[]));
    assert_eq!(window("0", "0"), places(&[], &[]));
    let all = dumped(&path, &["--offset", "14"]);
    assert_eq!(all, places(&[7], &[7]));
    assert_eq!(dumped(&path, &["--by-seq", "--offset", "15"]), places(&[], &[7]));
}

#[test]
fn what_is_not_understood_is_refused_with_an_example() {
    let wrong: [(&[&str], &str); 14] = [
        (&["--from", "+100"], "for example 81500000000, +1.5ms from the start, -1s from the end"),
        (&["--from", "1.5ms"], "for example 81500000000, +1.5ms"),
        (&["--to", "-7"], "for example 81500000000, +1.5ms"),
        (&["--to", "noon"], "for example 81500000000, +1.5ms"),
        (&["--min-duration", "10 apples"], "for example 10us"),
        (&["--min-duration", "-1us"], ""),
        (&["--thread", "5-2"], "for example 7 or 2-5"),
        (&["--thread", "x"], "for example 7 or 2-5"),
        (&["--kind", "throw"], "(call, return, exception, lost, signal)"),
        (&["--function", "("], "unclosed group"),
        (&["--function", ""], "for example parse"),
        (&["--module", "!"], "for example parse"),
        (&["--caller", "[z-a]"], "invalid character class range"),
        (&["--depth", "x"], "expected an integer from 0 to 4294967295"),
    ];
    let dir = Scratch::new();
    let path = session(dir.path());
    for command in ["dump", "info", "report", "tree", "replay"] {
        for (args, expected) in wrong {
            let run = run_on(command, &path, args).exits(2);
            assert_eq!(run.stdout, "", "{args:?}");
            assert!(run.stderr.contains(expected), "{args:?}: {}", run.stderr);
        }
        let run = run_on(command, &path, &["--thread", "5-9"]).exits(2);
        let path = path.display();
        let expected = format!("error: {path}: no thread 5-9; the trace has these threads: 1, 2\n");
        assert_eq!(run.stderr, expected);
    }
}

#[test]
fn pattern_that_matches_no_name_is_noted() {
    let dir = Scratch::new();
    let path = session(dir.path());
    let run = run_on("dump", &path, &["--function", "prase", "--module", "app"]).exits(0);
    assert_eq!(run.stderr, "note: no name in the trace matches 'prase'\n");
}

#[test]
fn detail_file_alone_refuses_what_needs_events() {
    let trace = trace::Trace::new();
    let path = trace.join("thread_0/detail.atf");
    for args in [["--caller", "x"], ["--depth", "1"], ["--min-duration", "1us"], ["--kind", "call"]]
    {
        let run = run_on("dump", &path, &args).exits(2);
        assert!(run.stderr.contains("needs the events of the thread"), "{}", run.stderr);
    }
    let run = run_on("dump", &path, &["--format", "jsonl", "--from", "1200"]).exits(0);
    assert_eq!(run.lines().len(), 2);
    run_on("info", &path, &["--from", "1"]).exits(2);
}
