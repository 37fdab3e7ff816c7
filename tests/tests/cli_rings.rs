//! The commands on sessions with rings, from a killed recording or in use.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};

use atf_tests::builder::{EVENT, Thread};
use atf_tests::cli::run_on;
use atf_tests::disk::Tree;
use atf_tests::ring::Killed;
use atf_tests::scratch::{self, Scratch};
use serde_json::{Value as Json, json};

fn killed() -> (Scratch, Killed) {
    let dir = Scratch::new();
    let thread = Thread::sample(7, 20, &[3, 9, 15]);
    let mut killed = Killed::at(&thread, 8 * EVENT, 50);
    killed.ring.dropped_events = 2;
    killed.write_session(&dir.path().join("s"));
    (dir, killed)
}

fn path_of(dir: &Scratch) -> std::path::PathBuf {
    dir.path().join("s")
}

#[test]
fn verify_reports_events_that_are_in_a_ring() {
    let (dir, _) = killed();
    let run = run_on("verify", &path_of(&dir), &["--json"]).exits(1);
    let report: Json = serde_json::from_str(&run.stdout).unwrap();
    let ring = path_of(&dir).join("thread_7/lanes.ring");
    let expected = json!({
        "file": ring.to_str().unwrap(), "offset": 128, "what": "control: index_head",
        "expected": "0 events in a ring", "found": "12, of process 4242",
    });
    assert_eq!(report["problems"][0], expected);
    let run = run_on("verify", &path_of(&dir), &[]).exits(1);
    let first = run.stdout.lines().next().unwrap();
    assert!(
        first.starts_with("the recording was killed: recover it with `atf recover "),
        "{first}"
    );
}

// The problem said that index.atf was finalized, but it was not.
#[test]
fn verify_reports_a_drained_ring_whose_files_are_not_finalized() {
    let dir = Scratch::new();
    let thread = Thread::sample(7, 20, &[]);
    Killed::at(&thread, 20 * EVENT, 0).write_session(&path_of(&dir));
    let run = run_on("verify", &path_of(&dir), &["--json"]).exits(1);
    let report: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["problems"][0]["expected"], "no ring of a program that has ended");
    let found = "one of process 4242, whose events are all in index.atf";
    assert_eq!(report["problems"][0]["found"], found);
}

#[test]
fn info_and_dump_report_events_that_are_in_a_ring() {
    let (dir, _) = killed();
    for command in ["info", "dump"] {
        let run = run_on(command, &path_of(&dir), &[]).exits(0);
        let note = "lanes.ring: 12 events not written to index.atf yet: the ring was not drained";
        assert!(run.stderr.contains(note), "{}", run.stderr);
        assert!(run.stderr.contains("atf recover"), "{}", run.stderr);
    }
    // The files that the ring goes on after are gone.
    for file in ["index.atf", "detail.atf"] {
        std::fs::remove_file(path_of(&dir).join("thread_7").join(file)).unwrap();
    }
    let run = run_on("info", &path_of(&dir), &[]).exits(2);
    assert!(run.stderr.contains("12 events not written to index.atf yet"), "{}", run.stderr);
    assert!(run.stderr.contains("atf recover"), "{}", run.stderr);
}

/// A session whose drain never ran: thread 7 has a ring and no file.
fn only_rings(thread: &Thread) -> Scratch {
    let dir = Scratch::new();
    let mut killed = Killed::at(thread, 0, 0);
    (killed.index, killed.detail) = (None, None);
    killed.write_session(&path_of(&dir));
    dir
}

// Symptom: "cannot open index.atf" for a program that was killed before its drain started.
#[test]
fn session_with_rings_only_shows_what_the_rings_hold() {
    let thread = Thread::sample(7, 20, &[3, 9, 15]);
    let dir = only_rings(&thread);
    let before = Tree::load(dir.path());
    for path in [path_of(&dir), path_of(&dir).join("thread_7")] {
        let run = run_on("info", &path, &["--json", "--checksum"]).exits(0);
        let info: Json = serde_json::from_str(&run.stdout).unwrap();
        let shown = &info["threads"][0];
        let (first, last) = (thread.index.events[0], thread.index.events[19]);
        assert_eq!((&shown["thread_id"], &shown["events"]), (&json!(7), &json!(20)));
        assert_eq!(shown["details"], 3);
        assert_eq!(shown["time_start_ns"], first.timestamp_ns);
        assert_eq!(shown["time_end_ns"], last.timestamp_ns);
        assert_eq!(
            (&shown["finalized"], &shown["checksum"]),
            (&json!(false), &json!("not recorded"))
        );
        let note = format!(
            "note: {}/thread_7/lanes.ring: 20 events not written to index.atf yet: the ring was not drained\n",
            path_of(&dir).display()
        );
        assert!(run.stderr.starts_with(&note), "{}", run.stderr);
        assert_eq!(run.stderr.matches("note: ").count(), 1, "{}", run.stderr);
        assert!(run.stderr.contains("hint: run `atf recover "), "{}", run.stderr);
    }
    assert_eq!(Tree::load(dir.path()), before);
    // Dump prints what recovery would write, byte for byte.
    let out = dir.path().join("out");
    run_on("recover", &path_of(&dir), &["--out", out.to_str().unwrap()]).exits(1);
    for args in [&["--format", "jsonl", "--details"][..], &["--format", "csv"], &["--details"]] {
        let shown = run_on("dump", &path_of(&dir), args).exits(0);
        assert_eq!(shown.stdout, run_on("dump", &out, args).exits(0).stdout);
        assert!(shown.stdout.lines().count() >= 20, "{}", shown.stdout);
    }
}

// One thread has files, one a ring, one nothing that can be read: none hides another.
#[test]
fn thread_with_a_ring_only_is_beside_the_others() {
    let dir = only_rings(&Thread::sample(7, 20, &[]));
    let mut damaged = Killed::at(&Thread::sample(8, 5, &[]), 0, 0);
    (damaged.index, damaged.detail) = (None, None);
    let ring = damaged.write(&path_of(&dir)).join("lanes.ring");
    let mut bytes = std::fs::read(&ring).unwrap();
    bytes[128..136].fill(0xFF); // index_head
    std::fs::write(&ring, bytes).unwrap();
    Thread::sample(9, 30, &[]).write(&path_of(&dir));
    let run = run_on("info", &path_of(&dir), &["--json"]).exits(0);
    let info: Json = serde_json::from_str(&run.stdout).unwrap();
    let events = [0, 1, 2].map(|at| info["threads"][at]["events"].as_u64().unwrap());
    assert_eq!(events, [20, 0, 30]);
    assert!(info["threads"][1]["error"].as_str().unwrap().contains("index.atf: cannot open"));
    assert!(run.stderr.contains("thread_8/lanes.ring: control at byte 128: "), "{}", run.stderr);
    // A ring that was never used is no thread with no events: nothing was recorded.
    let unused = path_of(&dir).join("thread_6");
    std::fs::create_dir(&unused).unwrap();
    std::fs::write(unused.join("lanes.ring"), [0; 4096]).unwrap();
    let run = run_on("info", &unused, &[]).exits(2);
    assert!(run.stderr.contains("index.atf: cannot open"), "{}", run.stderr);
}

#[test]
fn recover_reports_events_from_the_ring() {
    let (dir, killed) = killed();
    let out = dir.path().join("out");
    let run = run_on("recover", &path_of(&dir), &["--out", out.to_str().unwrap()]).exits(1);
    let thread = path_of(&dir).join("thread_7").display().to_string();
    for line in [
        format!("{thread}/index.atf: kept 21 events, 12 of them from the ring"),
        format!("{thread}/detail.atf: kept 3 detail records, 2 of them from the ring"),
        format!(
            "{thread}/lanes.ring: 2 events dropped because the ring was full; a `lost` event at \
             the end counts them"
        ),
        "manifest.json: rewritten: it does not list the threads that were found".to_owned(),
    ] {
        assert!(run.stdout.lines().any(|it| it == line), "{line}\n{}", run.stdout);
    }
    assert!(
        run.stdout.contains(
            "lanes.ring     -        -         -               -  joined with the files\n"
        )
    );
    run_on("verify", &out, &[]).exits(0);

    let out = dir.path().join("again");
    let mut other_boot = killed;
    other_boot.ring.boot_id = [1; 16];
    other_boot.write(&path_of(&dir));
    let args = ["--json", "--out", out.to_str().unwrap()];
    let run = run_on("recover", &path_of(&dir), &args).exits(1);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    let thread = &object["threads"][0];
    assert_eq!(
        (&thread["index"]["from_ring"], &thread["index"]["unverified"]),
        (&json!(12), &json!(21))
    );
    assert_eq!(
        (&thread["detail"]["from_ring"], &thread["detail"]["unverified"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(thread["ring"]["done"], "joined with the files");
    assert_eq!(thread["ring"]["lost"], 2);

    run_on("recover", &path_of(&dir), &["--in-place"]).exits(1);
    run_on("verify", &path_of(&dir), &[]).exits(0);
    run_on("recover", &path_of(&dir), &["--in-place"]).exits(0);
    // What is unverified stays known, in the copy and in place.
    for path in [&out, &path_of(&dir)] {
        let run = run_on("verify", path, &[]).exits(0);
        let note = "thread 7: events 0 to 20 are unverified: they may not be what was recorded";
        assert!(run.stderr.contains(note), "{}", run.stderr);
        let run = run_on("info", path, &["--json"]).exits(0);
        let object: Json = serde_json::from_str(&run.stdout).unwrap();
        let thread = &object["threads"][0];
        let unverified = (&thread["unverified"], &thread["unverified_details"]);
        assert_eq!(unverified, (&json!(21), &json!(3)));
        let run = run_on("info", path, &[]).exits(0);
        let line = "thread 7: 21 events and 3 details unverified";
        assert!(run.stdout.lines().any(|it| it == line), "{}", run.stdout);
    }
}

/// A process that holds the lock of a file or directory until it is dropped.
struct Holder(Child);

impl Holder {
    fn of(path: &Path) -> Self {
        const HOLD: &str = "import fcntl, os, sys\n\
            fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)\n\
            print('held', flush=True)\n\
            sys.stdin.read()";
        let mut command = scratch::command("python3");
        command.args(["-c", HOLD]).arg(path).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "held\n");
        Self(child)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.stdin.take().map(|mut stdin| stdin.flush());
        let _ = self.0.wait();
    }
}

// W-L: recovery in place does not change files while another process writes them.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[test]
fn recovery_in_place_refuses_while_a_lock_is_held() {
    let (dir, _) = killed();
    let session = path_of(&dir);
    let ring = session.join("thread_7/lanes.ring");
    let before = Tree::load(&session);
    let drain = "a drain that is at work, or another recovery";
    let producer = "process 4242 that records into it";
    for (held, holder) in [(&session, drain), (&ring, producer)] {
        let lock = Holder::of(held);
        for path in [session.clone(), session.join("thread_7"), session.join("thread_7/index.atf")]
        {
            let run = run_on("recover", &path, &["--in-place"]).exits(2);
            let expected = format!(
                "error: {}: is being recorded by {holder}; nothing was changed; stop the \
                 recording first, or copy it with --out\n",
                held.display()
            );
            assert_eq!(run.stderr, expected);
        }
        assert_eq!(Tree::load(&session), before);
        // A snapshot is allowed.
        let out = dir.path().join(if holder == drain { "a" } else { "b" });
        let run = run_on("recover", &session, &["--out", out.to_str().unwrap()]).exits(1);
        assert!(run.stderr.contains("the copy is a snapshot"), "{}", run.stderr);
        run_on("verify", &out, &[]).exits(0);
        // While the producer is alive, only it writes the `lost` event.
        let kept = if holder == drain { 21 } else { 20 };
        let run = run_on("info", &out, &["--json"]).exits(0);
        let info: Json = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(info["events"], kept);
        drop(lock);
    }
    let lock = Holder::of(&ring);
    let run = run_on("verify", &session, &[]).exits(1);
    assert!(run.stdout.contains("found 12, and process 4242 is recording"), "{}", run.stdout);
    let run = run_on("info", &session, &[]).exits(0);
    let note = "not written to index.atf yet: the thread is being recorded";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    drop(lock);
    run_on("recover", &session, &["--in-place"]).exits(1);
    run_on("verify", &session, &[]).exits(0);
}
