//! Where a detail.atf without a footer ends: in a part of a record, or in the beginning of its footer.
//! Reader, verification and recovery must agree.

use std::fs;
use std::path::Path;

use atf_runtime::DetailReader;
use atf_runtime::reader::TrailingBytes;
use atf_runtime::recovery::LaneOutcome;
use atf_runtime::session::TracePath;
use atf_runtime::storage::Disk;
use atf_tests::builder::{self, DetailFile, DetailFooter, DetailRecord, Thread};
use atf_tests::judge::{plan, problems};
use atf_tests::scratch::Scratch;

const WITH_DETAIL: [u32; 5] = [1, 2, 5, 8, 11];

/// A finalized detail.atf of five records.
fn sample() -> DetailFile {
    Thread::sample(7, 12, &WITH_DETAIL).detail.unwrap()
}

/// Its footer.
fn footer() -> DetailFooter {
    sample().footer.unwrap()
}

/// The same file as a crash leaves it, with `tail` after the records.
fn unfinalized(tail: &[u8]) -> DetailFile {
    let mut file = DetailFile::unfinalized(7, &sample().records);
    file.partial = tail.to_vec();
    file
}

/// Writes a thread of twelve events with these bytes as its detail.atf, and returns its path.
fn written(dir: &Path, detail: &[u8]) -> TracePath {
    let index = Thread::unfinalized(7, 12, &WITH_DETAIL).index;
    TracePath::Thread(builder::write_thread(dir, 7, &index.bytes(), Some(detail)))
}

/// Checks what reader, verification and recovery say of a thread with these bytes as its detail.atf:
/// `records` complete ones, then `tail`, and `dropped` records that recovery cannot keep.
#[track_caller]
fn assert_ends(detail: &[u8], records: usize, tail: TrailingBytes, dropped: u64) {
    let dir = Scratch::new();
    let path = written(dir.path(), detail);
    let end = sample().record_offset(records);
    let reader = DetailReader::open(path.path().join("detail.atf")).unwrap();
    assert_eq!((reader.len(), reader.records_end()), (records, end as u64));
    assert_eq!(reader.trailing(), tail);
    let is_record = matches!(tail, TrailingBytes::Event { .. });
    assert_eq!(reader.first_fault().is_some(), is_record);
    drop(reader);

    let bytes = |len| if len == 1 { "1 byte".to_owned() } else { format!("{len} bytes") };
    let found = match tail {
        TrailingBytes::None => "the end of the file".to_owned(),
        TrailingBytes::Event { len } => {
            format!("{} of a record and the end of the file", bytes(len))
        }
        TrailingBytes::Footer { len } => {
            format!("the first {} of it and the end of the file", bytes(len))
        }
        other => panic!("{other:?}"),
    };
    let problem = format!(
        "detail.atf: footer at byte {end}: length: expected 64 bytes of footer, found {found}"
    );
    assert!(problems(&path).contains(&problem), "{problem}: {:?}", problems(&path));

    let plan = plan(&path);
    let lane = plan.threads[0].detail.as_ref().unwrap();
    assert_eq!((lane.kept, lane.dropped), (records as u64, dropped));
    assert_eq!(lane.first_bad_offset, (!tail.is_empty()).then_some(end as u64));
    let outcome = if records == 0 { LaneOutcome::Removed } else { LaneOutcome::Finalized };
    assert_eq!(lane.outcome, outcome);

    // A copy and the repaired files are the same, finalized ones.
    let expected =
        (records > 0).then(|| DetailFile::finalized(7, &sample().records[..records]).bytes());
    let out = Scratch::new();
    plan.write_copy(&Disk, out.path(), None).unwrap();
    assert_eq!(fs::read(out.path().join("detail.atf")).ok(), expected);
    plan.apply_in_place(&Disk, None).unwrap();
    assert_eq!(fs::read(path.path().join("detail.atf")).ok(), expected);
    assert_eq!(problems(&path), [""; 0]);
}

// Killed while it finalized: the footer is written before the header.
#[test]
fn every_beginning_of_its_footer_is_no_record() {
    for checksum in [footer().checksum, 0] {
        let footer = DetailFooter { checksum, ..footer() }.bytes();
        for len in 1..64 {
            let tail = TrailingBytes::Footer { len: len as u64 };
            assert_ends(&unfinalized(&footer[..len]).bytes(), 5, tail, 0);
        }
    }
}

// A placeholder header counts nothing: records that left no trace do not count as dropped.
#[test]
fn every_cut_of_an_unfinalized_file_ends_in_a_record_or_after_one() {
    let file = unfinalized(&[]);
    let bytes = file.bytes();
    for len in 64..bytes.len() {
        let records = (0..=5).rev().find(|&count| file.record_offset(count) <= len).unwrap();
        match (len - file.record_offset(records)) as u64 {
            0 => assert_ends(&bytes[..len], records, TrailingBytes::None, 0),
            rest => assert_ends(&bytes[..len], records, TrailingBytes::Event { len: rest }, 1),
        }
    }
}

// A final header counts the records of the file.
#[test]
fn every_cut_of_a_finalized_file_keeps_the_complete_records() {
    let file = sample();
    let bytes = file.bytes();
    for len in 64..bytes.len() {
        let records = (0..=5).rev().find(|&count| file.record_offset(count) <= len).unwrap();
        let rest = (len - file.record_offset(records)) as u64;
        let tail = match (rest, records) {
            (0, _) => TrailingBytes::None,
            (len, 5) => TrailingBytes::Footer { len },
            (len, _) => TrailingBytes::Event { len },
        };
        assert_ends(&bytes[..len], records, tail, 5 - records as u64);
    }
}

// The magic alone does not make a footer: count, times, length and checksum must agree too.
#[test]
fn bytes_that_differ_from_the_footer_are_a_record() {
    type Lie = fn(&mut DetailFooter);
    // Which bytes of the footer the lie changes first, and the lie.
    let lies: [(usize, Lie); 6] = [
        (4, |footer| footer.checksum ^= 1),
        (8, |footer| footer.event_count += 1),
        (16, |footer| footer.bytes_length += 1),
        (24, |footer| footer.time_start_ns += 1),
        (32, |footer| footer.time_end_ns += 1),
        (1, |footer| footer.magic = *b"2ITA"),
    ];
    for (changed, lie) in lies {
        let mut footer = footer();
        lie(&mut footer);
        let footer = footer.bytes();
        for len in 1..64 {
            let rest = len as u64;
            let detail = unfinalized(&footer[..len]).bytes();
            if len <= changed {
                assert_ends(&detail, 5, TrailingBytes::Footer { len: rest }, 0);
            } else {
                assert_ends(&detail, 5, TrailingBytes::Event { len: rest }, 1);
            }
        }
    }
}

// As many bytes as a footer has are a damaged one while count or length agree with the records.
#[test]
fn complete_footer_with_a_damaged_count_or_length_is_no_record() {
    let tail = TrailingBytes::Footer { len: 64 };
    let mut damaged = footer();
    damaged.event_count += 1;
    assert_ends(&unfinalized(&damaged.bytes()).bytes(), 5, tail, 0);
    let mut damaged = footer();
    damaged.bytes_length += 1;
    assert_ends(&unfinalized(&damaged.bytes()).bytes(), 5, tail, 0);
    damaged.event_count += 1;
    assert_ends(&unfinalized(&damaged.bytes()).bytes(), 5, TrailingBytes::Event { len: 64 }, 1);
}

/// A detail.atf alone with the five records and one more, which has this payload; cut after `len` bytes
/// of that.
fn with_last_record(payload: &[u8], len: usize) -> (Scratch, TracePath) {
    let last = DetailRecord { payload: payload.to_vec(), ..builder::sample_record(7, 13) };
    let mut file = unfinalized(&[]);
    file.partial = last.bytes()[..len].to_vec();
    let dir = Scratch::new();
    let path = dir.path().join("detail.atf");
    fs::write(&path, file.bytes()).unwrap();
    (dir, TracePath::DetailFile(path))
}

// What a payload holds never decides: only the bytes right after the records do.
#[test]
fn payload_that_looks_like_the_footer_is_a_payload() {
    let with_footer = footer().bytes();
    let record = 24 + with_footer.len();
    for len in 1..=record {
        let (_dir, path) = with_last_record(&with_footer, len);
        let reader = DetailReader::open(path.path()).unwrap();
        let is_complete = len == record;
        let tail = if is_complete {
            TrailingBytes::None
        } else {
            TrailingBytes::Event { len: len as u64 }
        };
        assert_eq!(
            (reader.len(), reader.trailing()),
            (5 + usize::from(is_complete), tail),
            "{len}"
        );
        let plan = plan(&path);
        let lane = plan.threads[0].detail.as_ref().unwrap();
        let expected = (5 + u64::from(is_complete), u64::from(!is_complete));
        assert_eq!((lane.kept, lane.dropped), expected, "{len}");
    }
}

// One byte cannot distinguish a record of 50 bytes from a footer, whose magic starts with '2', which is 50.
#[test]
fn first_byte_of_a_record_that_is_the_footers_is_taken_for_the_footer() {
    let payload = [0x77; 50 - 24];
    let tail = |len| {
        let (_dir, path) = with_last_record(&payload, len);
        DetailReader::open(path.path()).unwrap().trailing()
    };
    assert_eq!(tail(1), TrailingBytes::Footer { len: 1 });
    assert_eq!(tail(2), TrailingBytes::Event { len: 2 });
}

// Records that no event names are dropped; the footer after them is not counted as another one.
#[test]
fn beginning_of_a_footer_after_unnamed_records_is_not_dropped() {
    let mut index = Thread::unfinalized(7, 12, &WITH_DETAIL).index;
    index.events.truncate(6);
    for len in [0, 1, 20, 63] {
        let dir = Scratch::new();
        let detail = unfinalized(&footer().bytes()[..len]).bytes();
        let dir = builder::write_thread(dir.path(), 7, &index.bytes(), Some(&detail));
        let plan = plan(&TracePath::Thread(dir));
        let lane = plan.threads[0].detail.as_ref().unwrap();
        assert_eq!((lane.kept, lane.dropped), (3, 2), "{len}");
    }
}
