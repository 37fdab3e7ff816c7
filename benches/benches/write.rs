//! Writing events to a file on disk, checksum included, beside the bare limit and the usual way.
//!
//! Every side makes a new file, writes the same 4 million events (128 MB) and closes it; the file
//! is removed before the next. Nothing is synced: that would measure the disk.
#![allow(missing_docs, unsafe_code)]

use std::ffi::CString;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use atf_benches::{
    BUFFER_BYTES, EVENT_COUNT, Events, Side, THREAD, Target, bare_limit, platform, record,
    run_rounds, scratch_dir,
};
use atf_runtime::format::IndexEvent;
use atf_runtime::{ThreadWriter, WriterOptions};
use criterion::Criterion;
use zerocopy::IntoBytes;

/// Events per call of `write_index_events`: what a tracer's own small buffer would hold.
const SLICE: usize = 512;

fn timed(path: &Path, work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    let took = start.elapsed();
    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
    took
}

/// The usual way of a C tracer: fwrite per event, no checksum.
fn libc_fwrite(path: &Path) {
    let name = CString::new(path.as_os_str().as_encoded_bytes()).unwrap();
    // SAFETY: both strings end in NUL and outlive the call.
    let file = unsafe { libc::fopen(name.as_ptr(), c"wb".as_ptr()) };
    assert!(!file.is_null());
    for event in Events::default() {
        let event = record(&event);
        // SAFETY: `event` is 32 initialized bytes, and `file` is open.
        let written = unsafe { libc::fwrite((&raw const event).cast(), 32, 1, file) };
        assert_eq!(written, 1);
    }
    // SAFETY: `file` is open, and not used after this.
    assert_eq!(unsafe { libc::fclose(file) }, 0);
}

/// The usual way of a Rust program, no checksum.
fn buf_writer(path: &Path) {
    let mut file = BufWriter::new(File::create_new(path).unwrap());
    for event in Events::default() {
        file.write_all(record(&event).as_bytes()).unwrap();
    }
    file.flush().unwrap();
}

fn thread_writer(session: &Path) -> ThreadWriter {
    let options = WriterOptions::default().sync_on_finalize(false).buffer_bytes(BUFFER_BYTES);
    ThreadWriter::create(session, THREAD, platform(), options).unwrap()
}

fn write_event(session: &Path) {
    let mut writer = thread_writer(session);
    for event in Events::default() {
        writer.write_event(&event, None).unwrap();
    }
    assert_eq!(writer.finalize().unwrap().events, EVENT_COUNT);
}

fn write_index_events(session: &Path) {
    let mut writer = thread_writer(session);
    let mut slice = vec![IndexEvent::INIT; SLICE];
    let mut events = Events::default();
    loop {
        let filled =
            slice.iter_mut().zip(&mut events).map(|(slot, it)| *slot = record(&it)).count();
        if filled == 0 {
            break;
        }
        writer.write_index_events(&slice[..filled]).unwrap();
    }
    assert_eq!(writer.finalize().unwrap().events, EVENT_COUNT);
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let dir = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
    let file: PathBuf = dir.path().join("events");
    let thread_dir = dir.path().join("thread_0");
    let sides = vec![
        Side::new("bare limit", || timed(&file, || bare_limit(&file, Events::default()))),
        Side::new("write_event", || timed(&thread_dir, || write_event(dir.path()))).must_reach(&[
            Target::AtLeast(0.80, "bare limit"),
            Target::AtLeast(2.5, "libc fwrite"),
        ]),
        Side::new("write_index_events", || timed(&thread_dir, || write_index_events(dir.path())))
            .must_reach(&[
                Target::AtLeast(0.90, "bare limit"),
                Target::AtLeast(2.5, "libc fwrite"),
            ]),
        Side::new("libc fwrite", || timed(&file, || libc_fwrite(&file))),
        Side::new("BufWriter", || timed(&file, || buf_writer(&file))),
    ];
    run_rounds(&mut criterion, "write", EVENT_COUNT.into(), sides);
    criterion.final_summary();
}
