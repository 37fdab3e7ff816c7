//! Reading events over a map, beside a bare slice over the same bytes of the same file.
#![allow(missing_docs, unsafe_code)]

use std::fs::File;
use std::hint::black_box;
use std::time::{Duration, Instant};

use atf_benches::{EVENT_COUNT, Events, Side, Target, platform, run_rounds, scratch_dir};
use atf_runtime::format::IndexEvent;
use atf_runtime::{IndexReader, IndexSeq, ThreadWriter, WriterOptions};
use criterion::Criterion;
use memmap2::Mmap;
use zerocopy::FromBytes;

const GETS: usize = 2_000_000;

fn timed(work: impl FnOnce() -> u64) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// Sequences in an order that no prefetcher guesses (Knuth's multiplicative hash).
fn random_seqs() -> Vec<u32> {
    (0..GETS as u32)
        .map(|i| ((u64::from(i.wrapping_mul(2_654_435_761)) * u64::from(EVENT_COUNT)) >> 32) as u32)
        .collect()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let dir = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
    let options = WriterOptions::default().sync_on_finalize(false);
    let mut writer = ThreadWriter::create(dir.path(), 0, platform(), options).unwrap();
    for event in Events::default() {
        writer.write_event(&event, None).unwrap();
    }
    writer.finalize().unwrap();

    let path = dir.path().join("thread_0/index.atf");
    let index = IndexReader::open(&path).unwrap();
    // SAFETY: the file is ours and nobody changes it while the benchmark runs.
    let map = unsafe { Mmap::map(&File::open(&path).unwrap()) }.unwrap();
    let bare = <[IndexEvent]>::ref_from_bytes(&map[64..64 + EVENT_COUNT as usize * 32]).unwrap();
    assert_eq!(index.as_slice(), Some(bare));

    let scan = vec![
        Side::new("bare slice sum", || {
            timed(|| bare.iter().map(|event| event.timestamp_ns.get()).fold(0, u64::wrapping_add))
        }),
        Side::new("scan", || {
            timed(|| index.iter().map(|event| event.timestamp_ns.get()).fold(0, u64::wrapping_add))
        })
        .must_reach(&[Target::AtLeast(0.90, "bare slice sum")]),
        // Without a target: a `for` loop decides at each step which stride the file has.
        Side::new("scan by next", || {
            timed(|| {
                let mut sum = 0_u64;
                for event in &index {
                    sum = sum.wrapping_add(event.timestamp_ns.get());
                }
                sum
            })
        }),
    ];
    run_rounds(&mut criterion, "scan", EVENT_COUNT.into(), scan);

    let seqs = random_seqs();
    let get = vec![
        Side::new("bare slice index", || {
            timed(|| {
                seqs.iter()
                    .map(|&seq| bare[seq as usize].timestamp_ns.get())
                    .fold(0, u64::wrapping_add)
            })
        }),
        Side::new("get", || {
            timed(|| {
                seqs.iter()
                    .filter_map(|&seq| index.get(IndexSeq(seq)))
                    .map(|event| event.timestamp_ns.get())
                    .fold(0, u64::wrapping_add)
            })
        })
        .must_reach(&[Target::TimeAtMost(1.5, "bare slice index")]),
    ];
    run_rounds(&mut criterion, "random get", GETS as u64, get);
    criterion.final_summary();
}
