//! A small session with every kind of event, and functions that damage it.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

use atf_runtime::format::{Arch, ClockType, DetailEventType, EventKind, Os};
use atf_runtime::manifest::{Module, Symbol};
use atf_runtime::session::SessionWriter;
use atf_runtime::{Event, FunctionDetail, Payload, Platform, ThreadWriter, WriterOptions};
use atf_tests::scratch::Scratch;

pub(crate) const PLATFORM: Platform =
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
const MAIN: u64 = 1 << 32;
const PARSE: u64 = MAIN | 1;
const EVENT_BYTES: usize = 32;
const HEADER_BYTES: usize = 64;

/// A session in a temporary directory.
pub(crate) struct Trace {
    dir: Scratch,
}

impl Trace {
    /// Thread 0 has five events, three of them with details; thread 7 has two events, no details.
    pub(crate) fn new() -> Self {
        let dir = Scratch::new();
        let options = WriterOptions::default().sync_on_finalize(false);
        let mut session = SessionWriter::create(dir.path().join("s"), PLATFORM, options).unwrap();
        let module = Module::new(1, "/bin/app");
        let symbols = vec![Symbol::new(1, 0, "main"), Symbol::new(1, 1, "parse\n")];
        session.set_symbols(vec![module], symbols);
        let mut thread = session.thread(0).unwrap();
        write_thread_with_everything(&mut thread);
        let first = thread.finalize().unwrap();
        let mut thread = session.thread(7).unwrap();
        write(&mut thread, (900, MAIN, EventKind::CALL, 0), None);
        write(&mut thread, (950, MAIN, EventKind::RETURN, 0), None);
        let second = thread.finalize().unwrap();
        session.finish(&[first, second]).unwrap();
        Self { dir }
    }

    /// The session's directory.
    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("s")
    }

    /// A file or directory of the session.
    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// A path next to the session that does not exist.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Overwrites bytes of a file.
    pub(crate) fn patch(&self, file: &str, offset: usize, bytes: &[u8]) {
        let path = self.join(file);
        let mut content = fs::read(&path).unwrap();
        content[offset..offset + bytes.len()].copy_from_slice(bytes);
        fs::write(path, content).unwrap();
    }

    /// Truncates a file to `len` bytes.
    pub(crate) fn cut(&self, file: &str, len: usize) {
        let mut content = fs::read(self.join(file)).unwrap();
        content.truncate(len);
        fs::write(self.join(file), content).unwrap();
    }

    /// Changes thread 7 to what a killed tracer leaves: one complete event, five bytes of the next,
    /// and a header without counts and times.
    pub(crate) fn kill_thread_7(&self) {
        self.cut("thread_7/index.atf", HEADER_BYTES + EVENT_BYTES + 5);
        self.patch("thread_7/index.atf", 28, &[0; 4]);
        self.patch("thread_7/index.atf", 40, &64_u64.to_le_bytes());
        self.patch("thread_7/index.atf", 48, &[0; 16]);
    }
}

fn write_thread_with_everything(thread: &mut ThreadWriter) {
    let stack: Vec<u8> = (b'a'..=b't').collect();
    let on_call = FunctionDetail {
        x_regs: [1, 2, 3, 4, 5, 6, 7, u64::MAX],
        lr: 0x40_1000,
        fp: 0x7FF0,
        sp: 0x7F00,
        stack: &stack,
    };
    let on_return = FunctionDetail {
        x_regs: [42, 0, 0, 0, 0, 0, 0, 0],
        sp: 0x7F80,
        ..FunctionDetail::default()
    };
    let raw = Payload::Raw { event_type: DetailEventType::new(9), bytes: &[0xDE, 0xAD] };
    write(thread, (1000, MAIN, EventKind::CALL, 0), None);
    write(thread, (1100, PARSE, EventKind::CALL, 1), Some(on_call.into()));
    write(thread, (1150, u64::MAX, EventKind::new(77), u32::MAX), None);
    write(thread, (1200, PARSE, EventKind::EXCEPTION, 1), Some(raw));
    write(thread, (1300, MAIN, EventKind::RETURN, 0), Some(on_return.into()));
}

/// Writes an event of time, function, kind and depth.
pub(crate) fn write(
    thread: &mut ThreadWriter,
    (timestamp_ns, function_id, event_kind, call_depth): (u64, u64, EventKind, u32),
    payload: Option<Payload<'_>>,
) {
    let event = Event { timestamp_ns, function_id, event_kind, call_depth };
    thread.write_event(&event, payload).unwrap();
}

/// A thread directory `thread_0` in `dir` whose events are calls at these times.
pub(crate) fn thread_at_times(dir: &Path, times_ns: &[u64]) -> PathBuf {
    thread_with_times(dir, 0, times_ns)
}

/// The same for a thread with any id.
pub(crate) fn thread_with_times(dir: &Path, thread_id: u32, times_ns: &[u64]) -> PathBuf {
    let options = WriterOptions::default().sync_on_finalize(false);
    let mut thread = ThreadWriter::create(dir, thread_id, PLATFORM, options).unwrap();
    for &time_ns in times_ns {
        write(&mut thread, (time_ns, MAIN, EventKind::CALL, 0), None);
    }
    let thread_dir = thread.dir().to_owned();
    thread.finalize().unwrap();
    thread_dir
}

/// All files below a directory with their contents, sorted by path.
pub(crate) fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(next) = dirs.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                found.push((path.strip_prefix(dir).unwrap().to_owned(), fs::read(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
