//! V4 traces for the tests of the conversion, and what `atf dump` shows of the sessions made of them.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use atf_runtime::ThreadReader;
use atf_runtime::session::SessionReader;
use atf_runtime::storage::Disk;
use atf_runtime::v4::{ConvertOptions, Converted, Reader, convert};
use atf_tests::cli::{Run, run_on};
use atf_tests::scratch::Scratch;
use atf_tests::v4::{self, Event, Payload, at};
use atf_tests::v4_session::Expected;
use serde_json::Value as Json;

/// A V4 trace and a place for its session.
pub(crate) struct Trace {
    pub(crate) dir: Scratch,
}

impl Trace {
    pub(crate) fn of(events: &[Event]) -> Self {
        let trace = Self { dir: Scratch::new() };
        v4::write(&trace.path(), events);
        trace
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("old")
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.dir.path().join("new")
    }

    pub(crate) fn manifest(&self, text: &str) {
        fs::write(self.path().join("trace.json"), text).unwrap();
    }

    pub(crate) fn convert(&self, args: &[&str]) -> Run {
        let out = self.out();
        let mut all = vec!["--out", out.to_str().unwrap()];
        all.extend(args);
        run_on("convert-v4", &self.path(), &all)
    }

    /// Converts with the library.
    pub(crate) fn converted(&self) -> Converted {
        let trace = Reader::open(self.path()).unwrap();
        convert(&trace, &Disk, self.out(), ConvertOptions::default(), None).unwrap()
    }

    /// The session, which verification finds clean.
    #[track_caller]
    pub(crate) fn clean(&self) -> SessionReader {
        run_on("verify", &self.out(), &[]).exits(0);
        SessionReader::open(self.out()).unwrap()
    }

    pub(crate) fn v4_key(&self) -> Json {
        json_file(&self.out().join("manifest.json"))["v4"].take()
    }
}

pub(crate) fn json_file(path: &Path) -> Json {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

pub(crate) fn json(run: &Run) -> Json {
    serde_json::from_str(&run.stdout).unwrap()
}

pub(crate) fn call(thread_id: i32, time_ns: u64, symbol: &str, registers: &[(&str, u64)]) -> Event {
    let payload = Payload::Call {
        symbol: symbol.to_owned(),
        address: 0x40_0000 + symbol.len() as u64,
        registers: named(registers),
        stack: Vec::new(),
    };
    at(0, thread_id, time_ns, payload)
}

pub(crate) fn ret(thread_id: i32, time_ns: u64, symbol: &str, registers: &[(&str, u64)]) -> Event {
    let address = 0x40_0000 + symbol.len() as u64;
    let registers = named(registers);
    at(0, thread_id, time_ns, Payload::Return { symbol: symbol.to_owned(), address, registers })
}

pub(crate) fn named(registers: &[(&str, u64)]) -> Vec<(String, u64)> {
    registers.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}

/// What `atf dump` shows of a session, by thread.
pub(crate) fn dumped(session: &Path) -> BTreeMap<u32, Vec<Expected>> {
    let symbols = json_file(&session.join("manifest.json"))["symbols"].take();
    let no_symbols = Vec::new();
    let names: BTreeMap<u64, String> = symbols
        .as_array()
        .unwrap_or(&no_symbols)
        .iter()
        .map(|symbol| {
            let id = symbol["function_id"].as_str().unwrap().strip_prefix("0x").unwrap();
            let name = symbol["name"].as_str().unwrap().to_owned();
            (u64::from_str_radix(id, 16).unwrap(), name)
        })
        .collect();
    let mut threads: BTreeMap<u32, Vec<Expected>> = BTreeMap::new();
    for line in run_on("dump", session, &["--format", "jsonl"]).exits(0).lines() {
        let event: Json = serde_json::from_str(line).unwrap();
        let number = |key: &str| event[key].as_u64().unwrap();
        let kind = ["call", "return", "signal"];
        let kind = *kind.iter().find(|kind| event["event_kind"] == **kind).unwrap();
        let id = number("function_id");
        let name = if kind == "signal" { id.to_string() } else { names[&id].clone() };
        let thread = number("thread") as u32;
        assert_eq!(number("thread_id"), u64::from(thread));
        threads.entry(thread).or_default().push(Expected {
            thread,
            seq: number("seq"),
            timestamp_ns: number("timestamp_ns"),
            kind,
            depth: number("call_depth"),
            name,
        });
    }
    threads
}

/// The events of a recording of which everything can be kept.
pub(crate) fn simple() -> Vec<Event> {
    vec![
        call(1, 10, "main", &[("rdi", 1)]),
        call(1, 20, "inner", &[]),
        ret(1, 30, "inner", &[("rax", 7)]),
        ret(1, 40, "main", &[]),
    ]
}

/// A thread of a session.
pub(crate) fn thread(session: &SessionReader, id: u32) -> &ThreadReader {
    session.readable().find(|(found, _)| *found == id).expect("the thread is there").1
}
