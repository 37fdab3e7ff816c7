//! `atf info`: shows what a trace contains.

#[path = "cli/trace.rs"]
mod trace;

use std::path::Path;

use atf_tests::cli::{Run, atf, run, run_on};
use atf_tests::scratch::Scratch;
use serde_json::{Value as Json, json};
use trace::Trace;

fn info(path: &Path, args: &[&str]) -> Run {
    run_on("info", path, args)
}

fn info_json(path: &Path, args: &[&str]) -> Json {
    let mut all = vec!["--json"];
    all.extend(args);
    let run = info(path, &all).exits(0);
    assert_eq!(run.lines().len(), 1, "one object: {}", run.stdout);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn json_has_every_thread_and_the_totals() {
    let trace = Trace::new();
    let expected = json!({
        "path": trace.path().to_str().unwrap(),
        "threads": [
            {
                "thread_id": 0, "events": 5, "details": 3, "time_start_ns": 1000, "time_end_ns": 1300,
                "arch": "x86_64", "os": "linux", "clock_type": "boottime",
                "finalized": true, "checksum": "not checked",
            },
            {
                "thread_id": 7, "events": 2, "details": 0, "time_start_ns": 900, "time_end_ns": 950,
                "arch": "x86_64", "os": "linux", "clock_type": "boottime",
                "finalized": true, "checksum": "not checked",
            },
        ],
        "events": 7, "details": 3, "time_start_ns": 900, "time_end_ns": 1300, "finalized": true,
        "manifest": { "format_version": "2.1", "state": "complete", "modules": 1, "symbols": 2 },
    });
    let without_process = |args: &[&str]| {
        let mut found = info_json(&trace.path(), args);
        // Where the system has boots with ids.
        if let Some(process) = found.as_object_mut().unwrap().remove("process") {
            assert!(process["boot_id"].is_string(), "{process}");
        }
        found
    };
    assert_eq!(without_process(&["--quick"]), expected);
    let surveyed = json!({
        "backward": { "count": 0, "first_seq": null }, "jumps": { "count": 0, "first_seq": null },
        "unknown_event_kinds": {}, "more_unknown_events": 0, "lost_events": 0,
    });
    let mut expected = expected;
    for thread in expected["threads"].as_array_mut().unwrap() {
        thread.as_object_mut().unwrap().extend(surveyed.as_object().unwrap().clone());
    }
    let calls = [
        json!({
            "calls": 2, "orphan_returns": 0, "unfinished": 0, "unwound": 0, "gap_ns": 0, "max_depth": 1,
            "depth_from": "exact", "unknown_event_kinds": { "77": 1 },
        }),
        json!({
            "calls": 1, "orphan_returns": 0, "unfinished": 0, "unwound": 0, "gap_ns": 0, "max_depth": 0,
            "depth_from": "exact",
        }),
    ];
    for (thread, calls) in expected["threads"].as_array_mut().unwrap().iter_mut().zip(calls) {
        thread.as_object_mut().unwrap().extend(calls.as_object().unwrap().clone());
    }
    assert_eq!(without_process(&[]), expected);
}

#[test]
fn directory_above_a_single_session_opens_it() {
    let trace = Trace::new();
    let above = trace.beside("");
    assert_eq!(info_json(&above, &[])["events"], 7);
}

#[test]
fn path_may_be_a_thread_or_a_file() {
    let trace = Trace::new();
    let paths = ["thread_0", "thread_0/index.atf", "thread_0/detail.atf"];
    let counts = paths.map(|path| {
        let info = info_json(&trace.join(path), &["--checksum"]);
        let thread = &info["threads"][0];
        assert_eq!(thread["checksum"], "ok");
        assert_eq!(thread["thread_id"], 0);
        assert_eq!(info["manifest"], Json::Null);
        (thread["events"].as_u64(), thread["details"].as_u64(), thread["time_end_ns"].as_u64())
    });
    let expected = [(5, 3, 1300), (5, 0, 1300), (0, 3, 1300)];
    assert_eq!(counts, expected.map(|(a, b, c)| (Some(a), Some(b), Some(c))));
}

#[test]
fn checksum_is_ok_mismatch_or_not_recorded() {
    let trace = Trace::new();
    let checksums = || {
        let info = info_json(&trace.path(), &["--checksum"]);
        [0, 1].map(|thread| info["threads"][thread]["checksum"].as_str().unwrap().to_owned())
    };
    assert_eq!(checksums(), ["ok", "ok"]);
    trace.patch("thread_0/detail.atf", 64 + 30, &[0xFF]);
    assert_eq!(checksums(), ["mismatch", "ok"]);
    trace.patch("thread_7/index.atf", 64 + 2 * 32 + 4, &[0; 4]);
    assert_eq!(checksums(), ["mismatch", "not recorded"]);
}

#[test]
fn failure_and_threads_that_were_not_traced_are_shown() {
    let trace = Trace::new();
    let path = trace.join("manifest.json");
    let mut manifest: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    manifest["failed"] = json!("the disk burned");
    manifest["untraced_threads"] = json!(32);
    std::fs::write(&path, manifest.to_string()).unwrap();
    let info_of = info_json(&trace.path(), &[]);
    assert_eq!(info_of["manifest"]["failed"], "the disk burned");
    assert_eq!(info_of["untraced_threads"], 32);
    let text = info(&trace.path(), &[]).exits(0).stdout;
    assert!(text.contains(", failed (the disk burned)"), "{text}");
    assert!(text.contains(", 32 threads not traced"), "{text}");
}

#[test]
fn unfinalized_thread_is_reported() {
    let trace = Trace::new();
    trace.kill_thread_7();
    let run = info(&trace.path(), &["--json", "--checksum"]).exits(0);
    let info: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(info["finalized"], false);
    assert_eq!(info["threads"][0]["finalized"], true);
    let thread = &info["threads"][1];
    assert_eq!(thread["finalized"], false);
    assert_eq!(thread["events"], 1);
    assert_eq!(thread["checksum"], "not recorded");
    assert!(run.stderr.contains("hint: run `atf recover "), "{}", run.stderr);
}

#[test]
fn thread_with_an_unfinalized_detail_lane_is_unfinalized() {
    let trace = Trace::new();
    trace.cut("thread_0/detail.atf", 64 + 144);
    let info = info_json(&trace.path(), &[]);
    assert_eq!(info["threads"][0]["finalized"], false);
    assert_eq!(info["threads"][0]["details"], 1);
}

#[test]
fn unreadable_thread_is_listed_with_its_error() {
    let trace = Trace::new();
    trace.patch("thread_0/index.atf", 0, b"X");
    let run = info(&trace.path(), &["--json"]).exits(0);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    let thread = &object["threads"][0];
    let file = trace.join("thread_0/index.atf");
    let expected =
        format!(r#"{}: header at byte 0: magic: expected "ATI2", found "XTI2""#, file.display());
    assert_eq!(thread["error"], expected);
    assert_eq!((&thread["events"], &thread["finalized"]), (&json!(0), &json!(false)));
    assert_eq!((&object["events"], &object["finalized"]), (&json!(2), &json!(false)));
    assert_eq!(object["threads"][1].get("error"), None);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert_eq!(run.stderr, format!("note: thread 0 was skipped: {expected}\n"));
    let text = info(&trace.path(), &[]).exits(0).stdout;
    assert!(text.contains("     0       0        0      -         -  damaged\n"), "{text}");
    assert!(text.contains(&format!("\nthread 0: {expected}\n")), "{text}");
}

#[test]
fn listed_thread_without_a_directory_has_an_error() {
    let trace = Trace::new();
    std::fs::remove_dir_all(trace.join("thread_7")).unwrap();
    let info = info_json(&trace.path(), &[]);
    let error = info["threads"][1]["error"].as_str().unwrap();
    assert!(error.contains("thread_7"), "{error}");
    assert_eq!(info["events"], 5);
}

#[test]
fn unknown_platform_values_are_numbers() {
    let trace = Trace::new();
    trace.patch("thread_7/index.atf", 6, &[9, 8]);
    trace.patch("thread_7/index.atf", 16, &[7]);
    let thread = &info_json(&trace.path(), &[])["threads"][1];
    assert_eq!([&thread["arch"], &thread["os"], &thread["clock_type"]], [9, 8, 7]);
}

#[test]
fn session_without_manifest_is_read_from_its_directories() {
    let trace = Trace::new();
    std::fs::remove_file(trace.join("manifest.json")).unwrap();
    let run = info(&trace.path(), &["--json"]).exits(0);
    let info: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&info["events"], &info["manifest"]), (&json!(7), &Json::Null));
    assert!(run.stderr.contains("manifest.json: cannot open: "), "{}", run.stderr);
}

#[test]
fn unreadable_path_with_json_prints_one_object() {
    let trace = Trace::new();
    trace.patch("thread_0/index.atf", 0, b"X");
    trace.patch("thread_7/index.atf", 0, b"X");
    let broken_file = trace.join("thread_0/index.atf");
    let no_trace = Scratch::new();
    for path in [trace.path(), trace.beside("nowhere"), no_trace.path().to_owned(), broken_file] {
        let run = info(&path, &["--json"]).exits(2);
        let object: Json = serde_json::from_str(&run.stdout).unwrap();
        let error = object["error"].as_str().unwrap();
        assert_eq!(object.as_object().unwrap().len(), 1);
        assert_eq!(run.stderr, format!("error: {error}\n"));
        assert!(info(&path, &[]).exits(2).stdout.is_empty());
    }
}

#[test]
fn text_is_a_table_with_the_totals() {
    let trace = Trace::new();
    let run = info(&trace.path(), &[]).exits(0);
    let expected = format!(
        "\
{}: format 2.1, complete, 2 symbols
machine  x86_64, linux, boottime
time     900 to 1300 ns on the trace's clock
thread  events  details   start  duration  final
     0       5        3  +100ns    300 ns  yes
     7       2        0    +0ns     50 ns  yes
total: 2 threads, 7 events, 3 details, 400 ns
calls: 3, highest depth 1
thread 0: unknown event kinds: 1 value (77) in 1 event
",
        trace.path().display()
    );
    assert_eq!(run.stdout, expected);
    assert_eq!(run.stderr, "");
}

/// Sets counts of a thread in the manifest.
fn set_counts(trace: &Trace, position: usize, counts: &Json) {
    let path = trace.join("manifest.json");
    let mut manifest: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for (key, value) in counts.as_object().unwrap() {
        manifest["threads"][position][key] = value.clone();
    }
    std::fs::write(path, manifest.to_string()).unwrap();
}

#[test]
fn dropped_events_are_shown_if_the_manifest_counts_them() {
    let trace = Trace::new();
    let none = json!({"emitted": 2, "recorded": 2, "dropped_events": 0, "dropped_details": 0});
    set_counts(&trace, 1, &none);
    let object = info_json(&trace.path(), &[]);
    assert_eq!(object["threads"][0].get("dropped_events"), None);
    assert_eq!(object["threads"][1]["dropped_events"], 0);
    assert_eq!((&object["dropped_events"], &object["dropped_details"]), (&json!(0), &json!(0)));
    // Nothing was dropped: text has no columns of zeros.
    let run = info(&trace.path(), &[]).exits(0);
    assert!(!run.stdout.contains("dropped"), "{}", run.stdout);

    let some = json!({"emitted": 14, "recorded": 2, "dropped_events": 12, "dropped_details": 1});
    set_counts(&trace, 1, &some);
    let object = info_json(&trace.path(), &[]);
    let thread = &object["threads"][1];
    assert_eq!((&thread["dropped_events"], &thread["dropped_details"]), (&json!(12), &json!(1)));
    assert_eq!((&object["dropped_events"], &object["dropped_details"]), (&json!(12), &json!(1)));
    let run = info(&trace.path(), &[]).exits(0);
    let expected = format!(
        "\
{}: format 2.1, complete, 2 symbols
machine  x86_64, linux, boottime
time     900 to 1300 ns on the trace's clock
thread  events  details   start  duration  dropped  final
     0       5        3  +100ns    300 ns        -  yes
     7       2        0    +0ns     50 ns     12+1  yes
total: 2 threads, 7 events, 3 details, 400 ns, 12 events dropped, 1 detail dropped
calls: 3, highest depth 1
thread 0: unknown event kinds: 1 value (77) in 1 event
",
        trace.path().display()
    );
    assert_eq!(run.stdout, expected);
}

#[test]
fn huge_counts_do_not_overflow_the_totals() {
    let trace = Trace::new();
    for thread in [0, 1] {
        set_counts(&trace, thread, &json!({"dropped_events": u64::MAX}));
    }
    assert_eq!(info_json(&trace.path(), &[])["dropped_events"], u64::MAX);
    info(&trace.path(), &[]).exits(0);
}

/// Sets a key of the manifest.
fn set(trace: &Trace, key: &str, value: Json) {
    let path = trace.join("manifest.json");
    let mut manifest: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    manifest[key] = value;
    std::fs::write(path, manifest.to_string()).unwrap();
}

#[test]
fn origin_is_shown_if_the_manifest_has_it() {
    let trace = Trace::new();
    let process = json!({
        "pid": 77, "parent_pid": 1, "command": ["./my app", "--file", "a\u{1b}b"], "executable": "/opt/my app",
        "host": "build\u{202e}box", "boot_id": "x", "exit": {"status": 0},
    });
    set(&trace, "process", process);
    // The trace starts at 900 ns of its clock: 400 ns before the pair was read.
    set(
        &trace,
        "wall_clock",
        json!({"realtime_ns": 1_767_323_045_000_000_400_u64, "boottime_ns": 1300}),
    );
    set_counts(&trace, 1, &json!({"name": "a worker with a long name", "os_id": 4711}));
    let object = info_json(&trace.path(), &[]);
    assert_eq!(object["start"], "2026-01-02T03:04:05Z");
    let expected = json!({
        "pid": 77, "parent_pid": 1, "command": ["./my app", "--file", "a\u{1b}b"], "executable": "/opt/my app",
        "host": "build\u{202e}box", "boot_id": "x",
    });
    assert_eq!(object["process"], expected);
    assert_eq!(object["threads"][1]["name"], "a worker with a long name");
    assert_eq!(object["threads"][1]["os_id"], 4711);
    assert_eq!(object["threads"][0].get("name"), None);
    let text = info(&trace.path(), &[]).exits(0).stdout;
    let expected = "\
command  './my app' --file 'a\\u{1b}b'
on       build\\u{202e}box, process 77, started 2026-01-02T03:04:05Z
machine  x86_64, linux, boottime
time     900 to 1300 ns on the trace's clock
thread  name             os_id  events  details   start  duration  final
     0  -                    -       5        3  +100ns    300 ns  yes
     7  a worker with …   4711       2        0    +0ns     50 ns  yes
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn text_fits_80_columns() {
    let dir = Scratch::new();
    let mut path = dir.path().join("s");
    let out = path.to_str().unwrap();
    let sizes = ["--threads", "3", "--events", "300000", "--detail-every", "100", "--seed", "4"];
    run([&["synth", "--out", out][..], &sizes].concat()).exits(0);
    path.push("manifest.json");
    let mut manifest: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for thread in 0..3 {
        manifest["threads"][thread]["name"] = json!("a name of a thread that is long");
        manifest["threads"][thread]["os_id"] = json!(4_194_303);
    }
    manifest["process"] = json!({"command": ["/usr/bin/program", &"argument ".repeat(30)]});
    std::fs::write(&path, manifest.to_string()).unwrap();
    path.pop();
    let output = atf().arg("info").arg("--checksum").arg(".").current_dir(&path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains(" ok"), "{text}");
}

#[cfg(unix)]
#[test]
fn path_may_contain_spaces_and_invalid_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let trace = Trace::new();
    let odd = trace.beside("x").with_file_name(OsStr::from_bytes(b"a b\xFF'c"));
    std::fs::rename(trace.path(), &odd).unwrap();
    let info = info_json(&odd, &[]);
    assert_eq!(info["events"], 7);
    assert!(info["path"].as_str().unwrap().ends_with("a b\u{FFFD}'c"));
}
