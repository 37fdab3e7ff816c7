//! `atf convert-v4` and `v4::convert`: what becomes of each event of a V4 trace. The traces come from the tests'
//! own encoder, and what must come out of them is worked out by the tests too. L-08.

#[path = "v4/old_trace.rs"]
mod old_trace;

use std::collections::BTreeMap;
use std::fs;

use atf_runtime::IndexSeq;
use atf_runtime::session::SessionReader;
use atf_runtime::v4::NotKept;
use atf_tests::cli::{run, run_on};
use atf_tests::v4::{self, Event, Payload, at};
use atf_tests::v4_session::expected;
use old_trace::{Trace, call, dumped, json, json_file, named, ret, simple, thread};
use serde_json::Value as Json;

#[test]
fn converted_session_is_clean_and_dump_shows_the_same_calls() {
    let events = v4::recording();
    let trace = Trace::of(&events);
    let run = trace.convert(&[]).exits(1);
    let session = trace.clean();
    assert_eq!(dumped(&trace.out()), expected(&events));
    assert_eq!(session.threads().iter().map(|it| it.id).collect::<Vec<_>>(), [7, u32::MAX - 1]);
    assert_eq!(run.stderr, "");
}

#[test]
fn page_and_help_show_what_the_command_prints() {
    let trace = Trace::of(&v4::recording());
    let mut shown = String::new();
    for (command, code) in [("convert-v4 old --out run", 1), ("verify run", 0)] {
        let mut atf = atf_tests::cli::atf();
        let output = atf.args(command.split(' ')).current_dir(trace.dir.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        shown += &format!("$ atf {command}\n{}", String::from_utf8(output.stdout).unwrap());
    }
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/v4.md");
    assert!(fs::read_to_string(page).unwrap().contains(&shown), "{page} shows not\n{shown}");
    let help = run(["convert-v4", "--help"]).exits(0).stdout;
    let indented: String = shown.lines().map(|line| format!("  {line}\n")).collect();
    assert!(help.contains(&indented), "{help}\nshows not\n{shown}");
}

#[test]
fn recording_of_which_everything_is_kept_exits_with_0_and_says_so_in_json() {
    let trace = Trace::of(&simple());
    let run = trace.convert(&["--json"]).exits(0);
    let report = json(&run);
    let is = |key: &str, value: u64| assert_eq!(report[key], value, "{key}: {report}");
    is("messages", 4);
    is("threads", 1);
    is("events", 4);
    is("calls", 2);
    is("returns", 2);
    is("signals", 0);
    is("details", 2);
    is("functions", 2);
    is("orphan_returns", 0);
    is("unfinished_calls", 0);
    is("missing_events", 0);
    is("unread_bytes", 0);
    assert_eq!(report["ok"], true);
    assert_eq!(report["damage"], Json::Null);
    assert_eq!(report["not_kept"], Json::Object(Default::default()));
    assert_eq!(report["out"], trace.out().to_str().unwrap());
    trace.clean();
}

// A generator of its own: traces of random calls, returns with and without a call, and signals, on threads in
// turn, against the oracle.
#[test]
fn any_calls_and_returns_have_the_depths_of_the_oracle() {
    for seed in 1..=12_u64 {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut random = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let events: Vec<Event> = (0..400)
            .map(|number| {
                let thread = random(4) as i32 - 2;
                let symbol = ["main", "a", "recurse", "d::e(f)", "größe"][random(5) as usize];
                // Times go backward at times.
                let time = number * 100 - random(number.min(3) * 100 + 1);
                match random(20) {
                    0..=8 => call(thread, time, symbol, &[("rdi", number)]),
                    9..=18 => ret(thread, time, symbol, &[]),
                    _ => {
                        let payload = Payload::Signal {
                            number: random(32) as i32,
                            name: String::new(),
                            registers: Vec::new(),
                        };
                        at(number, thread, time, payload)
                    }
                }
            })
            .collect();
        let trace = Trace::of(&events);
        let report = trace.converted();
        let expected = expected(&events);
        assert_eq!(dumped(&trace.out()), expected, "seed {seed}");
        assert!(report.is_complete(), "{report:?}");
        let calls = expected.values().flatten().filter(|it| it.kind == "call").count() as u64;
        assert_eq!(report.calls, calls);
        let ended = report.returns - report.orphan_returns;
        assert_eq!(report.unfinished_calls, calls - ended, "seed {seed}");
        assert!(report.orphan_returns > 0 && report.unfinished_calls > 0, "seed {seed}");
        trace.clean();
    }
}

/// The payload of event `seq` of thread 1: x_regs, lr, fp, sp, stack.
fn payload(session: &SessionReader, seq: u32) -> ([u64; 8], u64, u64, u64, Vec<u8>) {
    let thread = thread(session, 1);
    let event = thread.index().get(IndexSeq(seq)).unwrap();
    let record = thread.get_detail_for(event).unwrap().unwrap();
    let function = record.function().unwrap();
    assert_eq!(function.registers.function_id, event.function_id);
    let it = &function.registers;
    let x_regs = it.x_regs.map(|register| register.get());
    (x_regs, it.lr.get(), it.fp.get(), it.sp.get(), function.stack.to_vec())
}

#[test]
fn registers_go_by_name_to_the_slots_of_x86_64() {
    let names = ["RSP", "rbp", "R9", "r8", "rcx", "Rdx", "rSi", "rdi"];
    let registers: Vec<_> = names.iter().zip(1..).map(|(name, value)| (*name, value)).collect();
    let trace = Trace::of(&[
        call(1, 1, "f", &registers),
        ret(1, 2, "f", &[("RAX", u64::MAX), ("rsp", 5), ("rbp", 6), ("LR", 7)]),
    ]);
    trace.convert(&[]).exits(0);
    let session = trace.clean();
    // rbp and rsp are the frame and the stack pointer too.
    assert_eq!(payload(&session, 0), ([8, 7, 6, 5, 4, 3, 2, 1], 0, 2, 1, vec![]));
    assert_eq!(payload(&session, 1), ([u64::MAX, 0, 0, 0, 0, 0, 0, 0], 7, 6, 5, vec![]));
}

#[test]
fn registers_go_by_name_to_the_slots_of_arm64() {
    let trace = Trace::of(&[
        call(1, 1, "f", &[("x7", 8), ("X0", 1), ("FP", 2), ("lr", 3), ("SP", 4)]),
        call(1, 2, "g", &[("x29", 5), ("X30", 6)]),
        ret(1, 3, "g", &[("x0", 7)]),
    ]);
    trace.manifest(&v4::manifest(3).replace("x86_64", "arm64").replace("linux", "Darwin"));
    trace.convert(&[]).exits(0);
    let session = trace.clean();
    assert_eq!(payload(&session, 0), ([1, 0, 0, 0, 0, 0, 0, 8], 3, 2, 4, vec![]));
    assert_eq!(payload(&session, 1), ([0; 8], 6, 5, 0, vec![]));
    assert_eq!(payload(&session, 2), ([7, 0, 0, 0, 0, 0, 0, 0], 0, 0, 0, vec![]));
}

#[test]
fn registers_without_a_slot_are_counted_by_name() {
    let long: Vec<String> = (0..16).map(|number| format!("{number:a>31}")).collect();
    let long: Vec<_> = long.iter().map(|name| (name.as_str(), 1)).collect();
    let trace = Trace::of(&[
        call(1, 1, "only long names", &long),
        call(1, 2, "f", &[("rip", 1), ("rdi", 2), ("RIP", 3)]),
        // At a return only rax has a slot, and a second value of a slot is lost.
        ret(1, 3, "f", &[("rdi", 1), ("rax", 2), ("RAX", 3), ("rax", 3), ("fp", 1), ("rbp", 2)]),
    ]);
    let report = json(&trace.convert(&["--json"]).exits(1));
    let session = trace.clean();
    let without: BTreeMap<String, u64> =
        serde_json::from_value(report["registers_without_slot"].clone()).unwrap();
    let short = without.iter().filter(|(name, _)| name.len() < 31).map(|(name, it)| (&**name, *it));
    assert_eq!(short.collect::<Vec<_>>(), [("rax", 1), ("rbp", 1), ("rdi", 1), ("rip", 2)]);
    assert_eq!(without.len(), 4 + 16);
    assert_eq!(report["not_kept"]["registers"], 5 + 16);
    assert_eq!(report["details"], 2);
    // Nothing of the first one has a place: no record.
    let thread = thread(&session, 1);
    assert!(thread.get_detail_for(thread.index().get(IndexSeq(0)).unwrap()).unwrap().is_none());
    assert_eq!(payload(&session, 1).0[0], 2);
    assert_eq!(payload(&session, 2), ([3, 0, 0, 0, 0, 0, 0, 0], 0, 1, 0, vec![]));
}

#[test]
fn stack_bytes_are_kept_up_to_256() {
    let with_stack = |len: usize, time| {
        let stack: Vec<u8> = (0..len).map(|byte| byte as u8).collect();
        let registers = named(&[("rsp", 0x7F00)]);
        at(0, 1, time, Payload::Call { symbol: "f".to_owned(), address: 1, registers, stack })
    };
    let trace = Trace::of(&[with_stack(256, 1), with_stack(300, 2), with_stack(0, 3)]);
    let report = trace.converted();
    let session = trace.clean();
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(payload(&session, 0).4, all);
    assert_eq!(payload(&session, 1).4, all);
    assert!(payload(&session, 2).4.is_empty());
    assert_eq!(payload(&session, 0).3, 0x7F00);
    assert_eq!(report.not_kept, BTreeMap::from([(NotKept::StackBytes, 44)]));
}

#[test]
fn key_v4_of_the_manifest_holds_what_v2_has_no_field_for() {
    let trace = Trace::of(&v4::recording());
    trace.manifest(
        r#"{"os": "linux", "arch": "x86_64", "timeStartNs": 5, "timeEndNs": 18446744073709551615,
            "eventCount": 9, "pid": 12, "sessionId": 3, "modules": ["uuid-1", "uuid-2"]}"#,
    );
    trace.convert(&[]).exits(1);
    trace.clean();
    assert_eq!(
        trace.v4_key(),
        serde_json::json!({
            "os": "linux",
            "arch": "x86_64",
            "trace_json": {
                "timeStartNs": 5, "timeEndNs": u64::MAX, "eventCount": 9, "pid": 12, "sessionId": 3,
            },
            "trace_start": {
                "timestamp_ns": 81_000_000_000_u64, "thread_id": 7,
                "executable_path": "/usr/bin/größe", "args": ["größe", "", "--all"],
                "operating_system": "linux", "cpu_architecture": "x86_64",
            },
            "trace_end": { "timestamp_ns": 81_000_000_600_u64, "thread_id": 7, "exit_code": -3 },
            "signals": { "11": "SIGSEGV" },
        })
    );
    let manifest = json_file(&trace.out().join("manifest.json"));
    let uuids: Vec<_> =
        manifest["modules"].as_array().unwrap().iter().map(|it| &it["uuid"]).collect();
    assert_eq!(uuids, ["uuid-1", "uuid-2"]);
    assert_eq!(manifest["symbols"][0]["name"], "main");
    assert_eq!(manifest["symbols"][0]["address"], "0x555500001020");
    // And recovery, which writes manifests again, keeps it.
    let recovered = trace.dir.path().join("recovered");
    run_on("recover", &trace.out(), &["--out", recovered.to_str().unwrap()]).exits(0);
    assert_eq!(json_file(&recovered.join("manifest.json")), manifest);
}

#[test]
fn unknown_platform_is_0_and_a_note_of_verify_alone() {
    let trace = Trace::of(&simple());
    trace.manifest(&v4::manifest(4).replace("linux", "plan9").replace("x86_64", "mips"));
    // The registers have names of an architecture that nobody knows.
    let run = trace.convert(&[]).exits(1);
    assert!(
        run.stderr.contains("v2 has no number for the operating system \"plan9\""),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("registers without a slot: rax (1), rdi (1)\n"), "{}", run.stdout);
    let run = run_on("verify", &trace.out(), &[]).exits(0);
    for note in [
        "manifest.json: os and clock_type 0 in the headers: v2 has no number for \"plan9\", the \
         operating system of the V4 trace\n",
        "manifest.json: arch 0 in the headers: v2 has no number for \"mips\", the architecture of \
         the V4 trace\n",
    ] {
        assert!(run.stderr.contains(note), "{}", run.stderr);
    }
    run_on("recover", &trace.out(), &["--in-place"]).exits(0);
    // Nobody says so of a session that is no V4 trace.
    let path = trace.out().join("manifest.json");
    let mut manifest = json_file(&path);
    manifest.as_object_mut().unwrap().remove("v4");
    fs::write(&path, manifest.to_string()).unwrap();
    let run = run_on("verify", &trace.out(), &[]).exits(1);
    assert!(run.stdout.ends_with("3 problems\n"), "{}", run.stdout);
}

#[test]
fn orphan_returns_and_calls_without_return_are_kept_and_counted() {
    let events = [
        ret(1, 1, "before", &[]),
        call(1, 2, "outer", &[]),
        call(1, 3, "thrown through", &[]),
        ret(1, 4, "outer", &[]),
        ret(1, 5, "thrown through", &[]),
        call(1, 6, "open", &[]),
    ];
    let trace = Trace::of(&events);
    let run = trace.convert(&["--json"]).exits(0);
    let report = json(&run);
    assert_eq!(
        (report["orphan_returns"].as_u64(), report["unfinished_calls"].as_u64()),
        (Some(2), Some(2))
    );
    assert!(run.stderr.contains("2 returns without a call"), "{}", run.stderr);
    assert_eq!(dumped(&trace.out()), expected(&events));
    trace.clean();
}

// The address of a function makes two functions of one name. A return belongs to the call of its name, whatever
// its own address is: recorders wrote the place of the return there, or nothing.
#[test]
fn functions_are_told_apart_by_address_and_returns_follow_their_call() {
    let event = |time, address, is_call| {
        let (symbol, registers) = ("same".to_owned(), Vec::new());
        at(
            0,
            1,
            time,
            match is_call {
                true => Payload::Call { symbol, address, registers, stack: Vec::new() },
                false => Payload::Return { symbol, address, registers },
            },
        )
    };
    let trace = Trace::of(&[
        event(1, 0x10, true),
        event(2, u64::MAX, true),
        event(3, 0, false),
        event(4, 0x99, false),
    ]);
    let report = trace.converted();
    let session = trace.clean();
    let ids: Vec<u64> = thread(&session, 1).index().iter().map(|it| it.function_id.get()).collect();
    assert_eq!(ids, [1, 2, 2, 1]);
    let symbols = json_file(&trace.out().join("manifest.json"))["symbols"].take();
    assert_eq!(symbols[0]["address"], "0x10");
    assert_eq!(symbols[1]["address"], "0xffffffffffffffff");
    assert_eq!(report.not_kept, BTreeMap::from([(NotKept::ReturnAddresses, 1)]));
}

#[test]
fn times_and_threads_at_their_limits_are_kept_or_said() {
    let timed = |timestamp: Option<(i64, i32)>| Event { timestamp, ..call(-1, 0, "f", &[]) };
    let trace = Trace::of(&[
        timed(None),
        timed(Some((-5, 7))),
        timed(Some((5, -7))),
        timed(Some((18_446_744_073, 709_551_615))),
        timed(Some((18_446_744_073, 709_551_616))),
        timed(Some((i64::MAX, i32::MAX))),
        timed(None),
        timed(None),
    ]);
    let report = trace.converted();
    let session = trace.clean();
    let thread = thread(&session, u32::MAX);
    let times: Vec<u64> = thread.index().iter().map(|it| it.timestamp_ns.get()).collect();
    assert_eq!(times, [0, 7, 5_000_000_000, u64::MAX, u64::MAX, u64::MAX, 0, 0]);
    let expected = BTreeMap::from([(NotKept::NegativeTimes, 2), (NotKept::LateTimes, 2)]);
    assert_eq!(report.not_kept, expected);
}

#[test]
fn events_that_v2_has_no_kind_for_are_counted() {
    let mut events = v4::recording();
    events.push(Event { payload: None, ..events[0].clone() });
    events.push(events[0].clone());
    events.push(events[8].clone());
    let trace = Trace::of(&events);
    let report = trace.converted();
    assert_eq!(report.not_kept[&NotKept::EventsWithoutPayload], 1);
    assert_eq!(report.not_kept[&NotKept::StartsAndEnds], 2);
    assert_eq!(report.messages, 12);
    trace.clean();
}
