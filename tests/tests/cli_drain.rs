//! `atf drain`: this process plays the traced program, and the command writes its files.
#![cfg(any(target_os = "linux", target_os = "android"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::format::{ClockType, EventKind};
use atf_runtime::ring::{Producer, PushError, RingOptions, WhenFull};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, FunctionDetail, Platform, ThreadReader, WriterOptions};
use atf_tests::cli::{Run, atf, run_on};
use atf_tests::scratch::Scratch;
use serde_json::{Value as Json, json};

/// Longer than any step takes on the slowest machine.
const LIMIT: Duration = Duration::from_secs(120);

/// A session without threads in a temporary directory.
fn session() -> (Scratch, PathBuf) {
    let dir = Scratch::new();
    let path = dir.path().join("s");
    SessionWriter::create(&path, platform(), WriterOptions::default()).unwrap();
    (dir, path)
}

fn platform() -> Platform {
    Platform { clock_type: ClockType::BOOTTIME, ..Platform::host().unwrap() }
}

fn producer(session: &Path, thread_id: u32, ring: RingOptions) -> Producer {
    Producer::create(session, thread_id, platform(), ring).unwrap()
}

/// A ring that is full after [`EVENTS_OF_SMALL`] events.
fn small(when_full: WhenFull) -> RingOptions {
    RingOptions::default().index_bytes(4096).detail_bytes(4096).when_full(when_full)
}

const EVENTS_OF_SMALL: u64 = 4096 / 32;

fn event(number: u64) -> Event {
    let event_kind = EventKind::CALL;
    Event { timestamp_ns: 1_000 + number, function_id: number, event_kind, call_depth: 0 }
}

fn push(producer: &Producer, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        let detail = FunctionDetail { sp: number, ..FunctionDetail::default() }.into();
        let detail = number.is_multiple_of(10).then_some(&detail);
        producer.push(&event(number), detail).unwrap();
    }
}

fn start(session: &Path, args: &[&str]) -> Child {
    let mut command = atf();
    command.arg("drain").arg(session).args(args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn wait(drain: Child) -> Run {
    let output = drain.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn wait_until(condition: &str, is_true: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_true() {
        assert!(began.elapsed() < LIMIT, "not within {LIMIT:?}: {condition}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn numbers_in(session: &Path, thread_id: u32) -> Vec<u64> {
    let thread = ThreadReader::open(session.join(format!("thread_{thread_id}"))).unwrap();
    thread.index().iter().map(|event| event.function_id.get()).collect()
}

fn assert_complete(session: &Path) {
    run_on("verify", session, &[]).exits(0);
    let manifest: Json =
        serde_json::from_slice(&fs::read(session.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["state"], "complete");
    for thread in manifest["threads"].as_array().unwrap() {
        let ring = session.join(format!("thread_{}/lanes.ring", thread["id"]));
        assert!(!ring.exists(), "{}", ring.display());
    }
}

// W-009
#[test]
fn session_is_drained_until_its_threads_have_ended() {
    const EVENTS: u64 = 5_000;
    let (_dir, session) = session();
    let drain = start(&session, &["--json", "--flush-ms", "1"]);
    let producers = [2, 7].map(|thread_id| producer(&session, thread_id, RingOptions::default()));
    thread::scope(|scope| {
        for producer in producers {
            scope.spawn(move || push(&producer, 0..EVENTS));
        }
    });
    let run = wait(drain).exits(0);
    assert_complete(&session);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(run.lines().len(), 1);
    for (thread, id) in object["threads"].as_array().unwrap().iter().zip([2, 7]) {
        assert_eq!(numbers_in(&session, id), (0..EVENTS).collect::<Vec<_>>());
        let counts = ["thread_id", "events", "details", "emitted", "recorded", "dropped_events"];
        let counts = counts.map(|key| thread[key].as_u64().unwrap());
        assert_eq!(counts, [id.into(), EVENTS, EVENTS / 10, EVENTS, EVENTS, 0]);
        assert!((1..=4 << 20).contains(&thread["high_water_bytes"].as_u64().unwrap()));
    }
    assert_eq!((&object["events"], &object["details"]), (&json!(10_000), &json!(1_000)));
    assert_eq!((&object["dropped_events"], &object["dropped_details"]), (&json!(0), &json!(0)));
    let bytes = object["bytes"].as_u64().unwrap();
    assert!(bytes > 10_000 * 32, "{bytes}");

    let again = run_on("drain", &session, &[]).exits(0);
    let expected = format!(
        "drained  {}\n         no rings found: the session has already ended\n",
        session.display()
    );
    assert_eq!(again.stdout, expected);
    assert_eq!(again.stderr, "");
    assert_complete(&session);
}

// W-012
#[test]
fn killed_drain_is_resumed_by_the_next_one() {
    let (_dir, session) = session();
    let producer = producer(&session, 0, RingOptions::default());
    push(&producer, 0..1_000);
    let mut drain = start(&session, &["--flush-ms", "0"]);
    let index = session.join("thread_0/index.atf");
    wait_until("events are written", || fs::metadata(&index).is_ok_and(|it| it.len() > 64));
    drain.kill().unwrap();
    drain.wait().unwrap();
    push(&producer, 1_000..2_000);
    drop(producer);
    let run = run_on("drain", &session, &[]).exits(0);
    assert!(
        run.stdout.contains("\n         1 thread, 2 000 events, 200 details, "),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("\n         nothing was dropped, peak ring usage "),
        "{}",
        run.stdout
    );
    assert_eq!(numbers_in(&session, 0), (0..2_000).collect::<Vec<_>>());
    assert_complete(&session);
}

#[test]
fn dropped_events_are_reported_and_are_not_a_failure() {
    let (_dir, session) = session();
    let producer = producer(&session, 0, small(WhenFull::Drop));
    let results: Vec<_> = (0..1_000).map(|number| producer.push(&event(number), None)).collect();
    let kept = results.iter().filter(|result| result.is_ok()).count() as u64;
    assert_eq!((kept, results.last()), (EVENTS_OF_SMALL, Some(&Err(PushError::Full))));
    drop(producer);
    let run = run_on("drain", &session, &[]).exits(0);
    // The recorded events, and a `lost` event that counts the others.
    assert!(run.stdout.contains("\n         1 thread, 129 events, 0 details, "), "{}", run.stdout);
    let losses = "\n         dropped 872 of 1 000 events (87.20 %), peak ring usage 4.1 kB\n";
    assert!(run.stdout.ends_with(losses), "{}", run.stdout);
    let note = "note: a ring was full; create larger rings in the traced program to lose less\n";
    assert_eq!(run.stderr, note);
    assert_complete(&session);
    let dump = run_on("dump", &session, &[]).exits(0).stdout;
    assert!(dump.ends_with("  lost       872 events lost\n"), "{dump}");
}

#[test]
fn second_drain_is_rejected() {
    let (_dir, session) = session();
    let first = Drain::attach(&session, DrainOptions::default()).unwrap();
    let run = run_on("drain", &session, &["--json"]).exits(2);
    let expected = format!("error: {}: ", session.display());
    assert!(run.stderr.starts_with(&expected), "{}", run.stderr);
    let end = "a drain or a recovery; only one drain can run at a time\n";
    assert!(run.stderr.ends_with(end), "{}", run.stderr);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(format!("error: {}\n", object["error"].as_str().unwrap()), run.stderr);
    drop(first);
}

#[test]
fn session_without_threads_is_not_changed() {
    let (_dir, session) = session();
    let before = fs::read(session.join("manifest.json")).unwrap();
    let run = run_on("drain", &session, &["--wait", "0"]).exits(2);
    let path = session.display();
    assert_eq!(run.stderr, format!("error: {path}: no thread registered within 0 s\n"));
    assert_eq!(fs::read(session.join("manifest.json")).unwrap(), before);
}

// Symptom: `--wait 0` failed although all threads had ended. Cause: the wait included the time to open
// the files that were already in the session.
#[test]
fn threads_that_have_ended_are_not_waited_for() {
    let (_dir, session) = session();
    push(&producer(&session, 0, RingOptions::default()), 0..1_000);
    let run = run_on("drain", &session, &["--wait", "0"]).exits(0);
    assert_eq!(run.stderr, "");
    assert_eq!(numbers_in(&session, 0).len(), 1_000);
    assert_complete(&session);

    let again = run_on("drain", &session, &["--wait", "0"]).exits(0);
    assert!(again.stdout.ends_with("no rings found: the session has already ended\n"));
}

// Symptom: drain waited forever. Cause: the drain before it was killed after it had completed the files of
// the last thread and before it ended the session, so no thread could register any more.
#[test]
fn session_is_ended_if_its_drain_was_killed_after_the_last_thread() {
    let (_dir, session) = session();
    push(&producer(&session, 0, RingOptions::default()), 0..100);
    run_on("drain", &session, &[]).exits(0);
    let manifest = session.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let killed = text.replace("\"complete\"", "\"recording\"");
    assert_ne!(killed, text);
    fs::write(&manifest, killed).unwrap();
    let run = run_on("drain", &session, &[]).exits(0);
    assert!(run.stdout.ends_with("no rings found: the session has already ended\n"));
    assert_eq!(run.stderr, "");
    assert_eq!(fs::read_to_string(&manifest).unwrap(), text);
}

#[test]
fn note_says_that_drain_waits_for_the_first_thread() {
    let (_dir, session) = session();
    let run = run_on("drain", &session, &["--wait", "1"]).exits(2);
    let path = session.display();
    let note = format!("note: waiting for the first thread in {path}\n");
    assert!(run.stderr.starts_with(&note), "{}", run.stderr);
}

#[test]
fn path_that_is_not_a_session_is_rejected() {
    let (dir, session) = session();
    let missing = dir.path().join("missing");
    let run = run_on("drain", &missing, &[]).exits(2);
    assert!(run.stderr.contains("cannot open: "), "{}", run.stderr);
    let producer = producer(&session, 0, small(WhenFull::Drop));
    let run = run_on("drain", producer.dir(), &[]).exits(2);
    let what = "expected a session directory, found a thread directory";
    let expected = format!("error: {}: {what}\n", producer.dir().display());
    assert_eq!(run.stderr, expected);
}

#[test]
fn damaged_ring_does_not_stop_the_drain_of_other_threads() {
    let (_dir, session) = session();
    for thread_id in [0, 1] {
        push(&producer(&session, thread_id, small(WhenFull::Drop)), 0..100);
    }
    let ring = session.join("thread_0/lanes.ring");
    let mut bytes = fs::read(&ring).unwrap();
    bytes[0] = b'X';
    fs::write(&ring, bytes).unwrap();
    let run = run_on("drain", &session, &[]).exits(2);
    assert_eq!(run.stdout, "");
    let error = format!("error: {}: control at byte 0: magic: ", ring.display());
    assert!(run.stderr.contains(&error), "{}", run.stderr);
    assert!(run.stderr.contains("note: the files of 1 thread are complete\n"), "{}", run.stderr);
    assert_eq!(numbers_in(&session, 1).len(), 100);
    run_on("verify", &session.join("thread_1"), &[]).exits(0);
    assert!(ring.exists());
    // Drain does not wait for a damaged ring, even if it is the only one. It waited forever.
    let run = run_on("drain", &session, &[]).exits(2);
    assert!(run.stderr.contains(&error), "{}", run.stderr);
    assert!(ring.exists());
}
