//! `atf verify`: problems on stdout, notes on stderr, the result in the exit code.

#[path = "cli/trace.rs"]
mod trace;

use std::path::Path;

use atf_tests::cli::{run, run_on};
use atf_tests::scratch;
use serde_json::{Value as Json, json};
use trace::Trace;

#[test]
fn clean_session_is_reported_as_clean() {
    let run = run_on("verify", &Trace::new().path(), &[]).exits(0);
    assert_eq!(run.stdout, "clean: 2 threads, 7 events\n");
    assert_eq!(run.stderr, "");
}

#[test]
fn every_kind_of_path_is_verified() {
    let trace = Trace::new();
    let summaries = ["thread_0", "thread_0/index.atf", "thread_0/detail.atf"]
        .map(|path| run_on("verify", &trace.join(path), &[]).exits(0).stdout);
    let expected =
        ["clean: 1 thread, 5 events\n", "clean: 5 events\n", "clean: 3 detail records\n"];
    assert_eq!(summaries, expected);
}

#[test]
fn each_problem_is_a_line_and_the_summary_is_the_last() {
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
    let hint =
        format!("hint: run `atf recover {path} --out {path}.recovered` to write a repaired copy\n");
    // The chunk checksums are of the header as it was.
    assert!(run.stderr.contains("index.sum: stale, and not used"), "{}", run.stderr);
    assert!(run.stderr.ends_with(&hint), "{}", run.stderr);
}

#[test]
fn json_problem_has_file_offset_what_expected_and_found() {
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
        "notes": [format!(
            "{}: stale, and not used: it is of another header or footer",
            trace.join("thread_7/index.sum").display()
        )],
    });
    assert_eq!(object, expected);
}

#[test]
fn trace_with_notes_only_is_clean() {
    let trace = Trace::new();
    trace.patch("thread_7/index.atf", 64 + 2 * 32 + 4, &[0; 4]);
    // With chunk checksums that is a problem.
    run_on("verify", &trace.path(), &[]).exits(1);
    std::fs::remove_file(trace.join("thread_7/index.sum")).unwrap();
    let run = run_on("verify", &trace.path(), &[]).exits(0);
    assert_eq!(run.stdout, "clean: 2 threads, 7 events\n");
    assert!(run.stderr.starts_with("note: "), "{}", run.stderr);
    let run = run_on("verify", &trace.path(), &["--json"]).exits(0);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&object["ok"], object["notes"].as_array().unwrap().len()), (&json!(true), 2));
}

#[test]
fn missing_thread_and_missing_manifest_are_problems() {
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
fn file_that_is_not_a_trace_is_rejected() {
    let trace = Trace::new();
    let text = trace.beside("text");
    std::fs::write(&text, "text").unwrap();
    for args in [&[][..], &["--json"]] {
        let run = run_on("verify", &text, args).exits(2);
        assert_eq!(run.stdout.is_empty(), args.is_empty());
        assert!(run.stderr.contains("expected an .atf file"), "{}", run.stderr);
    }
}

/// No file tells what the header of another should say.
const EVERY_FILE: [&str; 3] = ["thread_0/index.atf", "thread_0/detail.atf", "thread_7/index.atf"];

/// Whether `atf verify` suggests `atf recover` for a trace with problems.
fn hints_at_recover(path: &Path) -> bool {
    run_on("verify", path, &[]).exits(1).stderr.contains("hint: ")
}

#[test]
fn recovery_is_suggested_if_it_repairs_something() {
    let damages: [fn(&Trace); 8] = [
        |trace| trace.kill_thread_7(),
        |trace| trace.patch("thread_7/index.atf", 64 + 2 * 32, b"X"),
        |trace| trace.cut("thread_0/detail.atf", 300),
        |trace| trace.patch("thread_0/detail.atf", 0, b"X"),
        |trace| trace.patch("thread_0/index.atf", 64 + 32 + 28, &[2]),
        |trace| std::fs::remove_file(trace.join("manifest.json")).unwrap(),
        // What the session's other thread says.
        |trace| trace.patch("thread_7/index.atf", 17, &[1]),
        |trace| trace.patch("thread_7/index.atf", 6, &[99]),
    ];
    for (position, damage) in damages.iter().enumerate() {
        let trace = Trace::new();
        damage(&trace);
        assert!(hints_at_recover(&trace.path()), "{position}");
        // Recovery does repair it.
        let out = trace.beside("out");
        run_on("recover", &trace.path(), &["--out", out.to_str().unwrap()]).exits(1);
        run_on("verify", &out, &[]).exits(0);
    }
}

#[test]
fn recovery_is_not_suggested_if_it_would_change_nothing() {
    type Damage = fn(&Trace);
    let damages: [(&str, Damage); 4] = [
        ("reserved bytes", |trace| {
            EVERY_FILE.iter().for_each(|file| trace.patch(file, 17, &[1]));
        }),
        ("an unknown architecture", |trace| {
            EVERY_FILE.iter().for_each(|file| trace.patch(file, 6, &[99]));
        }),
        ("a thread that cannot be read", |trace| {
            std::fs::remove_file(trace.join("thread_7/index.atf")).unwrap();
            std::fs::create_dir(trace.join("thread_7/index.atf")).unwrap();
        }),
        ("events of a newer version", |trace| {
            trace.patch("thread_7/index.atf", 24, &[64]);
            trace.patch("thread_7/index.atf", 28, &[1]);
            trace.patch("thread_7/index.atf", 64 + 64 + 8, &[1]);
        }),
    ];
    for (name, damage) in damages {
        let trace = Trace::new();
        damage(&trace);
        for path in [trace.path(), trace.join("thread_7")] {
            let run = run_on("verify", &path, &[]);
            assert_ne!(run.code, 0, "{name}");
            assert!(!run.stderr.contains("hint: "), "{name}: {}", run.stderr);
        }
        let run = run_on("info", &trace.path(), &[]).exits(0);
        assert!(!run.stderr.contains("hint: "), "{name}: {}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn control_characters_in_a_path_are_escaped_and_the_hint_can_be_pasted() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let trace = Trace::new();
    trace.kill_thread_7();
    let path = trace.beside("").join(OsStr::from_bytes(b"\x1b[31m\xFF"));
    std::fs::rename(trace.path(), &path).unwrap();
    let is_escaped = |run: &atf_tests::cli::Run| {
        !format!("{}{}", run.stdout, run.stderr).contains(|it: char| it.is_control() && it != '\n')
    };
    for (command, code) in [("info", 0), ("dump", 0), ("verify", 1)] {
        let run = run_on(command, &path, &[]).exits(code);
        assert!(is_escaped(&run), "{run:?}");
        let hint = run.stderr.split('`').nth(1).unwrap();
        assert!(hint.contains(r"/\033[31m\377' --out $'/"), "{hint}");
        let Ok(output) = scratch::command("bash").args(["-c", &format!("echo -n {hint}")]).output()
        else {
            continue;
        };
        let expected = [b"atf recover ", path.as_os_str().as_bytes(), b" --out "].concat();
        assert!(output.stdout.starts_with(&expected), "{hint}");
    }
    let out = trace.beside("\u{1b}[32m");
    let out = out.to_str().unwrap();
    let recover = run_on("recover", &path, &["--out", out]).exits(1);
    assert!(is_escaped(&recover), "{recover:?}");
    assert!(is_escaped(&run_on("recover", &path, &["--out", out]).exits(2)));
    // JSON contains the path itself.
    let run = run_on("info", out.as_ref(), &["--json"]).exits(0);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(object["path"], out);
    for command in ["demo", "synth"] {
        let out = trace.beside(&format!("\u{7}{command}"));
        let sizes = ["--threads", "1", "--events", "1"];
        let sizes = &sizes[..if command == "demo" { 2 } else { 4 }];
        let args = ["--out", out.to_str().unwrap()];
        let run = atf_tests::cli::run([command].iter().chain(&args).chain(sizes)).exits(0);
        assert!(is_escaped(&run), "{run:?}");
    }
}

// A killed program with thousands of threads filled the screen with problems that have one cause.
#[test]
fn killed_session_is_called_that_first_with_at_most_20_problems() {
    let trace = Trace::new();
    let session = trace.beside("killed");
    let path = session.to_str().unwrap();
    run(["synth", "--out", path, "--threads", "30", "--events", "300"]).exits(0);
    let file = session.join("manifest.json");
    let mut manifest: Json = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    manifest["state"] = "recording".into();
    std::fs::write(&file, manifest.to_string()).unwrap();
    for id in 0..30 {
        let index = session.join(format!("thread_{id}/index.atf"));
        let bytes = std::fs::read(&index).unwrap();
        std::fs::write(&index, &bytes[..bytes.len() - 64]).unwrap();
    }
    let all = run_on("verify", &session, &["--json"]).exits(1);
    let all: Json = serde_json::from_str(&all.stdout).unwrap();
    let count = all["problems"].as_array().unwrap().len();
    assert!(count >= 30, "{count}");
    let text = run_on("verify", &session, &[]).exits(1);
    let lines = text.lines();
    let first = format!(
        "the recording was killed: recover it with `atf recover {path} --out {path}.recovered`"
    );
    assert_eq!(lines[0], first);
    assert_eq!(lines.len(), 1 + 20 + 2, "{}", text.stdout);
    assert_eq!(lines[21], format!("... and {} more problems; --json lists all", count - 20));
    assert_eq!(lines[22], format!("{count} problems"));
    assert!(!text.stderr.contains("hint: "), "{}", text.stderr);
    // As it says.
    let out = format!("{path}.recovered");
    run(["recover", path, "--out", &out]).exits(1);
    run(["verify", &out]).exits(0);
}
