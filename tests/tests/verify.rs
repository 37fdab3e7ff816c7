//! Problems and notes of verification, each by its full text.

use std::fs;

use atf_runtime::session::TracePath;
use atf_runtime::verify::{
    ChecksumState, detail_checksum, index_checksum, thread_checksum, verify,
};
use atf_runtime::{DetailReader, IndexReader, ThreadReader};
use atf_tests::builder::{self, IndexFile, NO_DETAIL, Thread};
use atf_tests::judge::{notes, problems};
use atf_tests::scratch::Scratch;

/// Three events, the middle one with a record of 5 bytes payload. The index footer is at byte 160,
/// the record at 64, the detail footer at 93.
fn sample() -> Thread {
    Thread::sample(7, 3, &[1])
}

/// Problems and notes of a session of one thread after `change`.
fn verified(change: impl FnOnce(&mut Thread)) -> (Vec<String>, Vec<String>) {
    let mut thread = sample();
    let manifest = builder::manifest(std::slice::from_ref(&thread));
    change(&mut thread);
    let dir = Scratch::new();
    fs::write(dir.path().join("manifest.json"), manifest).unwrap();
    thread.write(dir.path());
    let path = TracePath::Session(dir.path().to_owned());
    (problems(&path), notes(&path))
}

#[track_caller]
fn assert_problems(expected: &[&str], change: impl FnOnce(&mut Thread)) {
    let (problems, notes) = verified(change);
    assert_eq!(problems, expected);
    assert_eq!(notes, [""; 0]);
}

#[test]
fn intact_session_has_neither_problems_nor_notes() {
    assert_eq!(verified(|_| ()), (vec![], vec![]));
    let dir = Scratch::new();
    builder::write_session(dir.path(), &[Thread::sample(0, 0, &[]), Thread::sample(3, 9, &[])]);
    let path = TracePath::Session(dir.path().to_owned());
    assert_eq!((problems(&path), notes(&path)), (vec![], vec![]));
    assert!(verify(&path, None).unwrap().is_ok());
}

// ------------------------------------------------------------------ a missing or wrong footer

#[test]
fn missing_index_footer_is_a_problem() {
    assert_problems(
        &[
            "thread_7/index.atf: footer at byte 160: length: expected 64 bytes of footer, found the \
             end of the file",
        ],
        |thread| {
            thread.index = IndexFile::unfinalized(7, &thread.index.events);
        },
    );
}

#[test]
fn incomplete_event_is_a_problem() {
    assert_problems(
        &["thread_7/index.atf: footer at byte 160: length: expected 64 bytes of footer, found 9 \
             bytes of an event and the end of the file"],
        |thread| {
            thread.index = IndexFile::unfinalized(7, &thread.index.events);
            thread.index.partial = vec![1; 9];
        },
    );
}

#[test]
fn truncated_index_footer_is_a_problem() {
    assert_problems(
        &[
            "thread_7/index.atf: footer at byte 160: length: expected 64 bytes of footer, found the \
             first 33 bytes of it and the end of the file",
        ],
        |thread| {
            let footer = thread.index.footer.take().unwrap().bytes();
            thread.index.partial = footer[..33].to_vec();
        },
    );
}

#[test]
fn missing_detail_footer_is_a_problem() {
    assert_problems(
        &[
            "thread_7/detail.atf: footer at byte 93: length: expected 64 bytes of footer, found the \
             end of the file",
        ],
        |thread| thread.detail_mut().footer = None,
    );
}

#[test]
fn incomplete_record_is_a_problem() {
    assert_problems(
        &["thread_7/detail.atf: footer at byte 93: length: expected 64 bytes of footer, found 3 \
             bytes of a record and the end of the file"],
        |thread| {
            let mut unfinalized = Thread::unfinalized(7, 3, &[1]);
            unfinalized.detail_mut().partial = vec![30, 0, 0];
            thread.detail = unfinalized.detail;
        },
    );
}

#[test]
fn wrong_magic_of_an_index_footer_is_a_problem() {
    assert_problems(
        &[r#"thread_7/index.atf: footer at byte 160: magic: expected "2ITA", found "2ITa""#],
        |thread| thread.index.footer_mut().magic = *b"2ITa",
    );
}

#[test]
fn wrong_magic_of_a_detail_footer_is_a_problem() {
    assert_problems(
        &[r#"thread_7/detail.atf: footer at byte 93: magic: expected "2DTA", found "2dTA""#],
        |thread| thread.detail_mut().footer_mut().magic = *b"2dTA",
    );
}

#[test]
fn bytes_behind_a_footer_are_a_problem() {
    assert_problems(
        &["thread_7/index.atf: end of file at byte 224: length: expected no bytes after the \
             footer, found 3 bytes"],
        |thread| thread.index.trailing = vec![0; 3],
    );
}

// Symptom: the message did not say what was expected and found. Cause: it was made without them.
#[test]
fn bytes_behind_a_detail_footer_are_a_problem() {
    assert_problems(
        &[
            r#"thread_7/detail.atf: footer at byte 93: magic: expected "2DTA", found "2DTa""#,
            "thread_7/detail.atf: end of file at byte 157: length: expected no bytes after the \
             footer, found 64 bytes",
        ],
        |thread| {
            thread.detail_mut().footer_mut().magic = *b"2DTa";
            thread.detail_mut().trailing = vec![b'x'; 64];
        },
    );
}

// ------------------------------------------------------------------ header and footer that disagree

#[test]
fn index_header_that_disagrees_is_a_problem_for_each_field() {
    assert_problems(
        &[
            "thread_7/index.atf: header at byte 24: event_size: expected 32, found 33",
            "thread_7/index.atf: header at byte 28: event_count: expected 3 (as the footer says), \
             found 2",
            "thread_7/index.atf: header at byte 32: events_offset: expected 64, found 65",
            "thread_7/index.atf: header at byte 40: footer_offset: expected 160, found 161",
            "thread_7/index.atf: header at byte 48: time_start_ns: expected 1000 (the first \
             event's), found 1",
            "thread_7/index.atf: header at byte 56: time_end_ns: expected 1020 (the last event's), \
             found 2",
        ],
        |thread| {
            let header = &mut thread.index.header;
            (header.event_size, header.event_count) = (33, 2);
            (header.events_offset, header.footer_offset) = (65, 161);
            (header.time_start_ns, header.time_end_ns) = (1, 2);
        },
    );
}

#[test]
fn detail_header_that_disagrees_is_a_problem_for_each_field() {
    assert_problems(
        &[
            "thread_7/detail.atf: header at byte 20: events_offset: expected 64, found 65",
            "thread_7/detail.atf: header at byte 36: bytes_length: expected 29, found 30",
            "thread_7/detail.atf: header at byte 28: event_count: expected 1 (records in the file), \
             found 2",
            "thread_7/detail.atf: header at byte 44: index_seq_start: expected 1 (the lowest linked \
             to), found 0",
            "thread_7/detail.atf: header at byte 52: index_seq_end: expected 1 (the highest linked \
             to), found 2",
        ],
        |thread| {
            let header = &mut thread.detail_mut().header;
            (header.events_offset, header.bytes_length, header.event_count) = (65, 30, 2);
            (header.index_seq_start, header.index_seq_end) = (0, 2);
        },
    );
}

// ------------------------------------------------------------------ counts, times and lengths

#[test]
fn counts_and_lengths_of_an_index_footer_that_do_not_fit_are_problems() {
    assert_problems(
        &[
            "thread_7/index.atf: footer at byte 168: event_count: expected 3 (96 bytes / 32), found 4",
            "thread_7/index.atf: footer at byte 192: bytes_written: expected 96, found 128",
        ],
        |thread| {
            let footer = thread.index.footer_mut();
            (footer.event_count, footer.bytes_written) = (4, 128);
        },
    );
}

#[test]
fn times_of_an_index_footer_that_do_not_fit_are_problems() {
    assert_problems(
        &[
            "thread_7/index.atf: footer at byte 176: time_start_ns: expected 1000 (the first \
             event's), found 1001",
            "thread_7/index.atf: footer at byte 184: time_end_ns: expected 1020 (the last event's), \
             found 1019",
        ],
        |thread| {
            let footer = thread.index.footer_mut();
            (footer.time_start_ns, footer.time_end_ns) = (1001, 1019);
        },
    );
}

#[test]
fn counts_times_and_lengths_of_a_detail_footer_that_do_not_fit_are_problems() {
    assert_problems(
        &[
            "thread_7/detail.atf: footer at byte 109: bytes_length: expected 29, found 28",
            "thread_7/detail.atf: footer at byte 101: event_count: expected 1 (records in the file), \
             found 2",
            "thread_7/detail.atf: footer at byte 117: time_start_ns: expected 1010 (the first \
             record's), found 1",
            "thread_7/detail.atf: footer at byte 125: time_end_ns: expected 1010 (the last \
             record's), found 2",
        ],
        |thread| {
            let footer = thread.detail_mut().footer_mut();
            (footer.event_count, footer.bytes_length) = (2, 28);
            (footer.time_start_ns, footer.time_end_ns) = (1, 2);
        },
    );
}

#[test]
fn length_of_a_record_that_does_not_fit_is_a_problem() {
    assert_problems(
        &[
            "thread_7/detail.atf: record 0 at byte 64: total_length: expected 24 to 29, found 30",
            "thread_7/index.atf: event 1 at byte 124: detail_seq: expected none (no record of \
             detail.atf can be read), found 0",
        ],
        |thread| {
            let detail = thread.detail_mut();
            detail.records[0].total_length = Some(30);
            detail.footer_mut().checksum = crc32fast::hash(&detail.records_bytes());
        },
    );
}

#[test]
fn missing_header_is_a_problem() {
    assert_problems(
        &[r#"thread_7/index.atf: header at byte 0: magic: expected "ATI2", found "ATI3""#],
        |thread| thread.index.header.magic = *b"ATI3",
    );
    assert_problems(
        &["thread_7/detail.atf: header at byte 4: endian: expected 1, found 2"],
        |thread| thread.detail_mut().header.endian = 2,
    );
}

// ------------------------------------------------------------------ checksum

#[test]
fn checksum_that_does_not_match_is_a_problem() {
    let thread = sample();
    let (index, detail) = (&thread.index, thread.detail.as_ref().unwrap());
    let index_sum = crc32fast::hash(&index.events_bytes());
    let detail_sum = crc32fast::hash(&detail.records_bytes());
    assert_problems(
        &[
            &format!(
                "thread_7/index.atf: footer at byte 164: checksum: expected {index_sum:#010x}, found \
                 0x00000001"
            ),
            &format!(
                "thread_7/detail.atf: footer at byte 97: checksum: expected {detail_sum:#010x}, \
                 found 0x80000000"
            ),
        ],
        |thread| {
            thread.index.footer_mut().checksum = 1;
            thread.detail_mut().footer_mut().checksum = 1 << 31;
        },
    );
}

#[test]
fn checksums_of_lanes_and_thread_are_reported() {
    let dir = Scratch::new();
    let states = |thread: &Thread| {
        let thread_dir = thread.write(dir.path());
        let index = IndexReader::open(thread_dir.join("index.atf")).unwrap();
        let detail = DetailReader::open(thread_dir.join("detail.atf")).unwrap();
        let both = ThreadReader::open(&thread_dir).unwrap();
        (index_checksum(&index, None), detail_checksum(&detail, None), thread_checksum(&both, None))
    };
    use ChecksumState::{Mismatch, NotRecorded, Ok};
    let mut thread = sample();
    assert_eq!(states(&thread), (Ok, Ok, Ok));
    thread.detail_mut().footer_mut().checksum = 0;
    assert_eq!(states(&thread), (Ok, NotRecorded, NotRecorded));
    thread.index.footer_mut().checksum = 5;
    assert_eq!(states(&thread), (Mismatch, NotRecorded, Mismatch));
    assert_eq!(states(&Thread::unfinalized(7, 3, &[1])), (NotRecorded, NotRecorded, NotRecorded));
}

// ------------------------------------------------------------------ broken links

#[test]
fn link_to_a_missing_record_is_a_problem() {
    assert_problems(
        &["thread_7/index.atf: event 2 at byte 156: detail_seq: expected below 1 (records in \
             detail.atf), found 1"],
        |thread| {
            thread.index.events[2].detail_seq = 1;
            thread.index = thread.index.clone().finalize();
        },
    );
}

#[test]
fn gap_in_the_links_is_a_problem() {
    assert_problems(
        &["thread_7/index.atf: event 2 at byte 156: detail_seq: expected 1 (sequences have no \
             gap), found 9"],
        |thread| {
            thread.index.events[2].detail_seq = 9;
            thread.index = thread.index.clone().finalize();
        },
    );
}

#[test]
fn two_events_with_one_record_are_a_problem() {
    assert_problems(
        &["thread_7/index.atf: event 2 at byte 156: detail_seq: expected 1 (sequences have no \
             gap), found 0"],
        |thread| {
            thread.index.events[2].detail_seq = 0;
            thread.index = thread.index.clone().finalize();
        },
    );
}

#[test]
fn record_that_no_event_names_is_a_problem() {
    assert_problems(
        &[
            "thread_7/detail.atf: record 0 at byte 72: index_seq: expected an event whose detail_seq \
             is 0, found 1, which has no detail",
        ],
        |thread| {
            thread.index.events[1].detail_seq = NO_DETAIL;
            thread.index = thread.index.clone().finalize();
        },
    );
}

#[test]
fn record_of_a_missing_event_is_a_problem() {
    assert_problems(
        &["thread_7/detail.atf: record 0 at byte 72: index_seq: expected below 3 (events in \
             index.atf), found 3"],
        |thread| {
            let detail = thread.detail_mut();
            detail.records[0].index_seq = 3;
            thread.detail = Some(detail.clone().finalize());
        },
    );
}

#[test]
fn records_out_of_order_are_a_problem() {
    let mut expected = Thread::sample(7, 3, &[0, 2]);
    expected.detail_mut().records.swap(0, 1);
    let at = 64 + expected.detail_mut().records[0].bytes().len() + 8;
    assert_problems(
        &[
            "thread_7/detail.atf: record 0 at byte 72: index_seq: expected an event whose detail_seq \
             is 0, found 2, whose detail_seq is 1",
            &format!(
                "thread_7/detail.atf: record 1 at byte {at}: index_seq: expected above 2 (the record \
                 before), found 0"
            ),
            &format!(
                "thread_7/detail.atf: record 1 at byte {at}: index_seq: expected an event whose \
                 detail_seq is 1, found 0, whose detail_seq is 0"
            ),
        ],
        |thread| {
            expected.detail = expected.detail.map(builder::DetailFile::finalize);
            *thread = expected;
        },
    );
}

#[test]
fn timestamp_that_differs_from_its_event_is_a_problem() {
    assert_problems(
        &["thread_7/detail.atf: record 0 at byte 80: timestamp: expected 1010 (event 1's), found \
             1011"],
        |thread| {
            let detail = thread.detail_mut();
            detail.records[0].timestamp = 1011;
            thread.detail = Some(detail.clone().finalize());
        },
    );
}

#[test]
fn missing_detail_file_is_a_problem() {
    let (problems, notes) = verified(|thread| thread.detail = None);
    assert_eq!(
        problems,
        [
            "thread_7/index.atf: event 1 at byte 124: detail_seq: expected none (there is no \
             detail.atf), found 0",
            "thread_7/index.atf: header at byte 8: flags: expected has_detail_file (0x1) clear: \
             there is no detail.atf, found set",
        ]
    );
    assert_eq!(
        notes,
        ["manifest.json: thread 7: has_detail is true, but there is no detail.atf; the original \
             tracer wrote true for every thread",]
    );
}

#[test]
fn detail_file_that_the_header_does_not_announce_is_a_problem() {
    assert_problems(
        &[
            "thread_7/index.atf: header at byte 8: flags: expected has_detail_file (0x1) set: there \
             is a detail.atf, found clear",
        ],
        |thread| thread.index.header.flags = 0,
    );
}

// ------------------------------------------------------------------ reserved bytes and bits

const RESERVED: &str = "expected 0 (reserved: damaged, or from a newer revision), found";

#[test]
fn reserved_bytes_of_index_header_and_footer_are_problems() {
    assert_problems(
        &[
            &format!("thread_7/index.atf: header at byte 8: flags: {RESERVED} bits 0x80000002"),
            &format!("thread_7/index.atf: header at byte 17: _reserved1: {RESERVED} 00 ff 00"),
            &format!("thread_7/index.atf: header at byte 20: _reserved2: {RESERVED} 04 03 02 01"),
            &format!(
                "thread_7/index.atf: footer at byte 200: reserved: {RESERVED} 00 00 00 00 00 00 00 \
                 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01"
            ),
        ],
        |thread| {
            let header = &mut thread.index.header;
            header.flags |= 0x8000_0002;
            header.reserved1[1] = 0xFF;
            header.reserved2 = 0x0102_0304;
            thread.index.footer_mut().reserved[23] = 1;
        },
    );
}

#[test]
fn reserved_bytes_of_detail_header_footer_and_record_are_problems() {
    assert_problems(
        &[
            &format!("thread_7/detail.atf: header at byte 8: flags: {RESERVED} 01 00 00 00"),
            &format!("thread_7/detail.atf: header at byte 16: _reserved1: {RESERVED} 00 00 00 80"),
            &format!("thread_7/detail.atf: header at byte 60: _reserved2: {RESERVED} 00 00 00 09"),
            &format!(
                "thread_7/detail.atf: footer at byte 133: reserved: {RESERVED} 01 00 00 00 00 00 00 \
                 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
            ),
            &format!("thread_7/detail.atf: record 0 at byte 70: flags: {RESERVED} 258"),
        ],
        |thread| {
            let detail = thread.detail_mut();
            detail.header.flags = 1;
            detail.header.reserved1 = 1 << 31;
            detail.header.reserved2[3] = 9;
            detail.records[0].flags = 0x0102;
            *detail = detail.clone().finalize();
            detail.footer_mut().reserved[0] = 1;
        },
    );
}

// ------------------------------------------------------------------ platform and thread

#[test]
fn unknown_platform_is_a_problem_in_each_header() {
    assert_problems(
        &[
            "thread_7/index.atf: header at byte 6: arch: expected 1 (x86_64), 2 (arm64), found 3",
            "thread_7/index.atf: header at byte 7: os: expected 1 (ios), 2 (android), 3 (macos), 4 \
             (linux), 5 (windows), found 0",
            "thread_7/index.atf: header at byte 16: clock_type: expected 1 (mach_continuous), 2 \
             (qpc), 3 (boottime), found 4",
            "thread_7/detail.atf: header at byte 6: arch: expected 1 (x86_64), 2 (arm64), found 3",
            "thread_7/detail.atf: header at byte 7: os: expected 1 (ios), 2 (android), 3 (macos), 4 \
             (linux), 5 (windows), found 0",
            "manifest.json: manifest at byte 0: clock_type: expected 4 (as thread 7 says), found 3",
        ],
        |thread| {
            let header = &mut thread.index.header;
            (header.arch, header.os, header.clock_type) = (3, 0, 4);
            let header = &mut thread.detail_mut().header;
            (header.arch, header.os) = (3, 0);
        },
    );
}

#[test]
fn headers_of_one_thread_that_disagree_are_a_problem() {
    assert_problems(
        &[
            "thread_7/detail.atf: header at byte 6: arch: expected x86_64 (as in index.atf), found \
             arm64",
            "thread_7/detail.atf: header at byte 7: os: expected linux (as in index.atf), found ios",
            "thread_7/detail.atf: header at byte 12: thread_id: expected 7 (as in index.atf), found 8",
            "thread_7/detail.atf: record 0 at byte 76: thread_id: expected 8 (as in the header), \
             found 7",
        ],
        |thread| {
            let header = &mut thread.detail_mut().header;
            (header.arch, header.os, header.thread_id) = (2, 1, 8);
        },
    );
}

#[test]
fn clock_that_contradicts_the_system_is_a_problem() {
    assert_problems(
        &[
            "thread_7/index.atf: header at byte 16: clock_type: expected boottime (the clock of \
             linux), found qpc",
            "manifest.json: manifest at byte 0: clock_type: expected 2 (as thread 7 says), found 3",
        ],
        |thread| thread.index.header.clock_type = 2,
    );
}

#[test]
fn thread_of_another_directory_is_a_problem() {
    assert_problems(
        &[
            "thread_7/index.atf: event 0 at byte 80: thread_id: expected 9 (as in the header), found 7",
            "thread_7/index.atf: event 1 at byte 112: thread_id: expected 9 (as in the header), \
             found 7",
            "thread_7/index.atf: event 2 at byte 144: thread_id: expected 9 (as in the header), \
             found 7",
            "thread_7/index.atf: header at byte 12: thread_id: expected 7 (the directory's name), \
             found 9",
            "thread_7/detail.atf: header at byte 12: thread_id: expected 9 (as in index.atf), found 7",
        ],
        |thread| thread.index.header.thread_id = 9,
    );
}

// ------------------------------------------------------------------ the manifest

fn with_manifest(manifest: Option<&str>) -> (Vec<String>, Vec<String>) {
    let dir = Scratch::new();
    sample().write(dir.path());
    if let Some(manifest) = manifest {
        fs::write(dir.path().join("manifest.json"), manifest).unwrap();
    }
    let path = TracePath::Session(dir.path().to_owned());
    (problems(&path), notes(&path))
}

#[test]
fn missing_manifest_is_a_problem() {
    let expected = "manifest.json: manifest at byte 0: file: expected a file, found none that can be \
                    read (No such file or directory (os error 2))";
    assert_eq!(with_manifest(None), (vec![expected.into()], vec![]));
}

// Symptom: "expected a session's manifest, found expected a session's manifest, found: EOF". Cause:
// the error's full text was shown as the value that was found.
#[test]
fn broken_manifest_is_a_problem() {
    let (problems, notes) = with_manifest(Some(r#"{"threads": [{"id": 7"#));
    assert_eq!(
        problems,
        [
            "manifest.json: manifest at byte 0: JSON: expected a session's manifest, found EOF while \
          parsing an object at line 1 column 21; it has no names before its end"
        ]
    );
    assert_eq!(notes, [""; 0]);
}

#[test]
fn manifest_without_threads_is_a_problem() {
    let (problems, _) = with_manifest(Some(r#"{"format_version": "2.0"}"#));
    assert_eq!(
        problems,
        ["manifest.json: manifest at byte 0: JSON: expected a session's manifest, found missing \
          field `threads` at line 1 column 25; it has no names"]
    );
}

#[test]
fn missing_thread_is_a_problem() {
    let (problems, _) = with_manifest(Some(
        r#"{"threads": [{"id": 7, "has_detail": true}, {"id": 8}], "time_start_ns": 1000, "time_end_ns": 1020}"#,
    ));
    assert_eq!(
        problems,
        ["thread_8: thread at byte 0: directory: expected a directory, found no such directory"]
    );
}

// Symptom: a thread that could not be read made the manifest's times a problem too, "expected 0".
// Cause: they were compared with the threads that could be read.
#[test]
fn thread_without_an_index_is_a_problem() {
    let dir = Scratch::new();
    builder::write_session(dir.path(), &[sample()]);
    fs::remove_file(dir.path().join("thread_7/index.atf")).unwrap();
    let path = TracePath::Session(dir.path().to_owned());
    assert_eq!(
        problems(&path),
        ["thread_7/index.atf: file at byte 0: index.atf: expected a file, found none"]
    );
}

#[test]
fn thread_that_is_not_listed_is_a_problem() {
    let (problems, notes) = with_manifest(Some(r#"{"threads": []}"#));
    assert_eq!(
        problems,
        ["manifest.json: manifest at byte 0: threads: expected thread 7 listed, found not listed"]
    );
    assert_eq!(notes, ["manifest.json: times are 0: not recorded, as by the original tracer"]);
}

#[test]
fn thread_that_is_listed_twice_is_a_problem() {
    let (problems, _) = with_manifest(Some(
        r#"{"threads": [{"id": 7, "has_detail": true}, {"id": 7, "has_detail": true}]}"#,
    ));
    assert_eq!(
        problems,
        ["manifest.json: manifest at byte 0: threads: expected every id once, found 7 twice"]
    );
}

#[test]
fn manifest_that_denies_a_detail_file_is_a_problem() {
    let (problems, _) = with_manifest(Some(
        r#"{"threads": [{"id": 7}], "time_start_ns": 1000, "time_end_ns": 1020}"#,
    ));
    assert_eq!(
        problems,
        ["manifest.json: manifest at byte 0: threads[0].has_detail: expected true, found false"]
    );
}

#[test]
fn times_of_the_manifest_that_do_not_fit_are_problems() {
    let (problems, _) = with_manifest(Some(
        r#"{"threads": [{"id": 7, "has_detail": true}], "time_start_ns": 999, "time_end_ns": 0}"#,
    ));
    assert_eq!(
        problems,
        [
            "manifest.json: manifest at byte 0: time_start_ns: expected 1000 (over all threads), \
             found 999",
            "manifest.json: manifest at byte 0: time_end_ns: expected 1020 (over all threads), found 0",
        ]
    );
}

// ------------------------------------------------------------------ notes

const NO_CHECKSUM: &str = "the checksum is 0: not recorded, so damage inside events would not show";

#[test]
fn session_of_the_original_tracer_has_only_notes() {
    let dir = Scratch::new();
    for id in [1, 2] {
        let mut thread = Thread::sample(id, 5, if id == 1 { &[2, 3] } else { &[] });
        thread.index.footer_mut().checksum = 0;
        if let Some(detail) = &mut thread.detail {
            detail.footer_mut().checksum = 0;
        }
        thread.write(dir.path());
    }
    let manifest = builder::manifest_by_the_original_tracer(&[1, 2]);
    fs::write(dir.path().join("manifest.json"), manifest).unwrap();
    let path = TracePath::Session(dir.path().to_owned());
    assert_eq!(problems(&path), [""; 0]);
    assert_eq!(
        notes(&path),
        [
            format!("thread_1/index.atf: {NO_CHECKSUM}"),
            format!("thread_1/detail.atf: {NO_CHECKSUM}"),
            format!("thread_2/index.atf: {NO_CHECKSUM}"),
            "manifest.json: thread 2: has_detail is true, but there is no detail.atf; the original \
             tracer wrote true for every thread"
                .into(),
            "manifest.json: times are 0: not recorded, as by the original tracer".into(),
        ]
    );
    assert!(atf_tests::judge::plan(&path).changes_nothing());
}

#[test]
fn session_that_is_being_recorded_is_noted() {
    let (problems, notes) = with_manifest(Some(
        r#"{"threads": [{"id": 7, "has_detail": true}], "state": "recording"}"#,
    ));
    assert_eq!(problems, [""; 0]);
    assert_eq!(
        notes,
        ["manifest.json: state is \"recording\": the recording is still running, or was killed"]
    );
}

// Symptom: the session of a recorder that had failed was called clean.
#[test]
fn session_of_a_recorder_that_failed_is_a_problem_until_it_is_recovered() {
    let manifest = |state: &str| {
        format!(
            r#"{{"threads": [{{"id": 7, "has_detail": true, "unverified": [[0, 3], [4, 1]],
            "unverified_details": [[1, 1]]}}], "state": "{state}", "failed": "the disk burned",
            "untraced_threads": 2}}"#
        )
    };
    let unproved = |what| {
        format!("manifest.json: thread 7: {what} are unverified: they may not be what was recorded")
    };
    let mut expected = vec![
        unproved("events 0 to 2"),
        unproved("events 4 to 4"),
        unproved("detail records 1 to 1"),
        "manifest.json: threads that could not be registered and are not in it: 2".to_owned(),
        "manifest.json: state is \"recording\": the recording is still running, or was killed"
            .to_owned(),
    ];
    let (problems, notes) = with_manifest(Some(&manifest("recording")));
    let failed = "manifest.json: manifest at byte 0: failed: expected a recording that ended in \
                  order, found the disk burned";
    assert_eq!(problems, [failed]);
    assert_eq!(notes, expected);
    let (problems, notes) = with_manifest(Some(&manifest("complete")));
    assert_eq!(problems, [""; 0]);
    expected[4] = "manifest.json: times are 0: not recorded, as by the original tracer".to_owned();
    expected.insert(3, "manifest.json: the recording failed: the disk burned".to_owned());
    let sorted = |mut notes: Vec<String>| {
        notes.sort();
        notes
    };
    assert_eq!(sorted(notes), sorted(expected));
}

#[test]
fn clock_that_went_backwards_is_a_note() {
    let (problems, notes) = verified(|thread| {
        thread.index = Thread::sample(7, 5, &[1]).index;
        thread.index.events[2].timestamp_ns = 1005;
        thread.index.events[3].timestamp_ns = 1004;
        thread.index.events[4].timestamp_ns = 1020;
        thread.index = thread.index.clone().finalize();
    });
    assert_eq!(problems, [""; 0]);
    assert_eq!(notes, ["thread_7/index.atf: the clock went backwards 2 times, first at event 2"]);
}

#[test]
fn one_file_alone_is_noted() {
    let dir = Scratch::new();
    let thread_dir = sample().write(dir.path());
    let index = TracePath::IndexFile(thread_dir.join("index.atf"));
    let detail = TracePath::DetailFile(thread_dir.join("detail.atf"));
    for path in [index, detail] {
        let report = verify(&path, None).unwrap();
        assert_eq!(report.problems(), []);
        let notes: Vec<String> = report.notes().iter().map(ToString::to_string).collect();
        let file = path.path().display();
        let says = [
            "one file alone: its links were not checked",
            "not protected: it has no chunk checksums",
        ];
        assert_eq!(notes, says.map(|it| format!("{file}: {it}")));
    }
}

// ------------------------------------------------------------------ what is not judged

#[test]
fn payloads_kinds_and_types_are_not_checked() {
    let (problems, notes) = verified(|thread| {
        *thread = Thread::sample(7, 3, &[0, 1, 2]);
        for (seq, event_type) in [4, 3, 0xFFFF].into_iter().enumerate() {
            thread.index.events[seq].event_kind = [3, 0, 99][seq];
            thread.detail_mut().records[seq].event_type = event_type;
            thread.detail_mut().records[seq].payload = vec![0xFF; [0, 101, 99][seq]];
        }
        thread.index = thread.index.clone().finalize();
        thread.detail = Some(thread.detail_mut().clone().finalize());
    });
    assert_eq!((problems, notes), (vec![], vec![]));
}

#[test]
fn only_the_first_twenty_problems_of_a_kind_are_listed() {
    let dir = Scratch::new();
    let mut thread = Thread::sample(7, 100, &[]);
    thread.index.events.iter_mut().for_each(|event| event.thread_id = 8);
    thread.index = thread.index.finalize();
    let path = TracePath::Thread(thread.write(dir.path()));
    let problems = problems(&path);
    assert_eq!(problems.len(), 20);
    assert_eq!(
        problems[19],
        "index.atf: event 19 at byte 688: thread_id: expected 7 (as in the header), found 8"
    );
    assert_eq!(notes(&path), ["index.atf: 80 more problems with thread_id"]);
}

// Progress counts the bytes that size_bytes promises.
#[test]
fn progress_counts_every_byte_of_the_events() {
    let dir = Scratch::new();
    let thread = Thread::sample(7, 1000, &[1, 500]);
    builder::write_session(dir.path(), std::slice::from_ref(&thread));
    let path = TracePath::Session(dir.path().to_owned());
    let mut counted = 0;
    verify(&path, Some(&mut |bytes| counted += bytes)).unwrap();
    let detail = thread.detail.as_ref().unwrap();
    let events = thread.index.events_bytes().len() + detail.records_bytes().len();
    assert_eq!(counted, events as u64);
    // Headers and footers are not worth telling.
    assert_eq!(path.size_bytes(), counted + 4 * 64);
}

// A record of 17 MiB: then another processor computes the checksum, where there is one.
#[test]
fn checksum_of_a_long_lane_is_compared_too() {
    let long = |thread: &mut Thread| {
        let mut records = thread.detail_mut().records.clone();
        records[0].payload = vec![0x5A; 17 << 20];
        thread.detail = Some(builder::DetailFile::finalized(7, &records));
    };
    assert_eq!(verified(long), (vec![], vec![]));
    let (problems, notes) = verified(|thread| {
        long(thread);
        thread.detail_mut().records[0].payload[16 << 20] = 0;
    });
    assert_eq!((problems.len(), notes.len()), (1, 0), "{problems:?}");
    assert!(problems[0].starts_with("thread_7/detail.atf: footer at byte 17825884: checksum: "));
}
