//! `atf drain`: this process is the one that is traced, the command writes its files.
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

/// Longer than anything here takes on the slowest machine.
const LIMIT: Duration = Duration::from_secs(120);

/// A session without threads, and a directory around it.
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

/// So small that it is full all the time.
fn small(when_full: WhenFull) -> RingOptions {
    RingOptions::default().index_bytes(4096).detail_bytes(4096).when_full(when_full)
}

const EVENTS_OF_SMALL: u64 = 4096 / 32;

fn event(number: u64) -> Event {
    let event_kind = EventKind::CALL;
    Event { timestamp_ns: 1_000 + number, function_id: number, event_kind, call_depth: 0 }
}

fn push(lanes: &Producer, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        let detail = FunctionDetail { sp: number, ..FunctionDetail::default() }.into();
        let detail = number.is_multiple_of(10).then_some(&detail);
        lanes.push(&event(number), detail).unwrap();
    }
}

fn start(session: &Path, args: &[&str]) -> Child {
    let mut command = atf();
    command.arg("drain").arg(session).args(args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn ended(drain: Child) -> Run {
    let output = drain.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < LIMIT, "not within {LIMIT:?}: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn numbers_in(session: &Path, thread_id: u32) -> Vec<u64> {
    let thread = ThreadReader::open(session.join(format!("thread_{thread_id}"))).unwrap();
    thread.index().iter().map(|event| event.function_id.get()).collect()
}

fn assert_whole(session: &Path) {
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
fn a_session_is_drained_until_its_threads_have_ended() {
    const EVENTS: u64 = 5_000;
    let (_dir, session) = session();
    let drain = start(&session, &["--json", "--flush-ms", "1"]);
    let lanes = [2, 7].map(|thread_id| producer(&session, thread_id, RingOptions::default()));
    thread::scope(|scope| {
        for lanes in lanes {
            scope.spawn(move || push(&lanes, 0..EVENTS));
        }
    });
    let run = ended(drain).exits(0);
    assert_whole(&session);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(run.lines().len(), 1);
    for (thread, id) in object["threads"].as_array().unwrap().iter().zip([2, 7]) {
        assert_eq!(numbers_in(&session, id), (0..EVENTS).collect::<Vec<_>>());
        let said = ["thread_id", "events", "details", "emitted", "recorded", "dropped_events"];
        let said = said.map(|key| thread[key].as_u64().unwrap());
        assert_eq!(said, [id.into(), EVENTS, EVENTS / 10, EVENTS, EVENTS, 0]);
        assert!((1..=4 << 20).contains(&thread["high_water_bytes"].as_u64().unwrap()));
    }
    assert_eq!((&object["events"], &object["details"]), (&json!(10_000), &json!(1_000)));
    assert_eq!((&object["dropped_events"], &object["dropped_details"]), (&json!(0), &json!(0)));
    let bytes = object["bytes"].as_u64().unwrap();
    assert!(bytes > 10_000 * 32, "{bytes}");

    let again = run_on("drain", &session, &[]).exits(0);
    let expected = format!(
        "drained  {}\n         nothing was in a lane: the session has ended\n",
        session.display()
    );
    assert_eq!(again.stdout, expected);
    assert_eq!(again.stderr, "");
    assert_whole(&session);
}

// W-012
#[test]
fn a_drain_that_was_killed_is_run_again_and_goes_on() {
    let (_dir, session) = session();
    let lanes = producer(&session, 0, RingOptions::default());
    push(&lanes, 0..1_000);
    let mut drain = start(&session, &["--flush-ms", "0"]);
    let index = session.join("thread_0/index.atf");
    wait_until("events are written", || fs::metadata(&index).is_ok_and(|it| it.len() > 64));
    drain.kill().unwrap();
    drain.wait().unwrap();
    push(&lanes, 1_000..2_000);
    drop(lanes);
    let run = run_on("drain", &session, &[]).exits(0);
    assert!(
        run.stdout.contains("\n         1 thread, 2 000 events, 200 details, "),
        "{}",
        run.stdout
    );
    assert!(run.stdout.ends_with(" waited in a lane\n         nothing was dropped\n"));
    assert_eq!(numbers_in(&session, 0), (0..2_000).collect::<Vec<_>>());
    assert_whole(&session);
}

#[test]
fn what_was_dropped_is_told_and_is_no_failure() {
    let (_dir, session) = session();
    let lanes = producer(&session, 0, small(WhenFull::Drop));
    let results: Vec<_> = (0..1_000).map(|number| lanes.push(&event(number), None)).collect();
    let kept = results.iter().filter(|result| result.is_ok()).count() as u64;
    assert_eq!((kept, results.last()), (EVENTS_OF_SMALL, Some(&Err(PushError::Full))));
    drop(lanes);
    let run = run_on("drain", &session, &[]).exits(0);
    // The events that were kept, and one that says how many were not.
    assert!(run.stdout.contains("\n         1 thread, 129 events, 0 details, "), "{}", run.stdout);
    let told = "\n         dropped: 872 of 1 000 events (87.20 %)\n";
    assert!(run.stdout.ends_with(told), "{}", run.stdout);
    let note = "note: lanes were full: larger ones, which the traced program makes, hold more\n";
    assert_eq!(run.stderr, note);
    assert_whole(&session);
    let dump = run_on("dump", &session, &[]).exits(0).stdout;
    assert!(dump.ends_with("  lost       872 events lost\n"), "{dump}");
}

#[test]
fn a_second_drain_is_refused() {
    let (_dir, session) = session();
    let first = Drain::attach(&session, DrainOptions::default()).unwrap();
    let run = run_on("drain", &session, &["--json"]).exits(2);
    let expected = format!("error: {}: ", session.display());
    assert!(run.stderr.starts_with(&expected), "{}", run.stderr);
    let end = ": expected nobody at work, found a drain or a recovery; one is enough\n";
    assert!(run.stderr.ends_with(end), "{}", run.stderr);
    let object: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(format!("error: {}\n", object["error"].as_str().unwrap()), run.stderr);
    drop(first);
}

#[test]
fn a_session_to_which_no_thread_comes_is_left_as_it_is() {
    let (_dir, session) = session();
    let before = fs::read(session.join("manifest.json")).unwrap();
    let run = run_on("drain", &session, &["--wait", "0"]).exits(2);
    let path = session.display();
    assert_eq!(run.stderr, format!("error: {path}: no traced thread came within 0 s\n"));
    assert_eq!(fs::read(session.join("manifest.json")).unwrap(), before);
}

// What is found in a session is not waited for: opening long files takes longer than some would wait, and
// `--wait 0` gave up with their threads ended.
#[test]
fn threads_that_have_ended_are_not_waited_for() {
    let (_dir, session) = session();
    push(&producer(&session, 0, RingOptions::default()), 0..1_000);
    let run = run_on("drain", &session, &["--wait", "0"]).exits(0);
    assert_eq!(run.stderr, "");
    assert_eq!(numbers_in(&session, 0).len(), 1_000);
    assert_whole(&session);

    let again = run_on("drain", &session, &["--wait", "0"]).exits(0);
    assert!(again.stdout.ends_with("nothing was in a lane: the session has ended\n"));
}

// A drain that was killed behind the last thread's end left a session to which no thread came any more, and
// the next one waited for ever.
#[test]
fn session_whose_threads_were_ended_before_its_drain_was_killed_is_ended() {
    let (_dir, session) = session();
    push(&producer(&session, 0, RingOptions::default()), 0..100);
    run_on("drain", &session, &[]).exits(0);
    let manifest = session.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let killed = text.replace("\"complete\"", "\"recording\"");
    assert_ne!(killed, text);
    fs::write(&manifest, killed).unwrap();
    let run = run_on("drain", &session, &[]).exits(0);
    assert!(run.stdout.ends_with("nothing was in a lane: the session has ended\n"));
    assert_eq!(run.stderr, "");
    assert_eq!(fs::read_to_string(&manifest).unwrap(), text);
}

#[test]
fn waiting_for_a_first_thread_is_told() {
    let (_dir, session) = session();
    let run = run_on("drain", &session, &["--wait", "1"]).exits(2);
    let path = session.display();
    let note = format!("note: waiting for a traced thread in {path}\n");
    assert!(run.stderr.starts_with(&note), "{}", run.stderr);
}

#[test]
fn what_is_no_session_is_refused() {
    let (dir, session) = session();
    let missing = dir.path().join("missing");
    let run = run_on("drain", &missing, &[]).exits(2);
    assert!(run.stderr.contains("cannot open: "), "{}", run.stderr);
    let lanes = producer(&session, 0, small(WhenFull::Drop));
    let run = run_on("drain", lanes.dir(), &[]).exits(2);
    let expected = format!("error: {}: expected a session's directory\n", lanes.dir().display());
    assert_eq!(run.stderr, expected);
}

#[test]
fn a_damaged_lane_does_not_keep_the_others_from_being_ended() {
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
    assert!(run.stderr.contains("note: 1 thread ended with whole files\n"), "{}", run.stderr);
    assert_eq!(numbers_in(&session, 1).len(), 100);
    run_on("verify", &session.join("thread_1"), &[]).exits(0);
    assert!(ring.exists());
    // By itself it is not waited for either; it waited for a better one for ever.
    let run = run_on("drain", &session, &[]).exits(2);
    assert!(run.stderr.contains(&error), "{}", run.stderr);
    assert!(ring.exists());
}
