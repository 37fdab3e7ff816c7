//! `atf info`, `dump` and `verify` of a V4 trace.

use std::fs;
use std::path::Path;

use atf_tests::cli::run_on;
use atf_tests::scratch::Scratch;
use atf_tests::v4;
use serde_json::{Value, json};

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn cut(dir: &Path) {
    let path = dir.join("events.bin");
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 1);
    fs::write(path, bytes).unwrap();
}

#[test]
fn info_counts_the_events_of_each_thread() {
    let dir = Scratch::new();
    v4::write(dir.path(), &v4::recording());
    let run = run_on("info", dir.path(), &[]).exits(0);
    let lines = run.lines();
    assert!(lines[0].ends_with(": format V4, linux, x86_64"), "{}", run.stdout);
    let words: Vec<_> = lines[2].split_whitespace().take(7).collect();
    assert_eq!(words, ["7", "6", "2", "2", "0", "81000000000", "81000000600"]);
    let words: Vec<_> = lines[3].split_whitespace().take(7).collect();
    assert_eq!(words, ["4294967294", "3", "1", "1", "1", "81000000150", "81000000400"]);
    assert!(lines[4].starts_with("total: 2 threads, 9 events, "), "{}", run.stdout);
    assert_eq!(run.stderr, "");
    let object = parse(&run_on("info", dir.path(), &["--json"]).exits(0).stdout);
    assert_eq!((&object["format"], &object["os"]), (&json!("v4"), &json!("linux")));
    assert_eq!((&object["events"], &object["skipped_bytes"]), (&json!(9), &json!(0)));
    assert_eq!(object["threads"][1]["thread_id"], 4_294_967_294_u32);
    assert_eq!(object["manifest"]["eventCount"], 9);
}

#[test]
fn info_of_a_killed_recording_notes_what_is_missing() {
    let dir = Scratch::new();
    v4::write(dir.path(), &v4::recording());
    fs::remove_file(dir.path().join("trace.json")).unwrap();
    cut(dir.path());
    let run = run_on("info", dir.path(), &[]).exits(0);
    assert!(run.stdout.contains("total: 2 threads, 8 events, "), "{}", run.stdout);
    assert!(run.stderr.contains("note: no trace.json was read: "), "{}", run.stderr);
    assert!(run.stderr.contains("until the end of the file; "), "{}", run.stderr);
    let object = parse(&run_on("info", dir.path(), &["--json"]).exits(0).stdout);
    assert_eq!((&object["gaps"], &object["manifest"]), (&json!(1), &Value::Null));
}

#[test]
fn dump_prints_the_events_in_the_order_of_the_file() {
    let dir = Scratch::new();
    v4::write(dir.path(), &v4::recording());
    let run = run_on("dump", dir.path(), &[]).exits(0);
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let lines = run.lines();
    assert_eq!(lines.len(), 10);
    assert_eq!(words(lines[4]), ["7", "4", "81000000200", "call", "app::parse(int)"]);
    assert_eq!(words(lines[6]), ["4294967294", "6", "81000000350", "signal", "11", "SIGSEGV"]);
    let args = [
        "--format",
        "jsonl",
        "--details",
        "--thread",
        "7",
        "--from",
        "81000000100",
        "--limit",
        "2",
    ];
    let run = run_on("dump", dir.path(), &args).exits(0);
    let objects: Vec<Value> = run.lines().into_iter().map(parse).collect();
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0]["what"], "main");
    assert_eq!(objects[1]["what"], "app::parse(int)");
    assert_eq!(objects[1]["registers"]["RDI"], 4);
    assert!(objects[1]["stack"].as_str().unwrap().starts_with("0405"));
    let text = run_on("dump", dir.path(), &["--details"]).exits(0).stdout;
    assert!(text.contains("RDI = 0x4") && text.contains("stack 0405"), "{text}");
    let csv = run_on("dump", dir.path(), &["--format", "csv"]).exits(2);
    assert!(csv.stderr.contains("convert-v4"), "{}", csv.stderr);
}

#[test]
fn dump_skips_damage_and_notes_it() {
    let dir = Scratch::new();
    let events = v4::recording();
    v4::write(dir.path(), &events);
    let offsets = v4::offsets(&events);
    let path = dir.path().join("events.bin");
    let mut bytes = fs::read(&path).unwrap();
    bytes[offsets[2] as usize..offsets[3] as usize].fill(0);
    fs::write(&path, bytes).unwrap();
    // The file alone, too.
    for path in [dir.path(), &path] {
        let run = run_on("dump", path, &[]).exits(0);
        assert_eq!(run.lines().len(), 9);
        let len = offsets[3] - offsets[2];
        assert!(run.stderr.contains(&format!("found 0; {len} bytes skipped")), "{}", run.stderr);
    }
}

#[test]
fn verify_finds_damage_and_what_the_manifest_says_wrong() {
    let dir = Scratch::new();
    v4::write(dir.path(), &v4::recording());
    let clean = run_on("verify", dir.path(), &[]).exits(0);
    assert_eq!(clean.stdout, "clean: 2 threads, 9 events\n");
    cut(dir.path());
    let run = run_on("verify", dir.path(), &[]).exits(1);
    let lines = run.lines();
    assert!(lines[0].contains("/events.bin: message from "), "{}", run.stdout);
    let manifest = dir.path().join("trace.json");
    let expected = "eventCount: expected 8 (events), found 9";
    assert_eq!(lines[1], format!("{}: {expected}", manifest.display()));
    assert_eq!(lines[2], "2 problems");
    let object = parse(&run_on("verify", dir.path(), &["--json"]).exits(1).stdout);
    assert_eq!((&object["ok"], &object["problems"][1]["found"]), (&json!(false), &json!("9")));
    assert_eq!(object["problems"].as_array().unwrap().len(), 2);
}

#[test]
fn trace_that_cannot_be_opened_is_a_failure_of_each_command() {
    let dir = Scratch::new();
    v4::write(dir.path(), &v4::recording());
    fs::write(dir.path().join("trace.json"), "{").unwrap();
    for command in ["info", "dump", "verify"] {
        let run = run_on(command, dir.path(), &[]).exits(2);
        assert!(run.stderr.contains("trace.json: expected a JSON object"), "{}", run.stderr);
    }
}

#[test]
fn verify_counts_the_damage_that_it_does_not_list() {
    let dir = Scratch::new();
    // A message, and a byte that is none, 1010 times.
    let event = v4::call(1, 1, 5, "main").framed();
    fs::write(dir.path().join("events.bin"), [&*event, &[0]].concat().repeat(1010)).unwrap();
    let run = run_on("verify", dir.path(), &[]).exits(1);
    assert_eq!(run.lines().len(), 1001);
    assert_eq!(run.lines()[1000], "1 010 problems");
    let note = "10 more damaged places not listed";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let object = parse(&run_on("verify", dir.path(), &["--json"]).exits(1).stdout);
    assert_eq!(object["notes"][1], note);
}
