//! `atf verify`: problems on stdout, notes on stderr, the verdict in the exit code.

#[path = "cli/trace.rs"]
mod trace;

use atf_tests::cli::run_on;
use serde_json::{Value as Json, json};
use trace::Trace;

#[test]
fn a_clean_session_is_said_to_be_one() {
    let run = run_on("verify", &Trace::new().path(), &[]).exits(0);
    assert_eq!(run.stdout, "clean: 2 threads, 7 events\n");
    assert_eq!(run.stderr, "");
}

#[test]
fn every_kind_of_path_can_be_clean() {
    let trace = Trace::new();
    let summaries = ["thread_0", "thread_0/index.atf", "thread_0/detail.atf"]
        .map(|path| run_on("verify", &trace.join(path), &[]).exits(0).stdout);
    let expected =
        ["clean: 1 thread, 5 events\n", "clean: 5 events\n", "clean: 3 detail records\n"];
    assert_eq!(summaries, expected);
}

#[test]
fn a_problem_is_a_line_and_the_summary_comes_last() {
    let trace = Trace::new();
    trace.patch("thread_7/index.atf", 28, &[3]);
    let run = run_on("verify", &trace.path(), &[]).exits(1);
    let path = trace.path();
    let path = path.display();
    let expected = format!(
        "{path}/thread_7/index.atf: header at byte 28: event_count: expected 2 (as the footer says), \
         found 3\n1 problem\n"
    );
    assert_eq!(run.stdout, expected);
    let hint = format!("hint: `atf recover {path} --out {path}.recovered` keeps what is whole\n");
    assert_eq!(run.stderr, hint);
}

#[test]
fn json_names_file_offset_what_expected_and_found() {
    let trace = Trace::new();
    trace.patch("thread_7/index.atf", 28, &[3]);
    let run = run_on("verify", &trace.path(), &["--json"]).exits(1);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    let expected = json!({
        "ok": false,
        "problems": [{
            "file": trace.join("thread_7/index.atf").to_str().unwrap(),
            "offset": 28,
            "what": "header: event_count",
            "expected": "2 (as the footer says)",
            "found": "3",
        }],
        "notes": [],
    });
    assert_eq!(object, expected);
}

#[test]
fn notes_alone_are_clean() {
    let trace = Trace::new();
    trace.patch("thread_7/index.atf", 64 + 2 * 32 + 4, &[0; 4]);
    let run = run_on("verify", &trace.path(), &[]).exits(0);
    assert_eq!(run.stdout, "clean: 2 threads, 7 events\n");
    assert!(run.stderr.starts_with("note: "), "{}", run.stderr);
    let run = run_on("verify", &trace.path(), &["--json"]).exits(0);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&object["ok"], object["notes"].as_array().unwrap().len()), (&json!(true), 1));
}

#[test]
fn a_missing_thread_and_a_missing_manifest_are_problems() {
    let trace = Trace::new();
    std::fs::remove_dir_all(trace.join("thread_7")).unwrap();
    let run = run_on("verify", &trace.path(), &[]).exits(1);
    assert!(run.stdout.contains("thread_7"), "{}", run.stdout);
    std::fs::remove_file(trace.join("manifest.json")).unwrap();
    let run = run_on("verify", &trace.path(), &[]).exits(1);
    assert!(run.stdout.contains("manifest.json"), "{}", run.stdout);
    assert!(run.stdout.ends_with("\n1 problem\n"), "{}", run.stdout);
}

#[test]
fn what_is_no_trace_cannot_be_verified() {
    let trace = Trace::new();
    let text = trace.beside("text");
    std::fs::write(&text, "text").unwrap();
    for args in [&[][..], &["--json"]] {
        let run = run_on("verify", &text, args).exits(2);
        assert_eq!(run.stdout.is_empty(), args.is_empty());
        assert!(run.stderr.contains("expected an .atf file"), "{}", run.stderr);
    }
}
