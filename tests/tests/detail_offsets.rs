//! detail.off: written behind the records, confirmed by each reader, compared by verification,
//! made again by recovery; and never worth more than the time it saves.

use std::fs;
use std::path::{Path, PathBuf};

use atf_runtime::format::{Arch, ClockType, DetailEventType, EventKind, Os};
use atf_runtime::recovery::{LaneOutcome, OffsetsOutcome};
use atf_runtime::session::TracePath;
use atf_runtime::storage::Disk;
use atf_runtime::writer::DetailWriter;
use atf_runtime::{
    DetailReader, DetailSeq, Event, IndexSeq, Payload, Platform, ThreadReader, ThreadWriter,
    WriterOptions,
};
use atf_tests::builder::{self, DetailFile, DetailRecord, Thread, sample_event, sample_record};
use atf_tests::disk::{Op, TestDisk, Tree, crashes};
use atf_tests::judge::{plan, problems};
use atf_tests::scratch::{self, Scratch};

const LINUX: Platform =
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };

/// 300 events, of which all but every fifth have a record: 240 records, 4 entries.
fn sample() -> Thread {
    let with_detail: Vec<u32> = (0..300).filter(|seq| seq % 5 != 0).collect();
    Thread::sample(7, 300, &with_detail)
}

/// Writes the thread's files, and these offsets beside them.
fn written(thread: &Thread, offsets: Option<&[u8]>) -> (Scratch, PathBuf) {
    let top = Scratch::new();
    builder::write_session(top.path(), std::slice::from_ref(thread));
    let dir = top.path().join("thread_7");
    if let Some(offsets) = offsets {
        fs::write(dir.join("detail.off"), offsets).unwrap();
    }
    (top, dir)
}

fn record<S: atf_runtime::storage::Storage>(
    storage: S,
    session: &Path,
    thread: &Thread,
    buffer_bytes: usize,
    flush_every: Option<usize>,
) -> ThreadWriter<S> {
    let options = WriterOptions::default().buffer_bytes(buffer_bytes);
    let mut writer = ThreadWriter::create_in(storage, session, 7, LINUX, options).unwrap();
    let mut records = thread.detail.iter().flat_map(|detail| &detail.records).peekable();
    for (seq, it) in thread.index.events.iter().enumerate() {
        let record = records.next_if(|record| record.index_seq == seq as u32);
        let payload = record.map(|record| {
            let event_type = DetailEventType::new(record.event_type);
            Payload::Raw { event_type, bytes: &record.payload }
        });
        let event = Event {
            timestamp_ns: it.timestamp_ns,
            function_id: it.function_id,
            event_kind: EventKind::new(it.event_kind),
            call_depth: it.call_depth,
        };
        writer.write_event(&event, payload).unwrap();
        if flush_every.is_some_and(|every| seq % every == every - 1) {
            writer.flush().unwrap();
        }
    }
    writer
}

/// Every record as the oracle has it, by the event and by its sequence, and none behind the last.
#[track_caller]
fn assert_all_found(dir: &Path, thread: &Thread, context: &str) {
    let reader = ThreadReader::open(dir).unwrap();
    let records = &thread.detail.as_ref().unwrap().records;
    // Not in order, so that no walk helps another.
    for step in 0..records.len() {
        let seq = step * 101 % records.len();
        let expected = &records[seq];
        let record = reader.get_detail(DetailSeq(seq as u32)).unwrap().unwrap();
        assert_eq!(record.payload, expected.payload, "{context}: record {seq}");
        assert_eq!(record.header.index_seq.get(), expected.index_seq, "{context}: record {seq}");
        let event = reader.index().get(record.index_seq()).unwrap();
        let again = reader.get_detail_for(event).unwrap().unwrap();
        assert_eq!(again.offset, record.offset, "{context}: record {seq}");
    }
    for seq in [records.len() as u32, u32::MAX - 1, u32::MAX] {
        assert!(reader.get_detail(DetailSeq(seq)).unwrap().is_none(), "{context}: {seq}");
    }
}

// ------------------------------------------------------------------ writing

// R-P4: the file is the oracle's, whatever the buffer and however often it is flushed.
#[test]
fn writer_leaves_the_offset_of_every_64th_record() {
    let thread = sample();
    let expected = thread.detail.as_ref().unwrap().offsets();
    assert_eq!(expected.len(), 64 + 4 * 8);
    for buffer_bytes in [0, 64, 1000, 1 << 20] {
        for flush_every in [None, Some(1), Some(70)] {
            let session = Scratch::new();
            record(Disk, session.path(), &thread, buffer_bytes, flush_every).finalize().unwrap();
            let dir = session.path().join("thread_7");
            assert_eq!(fs::read(dir.join("detail.off")).unwrap(), expected);
            assert_eq!(problems(&TracePath::Thread(dir.clone())), [""; 0]);
            assert_all_found(&dir, &thread, "as written");
        }
    }
}

// More entries than are collected for one write (512).
#[test]
fn offsets_of_a_long_detail_lane_are_written_in_pieces() {
    let records: Vec<DetailRecord> = (0..70_000).map(|seq| sample_record(7, seq)).collect();
    let dir = Scratch::new();
    let path = dir.path().join("detail.atf");
    let disk = TestDisk::new();
    let mut writer =
        DetailWriter::create(&disk, &path, 7, LINUX, WriterOptions::default()).unwrap();
    for record in &records {
        let event_type = DetailEventType::new(record.event_type);
        let payload = Payload::Raw { event_type, bytes: &record.payload };
        let seq = IndexSeq(record.index_seq);
        writer.write(seq, record.timestamp, EventKind::CALL, 1, &payload).unwrap();
    }
    let offsets = dir.path().join("detail.off");
    let is_write = |op: &&Op| matches!(op, Op::Write { path, .. } if *path == offsets);
    assert_eq!(disk.ops().iter().filter(is_write).count(), 2);
    writer.finalize().unwrap();
    assert_eq!(fs::read(offsets).unwrap(), DetailFile::finalized(7, &records).offsets());
}

// A killed recording has no entry for what is not in the lane: detail bytes before their offsets.
#[test]
fn offsets_come_after_the_records_that_they_are_of() {
    let session = Scratch::new();
    let disk = TestDisk::new();
    record(disk.clone(), session.path(), &sample(), 300, Some(50)).finalize().unwrap();
    let mut lane_end = 0;
    let mut entries = 0;
    for op in disk.ops() {
        let Op::Write { path, offset, bytes } = op else { continue };
        if path.ends_with("detail.atf") {
            lane_end = lane_end.max(offset + bytes.len() as u64);
        } else if path.ends_with("detail.off") {
            let start = if offset == 0 { 64 } else { 0 };
            for entry in bytes[start..].chunks_exact(8) {
                entries += 1;
                let record = u64::from_le_bytes(entry.try_into().unwrap());
                assert!(record < lane_end, "{record} before {lane_end}");
            }
        }
    }
    assert_eq!(entries, 4);
}

// Where syncing is asked for: detail, index, what is beside them, directory.
#[test]
fn offsets_are_synced_between_index_and_directory() {
    let session = Scratch::new();
    let disk = TestDisk::new();
    record(disk.clone(), session.path(), &sample(), 4096, None).finalize().unwrap();
    let synced: Vec<String> = disk
        .ops()
        .iter()
        .filter_map(|op| match op {
            Op::Sync(path) | Op::SyncDir(path) => path.file_name(),
            _ => None,
        })
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let lanes = ["detail.atf", "detail.atf", "index.atf", "index.atf"];
    let expected = [&lanes[..], &["index.sum", "detail.off", "detail.sum", "thread_7"]].concat();
    // The name of the thread's directory comes last.
    let session = session.path().file_name().unwrap().to_string_lossy();
    assert_eq!(synced, [&expected[..], &[&session]].concat());
}

// A failure to write the offsets never costs the recording: whichever call for them fails, once.
#[test]
fn disk_that_refuses_the_offsets_costs_nothing_else() {
    let thread = sample();
    let plain = Scratch::new();
    let disk = TestDisk::new();
    record(disk.clone(), plain.path(), &thread, 300, Some(50)).finalize().unwrap();
    let is_theirs = |op: &Op| match op {
        Op::CreateNew(path) | Op::Write { path, .. } | Op::Sync(path) => {
            path.ends_with("detail.off")
        }
        _ => false,
    };
    let calls: Vec<usize> =
        disk.ops().iter().enumerate().filter(|(_, op)| is_theirs(op)).map(|(at, _)| at).collect();
    // Created, four entries in four flushes, synced.
    assert_eq!(calls.len(), 6);
    for (nth, &call) in calls.iter().enumerate() {
        let session = Scratch::new();
        let disk = TestDisk::new();
        disk.fail_call(call);
        let writer = record(disk, session.path(), &thread, 300, Some(50));
        writer.finalize().unwrap();
        let dir = session.path().join("thread_7");
        let read = |name: &str| fs::read(dir.join(name)).ok();
        let detail = thread.detail.as_ref().unwrap();
        assert_eq!(read("index.atf").unwrap(), thread.index.bytes(), "call {call}");
        assert_eq!(read("detail.atf").unwrap(), detail.bytes(), "call {call}");
        // A write is repeated with the next; what cannot be created or synced is left out.
        let is_left_out = nth == 0 || nth == calls.len() - 1;
        assert_eq!(read("detail.off"), (!is_left_out).then(|| detail.offsets()), "call {call}");
        assert_eq!(problems(&TracePath::Thread(dir.clone())), [""; 0], "call {call}");
        assert_all_found(&dir, &thread, "without");
    }
}

// Left by a detail.atf that was deleted: those of the new lane replace them.
#[test]
fn offsets_left_from_before_are_replaced() {
    let dir = Scratch::on_disk();
    fs::write(dir.path().join("detail.off"), "stale").unwrap();
    let path = dir.path().join("detail.atf");
    let options = WriterOptions::default();
    let mut writer = DetailWriter::create(&Disk, &path, 7, LINUX, options).unwrap();
    let payload = Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes: b"" };
    writer.write(IndexSeq(0), 1, EventKind::CALL, 1, &payload).unwrap();
    writer.finalize().unwrap();
    let offsets = fs::read(dir.path().join("detail.off")).unwrap();
    assert_eq!(offsets, DetailFile::finalized(7, &[sample_record(7, 0)]).offsets());
}

// Two lanes under names of their own must not share one file of offsets.
#[test]
fn detail_lane_of_another_name_has_no_offsets() {
    let dir = Scratch::new();
    let path = dir.path().join("copy.1");
    let mut writer =
        DetailWriter::create(&Disk, &path, 7, LINUX, WriterOptions::default()).unwrap();
    writer.finalize().unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

// ------------------------------------------------------------------ reading

// R-P4: with offsets there is no scan: the walk would end at record 3, which is damaged.
#[test]
fn offsets_lead_past_damage_that_stops_a_scan() {
    let mut thread = sample();
    let offsets = thread.detail.as_ref().unwrap().offsets();
    let broken = 3;
    thread.detail_mut().records[broken].total_length = Some(5);
    let (_top, dir) = written(&thread, Some(&offsets));
    let reader = ThreadReader::open(&dir).unwrap();
    let payload = |seq: u32| {
        reader.get_detail(DetailSeq(seq)).map(|record| record.map(|it| it.payload.to_vec()))
    };
    let records = &thread.detail.as_ref().unwrap().records;
    for seq in (0..3).chain(64..240) {
        assert_eq!(payload(seq).unwrap().unwrap(), records[seq as usize].payload, "{seq}");
    }
    for seq in broken as u32..64 {
        let error = payload(seq).unwrap_err().to_string();
        assert!(error.contains("detail.atf: record 3 at byte "), "{error}");
    }
    // Without them everything behind it is out of reach.
    fs::remove_file(dir.join("detail.off")).unwrap();
    let reader = ThreadReader::open(&dir).unwrap();
    reader.get_detail(DetailSeq(64)).unwrap_err();
}

fn patched(bytes: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

/// Offsets that are wrong, each in its own way, with what verification says first.
fn wrong_offsets(right: &[u8]) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let entry = |number: usize| 64 + number * 8;
    let value = |number: usize| u64::from_le_bytes(right[entry(number)..][..8].try_into().unwrap());
    let with_entry = |number, offset: u64| patched(right, entry(number), &offset.to_le_bytes());
    let shifted = [&right[..64], &right[72..], &right[64..72]].concat();
    let e1 = "entry 1 at byte 72: offset: expected 2080 (where record 64 starts), found ";
    vec![
        (
            "half a header",
            right[..40].to_vec(),
            "header at byte 0: length: expected at least 64 bytes, found 40 bytes",
        ),
        (
            "magic",
            patched(right, 0, b"X"),
            "header at byte 0: magic: expected \"ATO2\", found \"XTO2\"",
        ),
        ("version", patched(right, 5, &[9]), "header at byte 5: version: expected 1, found 9"),
        (
            "interval 0",
            patched(right, 8, &[0; 4]),
            "header at byte 8: record_interval: expected 1 to 4096, found 0",
        ),
        (
            "interval of all",
            patched(right, 8, &[255; 4]),
            "header at byte 8: record_interval: expected 1 to 4096, found 4294967295",
        ),
        ("interval of another", patched(right, 8, &[32]), "entry 1 at byte 72: offset: expected "),
        (
            "another thread's",
            patched(right, 12, &[8]),
            "header at byte 12: thread_id: expected 7 (as in detail.atf), found 8",
        ),
        (
            "entries of nothing",
            patched(right, 16, &[0]),
            "header at byte 16: entry_size: expected at least 8, found 0",
        ),
        (
            "entries that overlap the end",
            patched(right, 16, &[9]),
            "entry 1 at byte 73: offset: expected 2080 (where record 64 starts), found ",
        ),
        (
            "entries inside the header",
            patched(right, 24, &[63]),
            "header at byte 24: entries_offset: expected 64 to 96, found 63",
        ),
        (
            "entries behind the end",
            patched(right, 24, &[97]),
            "header at byte 24: entries_offset: expected 64 to 96, found 97",
        ),
        (
            "entries nowhere",
            patched(right, 24, &[255; 8]),
            "header at byte 24: entries_offset: expected 64 to 96, found 18446744073709551615",
        ),
        ("entry 0", with_entry(1, 0), e1),
        ("entry without bounds", with_entry(1, u64::MAX), e1),
        ("entry of the header", with_entry(1, 63), e1),
        ("entry off by one", with_entry(1, value(1) + 1), e1),
        ("entry of the next record", with_entry(1, value(1) + 24), e1),
        ("entry of the footer", with_entry(3, 1 << 20), "entry 3 at byte 88: offset: expected "),
        (
            "all shifted",
            shifted,
            "entry 0 at byte 64: offset: expected 64 (where record 0 starts), found ",
        ),
        (
            "incomplete entry",
            right[..90].to_vec(),
            "file at byte 0: length: expected 96 bytes (4 entries, for 240 records), found 90 bytes",
        ),
        (
            "entries missing",
            right[..72].to_vec(),
            "file at byte 0: length: expected 96 bytes (4 entries, for 240 records), found 72 bytes",
        ),
        (
            "entries too many",
            [right, &[0; 8]].concat(),
            "file at byte 0: length: expected 96 bytes (4 entries, for 240 records), found 104 bytes",
        ),
    ]
}

// R-P4, A-03: whatever the file says, the answers are the same.
#[test]
fn wrong_offsets_give_no_wrong_record() {
    let thread = sample();
    let right = thread.detail.as_ref().unwrap().offsets();
    for (name, wrong, _) in wrong_offsets(&right) {
        let (_top, dir) = written(&thread, Some(&wrong));
        assert_all_found(&dir, &thread, name);
    }
    for (name, offsets) in [("none", None), ("empty", Some(&[][..]))] {
        let (_top, dir) = written(&thread, offsets);
        assert_all_found(&dir, &thread, name);
    }
    // Every flipped byte.
    for at in 0..right.len() {
        let (_top, dir) = written(&thread, Some(&patched(&right, at, &[!right[at]])));
        assert_all_found(&dir, &thread, &format!("byte {at}"));
    }
}

// something that is no file at all in its place.
#[cfg(unix)]
#[test]
fn directory_or_pipe_in_the_place_of_the_offsets_is_passed_over() {
    let thread = sample();
    for is_pipe in [false, true] {
        let (_top, dir) = written(&thread, None);
        let path = dir.join("detail.off");
        if is_pipe {
            assert!(scratch::command("mkfifo").arg(&path).status().unwrap().success());
        } else {
            fs::create_dir(&path).unwrap();
        }
        assert_all_found(&dir, &thread, "no file");
    }
}

// A program that traces itself has records on its stack. An entry that leads to one inside of a
// payload is caught, unless the payload is the record that is looked for, byte for byte.
#[test]
fn record_inside_a_payload_is_not_mistaken_for_one() {
    let mut records: Vec<DetailRecord> = (0..130).map(|seq| sample_record(7, seq)).collect();
    let events: Vec<_> = (0..130).map(|seq| sample_event(7, seq, seq)).collect();
    // The payload of record 10 looks like record 64, but for what record 64 carries; and like 65.
    let forged =
        |seq: u32| DetailRecord { payload: vec![0xEE; 8], ..sample_record(7, seq) }.bytes();
    records[10].payload = [forged(64), forged(66), forged(65)].concat();
    let thread = Thread {
        id: 7,
        index: builder::IndexFile::finalized(7, &events),
        detail: Some(DetailFile::finalized(7, &records)),
    };
    let detail = thread.detail.as_ref().unwrap();
    let inside = detail.record_offset(10) as u64 + 24;
    let wrong = patched(&detail.offsets(), 72, &inside.to_le_bytes());
    let (_top, dir) = written(&thread, Some(&wrong));
    let reader = ThreadReader::open(&dir).unwrap();
    // From the forged 64 the walk reaches a forged 66, which is not 65.
    let record = reader.get_detail(DetailSeq(65)).unwrap().unwrap();
    assert_eq!(record.payload, records[65].payload);
    // Verification tells.
    assert_eq!(
        problems(&TracePath::Thread(dir)),
        [format!(
            "detail.off: entry 1 at byte 72: offset: expected {} (where record 64 starts), found {inside}",
            detail.record_offset(64)
        )]
    );
}

// While it is recorded, a lane has more records than entries.
#[test]
fn detail_lane_that_is_ahead_of_its_offsets_is_read() {
    let thread = Thread::unfinalized(7, 300, &(0..300).collect::<Vec<_>>());
    let detail = thread.detail.as_ref().unwrap();
    let offsets = detail.offsets();
    for len in [64 + 8, 64 + 16, offsets.len() - 3] {
        let (_top, dir) = written(&thread, Some(&offsets[..len]));
        assert_all_found(&dir, &thread, "recording");
    }
}

// A file alone is not asked for a sidecar: nothing could confirm what it says.
#[test]
fn detail_alone_is_read_without_offsets() {
    let thread = sample();
    let right = thread.detail.as_ref().unwrap().offsets();
    let (_top, dir) = written(&thread, Some(&patched(&right, 72, &[0; 8])));
    let detail = DetailReader::open(dir.join("detail.atf")).unwrap();
    let record = detail.get(DetailSeq(64)).unwrap().unwrap();
    assert_eq!(record.offset, 2080);
}

// ------------------------------------------------------------------ verification

#[test]
fn wrong_offsets_are_problems_and_missing_ones_are_not() {
    let thread = sample();
    let right = thread.detail.as_ref().unwrap().offsets();
    for offsets in [None, Some(&[][..]), Some(&right)] {
        let (_top, dir) = written(&thread, offsets);
        assert_eq!(problems(&TracePath::Thread(dir)), [""; 0]);
    }
    for (name, wrong, says) in wrong_offsets(&right) {
        let (_top, dir) = written(&thread, Some(&wrong));
        let problems = problems(&TracePath::Thread(dir));
        let first = problems.first().unwrap_or_else(|| panic!("{name}: nothing was found"));
        assert!(first.starts_with(&format!("detail.off: {says}")), "{name}: {first}");
    }
    let (_top, dir) = written(&thread, Some(&patched(&right, 40, &[5])));
    let zeros = "00 ".repeat(23);
    let found = format!("{}05 {}", "00 ".repeat(8), zeros.trim_end());
    assert_eq!(
        problems(&TracePath::Thread(dir)),
        [format!(
            "detail.off: header at byte 32: _reserved3: expected 0 (reserved: damaged, or from a newer revision), found {found}"
        )]
    );
}

#[test]
fn offsets_without_a_detail_lane_are_a_problem() {
    let thread = Thread::sample(7, 3, &[]);
    let (_top, dir) = written(&thread, Some(b"x"));
    assert_eq!(
        problems(&TracePath::Thread(dir.clone())),
        [
            "detail.off: file at byte 0: detail.off: expected none without a detail.atf, found a file"
        ]
    );
    let plan = plan(&TracePath::Thread(dir.clone()));
    assert!(!plan.changes_nothing());
    plan.apply_in_place(&Disk, None).unwrap();
    assert!(!dir.join("detail.off").exists());
    assert_eq!(problems(&TracePath::Thread(dir)), [""; 0]);
}

// ------------------------------------------------------------------ recovery

fn session(top: &Scratch) -> TracePath {
    TracePath::Session(top.path().to_owned())
}

// A wrong file alone is repaired; nothing else is touched.
#[test]
fn wrong_offsets_alone_are_made_again() {
    let thread = sample();
    let right = thread.detail.as_ref().unwrap().offsets();
    for (name, wrong, says) in wrong_offsets(&right) {
        let (top, dir) = written(&thread, Some(&wrong));
        let plan = plan(&session(&top));
        assert!(!plan.changes_nothing(), "{name}");
        let thread_plan = &plan.threads[0];
        assert_eq!(thread_plan.detail.as_ref().unwrap().outcome, LaneOutcome::Unchanged, "{name}");
        let offsets = thread_plan.offsets.as_ref().unwrap();
        assert_eq!(offsets.outcome, OffsetsOutcome::Made, "{name}");
        assert!(offsets.faults[0].to_string().starts_with(says), "{name}");
        let out = Scratch::new();
        plan.write_copy(&Disk, out.path(), None).unwrap();
        plan.apply_in_place(&Disk, None).unwrap();
        for (dir, files) in [(&dir, 3), (&out.path().join("thread_7"), 5)] {
            let read = |name: &str| fs::read(dir.join(name)).unwrap();
            assert_eq!(read("detail.off"), right, "{name}");
            assert_eq!(read("detail.atf"), thread.detail.as_ref().unwrap().bytes(), "{name}");
            assert_eq!(read("index.atf"), thread.index.bytes(), "{name}");
            assert_eq!(fs::read_dir(dir).unwrap().count(), files, "{name}");
        }
        assert!(atf_tests::judge::plan(&session(&top)).changes_nothing(), "{name}");
    }
}

// A copy always has them; in place an intact session is not changed.
#[test]
fn copy_of_an_intact_session_has_offsets() {
    let thread = sample();
    let (top, dir) = written(&thread, None);
    let plan = plan(&session(&top));
    assert!(plan.changes_nothing());
    let out = Scratch::new();
    plan.write_copy(&Disk, out.path(), None).unwrap();
    let copied = fs::read(out.path().join("thread_7/detail.off")).unwrap();
    assert_eq!(copied, thread.detail.as_ref().unwrap().offsets());
    plan.apply_in_place(&Disk, None).unwrap();
    assert!(!dir.join("detail.off").exists());
}

// A file that is recovered alone makes a file.
#[test]
fn detail_recovered_alone_has_no_offsets() {
    let mut thread = sample();
    thread.detail_mut().footer = None;
    let (_top, dir) = written(&thread, None);
    let out = Scratch::new();
    let plan = plan(&TracePath::DetailFile(dir.join("detail.atf")));
    plan.write_copy(&Disk, out.path().join("detail.atf"), None).unwrap();
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
}

/// Detail lanes that recovery changes, each with outdated offsets.
fn damaged() -> Vec<(&'static str, Thread, Vec<u8>)> {
    // Two entries; more would only be more states.
    let intact = Thread::sample(7, 90, &(0..90).collect::<Vec<_>>());
    let right = intact.detail.as_ref().unwrap().offsets();
    let mut unfinalized = intact.clone();
    unfinalized.index.footer = None;
    unfinalized.detail_mut().footer = None;
    let mut cut = unfinalized.clone();
    cut.detail_mut().records.truncate(80);
    let mut of_another = intact.clone();
    of_another.detail_mut().records[70].index_seq = 0;
    let mut nothing_left = unfinalized.clone();
    nothing_left.detail_mut().records.clear();
    let mut no_header = intact.clone();
    no_header.detail_mut().header.magic = *b"\0\0\0\0";
    let garbage = vec![0xA5; 500];
    vec![
        ("never finalized, lagging behind", unfinalized.clone(), right[..72].to_vec()),
        ("never finalized, truncated", unfinalized, right[..75].to_vec()),
        ("fewer records than offsets", cut.clone(), right.clone()),
        ("fewer records, garbage", cut, garbage.clone()),
        ("a record of another event", of_another, right.clone()),
        ("no record left", nothing_left.clone(), right.clone()),
        ("no record left and no offsets yet", nothing_left, Vec::new()),
        ("detail header gone", no_header, garbage),
        ("only the offsets", intact, right[..64].to_vec()),
    ]
}

// W-012: in place, killed at any byte and done again: the same bytes in the end. And at no
// moment do the offsets that lie there lead to another record than a walk does.
#[test]
fn recovery_of_offsets_that_is_killed_at_any_byte_can_be_done_again() {
    let mut seen = 0;
    for (name, thread, offsets) in damaged() {
        let (top, _) = written(&thread, Some(&offsets));
        let before = Tree::load(top.path());
        let out = Scratch::new();
        plan(&session(&top)).write_copy(&TestDisk::new(), out.path(), None).unwrap();
        assert_eq!(problems(&session(&out)), [""; 0], "{name}");
        let disk = TestDisk::new();
        plan(&session(&top)).apply_in_place(&disk, None).unwrap();
        let done = Tree::load(top.path());
        assert_eq!(problems(&session(&top)), [""; 0], "{name}");
        for file in Tree::load(out.path()).files() {
            let here = top.path().join(file.strip_prefix(out.path()).unwrap());
            // In place, a lane that is right gets no chunk checksums.
            let is_sum = here.extension() == Some("sum".as_ref());
            if !is_sum || done.file(&here).is_some() {
                assert_eq!(fs::read(file).unwrap(), done.file(&here).unwrap(), "{name}");
            }
        }
        let lane = done.file(&top.path().join("thread_7/detail.atf"));
        let made = done.file(&top.path().join("thread_7/detail.off"));
        assert_eq!(made.is_some(), lane.is_some(), "{name}");

        for state in crashes(&before, &disk.ops()) {
            let context =
                format!("{name}: after {} operations and {} bytes", state.ops, state.bytes);
            let at = Scratch::new();
            state.tree.write(top.path(), at.path());
            assert_offsets_give_what_a_walk_gives(&at.path().join("thread_7"), &context);
            plan(&session(&at)).apply_in_place(&TestDisk::new(), None).unwrap();
            let again = Tree::load(at.path());
            for file in done.files() {
                let here = at.path().join(file.strip_prefix(top.path()).unwrap());
                assert_eq!(again.file(&here), done.file(file), "{context}: {}", file.display());
            }
            assert_eq!(again.files().count(), done.files().count(), "{context}");
            seen += 1;
        }
    }
    assert!(seen > 1000, "{seen}");
}

fn assert_offsets_give_what_a_walk_gives(dir: &Path, context: &str) {
    let Ok(thread) = ThreadReader::open(dir) else { return };
    let Ok(Some(detail)) = thread.detail() else { return };
    for (seq, record) in detail.iter().map_while(Result::ok).enumerate() {
        let found = thread.get_detail(DetailSeq(seq as u32)).unwrap().unwrap();
        assert_eq!(found.offset, record.offset, "{context}: record {seq}");
    }
}

// A disk without room for them costs the offsets and nothing else.
#[test]
fn recovery_continues_without_offsets_that_cannot_be_written() {
    for (name, thread, offsets) in damaged() {
        let (top, dir) = written(&thread, Some(&offsets));
        let disk = TestDisk::new();
        plan(&session(&top)).apply_in_place(&disk, None).unwrap();
        let done = Tree::load(top.path());
        let is_theirs = |op: &Op| match op {
            Op::CreateNew(path) | Op::Write { path, .. } | Op::Sync(path) => {
                path.ends_with("detail.off.new")
            }
            Op::Rename { to, .. } => to.ends_with("detail.off"),
            _ => false,
        };
        for (at, op) in disk.ops().iter().enumerate().filter(|(_, op)| is_theirs(op)) {
            let (again, dir_again) = written(&thread, Some(&offsets));
            let failing = TestDisk::new();
            // Each time the manifest is written, removing its temporary file fails: there is none.
            let is_manifest = |op: &&Op| match op {
                Op::CreateNew(path) => path.ends_with("manifest.json.new"),
                _ => false,
            };
            let failed_before = disk.ops().iter().take(at).filter(is_manifest).count();
            failing.fail_call(at + failed_before);
            plan(&session(&again)).apply_in_place(&failing, None).unwrap();
            assert!(!dir_again.join("detail.off").exists(), "{name}: {op:?}");
            assert_eq!(problems(&session(&again)), [""; 0], "{name}: {op:?}");
            let files = Tree::load(again.path()).files().count();
            assert_eq!(files, done.files().count() - 1, "{name}: {op:?}");
        }
        drop(dir);
    }
}
