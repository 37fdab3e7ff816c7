//! What every command does with a folder of sessions, a bundle and @latest.

#[path = "cli/trace.rs"]
mod trace;

use std::fs;
use std::path::{Path, PathBuf};

use atf_tests::cli::{atf, run, run_on};
use atf_tests::scratch::Scratch;
use serde_json::{Value as Json, json};
use trace::{files, thread_at_times};

/// A session in `dir` whose thread 0 has so many events.
fn session(dir: PathBuf, events: u64) -> PathBuf {
    fs::create_dir_all(&dir).unwrap();
    thread_at_times(&dir, &(1..=events).collect::<Vec<_>>());
    let manifest = json!({"threads": [{"id": 0, "has_detail": false}], "time_start_ns": 1,
        "time_end_ns": events, "clock_type": 3, "state": "complete"});
    fs::write(dir.join("manifest.json"), manifest.to_string()).unwrap();
    dir
}

/// Two runs below `top`/ada_traces, the newer one of two processes.
fn recordings(top: &Path) -> [PathBuf; 3] {
    let dir = |name: &str| top.join("ada_traces").join(name);
    [
        session(dir("session_20260102_030405/pid_9"), 1),
        session(dir("session_20260103_030405/pid_9"), 2),
        session(dir("session_20260103_030405/pid_10"), 3),
    ]
}

fn json_of(stdout: &str) -> Json {
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    serde_json::from_str(stdout).unwrap()
}

#[test]
fn info_lists_the_sessions_of_a_folder_the_newest_last() {
    let top = Scratch::new();
    let [a, b, c] = recordings(top.path());
    let text = run_on("info", top.path(), &[]).exits(0);
    let expected = format!(
        "start                pid  path\n\
         2026-01-02T03:04:05    9  {}\n\
         2026-01-03T03:04:05    9  {}\n\
         2026-01-03T03:04:05   10  {}\n\
         total: 3 sessions, the newest last\n",
        a.display(),
        b.display(),
        c.display()
    );
    assert_eq!(text.stdout, expected);
    let latest = top.path().join("@latest");
    let hint =
        format!("hint: name one of them, or {} for the newest, the last one\n", latest.display());
    assert_eq!(text.stderr, hint);
    let run = run_on("info", top.path(), &["--json"]).exits(0);
    assert_eq!(run.stderr, "");
    let start = "2026-01-03T03:04:05";
    let expected = json!({"sessions": [
        {"path": a.to_str(), "pid": 9, "start": "2026-01-02T03:04:05"},
        {"path": b.to_str(), "pid": 9, "start": start},
        {"path": c.to_str(), "pid": 10, "start": start},
    ]});
    assert_eq!(json_of(&run.stdout), expected);
}

// Every command that takes a PATH, not info alone.
#[test]
fn other_commands_list_the_sessions_and_exit_with_2() {
    let top = Scratch::new();
    let sessions = recordings(top.path());
    let out = top.path().join("out");
    let out = out.to_str().unwrap();
    let before = files(top.path());
    let commands: [(&str, &[&str]); 6] = [
        ("dump", &[]),
        ("verify", &[]),
        ("verify", &["--json"]),
        ("recover", &["--out", out]),
        ("recover", &["--in-place", "--json"]),
        ("drain", &["--wait", "0"]),
    ];
    for (command, args) in commands {
        let run = run_on(command, top.path(), args).exits(2);
        let folder = top.path().display();
        let listed: String = sessions.iter().map(|it| format!("  {}\n", it.display())).collect();
        let expected = format!(
            "error: {folder}: expected one session, found 3\n{listed}\
             hint: name one of them, or {folder}/@latest for the newest, the last one\n"
        );
        assert_eq!(run.stderr, expected, "{command}");
        if args.contains(&"--json") {
            let error = format!("{folder}: expected one session, found 3");
            let sessions = sessions.each_ref().map(|it| it.to_str());
            let expected = json!({"error": error, "sessions": sessions});
            assert_eq!(json_of(&run.stdout), expected);
        } else {
            assert_eq!(run.stdout, "");
        }
    }
    assert_eq!(files(top.path()), before);
}

#[test]
fn latest_is_the_newest_session_for_every_command() {
    let top = Scratch::new();
    let [_, _, newest] = recordings(top.path());
    let latest = top.path().join("ada_traces/@latest");
    let info = json_of(&run_on("info", &latest, &["--json"]).exits(0).stdout);
    assert_eq!((&info["path"], &info["events"]), (&json!(newest.to_str()), &json!(3)));
    assert_eq!(run_on("dump", &latest, &["--format", "csv"]).exits(0).lines().len(), 4);
    assert_eq!(run_on("verify", &latest, &[]).exits(0).stdout, "clean: 1 thread, 3 events\n");
    let copy = top.path().join("copy");
    run_on("recover", &latest, &["--out", copy.to_str().unwrap()]).exits(0);
    assert_eq!(files(&copy), files(&newest));
    run_on("recover", &latest, &["--in-place"]).exits(0);
    // Alone, below the current directory; its paths can be used there.
    let run = |args: [&str; 3]| {
        let output = atf().args(args).current_dir(top.path().join("ada_traces")).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let found = json_of(&run(["info", "--json", "@latest"]));
    assert_eq!(found["path"], "session_20260103_030405/pid_10");
    let listed = json_of(&run(["info", "--json", "."]));
    assert_eq!(listed["sessions"][2]["path"], "session_20260103_030405/pid_10");
}

#[test]
fn bundle_is_opened_by_every_command() {
    let top = Scratch::new();
    let [named, ..] = recordings(top.path());
    let trace = "session_20260102_030405";
    let bundle = json!({"version": 1, "trace_root": "ada_traces", "trace_session": trace});
    fs::write(top.path().join("manifest.json"), bundle.to_string()).unwrap();
    for path in [top.path().to_owned(), top.path().join("@latest")] {
        let info = json_of(&run_on("info", &path, &["--json"]).exits(0).stdout);
        assert_eq!((&info["path"], &info["events"]), (&json!(named.to_str()), &json!(1)));
        assert_eq!(run_on("dump", &path, &["--format", "csv"]).exits(0).lines().len(), 2);
        assert_eq!(run_on("verify", &path, &[]).exits(0).stdout, "clean: 1 thread, 1 event\n");
    }
    let copy = Scratch::new();
    let copy = copy.path().join("copy");
    run_on("recover", top.path(), &["--out", copy.to_str().unwrap()]).exits(0);
    assert_eq!(files(&copy), files(&named));
    // A bundle that leads out of itself is an error of one line.
    let bundle = json!({"trace_session": "../elsewhere\n"});
    fs::write(top.path().join("manifest.json"), bundle.to_string()).unwrap();
    let run = run_on("info", top.path(), &[]).exits(2);
    let text = format!(
        "error: {}/manifest.json: expected trace_session, or else trace_root, to be a path inside the \
         bundle, found \"../elsewhere\\n\", which does not exist\n",
        top.path().display()
    );
    assert_eq!(run.stderr, text);
}

#[test]
fn folder_that_is_too_large_is_listed_with_a_note() {
    let top = Scratch::new();
    recordings(top.path());
    let many = top.path().join("z/y/x/w/many");
    fs::create_dir_all(&many).unwrap();
    for number in 0..100_000 {
        fs::File::create(many.join(number.to_string())).unwrap();
    }
    let run = run(["info", top.path().to_str().unwrap(), "--json"]).exits(0);
    assert_eq!(json_of(&run.stdout)["sessions"].as_array().unwrap().len(), 3);
    let note = "only the first 100 000 entries were searched; there may be more sessions";
    assert_eq!(run.stderr, format!("note: {}: {note}\n", top.path().display()));
    let run = run_on("verify", top.path(), &[]).exits(2);
    assert!(run.stderr.contains(note), "{}", run.stderr);
    // Which one is the newest is not known.
    assert!(run.stderr.ends_with("hint: name one of them\n"), "{}", run.stderr);
}

// What the operating system refuses to read must not change which session is the only one, or the newest.
#[cfg(target_os = "linux")]
#[test]
fn refused_call_never_changes_which_session_is_meant() {
    use atf_tests::refusal::{CALLS, Refusal};

    const MOST_CALLS: u32 = 40;
    let top = Scratch::new();
    let place = top.path().canonicalize().unwrap().join("t");
    // Without names that tell a time: the manifests and their times decide. One has no thread.
    let old = session(place.join("a/b"), 1);
    let new = session(place.join("c"), 2);
    let empty = place.join("e");
    fs::create_dir(&empty).unwrap();
    fs::write(empty.join("manifest.json"), "{\"threads\": []}").unwrap();
    let bundle = place.join("bundle");
    session(bundle.join("trace/s"), 3);
    fs::write(bundle.join("manifest.json"), "{\"trace_session\": \"trace\"}").unwrap();
    for (seconds, dir) in (1..).zip([&old, &bundle.join("trace/s"), &empty, &new]) {
        let file = fs::File::options().write(true).open(dir.join("manifest.json")).unwrap();
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        file.set_modified(time).unwrap();
    }
    let log = top.path().join("log");
    let (latest, bundle_latest) = (place.join("@latest"), bundle.join("@latest"));
    let mut failed = 0;
    for path in [&place, &latest, &bundle, &bundle_latest] {
        let right = run_on("info", path, &["--json"]).exits(0).stdout;
        let below = ["", "a", "a/b", "c", "e", "bundle", "bundle/trace", "bundle/trace/s"];
        for refused in
            below.into_iter().flat_map(|dir| [dir.into(), format!("{dir}/manifest.json")])
        {
            let refused = place.join(refused.trim_start_matches('/'));
            for call in CALLS {
                for at in 1..=MOST_CALLS {
                    let _ = fs::remove_file(&log);
                    let errno = libc::EMFILE;
                    let refusal = Refusal { path: &refused, call, errno, at, times: Some(1) };
                    let mut command = atf();
                    command.arg("info").arg(path).arg("--json");
                    refusal.apply(&mut command, &log);
                    let output = command.output().unwrap();
                    let stdout = String::from_utf8(output.stdout).unwrap();
                    let stderr = String::from_utf8(output.stderr).unwrap();
                    if !log.exists() {
                        assert_eq!(stdout, right, "{path:?} {refusal:?}");
                        break;
                    }
                    failed += 1;
                    assert!(at < MOST_CALLS);
                    match output.status.code() {
                        Some(0) => assert_eq!(stdout, right, "{path:?} {refusal:?}\n{stderr}"),
                        Some(2) => assert!(stderr.contains("os error 24"), "{refusal:?}\n{stderr}"),
                        code => panic!("{refusal:?}: {code:?}\n{stderr}"),
                    }
                }
            }
        }
    }
    assert!(failed > 50, "{failed}");
}
