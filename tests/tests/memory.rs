//! What reading takes of memory besides the maps: RssAnon of a process of its own, at every step, in
//! sessions far larger than what it may take.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use atf_analysis::{
    By, CallTree, CallsByEnd, CallsByStart, Folded, Options, Recursion, Report, Selection, Summary,
    Trace, map_threads,
};
use atf_runtime::format::{Arch, ClockType, DetailEventType, EventKind, IndexEvent, Os};
use atf_runtime::session::SessionReader;
use atf_runtime::v4::{Payload as V4Payload, Reader, Salvaged};
use atf_runtime::{DetailSeq, Event, Payload, Platform, ThreadReader, ThreadWriter, WriterOptions};
use atf_tests::builder::{EVENT, FRAME, IndexFooter, IndexHeader};
use atf_tests::scratch::{self, Scratch};
use atf_tests::v4;

/// What a process may take besides the maps, in kB.
const LIMIT_KB: u64 = 10_000;
/// Where the process that is measured finds the session.
const SESSION: &str = "ATF_TEST_MEMORY_SESSION";

/// A folder on disk: temporary ones are often in memory.
fn scratch() -> Scratch {
    Scratch::on_disk()
}

/// Memory of this process that no file backs, in kB: the heap and the stacks.
fn rss_anon_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).expect("since 4.5");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("kB")
}

/// Says what was reached, and fails if that is too much.
#[track_caller]
fn check(step: &str) {
    check_below(step, LIMIT_KB);
}

#[track_caller]
fn check_below(step: &str, limit_kb: u64) {
    let found = rss_anon_kb();
    println!("{step}: {found} kB");
    assert!(found < limit_kb, "{step}: RssAnon is {found} kB");
}

/// In the process that is measured the session; in the test `None`, after that process ran the test
/// `name` with the session that `make` makes.
fn in_a_process_of_its_own(name: &str, make: impl FnOnce(&Path)) -> Option<PathBuf> {
    if let Some(session) = std::env::var_os(SESSION) {
        return Some(session.into());
    }
    let session = scratch();
    make(session.path());
    let program = std::env::current_exe().expect("this program");
    let output = scratch::command(program)
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(SESSION, session.path())
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    // To the last step: without a test of that name it would have passed too.
    assert!(said.contains("all: "), "{said}");
    None
}

/// A finalized thread whose events are a hole: zeros that take no room on the disk.
fn write_sparse_thread(session: &Path, thread_id: u32, events: u32) {
    let bytes = u64::from(events) * EVENT as u64;
    let end = FRAME as u64 + bytes;
    let header = IndexHeader {
        event_count: events,
        footer_offset: end,
        ..IndexHeader::placeholder(thread_id)
    };
    let footer = IndexFooter {
        magic: *b"2ITA",
        checksum: 0,
        event_count: events.into(),
        time_start_ns: 0,
        time_end_ns: 0,
        bytes_written: bytes,
        reserved: [0; 24],
    };
    let dir = session.join(format!("thread_{thread_id}"));
    fs::create_dir_all(&dir).unwrap();
    let file = File::create(dir.join("index.atf")).unwrap();
    file.write_all_at(&header.bytes(), 0).unwrap();
    file.write_all_at(&footer.bytes(), end).unwrap();
}

// R-P5, R-P6: 64 threads, 10 GB.
#[test]
fn session_of_ten_gigabytes_is_opened_and_scanned_in_ten_megabytes() {
    const THREADS: u32 = 64;
    const EVENTS: u32 = 5_000_000;
    let name = "session_of_ten_gigabytes_is_opened_and_scanned_in_ten_megabytes";
    let Some(dir) = in_a_process_of_its_own(name, |session| {
        (0..THREADS).for_each(|id| write_sparse_thread(session, id, EVENTS));
    }) else {
        return;
    };
    check("before");
    let session = SessionReader::open(dir).unwrap();
    check("opened");
    assert_eq!(session.event_count(), u64::from(THREADS * EVENTS));
    assert_eq!(session.problems().count(), 0);
    assert_eq!(session.time_range(), Some((0, 0)));
    // Every event of a thread, and an event of every eight megabytes of all of them.
    let sum_of = |sum: u64, event: &IndexEvent| sum + event.timestamp_ns.get();
    for (id, thread) in session.readable().take(1) {
        assert_eq!(thread.index().iter().fold(0, sum_of), 0);
        check(&format!("scanned thread {id}"));
    }
    let merged = session.merged().take(2_000_000);
    assert_eq!(merged.fold(0, |sum, it| sum_of(sum, it.event)), 0);
    check("merged the first");
    for (id, thread) in session.readable() {
        assert_eq!(thread.index().iter().step_by((8 << 20) / EVENT).fold(0, sum_of), 0);
        if id % 16 == 0 {
            check(&format!("touched thread {id}"));
        }
    }
    check("all");
}

const PLATFORM: Platform =
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
/// Threads of the sessions with detail, and records of each: 300 MB in all.
const THREADS: u32 = 16;
const RECORDS: u32 = 50_000;
const PAYLOAD: [u8; 352] = [0x5A; 352];

fn write_session_with_detail(session: &Path) {
    let options = WriterOptions::default().sync_on_finalize(false);
    for id in 0..THREADS {
        let mut writer = ThreadWriter::create(session, id, PLATFORM, options).unwrap();
        let event_type = DetailEventType::FUNCTION_CALL;
        let payload = Payload::Raw { event_type, bytes: &PAYLOAD };
        for number in 0..RECORDS {
            let event = Event {
                // Bursts of a thread, and threads in turn.
                timestamp_ns: u64::from(number / 16 * THREADS + id),
                function_id: 1,
                event_kind: EventKind::CALL,
                call_depth: 0,
            };
            writer.write_event(&event, Some(payload)).unwrap();
        }
        writer.finalize().unwrap();
    }
}

/// Gets records from all parts of the detail lanes, and checks them.
fn get_details(session: &SessionReader, step: usize) {
    for (id, thread) in session.readable() {
        for seq in (0..RECORDS).rev().step_by(step) {
            let record = thread.get_detail(DetailSeq(seq)).unwrap().unwrap();
            assert_eq!((record.index_seq().0, record.payload.len()), (seq, PAYLOAD.len()));
        }
        check(&format!("details of thread {id}"));
    }
}

// R-P5: by the offsets that the recorder left.
#[test]
fn details_of_many_threads_are_got_in_ten_megabytes() {
    let name = "details_of_many_threads_are_got_in_ten_megabytes";
    let Some(dir) = in_a_process_of_its_own(name, write_session_with_detail) else { return };
    check("before");
    let session = SessionReader::open(dir).unwrap();
    check("opened");
    // Not `count`, which reads nothing.
    let (events, _) = session.merged().fold((0, 0), |(events, last_ns), it| {
        let time_ns = it.event.timestamp_ns.get();
        assert!(time_ns >= last_ns);
        (events + 1, time_ns)
    });
    assert_eq!(events, session.event_count());
    check("merged");
    get_details(&session, 61);
    // All of them in a row, as a dump does.
    let (_, thread) = session.readable().next().unwrap();
    for event in thread.index() {
        assert!(thread.get_detail_for(event).unwrap().is_some());
    }
    check("all");
}

// R-P5: without offsets, with the checkpoints of a walk: all detail lanes of a session together.
#[test]
fn details_without_offsets_are_got_in_ten_megabytes() {
    let name = "details_without_offsets_are_got_in_ten_megabytes";
    let Some(dir) = in_a_process_of_its_own(name, |session| {
        write_session_with_detail(session);
        for id in 0..THREADS {
            fs::remove_file(session.join(format!("thread_{id}/detail.off"))).unwrap();
        }
    }) else {
        return;
    };
    check("before");
    let session = SessionReader::open(dir).unwrap();
    check("opened");
    get_details(&session, 61);
    check("all");
}

// R-P5: the worst case of a detail lane: the smallest records, 290 MB of them. That checkpoints stop
// growing at 4 MB is a test of theirs.
#[test]
fn lane_of_the_smallest_records_is_walked_in_ten_megabytes() {
    let name = "lane_of_the_smallest_records_is_walked_in_ten_megabytes";
    const RECORDS: u32 = 12_000_000;
    let Some(dir) = in_a_process_of_its_own(name, |session| {
        write_sparse_thread(session, 0, RECORDS);
        // Records of 24 bytes that are all the same.
        let record = atf_tests::builder::DetailRecord {
            total_length: None,
            event_type: 3,
            flags: 0,
            index_seq: 0,
            thread_id: 0,
            timestamp: 0,
            payload: Vec::new(),
        };
        let block = record.bytes().repeat(100_000);
        let file = File::create(session.join("thread_0/detail.atf")).unwrap();
        let header = atf_tests::builder::DetailHeader::placeholder(0);
        file.write_all_at(&header.bytes(), 0).unwrap();
        for number in 0..u64::from(RECORDS) / 100_000 {
            file.write_all_at(&block, 64 + number * block.len() as u64).unwrap();
        }
    }) else {
        return;
    };
    check("before");
    let thread = ThreadReader::open(dir.join("thread_0")).unwrap();
    let detail = thread.detail().unwrap().unwrap();
    for seq in [0, RECORDS - 1, 6_000_001] {
        let record = detail.get(DetailSeq(seq)).unwrap().unwrap();
        assert_eq!(record.offset, 64 + 24 * u64::from(seq));
        check(&format!("record {seq}"));
    }
    assert_eq!(detail.len(), RECORDS as usize);
    assert!(detail.get(DetailSeq(RECORDS)).unwrap().is_none());
    check("all");
}

/// A V4 file: usual calls and returns, then calls whose stacks are holes of the file, then usual ones again.
const USUAL: u64 = 150_000;
const HUGE: u64 = 40;
const HUGE_STACK: u64 = 1 << 28;

fn usual(number: u64) -> v4::Event {
    let (id, thread, time_ns) = (number + 1, (number % 7) as i32, 1_000_000_000 + number * 100);
    match number % 2 {
        0 => v4::call(id, thread, time_ns, "app::parse(int)"),
        _ => v4::ret(id, thread, time_ns, "app::parse(int)"),
    }
}

/// A call with nothing but a stack, without the stack's bytes.
fn huge_call() -> Vec<u8> {
    let stack = [v4::varint(4 << 3 | 2), v4::varint(HUGE_STACK)].concat();
    let call_len = stack.len() as u64 + HUGE_STACK;
    let call = [v4::varint(12 << 3 | 2), v4::varint(call_len), stack].concat();
    let event = [v4::integer(1, 1), call].concat();
    [v4::varint(event.len() as u64 + HUGE_STACK), event].concat()
}

fn write_v4(dir: &Path) {
    let file = File::create(dir.join("events.bin")).unwrap();
    let mut len = 0;
    let mut put = |bytes: &[u8], hole: u64| {
        file.write_all_at(bytes, len).unwrap();
        len += bytes.len() as u64 + hole;
    };
    let put_usual = |from: u64, put: &mut dyn FnMut(&[u8], u64)| {
        for number in (from..from + USUAL).step_by(1000) {
            put(&v4::file(&(number..number + 1000).map(usual).collect::<Vec<_>>()), 0);
        }
    };
    put_usual(0, &mut put);
    (0..HUGE).for_each(|_| put(&huge_call(), HUGE_STACK));
    put_usual(USUAL, &mut put);
}

// L-P1: 10.8 GB, most of them holes; 50 MB are usual events.
#[test]
fn v4_file_of_ten_gigabytes_is_read_in_ten_megabytes() {
    let name = "v4_file_of_ten_gigabytes_is_read_in_ten_megabytes";
    let Some(dir) = in_a_process_of_its_own(name, write_v4) else { return };
    check("before");
    let trace = Reader::open(&dir).unwrap();
    assert!(trace.len_bytes() > 10_700_000_000);
    check("opened");
    let mut events = trace.events();
    let (mut count, mut stack_bytes, mut sum) = (0, 0, 0);
    let mut second_half = 0;
    for event in events.by_ref() {
        let event = event.unwrap();
        count += 1;
        if let Some(V4Payload::FunctionCall(call)) = event.payload {
            stack_bytes += call.stack_shallow_copy.len() as u64;
            // From end to end; a copy would touch all of it.
            let bytes = call.stack_shallow_copy.iter().step_by(1 << 20);
            sum += bytes.map(|&it| u64::from(it)).sum::<u64>();
            assert!(call.argument_registers.iter().count() <= 3);
        }
        if event.event_id == USUAL + 1 {
            second_half = event.offset;
        }
        if count % 20_000 == 0 || event.event_id == 1 {
            check(&format!("event {count}"));
        }
    }
    assert_eq!(count, 2 * USUAL + HUGE);
    assert_eq!(stack_bytes, USUAL * 64 + HUGE * HUGE_STACK);
    assert!(sum > 0);
    check("read");
    events.seek(second_half).unwrap();
    assert_eq!(events.remaining_count(), USUAL);
    check("sought");
    let salvaged = trace.salvage().filter(|it| matches!(it, Salvaged::Event(_)));
    assert_eq!(salvaged.count() as u64, count);
    check("all");
}

/// Functions and events of the session whose calls are analysed: 800,000 calls, 70 MB of them if they were kept.
const FUNCTIONS: u64 = 50;
const CALL_EVENTS: u32 = 400_000;
/// 30 MB, and 64 KiB for each function.
const ANALYSIS_LIMIT_KB: u64 = 30_000 + 64 * FUNCTIONS;

/// Four threads of nested calls, up to 8 deep. On one of them the clock goes backwards at times.
fn write_calls(session: &Path) {
    for id in 0..4 {
        let options = WriterOptions::default().sync_on_finalize(false);
        let mut writer = ThreadWriter::create(session, id, PLATFORM, options).unwrap();
        let mut stack = Vec::new();
        let mut timestamp_ns = 1_000_000;
        for number in 0..CALL_EVENTS {
            let dice = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
            // Durations of every size, so that histograms have buckets of every size.
            timestamp_ns += if dice % 1000 == 0 { 1 << ((dice >> 10) & 31) } else { dice % 90 };
            if id == 3 && dice % 100 == 0 {
                timestamp_ns -= 1000;
            }
            let returns = stack.len() == 8 || (dice >> 8) & 1 == 1;
            let returned = stack.pop_if(|_| returns);
            let call_depth = stack.len() as u32;
            let (function_id, event_kind) = match returned {
                Some(function_id) => (function_id, EventKind::RETURN),
                None => ((1 << 32) | ((dice >> 9) % FUNCTIONS), EventKind::CALL),
            };
            if event_kind == EventKind::CALL {
                stack.push(function_id);
            }
            let event = Event { timestamp_ns, function_id, event_kind, call_depth };
            writer.write_event(&event, None).unwrap();
        }
        writer.finalize().unwrap();
    }
    // Events that mean nothing: a hole of 32 MB.
    write_sparse_thread(session, 4, 1_000_000);
}

// The memory of an analysis is that of the open calls and of the functions, not of the events.
#[test]
fn calls_are_analysed_in_thirty_megabytes() {
    let name = "calls_are_analysed_in_thirty_megabytes";
    let Some(dir) = in_a_process_of_its_own(name, write_calls) else { return };
    let check = |step: &str| check_below(step, ANALYSIS_LIMIT_KB);
    check("before");
    let session = SessionReader::open(&dir).unwrap();
    let trace = Trace::from(&session);
    let mut short = Selection::default();
    // The clock of one thread is unsound, so that its calls have to be sorted.
    short.min_duration_ns = Some(50);
    let all = Selection::default();
    let options = Options::default().workers(2).temporary_folder(&dir);
    let counts = map_threads(&trace, &all, &options, None, |calls| calls.count() as u64);
    let count: u64 = counts.into_iter().sum();
    assert!(count > 700_000, "{count}");
    check("calls of each thread");
    for selection in [&all, &short] {
        let report = Report::of(&trace, By::Function, selection, &options, None).unwrap();
        assert_eq!(report.rows().len() as u64, FUNCTIONS);
        let is_all = report.counts().calls == count;
        assert_eq!(is_all, selection.is_everything());
        check("report");
    }
    let summary = Summary::of(&trace, &all, &options, None).unwrap();
    assert_eq!(summary.counts().calls, count);
    check("summary");
    let mut by_end = CallsByEnd::of(&trace, &all, &options).unwrap();
    assert!(by_end.by_ref().is_sorted_by_key(|call| call.unwrap().end_ns));
    assert!(by_end.spilled_bytes() > 0);
    check("calls by end");
    drop(by_end);
    let mut by_start = CallsByStart::of(&trace, &all, &options, None).unwrap();
    assert_eq!(by_start.spilled_bytes(), count * 56);
    check("sorted by start");
    assert!(by_start.by_ref().is_sorted_by_key(|call| call.unwrap().start_ns));
    check("calls by start");
    // Few functions, so that there are few paths: trees grow with these.
    let mut few = Selection::default();
    few.functions = Some((0..3).map(|number| (1 << 32) | number).collect());
    let tree = CallTree::of(&trace, Recursion::Folded, &few, &options, None).unwrap();
    assert!(tree.len() > 3);
    check("tree");
    let folded = Folded::of(&trace, &few, &options, None).unwrap();
    assert!(folded.counts().calls > 10_000);
    check("folded");
    // Temporary files have no names.
    let names = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| name.to_string_lossy().starts_with("thread_")));
    check("all");
}
