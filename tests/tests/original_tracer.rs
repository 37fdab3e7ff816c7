//! Files as the original tracer writes them: a clock that is not the system's, and events of its own kinds, whose
//! times go back. Nothing in them is damage; what looks odd is said.

use std::fs;
use std::path::{Path, PathBuf};

use atf_runtime::{DetailSeq, IndexReader, IndexSeq, ThreadReader, lost_events};
use atf_tests::builder::{
    self, DetailFile, DetailRecord, IndexEvent, IndexFile, NO_DETAIL, OriginalPayload, Thread,
    manifest_by_the_original_tracer,
};
use atf_tests::cli::{Run, run_on};
use atf_tests::scratch::Scratch;
use serde_json::{Value as Json, json};

const MACH_CONTINUOUS: u8 = 1;
const BOOTTIME: u8 = 3;
const LINUX: u8 = 4;
const MACOS: u8 = 2;
const DAY_NS: u64 = 86_400_000_000_000;
const CLOCK_NOTE: &str = "as the original tracer writes it";

fn thread(id: u32, events: &[IndexEvent]) -> Thread {
    let mut index = IndexFile::by_the_original_tracer(id, events);
    index.header.clock_type = MACH_CONTINUOUS;
    Thread { id, index, detail: None }
}

fn sample(id: u32) -> Thread {
    thread(id, &Thread::sample(id, 10, &[]).index.events)
}

fn session(dir: &Path, threads: &[Thread]) -> PathBuf {
    builder::write_session(dir, threads);
    let ids: Vec<u32> = threads.iter().map(|thread| thread.id).collect();
    fs::write(dir.join("manifest.json"), manifest_by_the_original_tracer(&ids)).unwrap();
    dir.to_owned()
}

fn object(run: &Run) -> Json {
    serde_json::from_str(&run.stdout).unwrap()
}

/// Notes of `verify --json` on the clock, and problems.
fn verified(path: &Path) -> (Vec<String>, Vec<Json>) {
    let run = run_on("verify", path, &["--json"]);
    let report = object(&run);
    let notes = report["notes"].as_array().unwrap().iter();
    let notes = notes.map(|note| note.to_string()).filter(|note| note.contains(CLOCK_NOTE));
    (notes.collect(), report["problems"].as_array().unwrap().clone())
}

#[test]
fn its_clock_is_one_note_and_stays() {
    let scratch = Scratch::new();
    let dir = session(&scratch.path().join("s"), &[sample(0), sample(1), sample(2)]);
    let (notes, problems) = verified(&dir);
    assert_eq!((notes.len(), problems.len()), (1, 0), "{notes:?} {problems:?}");
    assert!(notes[0].contains("clock_type mach_continuous on linux in 3 threads"), "{notes:?}");
    for path in [dir.join("thread_1"), dir.join("thread_1/index.atf")] {
        let (notes, problems) = verified(&path);
        assert_eq!((notes.len(), problems.len()), (1, 0), "{}", path.display());
    }
    let before = fs::read(dir.join("thread_1/index.atf")).unwrap();
    let out = scratch.path().join("copy");
    run_on("recover", &dir, &["--out", out.to_str().unwrap()]).exits(0);
    assert_eq!(fs::read(out.join("thread_1/index.atf")).unwrap(), before);
    run_on("recover", &dir, &["--in-place"]).exits(0);
    assert_eq!(fs::read(dir.join("thread_1/index.atf")).unwrap(), before);
}

#[test]
fn a_recovered_file_of_it_keeps_clock_and_checksum() {
    let events = Thread::sample(5, 10, &[]).index.events;
    let mut index = IndexFile::unfinalized(5, &events);
    index.header.clock_type = MACH_CONTINUOUS;
    let killed = Thread { id: 5, index, detail: None };
    for in_place in [false, true] {
        let scratch = Scratch::new();
        let dir = session(&scratch.path().join("s"), std::slice::from_ref(&killed));
        let out = scratch.path().join("copy");
        let args = ["--out", out.to_str().unwrap()];
        run_on("recover", &dir, if in_place { &["--in-place"] } else { &args }).exits(1);
        let result = if in_place { &dir } else { &out };
        let (notes, problems) = verified(result);
        assert_eq!((notes.len(), problems.len()), (1, 0), "{problems:?}");
        let bytes = fs::read(result.join("thread_5/index.atf")).unwrap();
        assert_eq!(bytes, sample(5).index.bytes());
        run_on("recover", result, &["--in-place"]).exits(0);
    }
}

#[test]
fn its_clock_is_a_problem_where_anything_contradicts_it() {
    type Change = fn(&mut Vec<Thread>, &mut String);
    let contradict: [(&str, Change); 4] = [
        ("another thread", |threads, _| threads[1].index.header.clock_type = BOOTTIME),
        ("the manifest", |_, manifest| {
            *manifest = manifest.replacen('{', "{\"clock_type\": 3, ", 1);
        }),
        ("a checksum", |threads, _| {
            let index = threads[0].index.clone().finalize();
            threads[0].index = index;
        }),
        ("another system", |threads, _| {
            threads[0].index.header.os = MACOS;
            threads[0].index.header.clock_type = BOOTTIME;
        }),
    ];
    for (what, change) in contradict {
        let scratch = Scratch::new();
        let mut threads = vec![sample(0), sample(1)];
        let mut manifest = manifest_by_the_original_tracer(&[0, 1]);
        assert_eq!(threads[0].index.header.os, LINUX);
        change(&mut threads, &mut manifest);
        let dir = session(&scratch.path().join("s"), &threads);
        fs::write(dir.join("manifest.json"), manifest).unwrap();
        let (_, problems) = verified(&dir);
        assert!(
            problems.iter().any(|it| it["what"].to_string().contains("clock_type")),
            "{what}: {problems:?}"
        );
    }
}

fn event(seq: u32, timestamp_ns: u64, event_kind: u32) -> IndexEvent {
    IndexEvent {
        timestamp_ns,
        function_id: 0x7F00_0000_1234,
        thread_id: 0,
        event_kind,
        call_depth: seq % 3,
        detail_seq: NO_DETAIL,
    }
}

/// Calls, then what it drained from the detail lane into the index.
fn with_its_own_kinds() -> Vec<IndexEvent> {
    let calls = (0..6).map(|seq| event(seq, 1000 + u64::from(seq), 1 + seq % 2));
    let others = [(6, 900, 4), (7, 901, 7), (8, 700, 9), (9, 702, 7)];
    calls.chain(others.map(|(seq, time, kind)| event(seq, time, kind))).collect()
}

#[test]
fn info_says_that_events_go_back_and_have_unknown_kinds() {
    let scratch = Scratch::new();
    let dir = session(&scratch.path().join("s"), &[thread(0, &with_its_own_kinds())]);
    let run = run_on("info", &dir, &[]).exits(0);
    let lines = run.lines();
    assert!(lines.contains(&"thread 0: 2 events go back in time, first event 6"), "{lines:?}");
    let kinds = "thread 0: unknown event kinds: 3 values (4, 7, 9) in 4 events";
    assert!(lines.contains(&kinds), "{lines:?}");
    let thread = object(&run_on("info", &dir, &["--json"]))["threads"][0].clone();
    assert_eq!(thread["backward"], json!({ "count": 2, "first_seq": 6 }));
    assert_eq!(thread["jumps"], json!({ "count": 0, "first_seq": null }));
    assert_eq!(thread["unknown_event_kinds"], json!({ "4": 1, "7": 2, "9": 1 }));
    assert_eq!(thread["lost_events"], 0);
    let quick = object(&run_on("info", &dir, &["--json", "--quick"]))["threads"][0].clone();
    assert_eq!(quick["backward"], Json::Null);
}

#[test]
fn kind_4_is_a_marker_only_by_depth_detail_and_time() {
    let marker = IndexEvent { call_depth: 0, ..event(0, 50, 4) };
    let next = event(1, 50, 1);
    let cases = [
        ("a marker", vec![marker, next], Some("lost")),
        ("at the end", vec![next, marker], Some("lost")),
        ("another time", vec![marker, event(1, 51, 1)], None),
        ("a depth", vec![IndexEvent { call_depth: 1, ..marker }, next], None),
        ("a depth at the end", vec![next, IndexEvent { call_depth: 1, ..marker }], None),
        ("a record", vec![IndexEvent { detail_seq: 0, ..marker }, next], None),
    ];
    for (what, events, name) in cases {
        let scratch = Scratch::new();
        let dir = session(&scratch.path().join("s"), &[thread(0, &events)]);
        let at = events.iter().position(|event| event.event_kind == 4).unwrap();
        let index = IndexReader::open(dir.join("thread_0/index.atf")).unwrap();
        let get = |seq: usize| index.get(IndexSeq(seq as u32));
        let lost = lost_events(get(at).unwrap(), get(at + 1));
        assert_eq!(lost, name.map(|_| marker.function_id), "{what}");
        assert_eq!(index.lost_events(IndexSeq(at as u32)), lost, "{what}");
        let printed = run_on("dump", &dir, &["--format", "jsonl", "--by-seq"]).exits(0);
        let line: Json = serde_json::from_str(printed.lines()[at]).unwrap();
        assert_eq!(line["event_kind"], name.map_or(json!(4), Json::from), "{what}");
        let printed = run_on("dump", &dir, &["--format", "csv", "--by-seq"]).exits(0);
        let cell = format!(",{},", name.unwrap_or("4"));
        assert!(printed.lines()[at + 1].contains(&cell), "{what}: {}", printed.stdout);
        let printed = run_on("dump", &dir, &["--by-seq"]).exits(0);
        assert_eq!(printed.stdout.contains("events lost"), name.is_some(), "{what}");
        let thread = object(&run_on("info", &dir, &["--json"]))["threads"][0].clone();
        let expected = if name.is_some() { json!({}) } else { json!({ "4": 1 }) };
        assert_eq!(thread["unknown_event_kinds"], expected, "{what}");
        assert_eq!(thread["lost_events"], lost.unwrap_or(0), "{what}");
    }
}

#[test]
fn a_jump_of_more_than_a_day_is_noted_and_by_seq_keeps_the_order_of_the_file() {
    let scratch = Scratch::new();
    let jump = |by| {
        let times = [1000, 1001, 1001 + by, 1002, 1003];
        let events = (0..).zip(times).map(|(seq, time)| event(seq, time, 1));
        thread(0, &events.collect::<Vec<_>>())
    };
    let dir = session(&scratch.path().join("day"), &[jump(DAY_NS), sample(1)]);
    assert!(!run_on("info", &dir, &[]).stdout.contains("jump"));
    let dir = session(&scratch.path().join("more"), &[jump(DAY_NS + 2), sample(1)]);
    let said = run_on("info", &dir, &[]).exits(0).stdout;
    assert!(said.contains("thread 0: 2 jumps of more than a day, first at event 2"), "{said}");
    let verified = run_on("verify", &dir, &[]).exits(0);
    let said = format!("{}{}", verified.stdout, verified.stderr);
    assert!(said.contains("the time jumps by more than a day 2 times, first at event 2"), "{said}");
    let order = |args: &[&str]| -> Vec<(u64, u64)> {
        let all = [&["--format", "jsonl"], args].concat();
        let run = run_on("dump", &dir, &all).exits(0);
        let line = |line: &&str| -> (u64, u64) {
            let json: Json = serde_json::from_str(line).unwrap();
            (json["thread"].as_u64().unwrap(), json["seq"].as_u64().unwrap())
        };
        run.lines().iter().map(line).collect()
    };
    let by_file: Vec<(u64, u64)> =
        (0..5).map(|seq| (0, seq)).chain((0..10).map(|seq| (1, seq))).collect();
    assert_eq!(order(&["--by-seq"]), by_file);
    assert_eq!(order(&["--by-seq", "--limit", "7"]), by_file[..7]);
    assert_eq!(order(&["--by-seq", "--limit", "0"]), []);
    assert_eq!(
        order(&["--by-seq", "--thread", "1", "--from", "1010", "--to", "1030"]),
        [(1, 1), (1, 2)]
    );
    // In timestamp order the event with the absurd time holds back the later ones.
    assert_eq!(order(&[]).last(), Some(&(0, 4)));
}

#[test]
fn notes_that_many_threads_share_are_counted() {
    let scratch = Scratch::new();
    let threads: Vec<Thread> =
        (0..50).map(|id| Thread { id, ..thread(id, &back_and_forth(id)) }).collect();
    let dir = session(&scratch.path().join("s"), &threads);
    let report = object(&run_on("verify", &dir, &["--json"]).exits(0));
    let texts: Vec<String> =
        report["notes"].as_array().unwrap().iter().map(|note| note.to_string()).collect();
    for what in ["files with a checksum of 0", "files in which the clock went backwards"] {
        let more = format!("30 more {what}");
        assert!(texts.iter().any(|text| text.contains(&more)), "{more}: {texts:?}");
    }
    assert!(texts.len() < 100, "{}", texts.len());
    let said = run_on("info", &dir, &[]).exits(0).stdout;
    assert!(said.contains("40 more threads with such events"), "{said}");
}

fn back_and_forth(thread_id: u32) -> Vec<IndexEvent> {
    [5, 4].map(|time| IndexEvent { thread_id, ..event(0, time, 1) }).to_vec()
}

// ------------------------------------------------------------- its detail payload

fn original_payload() -> OriginalPayload {
    OriginalPayload {
        timestamp: 1000,
        function_id: FUNCTION,
        x_regs: [11, 12, 13, 14, 15, 16, 17, 18],
        lr: 0,
        fp: 22,
        sp: 0x7FFE_0000,
        stack_size: 5,
        stack: std::array::from_fn(|at| at as u8 ^ 0x5A),
    }
}

const FUNCTION: u64 = 0x7F00_0000_1234;

/// A session with one thread of one call, whose record has this payload.
fn with_payload(dir: &Path, payload: &[u8], event_type: u16) -> PathBuf {
    let call = IndexEvent { detail_seq: 0, ..event(0, 1000, 1) };
    let record = DetailRecord {
        total_length: None,
        event_type,
        flags: 0,
        index_seq: 0,
        thread_id: 0,
        timestamp: 1000,
        payload: payload.to_vec(),
    };
    let mut thread = thread(0, &[call]);
    thread.detail = Some(DetailFile::by_the_original_tracer(0, &[record]));
    session(dir, &[thread])
}

/// `dump --details --format jsonl` of the one event.
fn dumped(dir: &Path) -> Json {
    let run = run_on("dump", dir, &["--details", "--format", "jsonl"]).exits(0);
    serde_json::from_str::<Json>(&run.stdout).unwrap()["detail"].clone()
}

#[test]
fn its_payload_gives_registers_and_stack() {
    for (stack_size, len) in [(0, 0), (5, 5), (128, 128), (129, 128), (u32::MAX, 128)] {
        for event_type in [3, 4] {
            let scratch = Scratch::new();
            let payload = OriginalPayload { stack_size, ..original_payload() };
            let dir = with_payload(&scratch.path().join("s"), &payload.bytes(), event_type);
            let thread = ThreadReader::open(dir.join("thread_0")).unwrap();
            let event = thread.index().get(IndexSeq(0)).unwrap();
            let by_event = thread.get_detail_for(event).unwrap().unwrap();
            let by_seq = thread.get_detail(DetailSeq(0)).unwrap().unwrap();
            let detail = thread.detail().unwrap().unwrap();
            let alone = detail.get(DetailSeq(0)).unwrap().unwrap();
            for record in [by_event, by_seq, alone] {
                let function = record.function().unwrap();
                let registers = function.registers;
                assert_eq!(registers.function_id.get(), FUNCTION);
                assert_eq!(registers.x_regs.map(|reg| reg.get()), payload.x_regs);
                let pointers = [registers.lr, registers.fp, registers.sp].map(|reg| reg.get());
                assert_eq!(pointers, [0, 22, 0x7FFE_0000]);
                assert_eq!(usize::from(registers.stack_size.get()), len);
                assert_eq!(function.stack, &payload.stack[..len]);
                assert!(function.rest.is_empty() && function.original.is_some());
            }
            let detail = dumped(&dir);
            assert_eq!(detail["x_regs"], json!(payload.x_regs));
            assert_eq!(detail["sp"], 0x7FFE_0000);
            assert_eq!(detail["stack_snapshot"].as_str().unwrap().len(), 2 * len);
            assert_eq!(detail.get("payload_hex"), None);
            let text = run_on("dump", &dir, &["--details"]).exits(0).stdout;
            let register = if event_type == 3 { "rdi=0xb" } else { "rax=0xb" };
            assert!(text.contains(register) && text.contains("sp=0x7ffe0000"), "{text}");
            let report = object(&run_on("verify", &dir, &["--json"]).exits(0));
            assert!(!report["notes"].to_string().contains("opaque"), "{report}");
        }
    }
}

#[test]
fn a_payload_of_another_event_or_length_is_opaque() {
    let intact = original_payload();
    let short = intact.bytes()[..515].to_vec();
    let long = [intact.bytes(), vec![0]].concat();
    let other_function =
        OriginalPayload { function_id: FUNCTION + 1, ..original_payload() }.bytes();
    let other_time = OriginalPayload { timestamp: 1001, ..original_payload() }.bytes();
    let ours = |function_id| builder::FunctionPayload {
        function_id,
        x_regs: [1; 8],
        lr: 2,
        fp: 3,
        sp: 4,
        stack_size: None,
        reserved: 0,
        stack: vec![9; 5],
    };
    let cases = [
        ("one byte less", short),
        ("one byte more", long),
        ("another function", other_function),
        ("another time", other_time),
        ("our payload of another function", ours(FUNCTION - 1).bytes()),
    ];
    for (what, payload) in cases {
        let scratch = Scratch::new();
        let dir = with_payload(&scratch.path().join("s"), &payload, 3);
        let thread = ThreadReader::open(dir.join("thread_0")).unwrap();
        let event = thread.index().get(IndexSeq(0)).unwrap();
        assert!(thread.get_detail_for(event).unwrap().unwrap().function().is_none(), "{what}");
        assert!(thread.get_detail(DetailSeq(0)).unwrap().unwrap().function().is_none(), "{what}");
        let detail = dumped(&dir);
        let hex: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(detail["payload_hex"], hex, "{what}");
        assert_eq!(detail.get("x_regs"), None, "{what}");
        let report = object(&run_on("verify", &dir, &["--json"]).exits(0));
        assert!(report["notes"].to_string().contains("opaque"), "{what}: {report}");
    }
    let scratch = Scratch::new();
    let dir = with_payload(&scratch.path().join("s"), &ours(FUNCTION).bytes(), 3);
    assert_eq!(dumped(&dir)["sp"], 4);
}
