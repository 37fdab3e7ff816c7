//! `atf convert-v4` and `v4::convert`: traces that are empty, damaged, incomplete or very large, and outputs that fail. L-08.

#[path = "v4/old_trace.rs"]
mod old_trace;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use atf_runtime::session::{SessionReader, locate};
use atf_runtime::storage::Disk;
use atf_runtime::v4::{ConvertOptions, NotKept, Reader, convert};
use atf_runtime::verify::verify;
use atf_tests::cli::{run, run_on};
use atf_tests::disk::{Op, TestDisk};
use atf_tests::v4::{self, Event};
use atf_tests::v4_session::expected;
use old_trace::{Trace, call, dumped, json, ret, simple, thread};
use serde_json::Value as Json;

#[test]
fn empty_stream_becomes_a_session_without_threads() {
    let trace = Trace::of(&[]);
    let run = trace.convert(&[]).exits(0);
    assert!(run.stdout.contains("read: 0 events"), "{}", run.stdout);
    assert!(run.stdout.contains("\nkept: 0 threads\n"), "{}", run.stdout);
    assert_eq!(run_on("verify", &trace.out(), &[]).exits(0).stdout, "clean: 0 threads, 0 events\n");
    assert_eq!(dumped(&trace.out()), BTreeMap::new());
}

#[test]
fn recording_without_trace_json_is_converted_with_what_its_start_says() {
    let events = v4::recording();
    let trace = Trace::of(&events);
    fs::remove_file(trace.path().join("trace.json")).unwrap();
    let run = trace.convert(&[]).exits(1);
    assert!(run.stderr.contains("no trace.json was read"), "{}", run.stderr);
    let session = trace.clean();
    assert_eq!(dumped(&trace.out()), expected(&events));
    let header = thread(&session, 7).index().header();
    assert_eq!((header.os.name(), header.arch.name()), (Some("linux"), Some("x86_64")));
    assert_eq!(trace.v4_key()["trace_json"], Json::Null);
}

#[test]
fn file_of_events_is_converted_with_the_manifest_beside_it() {
    let trace = Trace::of(&simple());
    let out = |name| trace.dir.path().join(name);
    let convert_in = |path: &str, out: &Path| {
        let mut command = atf_tests::cli::atf();
        let command = command.args(["convert-v4", path, "--out"]).arg(out);
        let output = command.current_dir(trace.path()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    // Everything has its slot: the architecture is known.
    assert_eq!(convert_in("events.bin", &out("a")), (Some(0), String::new()));
    assert_eq!(convert_in("./events.bin", &out("b")), (Some(0), String::new()));
    assert_eq!(convert_in(".", &out("c")), (Some(0), String::new()));
    fs::copy(trace.path().join("events.bin"), trace.path().join("other")).unwrap();
    let (code, said) = convert_in("other", &out("d"));
    assert_eq!(code, Some(1));
    assert!(said.starts_with("note: no trace.json was read"), "{said}");
}

#[test]
fn wrong_trace_json_is_refused_and_salvage_goes_on_without_it() {
    let events = v4::recording();
    let trace = Trace::of(&events);
    trace.manifest(r#"{"os": "linux"}"#);
    let run = trace.convert(&["--json"]).exits(2);
    let path = trace.path().join("trace.json");
    let error = format!(
        "{}: arch: expected a string, found nothing; use --salvage to convert without it",
        path.display()
    );
    assert_eq!(json(&run)["error"], error);
    assert!(!trace.out().exists());
    trace.convert(&["--salvage"]).exits(1);
    trace.clean();
    assert_eq!(dumped(&trace.out()), expected(&events));
    // Also where nothing else is lost.
    let start = v4::recording().remove(0);
    let trace = Trace::of(&[vec![start], simple()].concat());
    trace.convert(&[]).exits(0);
    fs::remove_dir_all(trace.out()).unwrap();
    trace.manifest("{");
    assert_eq!(json(&trace.convert(&["--salvage", "--json"]).exits(1))["ok"], false);
}

#[test]
fn missing_files_are_errors_and_nothing_is_written() {
    let trace = Trace::of(&simple());
    fs::remove_file(trace.path().join("events.bin")).unwrap();
    trace.convert(&[]).exits(2);
    fs::remove_file(trace.path().join("trace.json")).unwrap();
    let run = trace.convert(&[]).exits(2);
    assert!(
        run.stderr.contains("expected a V4 trace (events.bin and trace.json)"),
        "{}",
        run.stderr
    );
    let left = fs::read_dir(trace.dir.path()).unwrap().count();
    assert_eq!(left, 1, "only the trace's directory");
}

#[test]
fn events_before_a_cut_at_any_byte_are_kept_and_the_loss_is_said() {
    let events = v4::recording();
    let bytes = v4::file(&events);
    let offsets = v4::offsets(&events);
    for cut in 0..bytes.len() {
        let trace = Trace::of(&events);
        fs::write(trace.path().join("events.bin"), &bytes[..cut]).unwrap();
        let report = trace.converted();
        let whole = offsets.iter().filter(|offset| **offset <= cut as u64).count() - 1;
        assert_eq!(report.messages, whole as u64, "cut at {cut}");
        assert_eq!(report.missing_events, (events.len() - whole) as u64, "cut at {cut}");
        let is_between = offsets.contains(&(cut as u64));
        assert_eq!(report.damage.is_none(), is_between, "cut at {cut}");
        assert_eq!(report.unread_bytes, cut as u64 - offsets[whole], "cut at {cut}");
        assert!(!report.is_complete());
        let session = SessionReader::open(trace.out()).unwrap();
        let kept: u64 = expected(&events[..whole]).values().map(|it| it.len() as u64).sum();
        assert_eq!(session.event_count(), kept, "cut at {cut}");
    }
}

#[test]
fn damage_ends_the_conversion_and_salvage_goes_on_behind_it() {
    let mut events: Vec<Event> = (1..=20).map(|number| call(1, number * 10, "f", &[])).collect();
    // Not UTF-8: no string of protobuf.
    let bad = events[9].framed();
    let at = bad.iter().position(|byte| *byte == b'f').unwrap();
    let mut bytes = v4::file(&events);
    let start = v4::offsets(&events)[9] as usize;
    bytes[start + at] = 0xFF;
    let trace = Trace::of(&events);
    fs::write(trace.path().join("events.bin"), &bytes).unwrap();

    let run = trace.convert(&[]).exits(1);
    trace.clean();
    assert_eq!(dumped(&trace.out()), expected(&events[..9]));
    let said = format!(
        "      {}: message from {start} at byte {}: function_call.symbol: expected UTF-8, found byte 0xff\n",
        trace.path().join("events.bin").display(),
        start + at
    );
    assert!(run.stdout.contains(&said), "{}", run.stdout);
    assert!(run.stdout.contains(" were not read\n"), "{}", run.stdout);
    assert!(run.stderr.contains("--salvage` to convert"), "{}", run.stderr);

    fs::remove_dir_all(trace.out()).unwrap();
    let report = json(&trace.convert(&["--salvage", "--json"]).exits(1));
    trace.clean();
    events.remove(9);
    assert_eq!(dumped(&trace.out()), expected(&events));
    assert_eq!(report["skipped"], serde_json::json!({ "gaps": 1, "bytes": bad.len() }));
    assert_eq!(
        (report["unread_bytes"].as_u64(), report["missing_events"].as_u64()),
        (Some(0), Some(1))
    );
}

#[test]
fn recursion_of_a_hundred_thousand_calls_has_its_depths() {
    const DEPTH: u64 = 100_000;
    let calls = (0..DEPTH).map(|number| call(1, number, "f", &[]));
    let returns = (0..DEPTH).map(|number| ret(1, DEPTH + number, "f", &[]));
    let trace = Trace::of(&calls.chain(returns).collect::<Vec<_>>());
    let report = trace.converted();
    assert!(report.is_complete());
    assert_eq!((report.orphan_returns, report.unfinished_calls), (0, 0));
    let session = trace.clean();
    let depths = thread(&session, 1);
    let depths = depths.index().iter().map(|it| u64::from(it.call_depth.get()));
    assert!(depths.eq((0..DEPTH).chain((0..DEPTH).rev())));
}

/// Events of so many threads in turn, `rounds` times: a call with registers, and its return.
fn in_turn(threads: i32, rounds: u64) -> Vec<Event> {
    let mut events = Vec::new();
    for round in 0..rounds {
        for thread in 0..threads {
            let time = round * 1000 + thread as u64;
            events.push(call(thread, time, "work", &[("rdi", round)]));
            events.push(ret(thread, time + 1, "work", &[]));
        }
    }
    events
}

// A thread has two files, three at its end; 100 open files are less than the threads have.
#[cfg(unix)]
#[test]
fn a_thousand_threads_in_turn_need_few_open_files() {
    let events = in_turn(1000, 20);
    let trace = Trace::of(&events);
    let script = format!(
        "ulimit -n 100; exec '{}' convert-v4 '{}' --out '{}' --json",
        atf_tests::cli::program().display(),
        trace.path().display(),
        trace.out().display()
    );
    let output = atf_tests::scratch::command("sh").args(["-c", &script]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let report: Json = serde_json::from_str(&said).unwrap();
    assert_eq!((report["threads"].as_u64(), report["events"].as_u64()), (Some(1000), Some(40_000)));
    assert_eq!(dumped(&trace.out()), expected(&events));
    trace.clean();
}

#[test]
fn output_that_is_taken_is_refused_and_nothing_is_touched() {
    let trace = Trace::of(&simple());
    fs::create_dir(trace.out()).unwrap();
    fs::write(trace.out().join("mine"), "text").unwrap();
    let run = trace.convert(&[]).exits(2);
    assert!(run.stderr.contains("expected a new or empty directory"), "{}", run.stderr);
    let names: Vec<_> =
        fs::read_dir(trace.out()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names, ["mine"]);
    let file = trace.out().join("mine");
    run_on("convert-v4", &trace.path(), &["--out", file.to_str().unwrap()]).exits(2);
    assert_eq!(fs::read(file).unwrap(), b"text");
}

#[test]
fn output_may_be_an_empty_directory_or_lie_below_directories_that_are_not_there() {
    let trace = Trace::of(&simple());
    fs::create_dir(trace.out()).unwrap();
    trace.convert(&[]).exits(0);
    trace.clean();
    let mut names: Vec<_> =
        fs::read_dir(trace.out()).unwrap().map(|it| it.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["manifest.json", "thread_1"]);
    let deep = trace.dir.path().join("a/b/c");
    run_on("convert-v4", &trace.path(), &["--out", deep.to_str().unwrap()]).exits(0);
    run_on("verify", &deep, &[]).exits(0);
    let beside = fs::read_dir(deep.parent().unwrap()).unwrap().count();
    assert_eq!(beside, 1);
}

// A crash at any moment leaves no part of a session in its place: with a path of its own the directory comes
// by one rename, in a directory that was there the manifest comes last.
#[test]
fn session_is_in_its_place_only_when_it_is_complete() {
    let trace = Trace::of(&v4::recording());
    for exists in [false, true] {
        let out = trace.dir.path().join(format!("out-{exists}"));
        if exists {
            fs::create_dir(&out).unwrap();
        }
        let disk = TestDisk::new();
        let reader = Reader::open(trace.path()).unwrap();
        convert(&reader, &disk, &out, ConvertOptions::default(), None).unwrap();
        let ops = disk.ops();
        let is_last = |op: &Op| match op {
            Op::Rename { to, .. } => {
                *to == if exists { out.join("manifest.json") } else { out.clone() }
            }
            _ => false,
        };
        let last = ops.iter().position(is_last).expect("it is moved into its place");
        let is_in_place = |path: &Path| {
            path == out && !exists
                || path.starts_with(&out) && !path.to_string_lossy().contains("partial-")
        };
        for op in &ops[..last] {
            let is_thread = |to: &PathBuf| {
                exists && to.file_name().unwrap().to_string_lossy().starts_with("thread_")
            };
            match op {
                Op::Rename { to, .. } if is_thread(to) => {}
                Op::CreateDir(path) | Op::CreateNew(path) | Op::Write { path, .. } => {
                    assert!(!is_in_place(path), "{op:?}");
                }
                Op::Rename { to, .. } => assert!(!is_in_place(to), "{op:?}"),
                _ => {}
            }
        }
        // All of it is on the disk before: each file was synced after its last write.
        for (at, op) in ops[..last].iter().enumerate() {
            let Op::Write { path, .. } = op else { continue };
            let is_synced = |op: &Op| matches!(op, Op::Sync(synced) if synced == path);
            assert!(ops[at..last].iter().any(is_synced), "{}", path.display());
        }
    }
}

// Bytes of any kind: no panic, and what is written is a session that verification finds clean, with as many events
// as were read and kept.
#[test]
fn damage_of_any_kind_gives_a_clean_session() {
    let bytes = v4::file(&v4::recording());
    let trace = Trace::of(&[]);
    let options = [false, true].map(|salvage| ConvertOptions::default().salvage(salvage));
    for at in 0..bytes.len() {
        for mask in [0x01, 0x80, 0xFF] {
            let mut bytes = bytes.clone();
            bytes[at] ^= mask;
            let reader = Reader::from_bytes("events.bin", bytes);
            for options in options {
                let case = format!("byte {at} ^ {mask:#x}, {options:?}");
                let report = convert(&reader, &Disk, trace.out(), options, None).unwrap();
                let session = locate(trace.out()).unwrap();
                let found = verify(&session, None).unwrap();
                assert!(found.is_ok(), "{case}: {:?}", found.problems());
                let session = SessionReader::open(trace.out()).unwrap();
                assert_eq!(session.event_count(), report.events(), "{case}");
                let other =
                    report.not_kept.get(&NotKept::EventsWithoutPayload).copied().unwrap_or(0);
                let ends = u64::from(report.has_start) + u64::from(report.has_end);
                let doubles = report.not_kept.contains_key(&NotKept::StartsAndEnds);
                assert!(doubles || report.messages == report.events() + other + ends, "{case}");
                fs::remove_dir_all(trace.out()).unwrap();
            }
        }
    }
}

// Every call to the disk fails once: nothing is left, and what was there is as before.
#[test]
fn conversion_that_fails_leaves_nothing_behind() {
    let trace = Trace::of(&v4::recording());
    for exists in [false, true] {
        let mut call = 0;
        loop {
            let out = trace.dir.path().join("parent/out");
            let disk = TestDisk::new();
            if exists {
                fs::create_dir_all(&out).unwrap();
            }
            disk.fail_call(call);
            let reader = Reader::open(trace.path()).unwrap();
            let result = convert(&reader, &disk, &out, ConvertOptions::default(), None);
            let is_complete = out.join("manifest.json").exists();
            match result {
                Ok(_) => {
                    // Past the last call, or one whose failure costs nothing.
                    assert!(is_complete, "call {call}");
                    run_on("verify", &out, &[]).exits(0);
                }
                // Synced last, when everything is in its place.
                Err(_) if is_complete => {
                    run_on("verify", &out, &[]).exits(0);
                }
                Err(error) => {
                    assert!(error.to_string().contains("cannot "), "{error}");
                    let expected = if exists { Some(0) } else { None };
                    let found = fs::read_dir(&out).ok().map(Iterator::count);
                    assert_eq!(found, expected, "call {call}: {error}");
                    assert_eq!(out.parent().unwrap().exists(), exists, "call {call}: {error}");
                }
            }
            if disk.calls() <= call {
                break;
            }
            call += 1;
            let _ = fs::remove_dir_all(trace.dir.path().join("parent"));
        }
        assert!(call > 30, "{call} calls");
        fs::remove_dir_all(trace.dir.path().join("parent")).unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn report_that_cannot_be_printed_does_not_undo_the_conversion() {
    let trace = Trace::of(&simple());
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = atf_tests::cli::atf();
    let command = command.arg("convert-v4").arg(trace.path()).arg("--out").arg(trace.out());
    let output = command.stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: the operation completed, but writing the report"), "{said}");
    trace.clean();
}

#[test]
fn a_session_of_v2_is_no_v4_trace() {
    let trace = Trace::of(&simple());
    trace.convert(&[]).exits(0);
    let again = trace.dir.path().join("again");
    let run =
        run(["convert-v4".as_ref(), trace.out().as_os_str(), "--out".as_ref(), again.as_os_str()]);
    let run = run.exits(2);
    assert!(run.stderr.contains("expected a V4 trace"), "{}", run.stderr);
}

/// The most memory that no file backs, in kB, of a conversion of so many rounds of [`in_turn`].
#[cfg(target_os = "linux")]
fn peak_rss_anon_kb(threads: i32, rounds: usize) -> u64 {
    let trace = Trace::of(&[]);
    let round = v4::file(&in_turn(threads, 1));
    fs::write(trace.path().join("events.bin"), round.repeat(rounds)).unwrap();
    let mut command = atf_tests::cli::atf();
    let command = command.arg("convert-v4").arg(trace.path()).arg("--out").arg(trace.out());
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kb = line.and_then(|it| it.split_whitespace().next()?.parse().ok());
        peak = peak.max(kb.unwrap_or(0));
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let session = SessionReader::open(trace.out()).unwrap();
    assert_eq!(session.event_count(), threads as u64 * 2 * rounds as u64);
    peak
}

// The buffers of all threads are full in both; what else there is must not grow with the events.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_events_and_is_bounded_by_the_threads() {
    let (few, many) = (peak_rss_anon_kb(100, 1500), peak_rss_anon_kb(100, 4500));
    println!("RssAnon: {few} kB, three times the events: {many} kB");
    // 64 threads of 140 KiB, 36 of 20 KiB, and the command itself.
    assert!(few > 1000 && few < 16_000, "{few} kB");
    assert!(many < few + 1000, "{few} kB, three times the events: {many} kB");
}
