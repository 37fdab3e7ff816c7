//! More events than the disk can take: emitted = recorded + dropped, in the stream and
//! in the manifest, and the traced threads continue (W-L).
#![cfg(target_os = "linux")]

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use atf_runtime::WriterOptions;
use atf_runtime::drain::Drain;
use atf_runtime::ring::{Producer, WhenFull};
use atf_runtime::session::SessionWriter;
use atf_tests::numbered::{
    Pushed, assert_clean, assert_exact, index_len, options, platform, push, small_ring, start,
    wait_for,
};
use atf_tests::scratch::{self, Scratch};
use atf_tests::victim::Victim;

const VICTIM: &str = env!("CARGO_BIN_EXE_victim");
/// Events that the index lane of a small ring holds.
const RING_EVENTS: u64 = 4096 / 32;

fn session(dir: &Path) {
    SessionWriter::create(dir, platform(), WriterOptions::default()).unwrap();
}

fn drain_of(dir: &Path) -> Victim {
    Victim::start(VICTIM, ["drain", dir.to_str().unwrap()])
}

#[test]
fn producers_faster_than_the_drain_count_and_mark_what_they_drop() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    let drain = start(&dir, options().ring(small_ring()));
    let all: Vec<Pushed> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|thread_id| {
                let producer = drain.register(thread_id).unwrap();
                scope.spawn(move || {
                    let mut pushed = Pushed::default();
                    pushed.push_many(&producer, 50_000);
                    assert_eq!(producer.dropped_events(), pushed.dropped);
                    pushed
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let summary = drain.stop().unwrap();
    assert_clean(&dir);
    for (thread_id, pushed) in all.iter().enumerate() {
        let found = assert_exact(&dir, thread_id as u32, pushed);
        assert!(found.markers > 0, "{found:?}");
        let counts = summary.threads[thread_id].counts.unwrap();
        assert_eq!(counts.emitted, 50_000);
        assert_eq!((counts.recorded, counts.dropped_events), (pushed.recorded, pushed.dropped));
        assert_eq!(drain.metrics().threads[thread_id].dropped_events, pushed.dropped);
    }
}

#[test]
fn halted_drain_continues_and_every_loss_is_counted() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    session(&dir);
    let mut drain = drain_of(&dir);
    let producer = Producer::create(&dir, 0, platform(), small_ring()).unwrap();
    let mut pushed = Pushed::default();
    for _ in 0..3 {
        let dropped = pushed.dropped;
        drain.halt();
        pushed.push_many(&producer, 2_000);
        assert!(pushed.dropped >= dropped + 2_000 - RING_EVENTS);
        drain.go_on();
        let recorded = pushed.recorded;
        wait_for("room", || {
            pushed.push(&producer).unwrap();
            pushed.recorded > recorded
        });
    }
    // The last events are lost, and no event follows them.
    drain.halt();
    pushed.push_many(&producer, 2_000);
    drop(producer);
    drain.go_on();
    assert!(drain.end().success());
    assert_clean(&dir);
    let found = assert_exact(&dir, 0, &pushed);
    assert!(found.markers >= 4 && found.lost_at_end > 0, "{found:?}");
    assert_eq!(found.lost, pushed.dropped);
}

#[test]
fn waiting_producer_loses_nothing_while_a_drain_runs() {
    let dir = Scratch::on_disk();
    let dir = dir.path().join("session");
    session(&dir);
    let mut drain = drain_of(&dir);
    let ring = small_ring().when_full(WhenFull::Block);
    let producer = Producer::create(&dir, 0, platform(), ring).unwrap();
    wait_for("the drain", || index_len(&dir, 0) > 0);
    drain.halt();
    let returned = AtomicU64::new(0);
    let pushed = thread::scope(|scope| {
        let producer = scope.spawn(|| {
            let producer = producer;
            let mut pushed = Pushed::default();
            for _ in 0..5_000 {
                pushed.push(&producer).unwrap();
                returned.fetch_add(1, Ordering::Relaxed);
            }
            pushed
        });
        // Its detail lane is full first.
        wait_for("the ring to be full", || {
            let control = std::fs::read(dir.join("thread_0/lanes.ring")).unwrap();
            let at = std::mem::offset_of!(atf_runtime::format::RingControl, detail_head);
            let head = u64::from_le_bytes(control[at..][..8].try_into().unwrap());
            head > 4096 - 250
        });
        assert!(returned.load(Ordering::Relaxed) < RING_EVENTS);
        drain.go_on();
        producer.join().unwrap()
    });
    assert!(drain.end().success());
    assert_clean(&dir);
    assert_eq!((pushed.recorded, pushed.dropped), (5_000, 0));
    let found = assert_exact(&dir, 0, &pushed);
    assert_eq!((found.markers, found.without_detail), (0, 0));
}

#[test]
fn producer_that_waits_for_a_killed_drain_continues_and_a_new_drain_finishes() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    session(&dir);
    let mut first = drain_of(&dir);
    // Without detail, so that the index lane is what is full.
    let ring = small_ring().detail_bytes(0).when_full(WhenFull::Block);
    let producer = Producer::create(&dir, 0, platform(), ring).unwrap();
    wait_for("the drain", || index_len(&dir, 0) > 0);
    first.halt();
    let returned = AtomicU64::new(0);
    let (producer, mut pushed) = thread::scope(|scope| {
        let producer = scope.spawn(|| {
            let producer = producer;
            let mut pushed = Pushed::default();
            for _ in 0..1_000 {
                pushed.push(&producer).unwrap();
                returned.fetch_add(1, Ordering::Relaxed);
            }
            (producer, pushed)
        });
        wait_for("the ring to be full", || returned.load(Ordering::Relaxed) == RING_EVENTS);
        assert!(first.kill());
        producer.join().unwrap()
    });
    assert_eq!((pushed.recorded, pushed.dropped), (RING_EVENTS, 1_000 - RING_EVENTS));
    let second = Drain::attach(&dir, options()).unwrap();
    // It waits again, now that there is a drain.
    wait_for("room", || {
        pushed.push(&producer).unwrap();
        pushed.recorded > RING_EVENTS
    });
    let dropped = pushed.dropped;
    pushed.push_many(&producer, 1_000);
    assert_eq!(pushed.dropped, dropped);
    drop(producer);
    assert!(second.wait().unwrap().unfinished.is_empty());
    assert_clean(&dir);
    assert_eq!(pushed.dropped, push_counts(&dir));
    let thread = atf_tests::numbered::read(&dir.join("thread_0"));
    assert_eq!((thread.recorded, thread.markers), (pushed.recorded, 1));
}

/// Events that the manifest says were dropped.
fn push_counts(dir: &Path) -> u64 {
    let counts = atf_tests::numbered::counts(dir, 0);
    assert!(counts.is_consistent());
    counts.dropped_events
}

#[test]
fn disk_that_refuses_writes_is_reported_and_every_loss_is_counted() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    // Where a file would be too large, the system sends a signal that ends a program by default.
    let output = scratch::command(VICTIM).arg("full_disk").arg(&dir).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn threads_beyond_the_limit_of_open_files_are_reported_and_drained_later() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    let output = scratch::command(VICTIM).arg("few_files").arg(&dir).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn rings_without_room_for_detail_take_events_without_it() {
    let dir = Scratch::new();
    let dir = dir.path().join("session");
    let drain = start(&dir, options().ring(small_ring().detail_bytes(0)));
    let producer = drain.register(0).unwrap();
    for number in 0..10 {
        push(&producer, number).unwrap();
    }
    assert_eq!(producer.dropped_details(), 4);
    drain.stop().unwrap();
    assert_clean(&dir);
    let found = atf_tests::numbered::read(&dir.join("thread_0"));
    assert_eq!((found.recorded, found.details, found.without_detail), (10, 0, 4));
    assert!(!dir.join("thread_0/detail.atf").exists());
}
