//! Recording through a ring: from the first push until everything is in finalized files, beside the
//! bare limit; what a push costs the traced thread beside its clock; and how long single pushes
//! take.
//!
//! A ring is made when its thread begins, before the clock starts. Nothing is synced.
#![allow(missing_docs)]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use atf_benches::{Events, Side, Target, bare_limit, platform, run_rounds, scratch_dir};
use atf_runtime::clock;
use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::ring::{Producer, RingOptions, WhenFull};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, WriterOptions};
use criterion::Criterion;

/// Events per run: 640 MB of them, so that ending the session (its manifest is synced) does not count
/// for more than it would in a recording.
const EVENTS: u32 = 20_000_000;
/// Pushes whose time is taken one by one.
const TIMED_PUSHES: usize = 2_000_000;
/// What a push may cost the traced thread.
const PUSH_COST: Target = Target::MoreAtMost(Duration::from_nanos(15), "clock");
/// Pushes of one side of the comparison with the clock.
const PUSHES: u64 = 1_000_000;

fn start(dir: &Path, ring: RingOptions) -> (Drain, Producer) {
    let session = SessionWriter::create(dir, platform(), WriterOptions::default()).unwrap();
    let options = DrainOptions::default().ring(ring).sync_on_finalize(false);
    let drain = Drain::start(session, options).unwrap();
    let producer = drain.register(0).unwrap();
    (drain, producer)
}

fn ring(index_bytes: u64) -> RingOptions {
    RingOptions::default().index_bytes(index_bytes).detail_bytes(0).when_full(WhenFull::Block)
}

/// Ring and drain, all events, until the files are ended.
fn record_through_ring(dir: &Path, index_bytes: u64) -> Duration {
    let (drain, producer) = start(dir, ring(index_bytes));
    let start = Instant::now();
    for event in Events::of(EVENTS) {
        let pushed = producer.push(&event, None);
        assert!(pushed.is_ok(), "{pushed:?} after {:?}: {:?}", start.elapsed(), drain.metrics());
    }
    drop(producer);
    let summary = drain.stop().unwrap();
    let took = start.elapsed();
    assert_eq!(summary.threads[0].events, EVENTS);
    fs::remove_dir_all(dir).unwrap();
    took
}

fn bare(path: &Path) -> Duration {
    let start = Instant::now();
    bare_limit(path, Events::of(EVENTS));
    let took = start.elapsed();
    fs::remove_file(path).unwrap();
    took
}

fn event(timestamp_ns: u64, number: u64) -> Event {
    Event {
        timestamp_ns,
        function_id: 1 << 32 | number & 0x3FF,
        event_kind: atf_runtime::format::EventKind::CALL,
        call_depth: number as u32 & 31,
    }
}

fn clock_alone() -> Duration {
    let start = Instant::now();
    for number in 0..PUSHES {
        black_box(event(clock::now_ns(), number));
    }
    start.elapsed()
}

/// The drain runs; the ring holds everything, so that the disk does not hold up the thread.
fn clock_and_push(dir: &Path) -> Duration {
    let (drain, producer) = start(dir, ring(PUSHES * 32));
    let start = Instant::now();
    for number in 0..PUSHES {
        producer.push(&event(clock::now_ns(), number), None).unwrap();
    }
    let took = start.elapsed();
    drop(producer);
    drain.stop().unwrap();
    fs::remove_dir_all(dir).unwrap();
    took
}

/// The latency of single pushes, the clock's own share taken off by its median.
fn latencies(dir: &Path) -> [f64; 4] {
    let (drain, producer) = start(dir, ring(4 << 20));
    let mut took = Vec::with_capacity(TIMED_PUSHES);
    let mut before = clock::now_ns();
    for number in 0..TIMED_PUSHES as u64 {
        producer.push(&event(before, number), None).unwrap();
        let after = clock::now_ns();
        took.push(after.saturating_sub(before));
        before = after;
    }
    drop(producer);
    drain.stop().unwrap();
    fs::remove_dir_all(dir).unwrap();
    let mut clock_took: Vec<u64> = Vec::with_capacity(10_000);
    let mut before = clock::now_ns();
    for _ in 0..10_000 {
        let after = clock::now_ns();
        clock_took.push(after.saturating_sub(before));
        before = after;
    }
    clock_took.sort_unstable();
    took.sort_unstable();
    let own = clock_took[clock_took.len() / 2] as f64;
    [0.5, 0.99, 0.999, 1.0].map(|share| {
        let at = ((took.len() - 1) as f64 * share) as usize;
        (took[at] as f64 - own).max(0.0)
    })
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let dir = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
    let (file, session) = (dir.path().join("events"), dir.path().join("session"));
    let sides = vec![
        Side::new("bare limit", || bare(&file)),
        Side::new("ring of 4 MiB and drain", || record_through_ring(&session, 4 << 20))
            .must_reach(&[Target::AtLeast(0.85, "bare limit")]),
        Side::new("ring of 1 MiB and drain", || record_through_ring(&session, 1 << 20)),
        Side::new("ring of 16 MiB and drain", || record_through_ring(&session, 16 << 20)),
    ];
    run_rounds(&mut criterion, "ring and drain", EVENTS.into(), sides);
    let sides = vec![
        Side::new("clock", clock_alone),
        Side::new("clock and push", || clock_and_push(&session)).must_reach(&[PUSH_COST]),
    ];
    run_rounds(&mut criterion, "push", PUSHES, sides);
    let [p50, p99, p999, most] = latencies(&session);
    println!("push latency, {TIMED_PUSHES} pushes, the clock's median taken off:");
    println!("  p50 {p50} ns, p99 {p99} ns, p99.9 {p999} ns, longest {most} ns\n");
    criterion.final_summary();
}
