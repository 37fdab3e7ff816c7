//! Opening a large session, and the first access to a detail record: beside bare maps of the same
//! files.
#![allow(missing_docs, unsafe_code)]

use std::fs::{self, File};
use std::hint::black_box;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use atf_benches::{Side, Target, platform, run_rounds, scratch_dir};
use atf_runtime::format::{AtfIndexFooter, AtfIndexHeader, EventKind};
use atf_runtime::session::SessionReader;
use atf_runtime::{DetailSeq, Event, FunctionDetail, ThreadReader, ThreadWriter, WriterOptions};
use criterion::Criterion;
use memmap2::Mmap;
use zerocopy::IntoBytes;

const THREADS: u32 = 64;
/// 160 MB per thread: 10 GB in all, most of it never written.
const EVENTS: u32 = 5_000_000;
const RECORDS: u32 = 100_000;

const OPEN: &[Target] = &[Target::Within(Duration::from_millis(20))];
const FIRST_GET: &[Target] = &[Target::Within(Duration::from_millis(10))];
const GET_BY_OFFSETS: &[Target] = &[Target::Within(Duration::from_millis(1))];

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = black_box(work());
    let took = start.elapsed();
    drop(result);
    took
}

/// A session of finalized threads whose events are holes.
fn sparse_session(dir: &Path) -> Vec<PathBuf> {
    let bytes = u64::from(EVENTS) * 32;
    let index = |thread_id: u32| {
        let header = AtfIndexHeader {
            thread_id: thread_id.into(),
            event_count: EVENTS.into(),
            footer_offset: (64 + bytes).into(),
            ..AtfIndexHeader::INIT
        };
        let footer = AtfIndexFooter {
            event_count: u64::from(EVENTS).into(),
            bytes_written: bytes.into(),
            ..AtfIndexFooter::INIT
        };
        let thread = dir.join(format!("thread_{thread_id}"));
        fs::create_dir(&thread).unwrap();
        let path = thread.join("index.atf");
        let file = File::create(&path).unwrap();
        file.write_all_at(header.as_bytes(), 0).unwrap();
        file.write_all_at(footer.as_bytes(), 64 + bytes).unwrap();
        path
    };
    (0..THREADS).map(index).collect()
}

fn map(path: &Path) -> Mmap {
    // SAFETY: the file is ours and nobody changes it while the benchmark runs.
    unsafe { Mmap::map(&File::open(path).unwrap()) }.unwrap()
}

fn open(criterion: &mut Criterion) {
    let dir = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
    let files = sparse_session(dir.path());
    assert_eq!(SessionReader::open(dir.path()).unwrap().event_count(), 320_000_000);
    let sides = vec![
        Side::new("bare maps, both ends", || {
            timed(|| {
                let ends = |map: Mmap| u64::from(map[0]) + u64::from(map[map.len() - 1]);
                files.iter().map(|path| ends(map(path))).sum::<u64>()
            })
        }),
        Side::new("open, 64 threads of 160 MB", || {
            timed(|| SessionReader::open(dir.path()).unwrap())
        })
        .must_reach(OPEN),
    ];
    run_rounds(criterion, "open", THREADS.into(), sides);
}

/// The sum of all lengths, as one loop over the lane.
fn bare_walk(bytes: &[u8]) -> u64 {
    let (mut at, mut records) = (64, 0);
    while records < RECORDS {
        at += u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        records += 1;
    }
    at as u64
}

fn first_get(criterion: &mut Criterion) {
    let dir = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
    let write = |thread_id: u32| {
        let options = WriterOptions::default().sync_on_finalize(false);
        let mut writer = ThreadWriter::create(dir.path(), thread_id, platform(), options).unwrap();
        for number in 0..RECORDS {
            let event = Event {
                timestamp_ns: number.into(),
                function_id: 1,
                event_kind: EventKind::CALL,
                call_depth: 0,
            };
            let detail = FunctionDetail { stack: &[7; 128], ..FunctionDetail::default() };
            writer.write_event(&event, Some(detail.into())).unwrap();
        }
        writer.finalize().unwrap();
        dir.path().join(format!("thread_{thread_id}"))
    };
    let (with, without) = (write(0), write(1));
    fs::remove_file(without.join("detail.off")).unwrap();
    let get = |dir: &Path| {
        let reader = ThreadReader::open(dir).unwrap();
        timed(|| reader.get_detail(DetailSeq(RECORDS - 1)).unwrap().unwrap().offset)
    };
    let sides = vec![
        Side::new("bare walk of a fresh map", || {
            let map = map(&without.join("detail.atf"));
            timed(|| bare_walk(&map))
        }),
        Side::new("first get, without offsets", || get(&without)).must_reach(FIRST_GET),
        Side::new("first get, with offsets", || get(&with)).must_reach(GET_BY_OFFSETS),
    ];
    run_rounds(criterion, "first get of 100,000 records", RECORDS.into(), sides);
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    open(&mut criterion);
    first_get(&mut criterion);
    criterion.final_summary();
}
