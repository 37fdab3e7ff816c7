//! The C interface beside Rust: events through the shared library as install.sh makes it, and the push that
//! the header compiles into the traced program. The sides in C are benches/c/capi.c, compiled with -O2.
//!
//! Nothing is finalized and nothing synced: what counts is what one event costs the traced thread.
#![allow(missing_docs, unsafe_code)]

use std::ffi::{CString, c_char};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use atf_benches::{
    EVENT_COUNT, Events, Side, THREAD, Target, platform, record, run_rounds, scratch_dir,
};
use atf_runtime::format::DetailEventType;
use atf_runtime::ring::{Producer, RingOptions};
use atf_runtime::storage::Disk;
use atf_runtime::writer::IndexWriter;
use atf_runtime::{Payload, ThreadWriter, WriterOptions};
use criterion::Criterion;

/// Pushes into a ring that holds them all.
const PUSHES: u32 = 1_000_000;
/// As in benches/c/capi.c.
const PAYLOAD_BYTES: usize = 64;
/// Length of a record's header.
const HEADER_BYTES: u64 = size_of::<atf_runtime::format::DetailEventHeader>() as u64;

/// A side in C: works through so many events in a directory or file, and says how many ns it took.
type Work = unsafe extern "C" fn(*const c_char, u32) -> u64;

/// benches/c/capi.c, compiled against what install.sh installs, and loaded.
struct Compiled {
    library: *mut libc::c_void,
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

impl Compiled {
    fn load() -> Self {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let prefix = temporary.join("capi-bench");
        let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut install = Command::new("sh");
        install.arg(benches.join("../atf-capi/install.sh")).arg("--prefix").arg(&prefix);
        install.env_remove("DESTDIR").env("CARGO_TARGET_DIR", temporary.join(".."));
        if std::env::args().any(|argument| argument == "--test") {
            // Nothing is measured, and the tests have made it.
            install.arg("--debug");
        }
        run(&mut install);
        let (lib, object) = (prefix.join("lib"), prefix.join("bench.so"));
        let mut compile = Command::new("cc");
        compile.args(["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o"]);
        compile.arg(&object).arg(benches.join("c/capi.c")).arg("-I").arg(prefix.join("include"));
        compile.arg("-L").arg(&lib).arg("-latf").arg(format!("-Wl,-rpath,{}", lib.display()));
        run(&mut compile);
        let object = c_path(&object);
        // SAFETY: a string; what runs when it is loaded is ours.
        let library = unsafe { libc::dlopen(object.as_ptr(), libc::RTLD_NOW) };
        assert!(!library.is_null(), "{object:?} cannot be loaded");
        Self { library }
    }

    fn work(&self, name: &str) -> Work {
        let text = CString::new(name).unwrap();
        // SAFETY: an open library and a string.
        let symbol = unsafe { libc::dlsym(self.library, text.as_ptr()) };
        assert!(!symbol.is_null(), "{name}");
        // SAFETY: every `bench_` of the source is a function of this type.
        unsafe { std::mem::transmute::<*mut libc::c_void, Work>(symbol) }
    }

    /// A side of this name in a new directory, which is gone afterwards.
    fn side<'a>(
        &self,
        name: &'static str,
        function: &str,
        dir: &'a Path,
        file: &'static str,
        events: u32,
    ) -> Side<'a> {
        let work = self.work(function);
        let function = function.to_owned();
        Side::new(name, move || {
            in_new(dir, || {
                let path = c_path(&dir.join(file));
                // SAFETY: a string, as the source asks for.
                let took = unsafe { work(path.as_ptr(), events) };
                assert!(took > 0, "{function} failed");
                Duration::from_nanos(took)
            })
        })
    }
}

fn c_path(path: &Path) -> CString {
    CString::new(path.as_os_str().as_encoded_bytes()).unwrap()
}

fn in_new(dir: &Path, work: impl FnOnce() -> Duration) -> Duration {
    fs::create_dir(dir).unwrap();
    let took = work();
    fs::remove_dir_all(dir).unwrap();
    took
}

fn thread_writer(dir: &Path) -> Duration {
    let mut writer =
        ThreadWriter::create(dir, THREAD, platform(), WriterOptions::default()).unwrap();
    let start = Instant::now();
    for event in Events::default() {
        writer.write_event(&event, None).unwrap();
    }
    writer.flush().unwrap();
    start.elapsed()
}

fn index_writer(dir: &Path) -> Duration {
    let (path, options) = (dir.join("index.atf"), WriterOptions::default());
    let mut writer = IndexWriter::create(&Disk, path, THREAD, platform(), options).unwrap();
    let start = Instant::now();
    for event in Events::default() {
        writer.write(&record(&event)).unwrap();
    }
    writer.flush().unwrap();
    start.elapsed()
}

fn push(dir: &Path, payload: Option<&Payload<'_>>) -> Duration {
    let options = RingOptions::default()
        .index_bytes(u64::from(PUSHES) * 32)
        .detail_bytes(u64::from(PUSHES) * (HEADER_BYTES + PAYLOAD_BYTES as u64));
    let producer = Producer::create(dir, THREAD, platform(), options).unwrap();
    let start = Instant::now();
    for event in Events::of(PUSHES) {
        producer.push(&event, payload).unwrap();
    }
    start.elapsed()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let scratch = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
    let dir: PathBuf = scratch.path().join("bench");
    let c = Compiled::load();
    let sides = vec![
        Side::new("Rust, ThreadWriter", || in_new(&dir, || thread_writer(&dir))),
        Side::new("Rust, IndexWriter", || in_new(&dir, || index_writer(&dir))),
        c.side("C, stdio", "bench_stdio", &dir, "events", EVENT_COUNT),
        c.side("C, AtfWriter", "bench_writer", &dir, "", EVENT_COUNT).must_reach(&[
            Target::TimeAtMost(1.3, "Rust, ThreadWriter"),
            Target::AtLeast(1.8, "C, stdio"),
        ]),
        c.side("C, AtfIndexWriter", "bench_index_writer", &dir, "index.atf", EVENT_COUNT)
            .must_reach(&[
                Target::TimeAtMost(1.3, "Rust, IndexWriter"),
                Target::AtLeast(1.8, "C, stdio"),
            ]),
    ];
    run_rounds(&mut criterion, "capi write", EVENT_COUNT.into(), sides);
    let sides = vec![
        Side::new("Rust push", || in_new(&dir, || push(&dir, None))),
        c.side("C inline push", "bench_push_inline", &dir, "", PUSHES)
            .must_reach(&[Target::TimeAtMost(1.1, "Rust push")]),
        c.side("C call", "bench_push_call", &dir, "", PUSHES),
    ];
    run_rounds(&mut criterion, "capi push", PUSHES.into(), sides);
    let bytes = [1; PAYLOAD_BYTES];
    let payload = Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes: &bytes };
    let sides = vec![
        Side::new("Rust push", || in_new(&dir, || push(&dir, Some(&payload)))),
        c.side("C inline push", "bench_push_detail_inline", &dir, "", PUSHES)
            .must_reach(&[Target::TimeAtMost(1.1, "Rust push")]),
        c.side("C call", "bench_push_detail_call", &dir, "", PUSHES),
    ];
    run_rounds(&mut criterion, "capi push with 64 bytes", PUSHES.into(), sides);
    criterion.final_summary();
}
