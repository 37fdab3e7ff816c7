//! The drain in one process: what was pushed is in the files when it stops (W-009..W-012, W-L).

use std::path::Path;

use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::format::{ClockType, EventKind};
use atf_runtime::ring::{RingOptions, WhenFull};
use atf_runtime::session::{Session, SessionWriter, State, locate};
use atf_runtime::{
    Event, FunctionDetail, IndexSeq, Payload, Platform, ThreadReader, WriterOptions, verify,
};

fn platform() -> Platform {
    Platform { clock_type: ClockType::BOOTTIME, ..Platform::host().unwrap() }
}

fn start(dir: &Path, options: DrainOptions) -> Drain {
    let session = SessionWriter::create(dir, platform(), WriterOptions::default()).unwrap();
    Drain::start(session, options.sync_on_finalize(false)).unwrap()
}

fn event(number: u64) -> Event {
    Event {
        timestamp_ns: 1_000 + number,
        function_id: 1 << 32 | number,
        event_kind: EventKind::CALL,
        call_depth: number as u32 % 7,
    }
}

fn assert_clean(dir: &Path) {
    let report = verify::verify(&locate(dir).unwrap(), &mut |_| {}).unwrap();
    assert!(report.is_ok(), "{:?}", report.problems());
}

const DETAIL_EVERY: u64 = 3;

#[test]
fn everything_that_was_pushed_is_in_the_files_when_stop_returns() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("session");
    // Small rings, so that they wrap many times.
    let ring =
        RingOptions::default().index_bytes(4096).detail_bytes(4096).when_full(WhenFull::Block);
    let drain = start(&dir, DrainOptions::default().ring(ring));
    const EVENTS: u64 = 40_000;
    std::thread::scope(|scope| {
        for thread_id in 0..4 {
            let lanes = drain.register(thread_id).unwrap();
            scope.spawn(move || {
                let stack = [thread_id as u8; 100];
                for number in 0..EVENTS {
                    let stack = &stack[..number as usize % 100];
                    let detail = FunctionDetail { sp: number, stack, ..FunctionDetail::default() };
                    let payload = Payload::Function(detail);
                    let payload = number.is_multiple_of(DETAIL_EVERY).then_some(&payload);
                    let seq = lanes.push(&event(number), payload).unwrap();
                    assert_eq!(seq, IndexSeq(number as u32));
                }
            });
        }
    });
    let summary = drain.stop().unwrap();
    assert_eq!(summary.manifest.state, Some(State::Complete));
    assert!(summary.unfinished.is_empty());
    assert_clean(&dir);
    for thread_id in 0..4 {
        let thread = ThreadReader::open(dir.join(format!("thread_{thread_id}"))).unwrap();
        assert_eq!(thread.index().len() as u64, EVENTS);
        for (number, found) in thread.index().iter().enumerate() {
            assert_eq!(found.timestamp_ns.get(), event(number as u64).timestamp_ns);
            assert_eq!(found.function_id.get(), event(number as u64).function_id);
        }
        assert_eq!(thread.detail().unwrap().unwrap().len() as u64, EVENTS.div_ceil(DETAIL_EVERY));
        assert!(!dir.join(format!("thread_{thread_id}/lanes.ring")).exists());
    }
    assert_eq!(Session::open(&dir).unwrap().manifest().unwrap(), &summary.manifest);
}
