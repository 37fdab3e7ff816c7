//! kill -9 of a C program whose threads push inline into their rings, while a drain written in Rust runs: each push
//! that returned success is in the files exactly once (W-009..W-012 from C, W-L).
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};

use atf_runtime::WriterOptions;
use atf_runtime::drain::Drain;
use atf_runtime::session::SessionWriter;
use atf_tests::capi::Language::C11;
use atf_tests::capi::{Linked, installed, repository};
use atf_tests::numbered::{
    Found, Pushed, assert_clean, assert_survived, options, platform, wait_for,
};
use atf_tests::scratch::Scratch;
use atf_tests::victim::{Report, Victim};

const THREADS: u32 = 2;
const KILLS: usize = 20;
const AT_ONCE: usize = 5;

fn producer() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_kill");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let binary = folder.join("producer");
    let source = repository().join("tests/c/tools/producer.c");
    installed().compile(&[&source], &binary, C11, Linked::Shared);
    binary
}

/// Records until `pushes` pushes have returned, kills the program, and checks what the drain wrote.
fn kill_after(program: &Path, pushes: u64, policy: &str) -> Found {
    let temporary = Scratch::new();
    let (dir, report_path) = (temporary.path().join("session"), temporary.path().join("report"));
    SessionWriter::create(&dir, platform(), WriterOptions::default()).unwrap();
    let report = Report::create(&report_path, THREADS);
    let drain = Drain::attach(&dir, options()).unwrap();
    let mut victim = Victim::start(
        program.to_str().unwrap(),
        [dir.to_str().unwrap(), report_path.to_str().unwrap(), &THREADS.to_string(), policy],
    );
    wait_for("pushes", || {
        assert!(!victim.has_ended(), "the program failed by itself");
        report.returned(THREADS) >= pushes
    });
    assert!(victim.kill());
    // Its locks are free now: the drain empties the rings and finishes the session.
    let summary = drain.wait().unwrap();
    assert!(summary.unfinished.is_empty(), "{summary:?}");
    assert_clean(&dir);
    let mut all = Found::default();
    for thread_id in 0..THREADS {
        let pushed = report.get(thread_id);
        if dir.join(format!("thread_{thread_id}")).exists() {
            all = sum(all, assert_survived(&dir, thread_id, &pushed));
        } else {
            assert_eq!(pushed, Pushed::default(), "thread {thread_id} is gone");
        }
    }
    all
}

fn kills(program: &Path, kills: impl Iterator<Item = usize>) -> Found {
    let found = kills.map(|kill| {
        // Early and late, never at a round number of events, and not before there is a ring: the drain waits for one.
        let pushes = 1 + (kill * kill) as u64 * 37;
        let policy = if kill % 2 == 0 { "block" } else { "drop" };
        kill_after(program, pushes, policy)
    });
    found.fold(Found::default(), sum)
}

fn sum(mut all: Found, found: Found) -> Found {
    all.recorded += found.recorded;
    all.details += found.details;
    all.markers += found.markers;
    all
}

#[test]
fn c_program_killed_while_it_pushes_inline_loses_no_push_that_returned() {
    let program = producer();
    // Each kill waits for most of its time.
    let all = std::thread::scope(|scope| {
        let program = &program;
        let worker = |first| move || kills(program, (first..KILLS).step_by(AT_ONCE));
        let workers: Vec<_> = (0..AT_ONCE).map(|first| scope.spawn(worker(first))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).fold(Found::default(), sum)
    });
    assert!(all.recorded > 0 && all.details > 0, "{all:?}");
}
