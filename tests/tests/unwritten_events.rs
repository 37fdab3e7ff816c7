//! Events at the end of an unfinalized index.atf that cannot have been written: zeros, or time 0 after a later
//! time. A file system that lengthened the file before its data reached the disk leaves them.

use std::fs;
use std::path::{Path, PathBuf};

use atf_runtime::IndexReader;
use atf_runtime::reader::{FooterState, TrailingBytes};
use atf_runtime::recovery::LaneOutcome;
use atf_runtime::session::TracePath;
use atf_runtime::storage::Disk;
use atf_tests::builder::{
    EVENT, FRAME, IndexEvent, IndexFile, NO_DETAIL, Thread, sample_event, write_session,
};
use atf_tests::cli::run_on;
use atf_tests::judge::{notes, plan, problems};
use atf_tests::scratch::Scratch;

const ZERO: IndexEvent = IndexEvent {
    timestamp_ns: 0,
    function_id: 0,
    thread_id: 0,
    event_kind: 0,
    call_depth: 0,
    detail_seq: 0,
};

fn at_time(timestamp_ns: u64, seq: u32) -> IndexEvent {
    IndexEvent { timestamp_ns, ..sample_event(7, seq, NO_DETAIL) }
}

/// An unfinalized session of one thread, with these events and `partial` after them.
fn unfinalized(events: &[IndexEvent], partial: &[u8]) -> (Scratch, PathBuf) {
    let dir = Scratch::new();
    let mut thread = Thread::unfinalized(7, 0, &[]);
    thread.index = IndexFile::unfinalized(7, events);
    thread.index.partial = partial.to_vec();
    write_session(dir.path(), &[thread]);
    let index = dir.path().join("thread_7/index.atf");
    (dir, index)
}

fn extent(index: &Path) -> (usize, FooterState) {
    let reader = IndexReader::open(index).unwrap();
    (reader.len(), reader.extent().footer)
}

// Symptom: ten events and 3,200 zero bytes were read as 110 events, recovery kept 100 events of kind 0 at time
// 0, and verification of the copy was clean. Cause: in an unfinalized file every 32 bytes were an event.
#[test]
fn zeros_at_the_end_are_no_events() {
    let written: Vec<IndexEvent> = (0..10).map(|seq| sample_event(7, seq, NO_DETAIL)).collect();
    let (dir, index) = unfinalized(&written, &[0; 3200]);
    let tail = TrailingBytes::Unwritten { len: 3200 };
    assert_eq!(extent(&index), (10, FooterState::Missing(tail)));
    assert_eq!((tail.len(), tail.is_empty()), (3200, false));
    let path = TracePath::Session(dir.path().to_owned());
    let found = "thread_7/index.atf: footer at byte 384: length: expected 64 bytes of footer, found 3200 bytes \
                 of events that cannot have been written (zeros, or time 0) and the end of the file";
    assert_eq!(problems(&path), [found]);
    let plan = plan(&path);
    let lane = plan.threads[0].index.as_ref().unwrap();
    assert_eq!((lane.kept, lane.dropped, lane.first_bad_offset), (10, 100, Some(384)));
    assert_eq!(lane.outcome, LaneOutcome::Finalized);
    plan.apply_in_place(&Disk, None).unwrap();
    assert_eq!(fs::read(&index).unwrap(), IndexFile::finalized(7, &written).bytes());
    assert_eq!(problems(&path), [""; 0]);
}

// The commands say it too, and show only the events that were written.
#[test]
fn commands_report_events_that_cannot_have_been_written() {
    let written: Vec<IndexEvent> = (0..10).map(|seq| sample_event(7, seq, NO_DETAIL)).collect();
    let (dir, _) = unfinalized(&written, &[0; 3200]);
    let said = "(3 200 bytes at the end cannot have been written: zeros, or time 0; they are not shown); 10 \
                complete events can be read";
    let dump = run_on("dump", dir.path(), &["--format", "jsonl"]).exits(0);
    assert_eq!(dump.lines().len(), 10);
    assert!(dump.stderr.contains(said), "{}", dump.stderr);
    let info = run_on("info", dir.path(), &[]).exits(0);
    assert!(info.stdout.contains("10 events") && info.stderr.contains(said), "{}", info.stderr);
    let verify = run_on("verify", dir.path(), &[]).exits(1);
    assert!(verify.stdout.contains("3200 bytes of events that cannot have been written"));
    let recover = run_on("recover", dir.path(), &["--in-place"]).exits(1);
    assert!(recover.lines()[1].contains("index.atf    10      100"), "{}", recover.stdout);
    run_on("verify", dir.path(), &[]).exits(0);
}

// Which runs at the end are cut, and which events stay.
#[test]
fn only_a_run_at_the_end_of_an_unfinalized_file_is_cut() {
    let [early, late] = [at_time(5, 0), at_time(9, 1)];
    let no_time = at_time(0, 2);
    let table: [(&[IndexEvent], usize); 9] = [
        (&[early, late, no_time], 2),
        (&[early, ZERO, no_time, ZERO], 1),
        // A later event proves that those before it were written.
        (&[early, ZERO, no_time, late], 4),
        (&[ZERO, late], 2),
        // A clock that began at 0 gave no later time.
        (&[no_time, no_time], 2),
        (&[no_time, ZERO, ZERO], 1),
        (&[ZERO, no_time], 2),
        (&[ZERO, ZERO], 0),
        (&[], 0),
    ];
    for (events, expected) in table {
        for rest in [0, 1, EVENT - 1] {
            let (_dir, index) = unfinalized(events, &vec![0; rest]);
            let cut = (events.len() - expected) * EVENT + rest;
            let tail = match (cut, expected == events.len()) {
                (0, _) => TrailingBytes::None,
                (len, true) => TrailingBytes::Event { len: len as u64 },
                (len, false) => TrailingBytes::Unwritten { len: len as u64 },
            };
            assert_eq!(
                extent(&index),
                (expected, FooterState::Missing(tail)),
                "{events:?}, {rest}"
            );
        }
    }
}

// A footer, the beginning of one, or a final header proves the events before it. They are kept, and noted.
#[test]
fn zeros_that_a_footer_or_a_final_header_proves_are_kept_and_noted() {
    let events = [at_time(5, 0), ZERO, ZERO];
    let whole = IndexFile::finalized(7, &events).bytes();
    let end = FRAME + events.len() * EVENT;
    let mut unfinalized = IndexFile::unfinalized(7, &events).bytes();
    unfinalized.extend_from_slice(&whole[end..end + 40]);
    for bytes in [&whole[..], &whole[..end], &unfinalized[..]] {
        let dir = Scratch::new();
        let mut thread = Thread::sample(7, 0, &[]);
        thread.index = IndexFile::finalized(7, &events);
        write_session(dir.path(), &[thread]);
        fs::write(dir.path().join("thread_7/index.atf"), bytes).unwrap();
        let path = TracePath::Session(dir.path().to_owned());
        let said =
            "thread_7/index.atf: 2 events cannot have been written: all zeros, first event 1";
        assert!(notes(&path).contains(&said.to_owned()), "{:?}", notes(&path));
        let plan = plan(&path);
        let lane = plan.threads[0].index.as_ref().unwrap();
        // Zeros name a record, which does not exist.
        assert_eq!((lane.kept, lane.dropped, lane.unlinked), (3, 0, 2));
        plan.apply_in_place(&Disk, None).unwrap();
        assert!(notes(&path).contains(&said.to_owned()), "{:?}", notes(&path));
    }
}

/// Pages that this thread had to wait for, each of which brings up to 64 KiB of a file.
#[cfg(target_os = "linux")]
fn page_faults() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/stat").unwrap();
    let (_, after_name) = stat.rsplit_once(')').unwrap();
    after_name.split_whitespace().nth(7).unwrap().parse().unwrap()
}

// Symptom: an unfinalized index.atf of 64 GB that ended in a hole took minutes to open. Cause: all zeros at its end were
// read, the last one first.
#[cfg(target_os = "linux")]
#[test]
fn hole_of_64_gigabytes_at_the_end_is_not_read() {
    const LEN: u64 = 64 << 30;
    let dir = Scratch::on_disk();
    let thread = Thread::unfinalized(7, 10, &[2, 4]);
    write_session(dir.path(), std::slice::from_ref(&thread));
    let offsets = dir.path().join("thread_7/detail.off");
    fs::write(&offsets, thread.detail.as_ref().unwrap().offsets()).unwrap();
    for name in ["index.atf", "detail.atf", "detail.off"] {
        let file = dir.path().join("thread_7").join(name);
        fs::OpenOptions::new().write(true).open(file).unwrap().set_len(LEN).unwrap();
    }
    let index = dir.path().join("thread_7/index.atf");
    let before = page_faults();
    let end = FRAME as u64 + 10 * EVENT as u64;
    let tail = TrailingBytes::Unwritten { len: LEN - end };
    assert_eq!(extent(&index), (10, FooterState::Missing(tail)));
    let path = TracePath::Session(dir.path().to_owned());
    assert!(problems(&path)[0].contains(&format!("footer at byte {end}: ")));
    let plan = plan(&path);
    let lane = plan.threads[0].index.as_ref().unwrap();
    assert_eq!((lane.kept, lane.first_bad_offset), (10, Some(end)));
    plan.apply_in_place(&Disk, None).unwrap();
    assert_eq!(problems(&path), [""; 0]);
    let faults = page_faults() - before;
    assert!(faults < 10_000, "{faults} page faults");
}
