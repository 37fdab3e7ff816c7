//! Rings of producers that are running: verification and recovery during a recording.
//! Linux and Android only.
#![cfg(any(target_os = "linux", target_os = "android"))]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use atf_runtime::drain::Drain;
use atf_runtime::format::{Arch, ClockType, DetailEventType, EventKind, Os};
use atf_runtime::manifest::Manifest;
use atf_runtime::recovery::{Plan, RingOutcome};
use atf_runtime::ring::{Producer, RingOptions, WhenFull, left_in_ring};
use atf_runtime::session::{SessionWriter, TracePath};
use atf_runtime::storage::Disk;
use atf_runtime::{Error, Event, Payload, Platform, ThreadReader, WriterOptions};
use atf_tests::disk::{TestDisk, Tree};
use atf_tests::judge::{plan, problems};
use atf_tests::numbered::{
    Pushed, assert_clean, assert_exact, options, platform, small_ring, start,
};
use atf_tests::scratch::Scratch;

const LINUX: Platform =
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };

fn push(producer: &Producer, number: u64) -> bool {
    let event = Event {
        timestamp_ns: 1000 + number,
        function_id: number,
        event_kind: EventKind::CALL,
        call_depth: 0,
    };
    let bytes = vec![number as u8; number as usize % 50];
    let payload = Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes: &bytes };
    producer.push(&event, number.is_multiple_of(3).then_some(&payload)).is_ok()
}

fn copy(path: &TracePath) -> (Plan, Scratch) {
    let plan = plan(path);
    let out = Scratch::new();
    plan.write_copy(&Disk, out.path(), None).unwrap();
    assert_eq!(problems(&TracePath::Session(out.path().to_owned())), [""; 0]);
    (plan, out)
}

/// The numbers of the events that are no markers; their details are those that were pushed with them.
fn numbers(session: &Path) -> Vec<u64> {
    let thread = ThreadReader::open(session.join("thread_5")).unwrap();
    let mut numbers = Vec::new();
    for event in thread.index().iter().filter(|event| event.event_kind != EventKind::LOST) {
        let number = event.function_id.get();
        if let Some(record) = thread.get_detail_for(event).unwrap() {
            assert_eq!(record.payload, vec![number as u8; number as usize % 50]);
        }
        numbers.push(number);
    }
    numbers
}

// W-L
#[test]
fn pushes_of_a_living_producer_are_copied_and_repaired_only_after_its_end() {
    let dir = Scratch::new();
    let producer = Producer::create(dir.path(), 5, LINUX, RingOptions::default()).unwrap();
    let path = TracePath::Session(dir.path().to_owned());
    for number in 0..100 {
        assert!(push(&producer, number));
        if number % 9 == 0 {
            let (plan, out) = copy(&path);
            assert!(plan.is_being_recorded);
            assert_eq!(numbers(out.path()), (0..=number).collect::<Vec<_>>());
        }
    }
    let left = left_in_ring(dir.path().join("thread_5")).unwrap().unwrap();
    assert_eq!((left.events, left.is_recording), (100, true));
    let before = Tree::load(dir.path());
    let error = plan(&path).apply_in_place(&TestDisk::new(), None).unwrap_err();
    assert!(matches!(error, Error::BeingRecorded { .. }), "{error}");
    assert_eq!(Tree::load(dir.path()), before);

    drop(producer);
    let plan = plan(&path);
    assert!(!plan.is_being_recorded);
    plan.apply_in_place(&TestDisk::new(), None).unwrap();
    assert_eq!(problems(&path), [""; 0]);
    assert_eq!(numbers(dir.path()), (0..100).collect::<Vec<_>>());
    assert_eq!(left_in_ring(dir.path().join("thread_5")).unwrap(), None);
}

// W-009: emitted = recorded + dropped, of a ring that was too small and had no drain.
#[test]
fn dropped_events_are_reported_by_the_last_event_and_the_manifest() {
    let dir = Scratch::new();
    let options = RingOptions::default().index_bytes(16384).detail_bytes(4096);
    let producer = Producer::create(dir.path(), 5, LINUX, options).unwrap();
    let kept = (0..1000).filter(|&number| push(&producer, number)).count() as u64;
    let dropped_details = producer.dropped_details();
    assert!(kept < 600 && dropped_details > 0, "{kept}, {dropped_details}");
    drop(producer);
    let path = TracePath::Session(dir.path().to_owned());
    let (plan, out) = copy(&path);
    assert_eq!(plan.threads[0].ring.as_ref().unwrap().lost, 1000 - kept);
    assert_eq!(numbers(out.path()).len() as u64, kept);
    let manifest = Manifest::read(out.path().join("manifest.json")).unwrap();
    let counts = manifest.threads[0].counts().unwrap();
    assert_eq!((counts.emitted, counts.recorded), (1000, kept));
    assert_eq!((counts.dropped_events, counts.dropped_details), (1000 - kept, dropped_details));
}

// W-L: positions move while they are read; a snapshot is of some moment all the same.
#[test]
fn snapshots_while_a_thread_pushes_hold_everything_published_before_them() {
    let dir = Scratch::new();
    let options = RingOptions::default().index_bytes(1 << 18).detail_bytes(1 << 18);
    let producer = Producer::create(dir.path(), 5, LINUX, options).unwrap();
    let path = TracePath::Session(dir.path().to_owned());
    assert!(push(&producer, 0));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let producer = producer;
            // Until the ring is full.
            let mut number = 1;
            while !is_over.load(Ordering::Relaxed) && push(&producer, number) {
                number += 1;
            }
        });
        let _end = EndOnDrop(&is_over);
        let mut before = 0;
        for _ in 0..12 {
            let (plan, out) = copy(&path);
            let found = numbers(out.path());
            assert_eq!(found, (0..found.len() as u64).collect::<Vec<_>>());
            assert!(found.len() >= before, "{} after {before}", found.len());
            before = found.len();
            let index = plan.threads[0].index.as_ref().unwrap();
            assert_eq!((index.dropped, index.unlinked), (0, 0));
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

/// Ends a thread of the test.
struct EndOnDrop<'a>(&'a AtomicBool);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

// W-L: the drain writes what the producer then writes over, and in the end finalizes the files and
// removes the ring, between any two reads of a snapshot.
#[test]
fn snapshots_of_a_session_that_is_drained_are_of_one_moment() {
    let dir = Scratch::new();
    let session = dir.path().join("session");
    let ring = small_ring().when_full(WhenFull::Block);
    let drain = start(&session, options().ring(ring));
    let path = TracePath::Session(session);
    // So many events at each of two moments of a snapshot.
    const AT_A_TIME: u64 = 1500;
    let allowed = AtomicU64::new(AT_A_TIME);
    let is_over = AtomicBool::new(false);
    let (mut taken, mut joined) = (0, 0);
    std::thread::scope(|scope| {
        let producer = drain.register(5).unwrap();
        assert!(push(&producer, 0));
        let (is_over, allowed) = (&is_over, &allowed);
        let pushing = scope.spawn(move || {
            let mut count = 1;
            while !is_over.load(Ordering::Relaxed) {
                if count < allowed.load(Ordering::Relaxed) {
                    assert!(push(&producer, count));
                    count += 1;
                } else {
                    std::thread::yield_now();
                }
            }
            count
        });
        // Also when the test fails.
        let _end = EndOnDrop(is_over);
        let mut before = 0;
        let mut is_last = false;
        loop {
            assert!(taken < 2000, "the thread's ring is not removed");
            allowed.fetch_add(AT_A_TIME, Ordering::Relaxed);
            let plan = plan(&path);
            allowed.fetch_add(AT_A_TIME, Ordering::Relaxed);
            let out = Scratch::new();
            plan.write_copy(&Disk, out.path(), None).unwrap();
            assert_eq!(problems(&TracePath::Session(out.path().to_owned())), [""; 0]);
            let found = numbers(out.path());
            assert_eq!(found, (0..found.len() as u64).collect::<Vec<_>>());
            assert!(found.len() >= before, "{} after {before}", found.len());
            before = found.len();
            let index = plan.threads[0].index.as_ref().unwrap();
            assert_eq!((index.dropped, index.unlinked), (0, 0));
            let ring = plan.threads[0].ring.as_ref();
            joined += u32::from(ring.is_some_and(|it| it.outcome == RingOutcome::Joined));
            taken += 1;
            if is_last {
                break;
            }
            // The last ones while the thread ends and its files are finalized.
            if taken == 20 {
                is_over.store(true, Ordering::Relaxed);
            }
            is_last = taken > 20 && plan.threads[0].ring.is_none();
        }
        assert_eq!(before, pushing.join().unwrap() as usize);
    });
    assert!(joined > 10, "{joined} of {taken}");
    drain.stop().unwrap();
}

// W-L: events between the scan and the repair would be cut off.
#[test]
fn plan_of_a_recording_is_not_applied_in_place_after_its_end() {
    let parent = Scratch::new();
    let dir = parent.path().join("session");
    let drain = start(&dir, options());
    let producer = drain.register(0).unwrap();
    let mut pushed = Pushed::default();
    pushed.push_many(&producer, 100);
    let path = TracePath::Session(dir.clone());
    let plan = plan(&path);
    pushed.push_many(&producer, 100);
    drain.stop().unwrap();
    drop(producer);
    drop(drain);
    let before = Tree::load(&dir);
    let error = plan.apply_in_place(&Disk, None).unwrap_err();
    assert!(matches!(error, Error::BeingRecorded { .. }), "{error}");
    assert_eq!(Tree::load(&dir), before);
    assert_exact(&dir, 0, &pushed);
}

// W-L: nor after a complete recording between the two.
#[test]
fn plan_is_not_applied_in_place_after_another_recording() {
    for is_new_thread in [false, true] {
        let parent = Scratch::on_disk();
        let dir = parent.path().join("session");
        SessionWriter::create(&dir, platform(), WriterOptions::default()).unwrap();
        let mut pushed = [Pushed::default(); 2];
        let record = |thread_id: u32, pushed: &mut Pushed| {
            let producer = Producer::create(&dir, thread_id, platform(), small_ring()).unwrap();
            pushed.push_many(&producer, 20);
        };
        record(0, &mut pushed[0]);
        let path = TracePath::Session(dir.clone());
        let plan = plan(&path);
        assert!(!plan.is_being_recorded);
        if is_new_thread {
            record(1, &mut pushed[1]);
        } else {
            Drain::attach(&dir, options()).unwrap().stop().unwrap();
        }
        let before = Tree::load(&dir);
        let error = plan.apply_in_place(&Disk, None).unwrap_err();
        assert!(matches!(error, Error::BeingRecorded { .. }), "{error}");
        assert_eq!(Tree::load(&dir), before);
        // Another scan sees it.
        atf_tests::judge::plan(&path).apply_in_place(&Disk, None).unwrap();
        assert_clean(&dir);
        assert_exact(&dir, 0, &pushed[0]);
        if is_new_thread {
            assert_exact(&dir, 1, &pushed[1]);
        }
    }
}

#[test]
fn ring_that_is_being_created_is_no_damage() {
    let dir = Scratch::new();
    let producer = Producer::create(dir.path(), 5, LINUX, RingOptions::default()).unwrap();
    let ring = producer.dir().join("lanes.ring");
    let mut bytes = fs::read(&ring).unwrap();
    drop(producer);
    bytes[..8].fill(0);
    fs::write(&ring, &bytes).unwrap();
    let path = TracePath::Session(dir.path().to_owned());
    let plan = plan(&path);
    assert_eq!(plan.threads[0].ring.as_ref().unwrap().outcome, RingOutcome::NeverMade);
}
