//! What the readers return for files that the oracle made: intact, extended, contradictory and broken ones.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use atf_runtime::format::{AtfIndexHeader, DetailEventType, EventKind, IndexEvent};
use atf_runtime::reader::{FooterState, IndexIter, TrailingBytes};
use atf_runtime::{DetailReader, DetailSeq, IndexReader, IndexSeq, ThreadReader};
use atf_tests::builder::{
    self, DetailFile, DetailRecord, FunctionPayload, IndexFile, NO_DETAIL, Thread,
};
use atf_tests::scratch::Scratch;
use zerocopy::IntoBytes;

/// A file of its own for each test, removed with it.
struct OnDisk {
    _dir: Scratch,
    path: PathBuf,
}

fn on_disk(bytes: &[u8]) -> OnDisk {
    let dir = Scratch::new();
    let path = dir.path().join("x.atf");
    fs::write(&path, bytes).unwrap();
    OnDisk { _dir: dir, path }
}

fn open_index(file: &IndexFile) -> IndexReader {
    IndexReader::open(on_disk(&file.bytes()).path).unwrap()
}

fn open_detail(file: &DetailFile) -> DetailReader {
    DetailReader::open(on_disk(&file.bytes()).path).unwrap()
}

fn sample(count: u32) -> IndexFile {
    Thread::sample(7, count, &[]).index
}

fn with_times(times_ns: &[u64]) -> IndexFile {
    let event = |timestamp_ns: &u64| builder::IndexEvent {
        timestamp_ns: *timestamp_ns,
        ..builder::sample_event(7, 0, NO_DETAIL)
    };
    IndexFile::finalized(7, &times_ns.iter().map(event).collect::<Vec<_>>())
}

#[track_caller]
fn assert_events(index: &IndexReader, events: &[builder::IndexEvent]) {
    assert_eq!(index.len(), events.len());
    assert_eq!(index.is_empty(), events.is_empty());
    let found: Vec<Vec<u8>> = index.iter().map(|event| event.as_bytes().to_vec()).collect();
    assert_eq!(found, events.iter().map(builder::IndexEvent::bytes).collect::<Vec<_>>());
}

fn times(events: IndexIter<'_>) -> Vec<u64> {
    events.map(|event| event.timestamp_ns.get()).collect()
}

// ------------------------------------------------------------------ index: access

// R-001, R-002, A-01: each field is read at the place where the format has it.
#[test]
fn every_field_of_an_event_has_its_value() {
    let event = builder::IndexEvent {
        timestamp_ns: 0x0102_0304_0506_0708,
        function_id: 0x1112_1314_1516_1718,
        thread_id: 0x2122_2324,
        event_kind: 2,
        call_depth: 0x4142_4344,
        detail_seq: 0x5152_5354,
    };
    let index = open_index(&IndexFile::finalized(0x2122_2324, &[event]));
    let read = index.get(IndexSeq(0)).unwrap();
    assert_eq!(read.timestamp_ns.get(), 0x0102_0304_0506_0708);
    assert_eq!(read.function_id.get(), 0x1112_1314_1516_1718);
    assert_eq!(read.thread_id.get(), 0x2122_2324);
    assert_eq!(read.event_kind, EventKind::RETURN);
    assert_eq!(read.call_depth.get(), 0x4142_4344);
    assert_eq!(read.detail_seq.get(), 0x5152_5354);
    assert_eq!(index.thread_id(), 0x2122_2324);
}

// R-001, A-01
#[test]
fn every_field_of_an_index_header_and_footer_has_its_value() {
    let mut file = sample(3);
    file.header.arch = 2;
    file.header.os = 1;
    file.header.clock_type = 1;
    file.header.flags = 0x8000_0001;
    let index = open_index(&file);
    let header = index.header();
    assert_eq!(header.magic, *b"ATI2");
    assert_eq!((header.endian, header.version), (1, 1));
    assert_eq!((header.arch.get(), header.os.get(), header.clock_type.get()), (2, 1, 1));
    assert_eq!(header.arch.name(), Some("arm64"));
    assert_eq!(header.os.name(), Some("ios"));
    assert_eq!(header.clock_type.name(), Some("mach_continuous"));
    assert_eq!((header.flags.get(), header.flags.unknown_bits()), (0x8000_0001, 0x8000_0000));
    assert_eq!((header.thread_id.get(), header.event_size.get()), (7, 32));
    assert_eq!((header.event_count.get(), header.events_offset.get()), (3, 64));
    assert_eq!((header.footer_offset.get(), header.time_start_ns.get()), (160, 1000));
    assert_eq!(header.time_end_ns.get(), 1020);
    let footer = index.footer().unwrap();
    assert_eq!(footer.magic, *b"2ITA");
    assert_eq!(footer.checksum.get(), crc32fast::hash(&file.events_bytes()));
    assert_eq!((footer.event_count.get(), footer.bytes_written.get()), (3, 96));
    assert_eq!((footer.time_start_ns.get(), footer.time_end_ns.get()), (1000, 1020));
    assert!(index.has_detail());
}

// R-002
#[test]
fn get_gives_each_event_and_nothing_behind_the_last() {
    let file = sample(100);
    let index = open_index(&file);
    assert_events(&index, &file.events);
    for (seq, event) in (0..).zip(&file.events) {
        assert_eq!(index.get(IndexSeq(seq)).unwrap().as_bytes(), event.bytes());
    }
    for seq in [100, 101, u32::MAX - 1, u32::MAX] {
        assert_eq!(index.get(IndexSeq(seq)), None);
    }
    assert_eq!(index.as_slice().unwrap().as_bytes(), file.events_bytes());
    assert_eq!(
        (index.extent().events_offset, index.extent().stride, index.extent().events_end()),
        (64, 32, 3264)
    );
    assert_eq!(index.extent().footer, FooterState::Complete { offset: 3264 });
    assert!(!index.has_detail());
}

// R-002
#[test]
fn empty_file_has_no_events_and_no_times() {
    for file in [IndexFile::finalized(7, &[]), IndexFile::unfinalized(7, &[])] {
        let index = open_index(&file);
        assert_events(&index, &[]);
        assert_eq!(index.time_range(), None);
        assert_eq!((index.find_start(0), index.find_end(u64::MAX)), (0, 0));
        assert_eq!(index.range(0..u64::MAX).count(), 0);
        assert_eq!(index.get(IndexSeq(0)), None);
    }
}

// R-003
#[test]
fn iterator_is_exact_in_size_from_both_ends() {
    let file = sample(10);
    let index = open_index(&file);
    let mut events = index.iter();
    let time = |event: Option<&IndexEvent>| event.map(|event| event.timestamp_ns.get());
    assert_eq!((events.len(), events.size_hint()), (10, (10, Some(10))));
    assert_eq!(time(events.next()), Some(1000));
    assert_eq!(time(events.next_back()), Some(1090));
    assert_eq!(events.len(), 8);
    assert_eq!(time(events.nth(2)), Some(1030));
    assert_eq!(time(events.nth_back(1)), Some(1070));
    assert_eq!((events.len(), events.size_hint()), (3, (3, Some(3))));
    assert_eq!(times(events.clone()), [1040, 1050, 1060]);
    assert_eq!(time(events.nth(3)), None);
    assert_eq!((time(events.next()), time(events.next_back())), (None, None));
    assert_eq!(events.len(), 0);
    let mut backwards = times(index.iter());
    backwards.reverse();
    let reversed: Vec<u64> = index.iter().rev().map(|event| event.timestamp_ns.get()).collect();
    assert_eq!(reversed, backwards);
    assert_eq!((&index).into_iter().count(), 10);
}

// R-003: the same over events that have grown.
#[test]
fn iterator_over_grown_events_is_exact_in_size_from_both_ends() {
    let mut file = sample(10);
    file.more_per_event = vec![0xEE; 16];
    let index = open_index(&file.finalize());
    let mut events = index.iter();
    let time = |event: Option<&IndexEvent>| event.map(|event| event.timestamp_ns.get());
    assert_eq!(time(events.next()), Some(1000));
    assert_eq!(time(events.next_back()), Some(1090));
    assert_eq!(time(events.nth(2)), Some(1030));
    assert_eq!(time(events.nth_back(1)), Some(1070));
    assert_eq!((events.len(), events.size_hint()), (3, (3, Some(3))));
    assert_eq!(events.fold(0, |sum, event| sum + event.timestamp_ns.get()), 1040 + 1050 + 1060);
}

// ------------------------------------------------------------------ index: time

// R-004
#[test]
fn range_is_inclusive_at_its_start_and_exclusive_at_its_end() {
    let index = open_index(&with_times(&[10, 20, 20, 20, 30, 40]));
    assert_eq!(index.time_range(), Some((10, 40)));
    let starts = [(0, 0), (10, 0), (11, 1), (20, 1), (21, 4), (30, 4), (40, 5), (41, 6)];
    for (from_ns, seq) in starts {
        assert_eq!(index.find_start(from_ns), seq, "find_start({from_ns})");
        assert_eq!(index.find_end(from_ns), seq, "find_end({from_ns})");
    }
    let ranges: [(Range<u64>, &[u64]); 9] = [
        (0..10, &[]),
        (0..11, &[10]),
        (10..20, &[10]),
        (10..21, &[10, 20, 20, 20]),
        (20..20, &[]),
        (20..30, &[20, 20, 20]),
        (40..41, &[40]),
        (41..u64::MAX, &[]),
        (0..u64::MAX, &[10, 20, 20, 20, 30, 40]),
    ];
    for (range, expected) in ranges {
        assert_eq!(times(index.range(range.clone())), expected, "{range:?}");
    }
}

// R-004
#[test]
#[allow(clippy::reversed_empty_ranges, reason = "that is what is tested")]
fn range_that_ends_before_it_starts_is_empty() {
    let index = open_index(&with_times(&[10, 20, 30]));
    assert_eq!(index.range(30..10).len(), 0);
    assert_eq!(index.range(u64::MAX..0).len(), 0);
}

// R-004
#[test]
fn times_at_both_ends_of_u64_are_found() {
    let index = open_index(&with_times(&[0, 0, 1, u64::MAX - 1, u64::MAX, u64::MAX]));
    assert_eq!(index.time_range(), Some((0, u64::MAX)));
    assert_eq!((index.find_start(0), index.find_end(0)), (0, 0));
    assert_eq!((index.find_start(1), index.find_start(2)), (2, 3));
    assert_eq!((index.find_start(u64::MAX), index.find_end(u64::MAX)), (4, 4));
    assert_eq!(times(index.range(0..1)), [0, 0]);
    assert_eq!(times(index.range(1..u64::MAX)), [1, u64::MAX - 1]);
}

// R-004, A-03: a clock that goes backwards makes no search panic or hang, and each answer is a
// place where an earlier event is followed by one that is not.
#[test]
fn clock_that_goes_backwards_still_gives_an_answer() {
    let clocks: [&[u64]; 5] = [
        &[50, 40, 30, 20, 10],
        &[10, 20, 5, 6, 30],
        &[u64::MAX, 0, u64::MAX, 0],
        &[0, u64::MAX, 0],
        &[7; 9],
    ];
    for clock in clocks {
        let index = open_index(&with_times(clock));
        assert_eq!(index.time_range(), Some((clock[0], clock[clock.len() - 1])));
        for from_ns in clock.iter().flat_map(|&ns| [ns, ns.saturating_add(1)]).chain([0]) {
            let seq = index.find_start(from_ns);
            assert!(seq == 0 || clock[seq - 1] < from_ns, "{clock:?} {from_ns}");
            assert!(seq == clock.len() || clock[seq] >= from_ns, "{clock:?} {from_ns}");
            assert_eq!(index.find_end(from_ns), seq);
            for to_ns in clock {
                let found = times(index.range(from_ns..*to_ns));
                assert_eq!(found, clock[seq..index.find_end(*to_ns).max(seq)]);
            }
        }
    }
}

// ------------------------------------------------------------------ index: other shapes

// R-002: the stride is the header's event_size, never 32.
#[test]
fn grown_events_are_read_with_the_right_values() {
    let mut file = sample(20);
    file.more_per_event = vec![0xEE; 16];
    let file = file.finalize();
    let index = open_index(&file);
    assert_events(&index, &file.events);
    assert_eq!(index.get(IndexSeq(19)).unwrap().as_bytes(), file.events[19].bytes());
    assert_eq!(index.get(IndexSeq(20)), None);
    assert_eq!(index.extent().stride, 48);
    assert_eq!(index.as_slice(), None);
    assert_eq!(index.time_range(), Some((1000, 1190)));
    assert_eq!(times(index.range(1050..1070)), [1050, 1060]);
}

// R-002
#[test]
fn grown_header_is_skipped() {
    for more in [1, 32, 100] {
        let mut file = sample(5);
        file.header.more = vec![0xDD; more];
        let file = file.finalize();
        let index = open_index(&file);
        assert_events(&index, &file.events);
        assert_eq!(index.extent().events_offset, 64 + more as u64);
        assert!(index.extent().footer.is_complete());

        let mut unfinalized = IndexFile { footer: None, ..file };
        unfinalized.header.event_count = 0;
        unfinalized.header.footer_offset = 64;
        assert_events(&open_index(&unfinalized), &unfinalized.events);
    }
}

// R-002: the footer is found by footer_offset, also when something was appended to the file.
#[test]
fn bytes_behind_the_footer_do_not_matter() {
    for len in [1, 31, 32, 64, 200] {
        let mut file = sample(5);
        file.trailing = vec![0x11; len];
        let index = open_index(&file);
        assert_events(&index, &file.events);
        assert!(index.extent().footer.is_complete());
    }
}

// R-002: a crash between footer and header.
#[test]
fn footer_wins_over_a_header_that_was_not_written_yet() {
    let mut file = sample(5);
    file.header = IndexFile::unfinalized(7, &[]).header;
    let index = open_index(&file);
    assert_events(&index, &file.events);
    assert_eq!(index.extent().footer, FooterState::Complete { offset: 224 });
    assert_eq!(index.time_range(), Some((1000, 1040)));
}

// R-002
#[test]
fn footer_wins_over_a_header_that_lies() {
    type Lie = fn(&mut builder::IndexHeader);
    let lies: [Lie; 9] = [
        |header| header.event_count = 4,
        |header| header.event_count = u32::MAX,
        |header| header.footer_offset = 0,
        |header| header.footer_offset = 225,
        |header| header.footer_offset = u64::MAX,
        |header| header.events_offset = 0,
        |header| header.events_offset = u64::MAX,
        |header| header.event_size = 33,
        |header| (header.time_start_ns, header.time_end_ns) = (u64::MAX, 0),
    ];
    for (number, lie) in lies.into_iter().enumerate() {
        let mut file = sample(5);
        lie(&mut file.header);
        let index = open_index(&file);
        assert_events(&index, &file.events);
        assert_eq!(index.time_range(), Some((1000, 1040)), "lie {number}");
        assert_eq!(index.extent().footer, FooterState::Complete { offset: 224 }, "lie {number}");
    }
}

// R-002
#[test]
fn header_wins_over_a_footer_that_does_not_fit_the_file() {
    type Lie = fn(&mut builder::IndexFooter);
    let lies: [Lie; 7] = [
        |footer| footer.magic = *b"2ITX",
        |footer| footer.event_count = 4,
        |footer| footer.event_count = 6,
        |footer| footer.event_count = u64::MAX,
        |footer| footer.bytes_written = 128,
        |footer| footer.bytes_written = 192,
        |footer| footer.bytes_written = u64::MAX,
    ];
    for (number, lie) in lies.into_iter().enumerate() {
        let mut file = sample(5);
        lie(file.footer_mut());
        let index = open_index(&file);
        assert_events(&index, &file.events);
        let extent = index.extent();
        assert_eq!(extent.footer, FooterState::Damaged { offset: 224 }, "lie {number}");
    }
}

// R-002: the original tracer's.
#[test]
fn checksum_of_zero_is_read() {
    let events = sample(5).events;
    let file = IndexFile::by_the_original_tracer(7, &events);
    let index = open_index(&file);
    assert_events(&index, &events);
    assert_eq!(index.footer().unwrap().checksum.get(), 0);
}

// R-001
#[test]
fn unknown_values_of_open_enums_are_kept_and_shown_as_numbers() {
    let mut thread = Thread::sample(7, 3, &[1]);
    thread.index.events[1].event_kind = 0xDEAD_BEEF;
    thread.index.header.arch = 200;
    thread.index.header.os = 0;
    thread.index.header.clock_type = 99;
    thread.detail_mut().records[0].event_type = 0xABCD;
    let index = open_index(&thread.index);
    let event = index.get(IndexSeq(1)).unwrap();
    assert_eq!((event.event_kind.get(), event.event_kind.name()), (0xDEAD_BEEF, None));
    assert_eq!(
        (event.event_kind.to_string(), event.event_kind.is_known()),
        ("3735928559".into(), false)
    );
    let header: &AtfIndexHeader = index.header();
    assert_eq!((header.arch.get(), header.arch.to_string()), (200, "200".into()));
    assert_eq!((header.os.get(), header.os.to_string()), (0, "0".into()));
    assert_eq!((header.clock_type.get(), header.clock_type.to_string()), (99, "99".into()));
    let detail = open_detail(thread.detail.as_ref().unwrap());
    let record = detail.get(DetailSeq(0)).unwrap().unwrap();
    assert_eq!((record.header.event_type.get(), record.header.event_type.name()), (0xABCD, None));
}

// R-002: truncated files give every complete event and report the rest.
#[test]
fn incomplete_event_at_the_end_of_an_unfinalized_file_is_reported() {
    let mut file = IndexFile::unfinalized(7, &sample(5).events);
    assert_eq!(open_index(&file).extent().footer, FooterState::Missing(TrailingBytes::None));
    file.partial = vec![0x77; 31];
    let index = open_index(&file);
    assert_events(&index, &file.events);
    let tail = TrailingBytes::Event { len: 31 };
    assert_eq!(index.extent().footer, FooterState::Missing(tail));
    assert_eq!((tail.len(), tail.is_empty(), TrailingBytes::None.is_empty()), (31, false, true));
    assert_eq!(index.footer(), None);
    let intact = sample(5);
    for len in 1..64 {
        file.partial = intact.footer.as_ref().unwrap().bytes()[..len].to_vec();
        let index = open_index(&file);
        assert_events(&index, &file.events);
        let tail = TrailingBytes::Footer { len: len as u64 };
        assert_eq!(index.extent().footer, FooterState::Missing(tail));
    }
}

// ------------------------------------------------------------------ index: refusals

#[track_caller]
fn assert_index_refused(file: &IndexFile, message: &str) {
    assert_index_bytes_refused(&file.bytes(), message);
}

#[track_caller]
fn assert_index_bytes_refused(bytes: &[u8], message: &str) {
    let file = on_disk(bytes);
    let error = IndexReader::open(&file.path).unwrap_err();
    assert_eq!(error.to_string(), format!("{}: {message}", file.path.display()));
    assert_eq!(error.fault().unwrap().to_string(), message);
}

// R-001, A-04
#[test]
fn header_that_is_too_short_is_refused() {
    let bytes = sample(1).bytes();
    for len in 0..64 {
        let found = if len == 1 { "1 byte".to_owned() } else { format!("{len} bytes") };
        let message =
            format!("header at byte 0: length: expected at least 64 bytes, found {found}");
        assert_index_bytes_refused(&bytes[..len], &message);
        let file = on_disk(&bytes[..len]);
        let error = DetailReader::open(&file.path).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: {message}", file.path.display()));
    }
}

// R-001, R-002, A-04
#[test]
fn header_of_something_else_is_refused() {
    let with = |change: fn(&mut builder::IndexHeader)| {
        let mut file = sample(3);
        change(&mut file.header);
        file
    };
    assert_index_refused(
        &with(|header| header.magic = *b"ATD2"),
        r#"header at byte 0: magic: expected "ATI2", found "ATD2""#,
    );
    assert_index_refused(
        &with(|header| header.magic = [0x7F, b'E', 0, 0xFF]),
        r#"header at byte 0: magic: expected "ATI2", found "\x7fE\x00\xff""#,
    );
    assert_index_refused(
        &with(|header| header.endian = 2),
        "header at byte 4: endian: expected 1, found 2",
    );
    assert_index_refused(
        &with(|header| header.version = 2),
        "header at byte 5: version: expected 1, found 2",
    );
    assert_index_refused(
        &with(|header| header.version = 0),
        "header at byte 5: version: expected 1, found 0",
    );
}

// R-002, A-04: without a footer nothing confirms what the header says of the events' place.
#[test]
fn unconfirmed_stride_or_offset_is_refused() {
    let with = |change: fn(&mut builder::IndexHeader)| {
        let mut file = IndexFile::unfinalized(7, &sample(3).events);
        change(&mut file.header);
        file
    };
    for (event_size, found) in [(0, "0"), (31, "31"), (48, "48"), (u32::MAX, "4294967295")] {
        let mut file = with(|_| ());
        file.header.event_size = event_size;
        let message = format!("header at byte 24: event_size: expected 32, found {found}");
        assert_index_refused(&file, &message);
    }
    for events_offset in [0, 63, 65, 160, 161, 1 << 40, u64::MAX] {
        let mut file = with(|_| ());
        file.header.events_offset = events_offset;
        let message =
            format!("header at byte 32: events_offset: expected 64, found {events_offset}");
        assert_index_refused(&file, &message);
    }
}

// R-001
#[test]
fn missing_file_and_directory_are_errors() {
    let dir = Scratch::new();
    let path = dir.path().join("none.atf");
    let error = IndexReader::open(&path).unwrap_err();
    assert_eq!(error.to_string(), format!("{}: cannot open", path.display()));
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "No such file or directory (os error 2)");
    assert!(error.fault().is_none());
    let error = DetailReader::open(dir.path()).unwrap_err().to_string();
    let expected = "expected a regular file, found something else";
    assert_eq!(error, format!("{}: {expected}", dir.path().display()));
}

// ------------------------------------------------------------------ detail

fn records(count: u32) -> Vec<DetailRecord> {
    (0..count).map(|seq| builder::sample_record(7, seq * 3 + 1)).collect()
}

// R-001, R-007, A-01
#[test]
fn every_field_of_a_detail_file_has_its_value() {
    let record = DetailRecord {
        total_length: None,
        event_type: 4,
        flags: 0x0506,
        index_seq: 0x1112_1314,
        thread_id: 0x2122_2324,
        timestamp: 0x3132_3334_3536_3738,
        payload: b"opaque".to_vec(),
    };
    let mut file = DetailFile::finalized(0x2122_2324, &[record]);
    file.header.flags = 0xA1;
    file.header.reserved1 = 0xB2;
    let detail = open_detail(&file);
    let header = detail.header();
    assert_eq!((header.magic, header.endian, header.version), (*b"ATD2", 1, 1));
    assert_eq!((header.arch.get(), header.os.get(), header.flags.get()), (1, 4, 0xA1));
    assert_eq!((header.thread_id.get(), header._reserved1.get()), (0x2122_2324, 0xB2));
    assert_eq!((header.events_offset.get(), header.event_count.get()), (64, 1));
    assert_eq!(header.bytes_length.get(), 30);
    assert_eq!(header.index_seq_start.get(), 0x1112_1314);
    assert_eq!(header.index_seq_end.get(), 0x1112_1314);
    let footer = detail.footer().unwrap();
    assert_eq!((footer.magic, footer.event_count.get()), (*b"2DTA", 1));
    assert_eq!(footer.checksum.get(), crc32fast::hash(&file.records_bytes()));
    assert_eq!(footer.bytes_length.get(), 30);
    assert_eq!(footer.time_start_ns.get(), 0x3132_3334_3536_3738);
    assert_eq!(footer.time_end_ns.get(), 0x3132_3334_3536_3738);
    let read = detail.get(DetailSeq(0)).unwrap().unwrap();
    assert_eq!((read.offset, read.end()), (64, 94));
    assert_eq!(read.header.total_length.get(), 30);
    assert_eq!(read.header.event_type, DetailEventType::FUNCTION_RETURN);
    assert_eq!(read.header.flags.get(), 0x0506);
    assert_eq!(read.index_seq(), IndexSeq(0x1112_1314));
    assert_eq!(read.header.thread_id.get(), 0x2122_2324);
    assert_eq!(read.header.timestamp.get(), 0x3132_3334_3536_3738);
    assert_eq!(read.payload, b"opaque");
    assert!(read.function().is_none());
    assert_eq!(
        (detail.thread_id(), detail.is_finalized(), detail.is_empty()),
        (0x2122_2324, true, false)
    );
}

// R-006: past several checkpoints of 64 records.
#[test]
fn records_are_found_by_either_sequence() {
    for count in [1, 2, 63, 64, 65, 128, 200] {
        let file = DetailFile::finalized(7, &records(count));
        let detail = open_detail(&file);
        assert_eq!((detail.len(), detail.first_fault()), (count as usize, None));
        for (seq, record) in (0..).zip(&file.records) {
            let by_seq = detail.get(DetailSeq(seq)).unwrap().unwrap();
            assert_eq!(by_seq.payload, record.payload);
            assert_eq!(by_seq.offset, file.record_offset(seq as usize) as u64);
            let by_index = detail.get_by_index_seq(IndexSeq(record.index_seq)).unwrap().unwrap();
            assert_eq!(by_index.offset, by_seq.offset);
            for absent in [record.index_seq - 1, record.index_seq + 1] {
                assert!(detail.get_by_index_seq(IndexSeq(absent)).unwrap().is_none());
            }
        }
        for seq in [count, count + 1, u32::MAX] {
            assert!(detail.get(DetailSeq(seq)).unwrap().is_none());
        }
        assert!(detail.get_by_index_seq(IndexSeq(u32::MAX)).unwrap().is_none());
        let offsets: Vec<u64> = detail.iter().map(|record| record.unwrap().offset).collect();
        let expected: Vec<u64> =
            (0..count as usize).map(|seq| file.record_offset(seq) as u64).collect();
        assert_eq!(offsets, expected);
        assert_eq!(detail.records_end(), file.record_offset(count as usize) as u64);
        assert_eq!((&detail).into_iter().count(), count as usize);
    }
}

// R-006
#[test]
fn detail_file_without_records_is_empty() {
    for file in [DetailFile::finalized(7, &[]), DetailFile::unfinalized(7, &[])] {
        let detail = open_detail(&file);
        assert_eq!((detail.len(), detail.is_empty(), detail.iter().count()), (0, true, 0));
        assert!(detail.get(DetailSeq(0)).unwrap().is_none());
        assert!(detail.get_by_index_seq(IndexSeq(0)).unwrap().is_none());
    }
}

// R-006: a finalized file with a damaged record: what is before it is read; what is behind it
// cannot be found, and the reader reports that.
#[test]
fn damaged_record_in_a_finalized_file_is_an_error_from_there_on() {
    for (total_length, expected) in [(0, 0), (23, 23), (u32::MAX, u64::from(u32::MAX))] {
        let mut file = DetailFile::finalized(7, &records(10));
        file.records[4].total_length = Some(total_length);
        let offset = file.record_offset(4);
        let rest = file.record_offset(10) - offset;
        let on_disk = on_disk(&file.bytes());
        let detail = DetailReader::open(&on_disk.path).unwrap();
        let message = format!(
            "{}: record 4 at byte {offset}: total_length: expected 24 to {rest}, found {expected}",
            on_disk.path.display()
        );
        assert_eq!(detail.len(), 4);
        assert_eq!(detail.get(DetailSeq(3)).unwrap().unwrap().index_seq(), IndexSeq(10));
        for seq in 4..10 {
            assert_eq!(detail.get(DetailSeq(seq)).unwrap_err().to_string(), message);
        }
        assert!(detail.get(DetailSeq(10)).unwrap().is_none());
        let mut records = detail.iter();
        assert_eq!(records.by_ref().take(4).filter(Result::is_ok).count(), 4);
        assert_eq!(records.next().unwrap().unwrap_err().to_string(), message);
        assert!(records.next().is_none() && records.next().is_none());
        assert_eq!(detail.records_end(), offset as u64);
        // What lies before it is found by its event all the same.
        assert!(detail.get_by_index_seq(IndexSeq(10)).unwrap().is_some());
    }
}

// R-006: an event whose record would lie behind the damaged one does not just seem to have none.
#[test]
fn search_by_event_that_meets_the_damaged_record_says_so() {
    let mut file = DetailFile::finalized(7, &records(10));
    file.records[4].total_length = Some(7);
    let on_disk = on_disk(&file.bytes());
    let detail = DetailReader::open(&on_disk.path).unwrap();
    let offset = file.record_offset(4);
    let rest = file.record_offset(10) - offset;
    let message = format!(
        "{}: record 4 at byte {offset}: total_length: expected 24 to {rest}, found 7",
        on_disk.path.display()
    );
    for seq in [11, 13, 28, 1000] {
        let error = detail.get_by_index_seq(IndexSeq(seq)).unwrap_err();
        assert_eq!(error.to_string(), message, "index_seq {seq}");
    }
    assert!(detail.get_by_index_seq(IndexSeq(9)).unwrap().is_none());
    assert!(detail.get_by_index_seq(IndexSeq(0)).unwrap().is_none());
}

// R-006: in a file that was never finalized the same bytes are an incomplete record at the end.
#[test]
fn incomplete_record_of_an_unfinalized_file_is_the_end() {
    let file = DetailFile::unfinalized(7, &records(4));
    for kept in 1..file.records[3].bytes().len() {
        let bytes = file.bytes();
        let cut = bytes.len() - file.records[3].bytes().len() + kept;
        let on_disk = on_disk(&bytes[..cut]);
        let detail = DetailReader::open(&on_disk.path).unwrap();
        assert_eq!((detail.len(), detail.iter().filter(Result::is_ok).count()), (3, 3));
        assert_eq!(detail.iter().count(), 3);
        assert!(detail.get(DetailSeq(3)).unwrap().is_none());
        assert!(detail.first_fault().is_some());
        assert!(!detail.is_finalized());
    }
}

// R-006: the footer is the last 64 bytes.
#[test]
fn detail_footer_wins_over_its_header() {
    type Lie = fn(&mut builder::DetailHeader);
    let lies: [Lie; 6] = [
        |header| *header = builder::DetailHeader::placeholder(7),
        |header| header.event_count = 3,
        |header| header.bytes_length = 1,
        |header| header.bytes_length = u64::MAX,
        |header| header.events_offset = 0,
        |header| header.events_offset = u64::MAX,
    ];
    for (number, lie) in lies.into_iter().enumerate() {
        let mut file = DetailFile::finalized(7, &records(5));
        lie(&mut file.header);
        let detail = open_detail(&file);
        assert_eq!((detail.len(), detail.first_fault()), (5, None), "lie {number}");
        assert!(detail.is_finalized(), "lie {number}");
    }
}

// R-006
#[test]
fn detail_header_gives_the_end_when_the_footer_is_damaged() {
    type Lie = fn(&mut builder::DetailFooter);
    let lies: [Lie; 4] = [
        |footer| footer.magic = *b"XDTA",
        |footer| footer.bytes_length -= 1,
        |footer| footer.bytes_length += 1,
        |footer| footer.bytes_length = u64::MAX,
    ];
    for (number, lie) in lies.into_iter().enumerate() {
        let mut file = DetailFile::finalized(7, &records(5));
        lie(file.footer_mut());
        let detail = open_detail(&file);
        assert_eq!((detail.len(), detail.first_fault()), (5, None), "lie {number}");
        let offset = file.record_offset(5) as u64;
        assert_eq!(detail.extent().footer, FooterState::Damaged { offset }, "lie {number}");
    }
}

// R-006
#[test]
fn grown_detail_header_is_skipped() {
    let mut file = DetailFile::finalized(7, &records(5));
    file.header.more = vec![0xDD; 33];
    let file = file.finalize();
    assert_eq!(open_detail(&file).len(), 5);
    let mut unfinalized = DetailFile { footer: None, ..file };
    (unfinalized.header.event_count, unfinalized.header.bytes_length) = (0, 0);
    assert_eq!(open_detail(&unfinalized).len(), 5);
}

// R-006, A-04
#[test]
fn detail_header_of_something_else_is_refused() {
    let refuse = |change: fn(&mut builder::DetailHeader), message: &str| {
        let mut file = DetailFile::unfinalized(7, &records(3));
        change(&mut file.header);
        let file = on_disk(&file.bytes());
        let error = DetailReader::open(&file.path).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: {message}", file.path.display()));
    };
    refuse(
        |header| header.magic = *b"ATI2",
        r#"header at byte 0: magic: expected "ATD2", found "ATI2""#,
    );
    refuse(|header| header.endian = 0, "header at byte 4: endian: expected 1, found 0");
    refuse(|header| header.version = 3, "header at byte 5: version: expected 1, found 3");
    refuse(
        |header| header.events_offset = 63,
        "header at byte 20: events_offset: expected 64, found 63",
    );
    refuse(
        |header| header.events_offset = 1 << 63,
        "header at byte 20: events_offset: expected 64, found 9223372036854775808",
    );
}

// ------------------------------------------------------------------ payloads

fn function_payload(stack_len: usize) -> FunctionPayload {
    FunctionPayload {
        function_id: 0x0102_0304_0506_0708,
        x_regs: [11, 12, 13, 14, 15, 16, 17, 18],
        lr: 21,
        fp: 22,
        sp: 23,
        stack_size: None,
        reserved: 0,
        stack: (0..stack_len).map(|byte| byte as u8).collect(),
    }
}

fn one_record(event_type: u16, payload: Vec<u8>) -> DetailReader {
    let record = DetailRecord { event_type, payload, ..builder::sample_record(7, 0) };
    open_detail(&DetailFile::finalized(7, &[record]))
}

// R-007
#[test]
fn function_payload_gives_registers_and_stack() {
    for stack_len in [0, 1, 127, 128, 255, 256] {
        for event_type in [3, 4] {
            let detail = one_record(event_type, function_payload(stack_len).bytes());
            let record = detail.get(DetailSeq(0)).unwrap().unwrap();
            let function = record.function().unwrap();
            let registers = function.registers;
            assert_eq!(registers.function_id.get(), 0x0102_0304_0506_0708);
            assert_eq!(registers.x_regs.map(|reg| reg.get()), [11, 12, 13, 14, 15, 16, 17, 18]);
            assert_eq!((registers.lr.get(), registers.fp.get(), registers.sp.get()), (21, 22, 23));
            assert_eq!(usize::from(registers.stack_size.get()), stack_len);
            assert_eq!(function.stack, function_payload(stack_len).stack);
        }
    }
}

// R-007: 99 bytes are too few, 101 need a stack_size of 1; a wrong length makes it opaque, never a panic.
#[test]
fn other_payloads_stay_opaque() {
    let intact = function_payload(1).bytes();
    assert_eq!(intact.len(), 101);
    let lying = |stack_size, stack_len| {
        FunctionPayload { stack_size: Some(stack_size), ..function_payload(stack_len) }.bytes()
    };
    let opaque = [
        (3, Vec::new()),
        (3, intact[..99].to_vec()),
        (3, intact[..100].to_vec()),
        (4, lying(2, 1)),
        (3, lying(256, 255)),
        (3, lying(257, 257)),
        (4, lying(u16::MAX, 0)),
        (3, lying(u16::MAX, 65_535)),
        (0, intact.clone()),
        (5, intact.clone()),
    ];
    for (number, (event_type, payload)) in opaque.into_iter().enumerate() {
        let detail = one_record(event_type, payload.clone());
        let record = detail.get(DetailSeq(0)).unwrap().unwrap();
        assert!(record.function().is_none(), "payload {number}");
        assert_eq!(record.payload, payload, "payload {number}");
    }
    assert!(one_record(3, intact).get(DetailSeq(0)).unwrap().unwrap().function().is_some());
}

// R-007, G-07: "fields after a counted tail: old reader ok".
#[test]
fn bytes_that_a_later_revision_adds_behind_the_stack_are_kept_separate() {
    let intact = function_payload(1).bytes();
    let no_stack = FunctionPayload { stack_size: Some(0), ..function_payload(1) }.bytes();
    let longer = [&intact[..], b"later"].concat();
    for (payload, stack, rest) in
        [(&intact, 1, &b""[..]), (&longer, 1, b"later"), (&no_stack, 0, &no_stack[100..])]
    {
        let detail = one_record(4, payload.clone());
        let record = detail.get(DetailSeq(0)).unwrap().unwrap();
        let function = record.function().unwrap();
        assert_eq!((function.stack.len(), function.rest), (stack, rest));
        assert_eq!(function.stack, &payload[100..100 + stack]);
        assert_eq!(&record.payload, payload);
    }
}

// ------------------------------------------------------------------ thread

// R-008, W-011
#[test]
fn links_lead_both_ways() {
    let session = Scratch::new();
    let with_detail = [0, 2, 3, 70, 199];
    let thread = Thread::sample(7, 200, &with_detail);
    let reader = ThreadReader::open(thread.write(session.path())).unwrap();
    assert_eq!((reader.thread_id(), reader.dir()), (7, session.path().join("thread_7").as_path()));
    let detail = reader.detail().unwrap().unwrap();
    for (seq, event) in (0..).zip(reader.index()) {
        let record = reader.get_detail_for(event).unwrap();
        assert_eq!(record.is_some(), with_detail.contains(&seq));
        if let Some(record) = record {
            assert_eq!(record.index_seq(), IndexSeq(seq));
            assert_eq!(reader.get_index_for(&record), Some(event));
        }
    }
    assert_eq!(detail.len(), 5);
}

// R-008, W-010
#[test]
fn index_only_thread_has_no_detail() {
    let session = Scratch::new();
    let reader = ThreadReader::open(Thread::sample(7, 5, &[]).write(session.path())).unwrap();
    assert!(reader.detail().unwrap().is_none());
    for event in reader.index() {
        assert!(reader.get_detail_for(event).unwrap().is_none());
    }
}

// R-008: a file with links to a missing detail.atf.
#[test]
fn link_to_a_missing_file_or_record_is_none() {
    let session = Scratch::new();
    let mut thread = Thread::sample(7, 5, &[1, 2]);
    thread.detail = None;
    let reader = ThreadReader::open(thread.write(session.path())).unwrap();
    let event = reader.index().get(IndexSeq(1)).unwrap();
    assert!(reader.get_detail_for(event).unwrap().is_none());

    let session = Scratch::new();
    let mut thread = Thread::unfinalized(7, 5, &[1, 2]);
    thread.detail_mut().records.pop();
    let reader = ThreadReader::open(thread.write(session.path())).unwrap();
    let event = reader.index().get(IndexSeq(2)).unwrap();
    assert!(reader.get_detail_for(event).unwrap().is_none());
}

// R-008, A-04: the record belongs to another event.
#[test]
fn link_to_a_record_of_another_event_is_refused() {
    let session = Scratch::new();
    let mut thread = Thread::sample(7, 5, &[1, 2]);
    thread.index.events[4].detail_seq = 1;
    thread.detail_mut().records[0].index_seq = 4_000_000_000;
    let offset = thread.detail.as_ref().unwrap().record_offset(1) + 8;
    let dir = thread.write(session.path());
    let reader = ThreadReader::open(&dir).unwrap();
    let event = |seq| reader.index().get(IndexSeq(seq)).unwrap();
    let path = dir.join("detail.atf");
    assert_eq!(
        reader.get_detail_for(event(4)).unwrap_err().to_string(),
        format!(
            "{}: record 1 at byte {offset}: index_seq: expected the sequence of the event that \
             links to detail_seq 1, found 2",
            path.display()
        )
    );
    assert_eq!(
        reader.get_detail_for(event(1)).unwrap_err().to_string(),
        format!(
            "{}: record 0 at byte 72: index_seq: expected the sequence of the event that links to \
             detail_seq 0, found 4000000000",
            path.display()
        )
    );
    assert!(reader.get_detail_for(event(2)).unwrap().is_some());
    let lost = reader.detail().unwrap().unwrap().get(DetailSeq(0)).unwrap().unwrap();
    assert_eq!(reader.get_index_for(&lost), None);
}

// R-008
#[test]
fn detail_that_cannot_be_opened_does_not_hide_the_index() {
    let session = Scratch::new();
    let mut thread = Thread::sample(7, 5, &[1, 2]);
    thread.detail_mut().header.version = 9;
    let dir = thread.write(session.path());
    let reader = ThreadReader::open(&dir).unwrap();
    assert_events(reader.index(), &thread.index.events);
    assert_eq!(
        reader.detail().unwrap_err().to_string(),
        format!(
            "{}: header at byte 5: version: expected 1, found 9",
            dir.join("detail.atf").display()
        )
    );
    let event = reader.index().get(IndexSeq(1)).unwrap();
    // "None" would say that there is no detail; there is one that cannot be read.
    let error = reader.get_detail_for(event).unwrap_err().to_string();
    assert_eq!(error, reader.detail().unwrap_err().to_string());
}

// R-008
#[test]
fn thread_without_an_index_is_an_error() {
    let session = Scratch::new();
    let dir = session.path().join("thread_7");
    let error = ThreadReader::open(&dir).unwrap_err();
    assert_eq!(error.to_string(), format!("{}: cannot open", dir.join("index.atf").display()));
}
