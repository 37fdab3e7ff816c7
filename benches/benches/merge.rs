//! Merging the index files of a session, beside the usual merge through a binary heap.
//!
//! Every side reads the same mapped files, and takes each event with its thread and sequence into a sum that
//! depends on their order. "Random": each next event is of a thread drawn at random. "Bursts of 16": of a thread
//! drawn at random for every 16 events.
#![allow(missing_docs)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use atf_benches::{Side, Target, platform, run_rounds, scratch_dir};
use atf_runtime::format::{EventKind, IndexEvent};
use atf_runtime::{Event, IndexReader, IndexSeq, Merge, MergedEvent, ThreadWriter, WriterOptions};
use criterion::Criterion;

const EVENTS: u32 = 10_000_000;

/// Numbers that look random and are the same every time.
fn random(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Writes a session of `threads` that take turns of `burst` events, and maps its files.
fn session(dir: &Path, threads: u32, burst: u32) -> Vec<(u32, IndexReader)> {
    let options = || WriterOptions::default().sync_on_finalize(false).buffer_bytes(256 * 1024);
    let create = |id| ThreadWriter::create(dir, id, platform(), options()).unwrap();
    let mut writers: Vec<_> = (0..threads).map(create).collect();
    for seq in 0..EVENTS {
        let thread = random((seq / burst).into()) % u64::from(threads);
        let event = Event {
            timestamp_ns: 1_000_000_000 + u64::from(seq) * 13,
            function_id: 1 << 32 | u64::from(seq >> 1 & 0x3FF),
            event_kind: if seq & 1 == 0 { EventKind::CALL } else { EventKind::RETURN },
            call_depth: seq >> 4 & 31,
        };
        writers[thread as usize].write_event(&event, None).unwrap();
    }
    let finish = |(id, writer): (u32, ThreadWriter)| {
        let path = writer.dir().join("index.atf");
        writer.finalize().unwrap();
        (id, IndexReader::open(path).unwrap())
    };
    (0..threads).zip(writers).map(finish).collect()
}

/// What every consumer does: cheap, and different when the order is.
#[inline]
fn sum(sum: u64, it: MergedEvent) -> u64 {
    let place = u64::from(it.thread_id) << 32 | u64::from(it.seq.0);
    sum.rotate_left(1) ^ it.event.timestamp_ns.get().wrapping_add(place)
}

fn heap(readers: &[(u32, IndexReader)]) -> u64 {
    let slices: Vec<&[IndexEvent]> =
        readers.iter().map(|(_, reader)| reader.as_slice().unwrap()).collect();
    let mut next = vec![0; slices.len()];
    let firsts = slices.iter().enumerate().filter_map(|(thread, events)| {
        Some(Reverse((events.first()?.timestamp_ns.get(), thread as u32)))
    });
    let mut heap: BinaryHeap<_> = firsts.collect();
    let mut total = 0;
    while let Some(Reverse((_, thread))) = heap.pop() {
        let (events, seq) = (slices[thread as usize], next[thread as usize]);
        let it = MergedEvent::new(thread, IndexSeq(seq as u32), &events[seq]);
        total = sum(total, it);
        next[thread as usize] += 1;
        if let Some(event) = events.get(seq + 1) {
            heap.push(Reverse((event.timestamp_ns.get(), thread)));
        }
    }
    total
}

fn merge(readers: &[(u32, IndexReader)]) -> Merge<'_> {
    Merge::new(readers.iter().map(|(id, reader)| (*id, reader)))
}

fn by_next(readers: &[(u32, IndexReader)]) -> u64 {
    let mut total = 0;
    for it in merge(readers) {
        total = sum(total, it);
    }
    total
}

fn by_runs(readers: &[(u32, IndexReader)]) -> u64 {
    let (mut merge, mut total) = (merge(readers), 0);
    while let Some(run) = merge.next_run() {
        for (seq, event) in (run.first_seq.0..).zip(run.events) {
            total = sum(total, MergedEvent::new(run.thread_id, IndexSeq(seq), event));
        }
    }
    total
}

/// On two threads, which have to look for clocks that went backwards first, as nobody did.
fn parallel(readers: &[(u32, IndexReader)]) -> u64 {
    let sums = merge(readers).parallel(2, |part| part.fold(0, sum));
    sums.into_iter().fold(0, u64::wrapping_add)
}

fn timed(work: impl FnOnce() -> u64) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (threads, burst, name, targets) in [
        (8, 1, "merge 8 threads, random", &[Target::AtLeast(2.5, "binary heap")]),
        (8, 16, "merge 8 threads, bursts of 16", &[Target::AtLeast(4.0, "binary heap")]),
        (8, 256, "merge 8 threads, bursts of 256", &[Target::AtLeast(4.0, "binary heap")]),
        (64, 1, "merge 64 threads, random", &[Target::AtLeast(3.0, "binary heap")]),
        (64, 16, "merge 64 threads, bursts of 16", &[Target::AtLeast(5.0, "binary heap")]),
        (64, 256, "merge 64 threads, bursts of 256", &[Target::AtLeast(5.0, "binary heap")]),
    ] {
        let dir = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
        let readers = session(dir.path(), threads, burst);
        // Others of the same files, which know that their clocks are sound.
        let sound: Vec<_> = readers
            .iter()
            .map(|(id, reader)| (*id, IndexReader::open(reader.path()).unwrap()))
            .collect();
        assert!(sound.iter().all(|(_, reader)| reader.is_monotonic()));
        let expected = heap(&readers);
        assert_eq!(merge(&readers).fold(0, sum), expected);
        assert_eq!(by_next(&readers), expected);
        assert_eq!(by_runs(&readers), expected);
        let sides = vec![
            Side::new("binary heap", || timed(|| heap(&readers))),
            Side::new("merge", || timed(|| merge(&readers).fold(0, sum))).must_reach(targets),
            Side::new("merge by next", || timed(|| by_next(&readers))),
            Side::new("merge by runs", || timed(|| by_runs(&readers))),
            Side::new("two threads", || timed(|| parallel(&readers)))
                .must_reach(&[Target::AtLeast(1.4, "merge")]),
            Side::new("two threads, sound clocks", || timed(|| parallel(&sound)))
                .must_reach(&[Target::AtLeast(1.4, "merge")]),
        ];
        run_rounds(&mut criterion, name, EVENTS.into(), sides);
    }
    criterion.final_summary();
}
