//! What chunk checksums cost when recording: the same writer, beside one that makes none because its file has another name.
//!
//! Every side makes a new file, writes the same 4 million events (128 MB), finalizes it and removes it. Nothing is
//! synced.
#![allow(missing_docs)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use atf_benches::{
    BUFFER_BYTES, EVENT_COUNT, Events, Side, THREAD, Target, platform, record, run_rounds,
    scratch_dir,
};
use atf_runtime::WriterOptions;
use atf_runtime::storage::Disk;
use atf_runtime::writer::IndexWriter;
use criterion::Criterion;

fn write(dir: &Path, name: &str) -> Duration {
    let (file, sums) = (dir.join(name), dir.join("index.sum"));
    let start = Instant::now();
    let options = WriterOptions::default().sync_on_finalize(false).buffer_bytes(BUFFER_BYTES);
    let mut writer = IndexWriter::create(&Disk, &file, THREAD, platform(), options).unwrap();
    for event in Events::default() {
        writer.write(&record(&event)).unwrap();
    }
    writer.finalize().unwrap();
    let took = start.elapsed();
    assert_eq!(writer.len(), EVENT_COUNT);
    assert_eq!(sums.exists(), name == "index.atf");
    let _ = fs::remove_file(sums);
    fs::remove_file(file).unwrap();
    took
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let dir = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
    let sides = vec![
        Side::new("without checksums", || write(dir.path(), "plain.atf")),
        Side::new("with checksums", || write(dir.path(), "index.atf"))
            .must_reach(&[Target::TimeAtMost(1.03, "without checksums")]),
    ];
    run_rounds(&mut criterion, "chunk checksums", EVENT_COUNT.into(), sides);
    criterion.final_summary();
}
