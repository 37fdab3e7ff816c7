//! A session as one: its threads, their totals, and the problems of each.

use std::fs;
use std::path::Path;

use atf_runtime::manifest::MANIFEST_NAME;
use atf_runtime::session::SessionReader;
use atf_runtime::{DetailSeq, IndexSeq};
use atf_tests::builder::{self, DetailFile, IndexFile, Thread, write_session};
use atf_tests::scratch::Scratch;

fn sample() -> Vec<Thread> {
    vec![
        Thread::sample(12, 3, &[1]),
        Thread::sample(2, 40, &[0, 3, 39]),
        Thread::sample(0, 0, &[]),
        Thread::sample(4_294_967_295, 7, &[]),
    ]
}

fn session(threads: &[Thread]) -> (Scratch, SessionReader) {
    let top = Scratch::new();
    write_session(top.path(), threads);
    let session = SessionReader::open(top.path()).unwrap();
    (top, session)
}

fn ids(session: &SessionReader) -> Vec<u32> {
    session.threads().iter().map(|thread| thread.id).collect()
}

fn problems(session: &SessionReader, top: &Path) -> Vec<String> {
    let problems = session.problems();
    let texts = problems.map(|it| format!("{}: {}", it.thread_id, it.error));
    texts.map(|text| text.replace(&format!("{}/", top.display()), "")).collect()
}

// R-009: threads in the order of their numbers, whatever the manifest's.
#[test]
fn threads_of_an_intact_session_are_opened() {
    let (top, session) = session(&sample());
    assert_eq!(ids(&session), [0, 2, 12, u32::MAX]);
    assert_eq!(problems(&session, top.path()), [""; 0]);
    assert_eq!((session.event_count(), session.detail_count()), (50, Some(4)));
    assert_eq!(session.time_range(), Some((1000, builder::sample_time(39))));
    assert_eq!(session.dir(), top.path());
    assert_eq!(session.manifest().unwrap().threads.len(), 4);
    assert_eq!(session.session().threads().len(), 4);
    assert_eq!(session.symbols().len(), 0);
    for thread in session.threads() {
        assert_eq!(session.thread(thread.id).unwrap().dir, thread.dir);
        assert_eq!(thread.dir, top.path().join(format!("thread_{}", thread.id)));
    }
    assert!(session.thread(1).is_none());
    let two = session.thread(2).unwrap().reader.as_ref().unwrap();
    let event = two.index().get(IndexSeq(39)).unwrap();
    let record = two.get_detail_for(event).unwrap().unwrap();
    assert_eq!(two.get_detail(DetailSeq(2)).unwrap().unwrap().offset, record.offset);
}

// R-009: by the directories, when the manifest is missing, broken, or names others.
#[test]
fn manifest_that_is_missing_or_wrong_hides_no_thread() {
    for manifest in [None, Some("{"), Some(r#"{"threads": []}"#)] {
        let top = Scratch::new();
        write_session(top.path(), &sample());
        let path = top.path().join(MANIFEST_NAME);
        match manifest {
            None => fs::remove_file(path).unwrap(),
            Some(text) => fs::write(path, text).unwrap(),
        }
        let session = SessionReader::open(top.path()).unwrap();
        assert_eq!(ids(&session), [0, 2, 12, u32::MAX], "{manifest:?}");
        assert_eq!(session.event_count(), 50, "{manifest:?}");
        assert_eq!(session.manifest().is_ok(), manifest == Some(r#"{"threads": []}"#));
    }
    let top = Scratch::new();
    let error = SessionReader::open(top.path().join("none")).unwrap_err().to_string();
    assert_eq!(error, format!("{}/none: cannot open", top.path().display()));
}

// The times in the files win over the manifest.
#[test]
fn times_come_from_the_files() {
    let (top, _) = session(&sample());
    let path = top.path().join(MANIFEST_NAME);
    let text = fs::read_to_string(&path).unwrap();
    let lie = text.replace("\"time_start_ns\": 1000", "\"time_start_ns\": 5");
    assert_ne!(lie, text);
    fs::write(&path, lie).unwrap();
    let session = SessionReader::open(top.path()).unwrap();
    assert_eq!(session.time_range(), Some((1000, builder::sample_time(39))));
}

#[test]
fn threads_without_events_do_not_count_for_the_times() {
    let (_top, empty) = session(&[Thread::sample(1, 0, &[]), Thread::sample(2, 0, &[])]);
    assert_eq!((empty.time_range(), empty.event_count()), (None, 0));
    let (_top, none) = session(&[]);
    assert_eq!((none.time_range(), none.threads().len()), (None, 0));
    let mut extreme = Thread::sample(1, 2, &[]);
    extreme.index.events[0].timestamp_ns = 0;
    extreme.index.events[1].timestamp_ns = u64::MAX;
    extreme.index = extreme.index.finalize();
    let (_top, extreme) = session(&[extreme, Thread::sample(2, 3, &[])]);
    assert_eq!(extreme.time_range(), Some((0, u64::MAX)));
}

// R-009: each problem with its thread; the healthy ones are there.
#[test]
fn problems_of_a_thread_do_not_hide_the_healthy_ones() {
    let (top, _) = session(&sample());
    let at = |name: &str| top.path().join(name);
    fs::write(at("thread_0/index.atf"), "ATI2").unwrap();
    fs::write(at("thread_12/detail.atf"), "garbage").unwrap();
    fs::remove_dir_all(at("thread_4294967295")).unwrap();
    let session = SessionReader::open(top.path()).unwrap();
    assert_eq!(ids(&session), [0, 2, 12, u32::MAX]);
    assert_eq!(
        problems(&session, top.path()),
        [
            "0: thread_0/index.atf: header at byte 0: length: expected at least 64 bytes, found 4 bytes",
            "12: thread_12/detail.atf: header at byte 0: length: expected at least 64 bytes, found 7 bytes",
            "4294967295: thread_4294967295/index.atf: cannot open",
        ]
    );
    let readable: Vec<u32> = session.readable().map(|(id, _)| id).collect();
    assert_eq!(readable, [2, 12]);
    assert_eq!((session.event_count(), session.detail_count()), (43, Some(3)));
    assert_eq!(session.time_range(), Some((1000, builder::sample_time(39))));
}

// A session that is being recorded, or was killed: nothing is scanned to count its records.
#[test]
fn records_of_an_unfinalized_detail_lane_are_not_counted() {
    let (top, session) = session(&[Thread::sample(1, 5, &[1]), Thread::unfinalized(2, 6, &[1, 2])]);
    assert_eq!(problems(&session, top.path()), [""; 0]);
    assert_eq!((session.event_count(), session.detail_count()), (11, None));
}

// A-03: what damaged headers promise may be anything.
#[test]
fn promised_records_without_bounds_are_not_added_up() {
    let threads = [1, 2].map(|id| {
        let mut thread = Thread::sample(id, 5, &[1, 2]);
        // Header and footer agree on the length, so that this count is what they promise.
        thread.detail_mut().footer_mut().event_count = u64::MAX;
        thread.detail_mut().header.event_count = u64::MAX;
        thread
    });
    let (_top, session) = session(&threads);
    assert_eq!((session.event_count(), session.detail_count()), (10, None));
}

// Also under links, and beside unrelated files.
#[cfg(unix)]
#[test]
fn other_files_and_links_in_a_session() {
    let (top, _) = session(&[Thread::sample(1, 5, &[])]);
    let elsewhere = Scratch::new();
    Thread::sample(3, 4, &[]).write(elsewhere.path());
    std::os::unix::fs::symlink(elsewhere.path().join("thread_3"), top.path().join("thread_3"))
        .unwrap();
    fs::write(top.path().join("thread_5"), "a file").unwrap();
    fs::create_dir(top.path().join("thread_06")).unwrap();
    let session = SessionReader::open(top.path()).unwrap();
    assert_eq!((ids(&session), session.event_count()), (vec![1, 3], 9));
}

// The memory for walking detail lanes without offsets is limited per session, not per lane: every
// record is still found.
#[test]
fn many_detail_lanes_without_offsets_are_all_read() {
    let with_detail: Vec<u32> = (0..200).collect();
    let threads: Vec<Thread> = (0..600)
        .map(|id| Thread::sample(id, 200, if id < 3 { &with_detail } else { &[0] }))
        .collect();
    let (_top, session) = session(&threads);
    for (id, thread) in session.readable().take(3) {
        for seq in 0..200 {
            let record = thread.get_detail(DetailSeq(seq)).unwrap().unwrap();
            assert_eq!(record.index_seq(), IndexSeq(seq), "thread {id}");
        }
    }
}

// Files that grew while they were recorded: opened again, they show it.
#[test]
fn continued_recording_is_seen_when_opened_again() {
    let events = Thread::sample(1, 9, &[]).index.events;
    let top = Scratch::new();
    for count in [0, 4, 9] {
        let index = IndexFile::unfinalized(1, &events[..count]).bytes();
        builder::write_thread(
            top.path(),
            1,
            &index,
            Some(&DetailFile::unfinalized(1, &[]).bytes()),
        );
        assert_eq!(SessionReader::open(top.path()).unwrap().event_count(), count as u64);
    }
}

// R-010: by time, then thread; a thread that cannot be read is left out.
#[test]
fn events_of_all_threads_are_in_timestamp_order() {
    let threads =
        [Thread::sample(5, 30, &[2]), Thread::sample(2, 40, &[]), Thread::sample(9, 4, &[])];
    let (top, _) = session(&threads);
    fs::write(top.path().join("thread_9/index.atf"), "ATI2").unwrap();
    let session = SessionReader::open(top.path()).unwrap();
    let order: Vec<_> = session.merged().map(|it| (it.thread_id, it.seq.0)).collect();
    let mut expected: Vec<(u32, u32)> = (0..40).flat_map(|seq| [(2, seq), (5, seq)]).collect();
    expected.retain(|&(thread, seq)| thread == 2 || seq < 30);
    assert_eq!(order, expected);
}
