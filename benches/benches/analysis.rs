//! Calls, reports and folded stacks of a session, beside a bare scan of the same mapped files.
//!
//! The session is that of a program with 500 functions, whose calls are up to 11 deep, on threads of the same length.
//! The bare scan adds up the times of all events.
#![allow(missing_docs)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use atf_analysis::{
    By, CallTree, Folded, Options, Recursion, Report, Selection, ThreadCalls, Trace,
};
use atf_benches::{Side, Target, platform, run_rounds, scratch_dir};
use atf_runtime::format::EventKind;
use atf_runtime::{Event, IndexReader, ThreadWriter, WriterOptions};
use criterion::Criterion;

const EVENTS: u32 = 10_000_000;

/// Numbers that look random and are the same every time.
fn random(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The program: each function calls up to four others of the next level, in the order of its text, each once or a few
/// times. Level by level there are fewer paths than in a random tree, as in programs.
const FUNCTIONS: u64 = 500;
const LEVELS: u64 = 10;

/// A call that is open: its function, its level, and how many of the calls in it are left.
struct Running {
    function_id: u64,
    level: u64,
    left: u64,
}

/// Writes a thread that runs the program.
fn write_thread(session: &Path, id: u32, events: u32) -> (u32, IndexReader) {
    let options = WriterOptions::default().sync_on_finalize(false).buffer_bytes(256 * 1024);
    let mut writer = ThreadWriter::create(session, id, platform(), options).unwrap();
    let mut stack: Vec<Running> = Vec::new();
    let mut timestamp_ns = 1_000_000_000;
    for seq in 0..events {
        let dice = random(u64::from(id) << 32 | u64::from(seq));
        timestamp_ns += 10 + dice % 90;
        let depth = stack.len() as u32;
        let event = match stack.pop_if(|top| top.left == 0) {
            Some(Running { function_id, .. }) => Event {
                timestamp_ns,
                function_id,
                event_kind: EventKind::RETURN,
                call_depth: depth - 1,
            },
            None => {
                let (caller, level, call) = match stack.last_mut() {
                    Some(top) => {
                        top.left -= 1;
                        (top.function_id, top.level + 1, top.left)
                    }
                    None => (0, 0, dice >> 40 & 3),
                };
                // Two calls in a row are of the same function.
                let function_id = (1 << 32) | (random((caller << 8) | (call / 2)) % FUNCTIONS);
                // Some functions call nothing, the others up to four times; now and then one more or less.
                let text = random(function_id) % 5;
                let left = if level == LEVELS { 0 } else { text ^ u64::from(dice >> 50 & 15 == 0) };
                stack.push(Running { function_id, level, left });
                Event { timestamp_ns, function_id, event_kind: EventKind::CALL, call_depth: depth }
            }
        };
        writer.write_event(&event, None).unwrap();
    }
    let path = writer.dir().join("index.atf");
    writer.finalize().unwrap();
    (id, IndexReader::open(path).unwrap())
}

fn timed(work: impl FnOnce() -> u64) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn scan(readers: &[(u32, IndexReader)]) -> u64 {
    let times = |index: &IndexReader| {
        index.iter().map(|event| event.timestamp_ns.get()).fold(0, u64::wrapping_add)
    };
    readers.iter().map(|(_, index)| times(index)).fold(0, u64::wrapping_add)
}

fn calls(readers: &[(u32, IndexReader)]) -> u64 {
    let selection = Selection::default();
    let of = |&(id, ref index): &(u32, IndexReader)| {
        let calls = ThreadCalls::new(id, index, &selection, &Options::default());
        calls.fold(0_u64, |sum, call| sum.wrapping_add(call.self_ns))
    };
    readers.iter().map(of).fold(0, u64::wrapping_add)
}

fn report(trace: &Trace<'_>, workers: usize) -> u64 {
    let options = Options::default().workers(workers);
    let report = Report::of(trace, By::Function, &Selection::default(), &options, None).unwrap();
    report.rows().iter().map(|row| row.self_ns).fold(0, u64::wrapping_add)
}

fn folded(trace: &Trace<'_>) -> u64 {
    let options = Options::default().workers(1);
    let folded = Folded::of(trace, &Selection::default(), &options, None).unwrap();
    let mut sum = 0_u64;
    folded.for_each(|stack| sum = sum.wrapping_add(stack.self_ns));
    sum
}

fn tree(trace: &Trace<'_>) -> u64 {
    let options = Options::default().workers(1);
    let all = Selection::default();
    let tree = CallTree::of(trace, Recursion::Folded, &all, &options, None).unwrap();
    tree.walk().map(|(_, node)| node.self_ns()).fold(0, u64::wrapping_add)
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let names = ["analysis of 1 thread", "analysis of 8 threads"];
    for (name, threads) in names.into_iter().zip([1, 8]) {
        let dir = scratch_dir(env!("CARGO_TARGET_TMPDIR"));
        let write = |id| write_thread(dir.path(), id, EVENTS / threads);
        let readers: Vec<_> = (0..threads).map(write).collect();
        let trace = Trace::new(readers.iter().map(|(id, index)| (*id, index)));
        let expected = calls(&readers);
        assert_eq!([report(&trace, 1), folded(&trace), tree(&trace)], [expected; 3]);
        let mut sides = vec![
            Side::new("bare scan", || timed(|| scan(&readers))),
            Side::new("calls", || timed(|| calls(&readers)))
                .must_reach(&[Target::AtLeast(0.25, "bare scan")]),
            Side::new("report", || timed(|| report(&trace, 1)))
                .must_reach(&[Target::AtLeast(0.25, "bare scan")]),
            Side::new("folded", || timed(|| folded(&trace)))
                .must_reach(&[Target::AtLeast(0.2, "bare scan")]),
            Side::new("tree", || timed(|| tree(&trace))),
        ];
        if threads > 1 {
            sides.push(
                Side::new("report, 2 workers", || timed(|| report(&trace, 2)))
                    .must_reach(&[Target::AtLeast(1.5, "report")]),
            );
        }
        run_rounds(&mut criterion, name, EVENTS.into(), sides);
    }
    criterion.final_summary();
}
