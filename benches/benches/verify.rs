//! Verification beside a bare CRC-32 pass over the same bytes, and recovery beside a copy of the same files.
//!
//! Every side maps or opens the files anew and has as many threads as processors are free.
#![allow(missing_docs, unsafe_code)]

use std::fs::{self, File};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use atf_benches::{Events, Side, Target, platform, run_rounds, scratch_dir};
use atf_runtime::recovery::Plan;
use atf_runtime::session::{SessionWriter, TracePath, locate};
use atf_runtime::storage::Disk;
use atf_runtime::verify::verify;
use atf_runtime::{FunctionDetail, WriterOptions};
use criterion::Criterion;
use memmap2::{Advice, Mmap};

/// Events of each session: 128 MB of them.
const EVENTS: u32 = 4_000_000;
/// Those of a session in which each event has a record, of 188 bytes: 176 MB.
const DETAILED: u32 = 800_000;
/// Bytes that a thread of the bare pass takes at a time.
const PIECE: usize = 1 << 20;

/// A session whose files the writers leave unfinalized, if `finalizes` is not set.
fn write_session(dir: &Path, threads: u32, events: u32, detailed: bool, finalizes: bool) {
    let options = WriterOptions::default().sync_on_finalize(false);
    let session = SessionWriter::create(dir, platform(), options).unwrap();
    let detail =
        FunctionDetail { sp: 0x7ffe_0000, stack: &[0x5A; 64], ..FunctionDetail::default() };
    let mut summaries = Vec::new();
    for id in 0..threads {
        let mut writer = session.thread(id).unwrap();
        for event in Events::of(events / threads) {
            writer.write_event(&event, detailed.then(|| detail.into())).unwrap();
        }
        if finalizes {
            summaries.push(writer.finalize().unwrap());
        }
    }
    if finalizes {
        session.finish(&summaries).unwrap();
    }
}

/// The lanes of a session.
fn lanes(dir: &Path) -> Vec<PathBuf> {
    let threads = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let names = ["index.atf", "detail.atf"];
    let files = threads.flat_map(|thread| names.map(|name| thread.join(name)));
    files.filter(|file| file.exists()).collect()
}

/// The limit: a CRC-32 over all bytes of all lanes, in pieces.
fn bare_pass(files: &[PathBuf]) -> Duration {
    let start = Instant::now();
    // SAFETY: the files are ours and nobody changes them while the benchmark runs.
    let map = |file: &PathBuf| unsafe { Mmap::map(&File::open(file).unwrap()) }.unwrap();
    let maps: Vec<Mmap> = files.iter().map(map).collect();
    for map in &maps {
        map.advise(Advice::Sequential).unwrap();
    }
    let pieces: Vec<&[u8]> = maps.iter().flat_map(|map| map.chunks(PIECE)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            black_box(crc32fast::hash(piece));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().unwrap().get() {
            scope.spawn(work);
        }
    });
    start.elapsed()
}

fn verified(path: &TracePath) -> Duration {
    let start = Instant::now();
    assert!(verify(path, None).unwrap().is_ok());
    start.elapsed()
}

/// A callback as that of the command, which reads the clock twice.
fn progress() -> impl FnMut(u64) {
    |bytes| {
        black_box((bytes, Instant::now(), Instant::now()));
    }
}

/// Copies a session file by file, and syncs each copy.
fn copied(from: &Path, to: &Path) -> Duration {
    let start = Instant::now();
    copy_dir(from, to, true);
    start.elapsed()
}

fn copy_dir(from: &Path, to: &Path, syncs: bool) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_dir(&source, &target, syncs);
            continue;
        }
        fs::copy(&source, &target).unwrap();
        if syncs {
            File::open(&target).unwrap().sync_all().unwrap();
        }
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let dir = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
    let groups = [
        ("verify 8 threads", 8, EVENTS, false),
        ("verify 1 thread", 1, EVENTS, false),
        ("verify 8 threads with details", 8, DETAILED, true),
        ("verify 1 thread with details", 1, DETAILED, true),
    ];
    for (number, (group, threads, events, detailed)) in groups.into_iter().enumerate() {
        let session = dir.path().join(number.to_string());
        write_session(&session, threads, events, detailed, true);
        let (files, path) = (lanes(&session), locate(&session).unwrap());
        let targets: &[Target] = match detailed {
            false => &[Target::AtLeast(0.5, "CRC pass")],
            true => &[Target::AtLeast(0.35, "CRC pass")],
        };
        let sides = vec![
            Side::new("CRC pass", || bare_pass(&files)),
            Side::new("verify", || verified(&path)).must_reach(targets),
        ];
        run_rounds(&mut criterion, group, events.into(), sides);
        fs::remove_dir_all(&session).unwrap();
    }

    let [session, out] = ["unfinalized", "out"].map(|name| dir.path().join(name));
    write_session(&session, 2, EVENTS, false, false);
    let path = locate(&session).unwrap();
    let cleared = |took: Duration| {
        fs::remove_dir_all(&out).unwrap();
        took
    };
    let sides = vec![
        Side::new("copy and sync", || cleared(copied(&session, &out))),
        Side::new("recover --out", || {
            let start = Instant::now();
            let plan = Plan::of(&path, Some(&mut progress())).unwrap();
            plan.write_copy(&Disk, &out, Some(&mut progress())).unwrap();
            cleared(start.elapsed())
        })
        .must_reach(&[Target::TimeAtMost(1.6, "copy and sync")]),
        Side::new("recover --in-place", || {
            copy_dir(&session, &out, true);
            let start = Instant::now();
            let path = TracePath::Session(out.clone());
            let plan = Plan::of(&path, Some(&mut progress())).unwrap();
            plan.apply_in_place(&Disk, Some(&mut progress())).unwrap();
            cleared(start.elapsed())
        })
        .must_reach(&[Target::TimeAtMost(1.0, "recover --out")]),
    ];
    run_rounds(&mut criterion, "recover", EVENTS.into(), sides);
    criterion.final_summary();
}
