//! `atf dump`: events as text, JSON Lines and CSV.

#[path = "cli/trace.rs"]
mod trace;

use std::path::Path;

use atf_runtime::WriterOptions;
use atf_runtime::format::EventKind;
use atf_runtime::manifest::{Module, Symbol};
use atf_runtime::session::SessionWriter;
use atf_tests::builder;
use atf_tests::cli::{Run, run, run_on};
use atf_tests::scratch::Scratch;
use serde_json::Value as Json;
use trace::{PLATFORM, Trace, thread_at_times, thread_with_times, write};

fn dump(path: &Path, args: &[&str]) -> Run {
    run_on("dump", path, args)
}

/// Timestamps of the printed events.
fn times(run: &Run) -> Vec<u64> {
    let time = |line: &&str| {
        let object: Json = serde_json::from_str(line).unwrap();
        object["timestamp_ns"].as_u64().unwrap()
    };
    run.lines().iter().map(time).collect()
}

#[test]
fn jsonl_has_thread_seq_and_the_fields_of_the_schema() {
    let run = dump(&Trace::new().path(), &["--format", "jsonl"]).exits(0);
    let expected = r#"
{"thread":7,"seq":0,"timestamp_ns":900,"function_id":4294967296,"thread_id":7,"event_kind":"call","call_depth":0,"detail_seq":null,"function":"main","module":"/bin/app"}
{"thread":7,"seq":1,"timestamp_ns":950,"function_id":4294967296,"thread_id":7,"event_kind":"return","call_depth":0,"detail_seq":null,"function":"main","module":"/bin/app"}
{"thread":0,"seq":0,"timestamp_ns":1000,"function_id":4294967296,"thread_id":0,"event_kind":"call","call_depth":0,"detail_seq":null,"function":"main","module":"/bin/app"}
{"thread":0,"seq":1,"timestamp_ns":1100,"function_id":4294967297,"thread_id":0,"event_kind":"call","call_depth":1,"detail_seq":0,"function":"parse\n","module":"/bin/app"}
{"thread":0,"seq":2,"timestamp_ns":1150,"function_id":18446744073709551615,"thread_id":0,"event_kind":77,"call_depth":4294967295,"detail_seq":null,"function":null,"module":null}
{"thread":0,"seq":3,"timestamp_ns":1200,"function_id":4294967297,"thread_id":0,"event_kind":"exception","call_depth":1,"detail_seq":1,"function":"parse\n","module":"/bin/app"}
{"thread":0,"seq":4,"timestamp_ns":1300,"function_id":4294967296,"thread_id":0,"event_kind":"return","call_depth":0,"detail_seq":2,"function":"main","module":"/bin/app"}
"#;
    assert_eq!(run.stdout, expected.trim_start());
    assert_eq!(run.stderr, "");
}

const CALL_DETAIL: &str = r#""total_length":144,"event_type":"function_call","flags":0,"index_seq":1,"thread_id":0,"timestamp":1100,"function_id":4294967297,"x_regs":[1,2,3,4,5,6,7,18446744073709551615],"lr":4198400,"fp":32752,"sp":32512,"stack_size":20,"stack_snapshot":"6162636465666768696a6b6c6d6e6f7071727374""#;
const RAW_DETAIL: &str = r#""total_length":26,"event_type":9,"flags":0,"index_seq":3,"thread_id":0,"timestamp":1200,"payload_hex":"dead""#;
const RETURN_DETAIL: &str = r#""total_length":124,"event_type":"function_return","flags":0,"index_seq":4,"thread_id":0,"timestamp":1300,"function_id":4294967296,"x_regs":[42,0,0,0,0,0,0,0],"lr":0,"fp":0,"sp":32640,"stack_size":0,"stack_snapshot":"""#;

#[test]
fn jsonl_detail_has_the_fields_of_the_payload_or_its_bytes() {
    let run = dump(&Trace::new().path(), &["--format", "jsonl", "--details"]).exits(0);
    let ends: Vec<&str> =
        run.lines().iter().map(|line| line.split_once(r#","detail":"#).unwrap().1).collect();
    let object = |members: &str| format!("{{{members}}}}}");
    let none = "null}".to_owned();
    let expected = [
        none.clone(),
        none.clone(),
        none.clone(),
        object(CALL_DETAIL),
        none,
        object(RAW_DETAIL),
        object(RETURN_DETAIL),
    ];
    assert_eq!(ends, expected);
    assert!(run.lines().iter().all(|line| serde_json::from_str::<Json>(line).is_ok()));
}

#[test]
fn detail_file_is_printed_with_a_line_per_record() {
    let trace = Trace::new();
    let run = dump(&trace.join("thread_0/detail.atf"), &["--format", "jsonl"]).exits(0);
    let expected = [CALL_DETAIL, RAW_DETAIL, RETURN_DETAIL].iter().enumerate();
    let expected: Vec<String> =
        expected.map(|(seq, it)| format!(r#"{{"thread":0,"seq":{seq},{it}}}"#)).collect();
    assert_eq!(run.lines(), expected);
}

#[test]
fn index_file_has_the_thread_id_of_its_header() {
    let trace = Trace::new();
    let run = dump(&trace.join("thread_7/index.atf"), &["--format", "jsonl"]).exits(0);
    assert_eq!(run.lines().len(), 2);
    assert!(run.lines()[0].starts_with(r#"{"thread":7,"seq":0,"#), "{}", run.stdout);
}

#[test]
fn csv_has_a_header_line_and_a_cell_for_each_field() {
    let trace = Trace::new();
    let run = dump(&trace.path(), &["--format", "csv"]).exits(0);
    let expected = "\
thread,seq,timestamp_ns,function_id,thread_id,event_kind,call_depth,detail_seq,function,module
7,0,900,4294967296,7,call,0,,main,/bin/app
7,1,950,4294967296,7,return,0,,main,/bin/app
0,0,1000,4294967296,0,call,0,,main,/bin/app
0,1,1100,4294967297,0,call,1,0,\"parse\n\",/bin/app
0,2,1150,18446744073709551615,0,77,4294967295,,,
0,3,1200,4294967297,0,exception,1,1,\"parse\n\",/bin/app
0,4,1300,4294967296,0,return,0,2,main,/bin/app
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn csv_flattens_details() {
    let trace = Trace::new();
    let run = dump(&trace.path(), &["--format", "csv", "--details", "--thread", "0"]).exits(0);
    let expected = "\
thread,seq,timestamp_ns,function_id,thread_id,event_kind,call_depth,detail_seq,\
function,module,detail.total_length,detail.event_type,detail.flags,detail.index_seq,detail.thread_id,\
detail.timestamp,detail.function_id,detail.x_regs[0],detail.x_regs[1],detail.x_regs[2],detail.x_regs[3],\
detail.x_regs[4],detail.x_regs[5],detail.x_regs[6],detail.x_regs[7],detail.lr,detail.fp,detail.sp,\
detail.stack_size,detail.stack_snapshot,detail.payload_hex
0,0,1000,4294967296,0,call,0,,main,/bin/app,,,,,,,,,,,,,,,,,,,,,
0,1,1100,4294967297,0,call,1,0,\"parse\n\",/bin/app,144,function_call,0,1,0,1100,4294967297,1,2,3,4,5,6,7,\
18446744073709551615,4198400,32752,32512,20,6162636465666768696a6b6c6d6e6f7071727374,
0,2,1150,18446744073709551615,0,77,4294967295,,,,,,,,,,,,,,,,,,,,,,,,
0,3,1200,4294967297,0,exception,1,1,\"parse\n\",/bin/app,26,9,0,3,0,1200,,,,,,,,,,,,,,,dead
0,4,1300,4294967296,0,return,0,2,main,/bin/app,124,function_return,0,4,0,1300,4294967296,42,0,0,0,0,0,0,0,0,0,\
32640,0,,
";
    assert_eq!(run.stdout, expected);
    // The name in the second and the fourth event has the end of a line.
    let lines = run.stdout.replace("\"parse\n\"", "name");
    let columns: Vec<usize> = lines.lines().map(|line| line.split(',').count()).collect();
    assert_eq!(columns, [31; 6]);
}

#[test]
fn text_indents_calls_and_names_functions() {
    let run = dump(&Trace::new().path(), &[]).exits(0);
    let deepest = " ".repeat(80);
    let expected = format!(
        r"2 threads: 7 events; time in seconds since 900 ns
thread        seq               time  event      function
     7          0       +0.000000000  call       main
     7          1       +0.000000050  return     main
     0          0       +0.000000100  call       main
     0          1       +0.000000200  call         parse\n
     0          2       +0.000000250  77         {deepest}0xffffffffffffffff
     0          3       +0.000000300  exception    parse\n
     0          4       +0.000000400  return     main
"
    );
    assert_eq!(run.stdout, expected);
    let run = dump(&Trace::new().path(), &["--thread", "7"]).exits(0);
    let expected = "thread 7: 2 events; time in seconds since 900 ns\n\
                    thread        seq               time  event      function\n     7";
    assert!(run.stdout.starts_with(expected), "{}", run.stdout);
}

/// A session with one thread: a call, a `lost` event that counts 1200 events, and a return.
fn with_lost_events() -> Scratch {
    let dir = Scratch::new();
    let mut thread = builder::Thread::sample(3, 3, &[]);
    let mut events = thread.index.events.clone();
    (events[1].event_kind, events[1].function_id, events[1].call_depth) = (4, 1200, 0);
    events[1].timestamp_ns = events[2].timestamp_ns;
    thread.index = builder::IndexFile::finalized(3, &events);
    builder::write_session(dir.path(), &[thread]);
    dir
}

// The function_id of a `lost` event is a count: it is not printed as a function.
#[test]
fn lost_event_prints_the_number_of_lost_events() {
    let dir = with_lost_events();
    let run = dump(dir.path(), &[]).exits(0);
    assert!(
        run.lines()[3].ends_with("+0.000000020  lost       1 200 events lost"),
        "{}",
        run.stdout
    );
    let run = dump(dir.path(), &["--format", "jsonl"]).exits(0);
    assert_eq!(
        run.lines()[1],
        r#"{"thread":3,"seq":1,"timestamp_ns":1020,"function_id":1200,"thread_id":3,"event_kind":"lost","call_depth":0,"detail_seq":null,"function":null,"module":null}"#
    );
    let run = dump(dir.path(), &["--format", "csv"]).exits(0);
    assert_eq!(run.lines()[2], "3,1,1020,1200,3,lost,0,,,");
}

// The function_id of a `signal` event is the signal's number: the function that has this id did
// nothing here.
#[test]
fn signal_event_prints_its_number_and_no_function() {
    let dir = Scratch::new();
    let path = dir.path().join("s");
    let mut session = SessionWriter::create(&path, PLATFORM, WriterOptions::default()).unwrap();
    session.set_symbols(vec![Module::new(0, "/bin/app")], vec![Symbol::new(0, 11, "innocent")]);
    let mut thread = session.thread(3).unwrap();
    write(&mut thread, (10, 11, EventKind::CALL, 0), None);
    write(&mut thread, (20, 11, EventKind::SIGNAL, 1), None);
    write(&mut thread, (30, 11, EventKind::RETURN, 0), None);
    let summary = thread.finalize().unwrap();
    session.finish(&[summary]).unwrap();

    let run = dump(&path, &[]).exits(0);
    let ends = ["  call       innocent", "  signal       number 11", "  return     innocent"];
    for (line, end) in run.lines()[2..].iter().zip(ends) {
        assert!(line.ends_with(end), "{}", run.stdout);
    }
    assert_eq!(run.lines().len(), 5);
    let run = dump(&path, &["--format", "jsonl"]).exits(0);
    assert_eq!(
        run.lines()[1],
        r#"{"thread":3,"seq":1,"timestamp_ns":20,"function_id":11,"thread_id":3,"event_kind":"signal","call_depth":1,"detail_seq":null,"function":null,"module":null}"#
    );
    let run = dump(&path, &["--format", "csv"]).exits(0);
    assert_eq!(run.lines()[2], "3,1,20,11,3,signal,1,,,");
    let run = run_on("verify", &path, &[]).exits(0);
    assert_eq!(run.stdout, "clean: 1 thread, 3 events\n");
}

#[test]
fn text_shows_registers_by_name_and_the_stack() {
    let run = dump(&Trace::new().path(), &["--details", "--thread", "0"]).exits(0);
    let expected = r"     0          1       +0.000000200  call         parse\n
             function_id=0x100000001 rdi=0x1 rsi=0x2 rdx=0x3
             rcx=0x4 r8=0x5 r9=0x6 rbp=0x7
             rsp=0xffffffffffffffff lr=0x401000 fp=0x7ff0 sp=0x7f00
             stack_size=20
             0x0000000000007f00  61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70  |abcdefghijklmnop|
             0x0000000000007f10  71 72 73 74                                      |qrst|
";
    assert!(run.stdout.contains(expected), "{}", run.stdout);
    let raw = "             payload of 2 bytes:\n             0x0000000000000000  de ad ";
    assert!(run.stdout.contains(raw), "{}", run.stdout);
    let on_return = "             function_id=0x100000000 rax=0x2a lr=0x0 fp=0x0\n";
    assert!(run.stdout.contains(on_return), "{}", run.stdout);
}

#[test]
fn from_is_inclusive_and_to_exclusive() {
    let trace = Trace::new();
    let run = dump(&trace.path(), &["--format", "jsonl", "--from", "950", "--to", "1200"]).exits(0);
    assert_eq!(times(&run), [950, 1000, 1100, 1150]);
}

#[test]
fn range_finds_all_events_of_a_clock_that_went_backwards() {
    let dir = Scratch::new();
    let thread = thread_at_times(dir.path(), &[500, 100, u64::MAX, 300, 0]);
    let run = dump(&thread, &["--format", "jsonl", "--from", "100", "--to", "501"]).exits(0);
    assert_eq!(times(&run), [500, 100, 300]);
    let run = dump(&thread, &["--format", "jsonl", "--from", "501"]).exits(0);
    assert_eq!(times(&run), [u64::MAX]);
    let all = dump(&thread, &["--format", "jsonl"]).exits(0);
    assert_eq!(times(&all).len(), 5);
    let text = dump(&thread, &[]).exits(0).stdout;
    assert!(text.contains("        1       -0.000000400  call"), "{text}");
    assert!(text.contains("        2  +18446744073.709551115  call"), "{text}");
}

// R-010
#[test]
fn threads_are_merged_by_time_then_thread_then_position_in_the_file() {
    let dir = Scratch::new();
    // 300 follows 500 in the file of its thread, so it is printed after 500.
    thread_with_times(dir.path(), 3, &[10, 500, 300, 600]);
    thread_with_times(dir.path(), 1, &[10, 400, 500]);
    thread_with_times(dir.path(), 2, &[]);
    let order = |args: &[&str]| -> Vec<(u64, u64, u64)> {
        let run = dump(dir.path(), &[&["--format", "jsonl"], args].concat()).exits(0);
        let lines = run.lines().into_iter().map(|line| serde_json::from_str::<Json>(line).unwrap());
        let keys = ["timestamp_ns", "thread", "seq"];
        lines.map(|line| keys.map(|key| line[key].as_u64().unwrap()).into()).collect()
    };
    let all =
        [(10, 1, 0), (10, 3, 0), (400, 1, 1), (500, 1, 2), (500, 3, 1), (300, 3, 2), (600, 3, 3)];
    assert_eq!(order(&[]), all);
    assert_eq!(order(&["--from", "300", "--to", "500"]), [(400, 1, 1), (300, 3, 2)]);
    assert_eq!(order(&["--from", "400", "--limit", "2"]), [(400, 1, 1), (500, 1, 2)]);
    assert_eq!(order(&["--to", "0"]), []);
    assert_eq!(order(&["--from", "20", "--to", "10"]), []);
    assert_eq!(
        order(&["--thread", "3"]),
        all.into_iter().filter(|it| it.1 == 3).collect::<Vec<_>>()
    );
}

#[test]
fn text_aligns_thread_ids_of_any_length() {
    let dir = Scratch::new();
    thread_with_times(dir.path(), 4_294_967_294, &[10]);
    thread_with_times(dir.path(), 5, &[20]);
    let run = dump(dir.path(), &[]).exits(0);
    let expected = r"2 threads: 2 events; time in seconds since 10 ns
    thread        seq               time  event      function
4294967294          0       +0.000000000  call       0x0000000100000000
         5          0       +0.000000010  call       0x0000000100000000
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn limit_counts_events_of_all_threads() {
    let trace = Trace::new();
    let run = dump(&trace.path(), &["--format", "jsonl", "--limit", "6"]).exits(0);
    assert_eq!(times(&run), [900, 950, 1000, 1100, 1150, 1200]);
    assert_eq!(dump(&trace.path(), &["--format", "jsonl", "--limit", "0"]).exits(0).stdout, "");
}

#[test]
fn unknown_thread_is_rejected_with_a_list_of_threads() {
    let trace = Trace::new();
    let run = dump(&trace.path(), &["--thread", "3"]).exits(2);
    assert_eq!(run.stdout, "");
    let path = trace.path();
    let path = path.display();
    let expected = format!("error: {path}: no thread 3; the trace has these threads: 0, 7\n");
    assert_eq!(run.stderr, expected);
}

#[test]
fn unfinalized_thread_is_printed_with_a_note() {
    let trace = Trace::new();
    trace.kill_thread_7();
    let run = dump(&trace.path(), &["--format", "jsonl", "--thread", "7"]).exits(0);
    assert_eq!(times(&run), [900]);
    let path = trace.path();
    let path = path.display();
    let expected = format!(
        "note: {path}/thread_7/index.atf: no footer: the file was not finalized, or its end is \
         missing (5 bytes of an incomplete event at the end); 1 complete event can be read\n\
         hint: run `atf recover {path} --out {path}.recovered` to write a repaired copy\n"
    );
    assert_eq!(run.stderr, expected);
    let other = dump(&trace.path(), &["--format", "jsonl", "--thread", "0"]).exits(0);
    assert_eq!(other.stderr, "");
}

// A killed program with thousands of threads filled the screen with notes before the first event.
#[test]
fn number_of_notes_is_limited() {
    let dir = Scratch::new();
    let session = dir.path().join("s");
    let path = session.to_str().unwrap();
    run(["synth", "--out", path, "--threads", "50", "--events", "100"]).exits(0);
    for id in 0..50 {
        let index = session.join(format!("thread_{id}/index.atf"));
        let bytes = std::fs::read(&index).unwrap();
        std::fs::write(&index, &bytes[..bytes.len() - 64]).unwrap();
    }
    let run = dump(&session, &["--limit", "1"]).exits(0);
    let notes: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(notes.len(), 42);
    assert!(notes[39].starts_with(&format!("note: {path}/thread_39/index.atf: no footer")));
    assert_eq!(notes[40], "note: 10 more incomplete threads; run `atf verify` to list them");
    assert!(notes[41].starts_with("hint: run `atf recover "));
}

#[test]
fn unreadable_thread_does_not_hide_the_others() {
    let trace = Trace::new();
    trace.patch("thread_0/index.atf", 0, b"X");
    let run = dump(&trace.path(), &["--format", "jsonl"]).exits(0);
    assert_eq!(times(&run), [900, 950]);
    assert!(run.stderr.starts_with("note: thread 0 was skipped: "), "{}", run.stderr);
    trace.patch("thread_7/index.atf", 4, &[9]);
    let run = dump(&trace.path(), &[]).exits(2);
    let error = "error: none of the 2 threads can be read; first error: ";
    assert!(run.stderr.starts_with(error), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}

#[test]
fn missing_details_are_null_with_one_note() {
    let trace = Trace::new();
    trace.cut("thread_0/detail.atf", 64 + 144 + 10);
    let run = dump(&trace.path(), &["--format", "jsonl", "--details", "--thread", "0"]).exits(0);
    let with_detail = |line: &&&str| !line.ends_with(r#""detail":null}"#);
    assert_eq!(run.lines().iter().filter(with_detail).count(), 1, "{}", run.stdout);
    assert_eq!(
        run.stderr.matches("2 detail records cannot be shown; first: thread 0, event 3: ").count(),
        1
    );
}

#[test]
fn note_names_the_event_that_a_wrong_record_belongs_to() {
    let trace = Trace::new();
    // Event 3 links to the record of event 1.
    trace.patch("thread_0/index.atf", 64 + 3 * 32 + 28, &[0]);
    let run = dump(&trace.path(), &["--format", "jsonl", "--details", "--thread", "0"]).exits(0);
    let expected = format!(
        "note: 1 detail record cannot be shown; first: thread 0, event 3: its detail_seq is 0, but \
         that record belongs to event 1 ({})\n",
        trace.join("thread_0/detail.atf").display()
    );
    assert_eq!(run.stderr, expected);
}

#[test]
fn missing_detail_file_is_noted() {
    let trace = Trace::new();
    std::fs::remove_file(trace.join("thread_0/detail.atf")).unwrap();
    let run = dump(&trace.path(), &["--format", "jsonl", "--details", "--thread", "0"]).exits(0);
    assert_eq!(run.lines().len(), 5);
    assert!(
        run.stderr.contains("3 detail records cannot be shown; first: thread 0, event 1: "),
        "{}",
        run.stderr
    );
}

#[test]
fn functions_are_numbers_without_a_manifest() {
    let trace = Trace::new();
    std::fs::remove_file(trace.join("manifest.json")).unwrap();
    let run = dump(&trace.path(), &["--thread", "7"]).exits(0);
    assert!(run.stdout.contains("  call       0x0000000100000000\n"), "{}", run.stdout);
    assert!(run.stderr.starts_with("note: "), "{}", run.stderr);
    assert!(run.stderr.contains("manifest.json: cannot open: "), "{}", run.stderr);
}
