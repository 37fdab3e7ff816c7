//! `atf demo` and `atf synth`: the command records a session of its own.

#[path = "cli/trace.rs"]
mod trace;

use std::path::Path;
use std::process::Output;

use atf_tests::cli::{atf, run, run_on};
use atf_tests::scratch::{self, Scratch};
use serde_json::Value as Json;
use trace::files;

fn synth(out: &Path, args: &[&str]) {
    let mut all = vec!["synth", "--out", out.to_str().unwrap()];
    all.extend(args);
    run(all).exits(0);
}

fn info(path: &Path) -> Json {
    serde_json::from_str(&run_on("info", path, &["--json"]).exits(0).stdout).unwrap()
}

fn demo_in(dir: &Path, args: &[&str]) -> Output {
    atf().arg("demo").args(args).current_dir(dir).output().unwrap()
}

#[test]
fn demo_records_verifies_and_prints_a_trace() {
    let dir = Scratch::new();
    let text = "It was the best of times, it was the WORST of extraordinary times.\n";
    std::fs::write(dir.path().join("a.txt"), text).unwrap();
    std::fs::write(dir.path().join("b.md"), text).unwrap();
    std::fs::create_dir(dir.path().join(".git")).unwrap();
    std::fs::write(dir.path().join(".git/c.txt"), "hidden hidden hidden hidden hidden").unwrap();
    let output = demo_in(dir.path(), &["--threads", "2"]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(stdout.starts_with("recorded  ada_traces/session_"), "{stdout}");
    assert!(stdout.contains("2 threads counted the words of 2 texts (2 found) in "), "{stdout}");
    let words = "most frequent words: it 4, of 4, the 4, times 4, was 4, best 2, extraordinary 2, worst 2\n";
    assert!(stdout.contains(words), "{stdout}");
    // Per text: one call each of count_texts, read_text, split_words, merge, and 13 words.
    assert!(stdout.contains("120 events, 4 of them with registers and stack"), "{stdout}");
    if cfg!(any(target_os = "linux", target_os = "android")) {
        let rings = "\n          one ring per thread: 0 dropped, peak ring usage ";
        assert!(stdout.contains(rings), "{stdout}");
    }
    assert!(stdout.contains("verified  clean: 2 threads, 120 events\n"), "{stdout}");
    assert!(stdout.contains("  call       count_texts\n"), "{stdout}");

    let session = dir.path().join("ada_traces");
    run_on("verify", &session, &[]).exits(0);
    let lines = run_on("dump", &session, &["--format", "jsonl"]).exits(0);
    assert_eq!(info(&session)["events"], lines.lines().len());
    let details = run_on("dump", &session, &["--details"]).exits(0).stdout;
    if cfg!(target_arch = "x86_64") {
        // The second argument is the length of "extraordinary", and so is the result.
        assert!(details.contains(" rsi=0xd "), "{details}");
        assert!(details.contains(" rax=0xd "), "{details}");
    }
    assert!(details.contains("|extraordinary"), "{details}");
}

/// Parses stdout, which must be exactly one object on one line.
fn object(output: &Output) -> Json {
    let stdout = str::from_utf8(&output.stdout).unwrap();
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    serde_json::from_str(stdout).unwrap()
}

#[test]
fn demo_with_json_prints_one_object() {
    let dir = Scratch::new();
    let out = dir.path().join("out");
    std::fs::write(dir.path().join("a.txt"), "one two extraordinary three\n").unwrap();
    let output = demo_in(dir.path(), &["--json", "--threads", "1", "--out", "out"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let lengths = ["index.atf", "detail.atf"]
        .map(|file| std::fs::metadata(out.join("thread_0").join(file)).unwrap().len());
    let expected = serde_json::json!({
        "path": "out", "threads": 1, "events": 24, "details": 2, "dropped": 0, "clean": true,
        "bytes": lengths.iter().sum::<u64>(),
    });
    assert_eq!(object(&output), expected);
    assert_eq!(info(&out)["events"], 24);
    // The directory is not empty any more.
    let again = demo_in(dir.path(), &["--json", "--out", "out"]);
    assert_eq!(again.status.code(), Some(2));
    let error = String::from_utf8(again.stderr.clone()).unwrap();
    assert_eq!(error, format!("error: {}\n", object(&again)["error"].as_str().unwrap()));
}

#[test]
fn synth_with_json_prints_one_object() {
    let dir = Scratch::new();
    let out = dir.path().join("s");
    let path = out.to_str().unwrap();
    let args = ["--threads", "2", "--events", "10", "--detail-every", "5", "--json"];
    let synth = || atf().args(["synth", "--out", path]).args(args).output().unwrap();
    let output = synth();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let files = files(&out);
    let lanes = files.iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "atf"));
    let bytes: usize = lanes.map(|(_, content)| content.len()).sum();
    let expected = serde_json::json!({
        "path": path, "threads": 2, "events": 10, "details": 2, "bytes": bytes, "dropped": 0,
    });
    assert_eq!(object(&output), expected);
    let again = synth();
    assert_eq!(again.status.code(), Some(2));
    assert!(object(&again)["error"].as_str().unwrap().contains("a new or empty directory"));
}

#[test]
fn demo_without_texts_reads_its_own_source() {
    let dir = Scratch::new();
    let out = dir.path().join("out");
    let output = demo_in(dir.path(), &["--out", "out"]);
    assert_eq!(output.status.code(), Some(0));
    let info = info(&out);
    assert_eq!(info["threads"].as_array().unwrap().len(), 4);
    let events = |thread: &Json| thread["events"].as_u64().unwrap();
    assert!(info["threads"].as_array().unwrap().iter().all(|thread| events(thread) > 100));
    assert!(info["events"].as_u64().unwrap() <= 100_000);
    let again = demo_in(dir.path(), &["--out", "out"]);
    assert_eq!(again.status.code(), Some(2));
}

#[test]
fn demo_reads_its_own_source_if_the_texts_contain_no_words() {
    let dir = Scratch::new();
    std::fs::write(dir.path().join("a.txt"), "1 2 3\n").unwrap();
    std::fs::write(dir.path().join("b.csv.json"), "[17]\n").unwrap();
    let stdout = String::from_utf8(demo_in(dir.path(), &[]).stdout).unwrap();
    assert!(stdout.contains("4 threads counted the words of 4 texts (4 found) in "), "{stdout}");
    assert!(!stdout.contains("words: \n"), "{stdout}");
}

#[test]
fn synth_can_have_more_threads_than_events() {
    let dir = Scratch::new();
    let out = dir.path().join("s");
    synth(&out, &["--threads", "20", "--events", "5"]);
    let verify = run_on("verify", &out, &[]).exits(0);
    assert_eq!(verify.stdout, "clean: 20 threads, 5 events\n");
}

#[test]
fn synth_has_the_requested_threads_events_and_details() {
    let dir = Scratch::new();
    let out = dir.path().join("s");
    synth(&out, &["--threads", "3", "--events", "10001", "--detail-every", "10"]);
    run_on("verify", &out, &[]).exits(0);
    let info = info(&out);
    let counts = |key: &str| {
        let threads = info["threads"].as_array().unwrap().iter();
        threads.map(|thread| thread[key].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(counts("events"), [3334, 3334, 3333]);
    assert_eq!(counts("details"), [333, 333, 333]);
    // All threads overlap in time.
    assert!(counts("time_start_ns").iter().max() < counts("time_end_ns").iter().min());
    let lines = run_on("dump", &out, &["--format", "jsonl"]).exits(0);
    assert_eq!(lines.lines().len(), 10_001);
}

#[test]
fn synth_calls_nest_and_time_increases() {
    let dir = Scratch::new();
    let out = dir.path().join("s");
    synth(&out, &["--threads", "1", "--events", "4000"]);
    let dump = run_on("dump", &out, &["--format", "jsonl"]).exits(0);
    let (mut stack, mut previous_ns, mut exceptions) = (Vec::new(), 0, 0);
    for line in dump.lines() {
        let event: Json = serde_json::from_str(line).unwrap();
        let time_ns = event["timestamp_ns"].as_u64().unwrap();
        assert!(time_ns > previous_ns, "{line}");
        previous_ns = time_ns;
        match event["event_kind"].as_str().unwrap() {
            "call" => {
                assert_eq!(event["call_depth"], stack.len(), "{line}");
                stack.push(event["function_id"].clone());
            }
            kind => {
                assert_eq!(stack.pop(), Some(event["function_id"].clone()), "{line}");
                assert_eq!(event["call_depth"], stack.len(), "{line}");
                exceptions += usize::from(kind == "exception");
            }
        }
    }
    assert_eq!(stack, [Json::Null; 0]);
    assert!(exceptions > 0);
}

#[test]
fn synth_with_the_same_seed_writes_the_same_bytes() {
    let dir = Scratch::new();
    let args = ["--threads", "4", "--events", "2000", "--detail-every", "3", "--seed"];
    let session = |name: &str, seed: &str| {
        let out = dir.path().join(name);
        let mut all = args.to_vec();
        all.push(seed);
        synth(&out, &all);
        files(&out)
    };
    let first = session("a", "1");
    assert!(first == session("b", "1"));
    assert!(first != session("c", "2"));
}

#[test]
fn synth_writes_threads_without_events() {
    let dir = Scratch::new();
    let out = dir.path().join("s");
    synth(&out, &["--threads", "3", "--events", "1"]);
    run_on("verify", &out, &[]).exits(0);
    let info = info(&out);
    assert_eq!(info["events"], 1);
    assert_eq!(info["threads"][2]["time_end_ns"], 0);
    assert_eq!(run_on("dump", &out, &["--format", "jsonl"]).exits(0).lines().len(), 1);
}

/// Runs `atf synth` in a shell that sets a limit.
#[cfg(target_os = "linux")]
fn synth_under(limit: &str, out: &Path, args: &str) -> Output {
    let program = atf();
    let script = format!("{limit}; exec \"$0\" synth --out \"$1\" {args}");
    let mut shell = scratch::command("sh");
    shell.arg("-c").arg(script).arg(program.get_program()).arg(out).output().unwrap()
}

// W-009: the files of ended threads are closed before the last threads start.
#[cfg(target_os = "linux")]
#[test]
fn synth_of_many_threads_keeps_within_the_usual_limit_of_open_files() {
    let dir = Scratch::new();
    let out = dir.path().join("s");
    let output = synth_under("ulimit -n 1024", &out, "--threads 600 --events 600 --detail-every 1");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let verify = run_on("verify", &out, &[]).exits(0);
    assert_eq!(verify.stdout, "clean: 600 threads, 600 events\n");
}

// Threads waited forever for room in their rings when the drain could not write.
#[cfg(target_os = "linux")]
#[test]
fn synth_ends_with_the_write_error_of_the_drain() {
    let dir = Scratch::new();
    let out = dir.path().join("s");
    let limit = "trap '' XFSZ; ulimit -f 10240";
    let output = synth_under(limit, &out, "--threads 2 --events 2000000");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("/index.atf: cannot write "), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn synth_rejects_more_events_than_sequence_numbers() {
    let dir = Scratch::new();
    let out = dir.path().join("s");
    let out = out.to_str().unwrap();
    let most = u64::MAX.to_string();
    let run = run(["synth", "--out", out, "--threads", "2", "--events", &most]).exits(2);
    let expected = "error: --events: expected at most 8 589 934 590 for 2 threads, \
                    found 18 446 744 073 709 551 615\n";
    assert_eq!(run.stderr, expected);
    assert!(!Path::new(out).exists());
}
