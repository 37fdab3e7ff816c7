//! What the writer puts on disk, byte for byte against the oracle, and what it refuses.

use std::fs;
use std::path::Path;

use atf_runtime::format::{Arch, ClockType, DetailEventType, EventKind, IndexEvent, Os};
use atf_runtime::writer::{DetailWriter, IndexWriter};
use atf_runtime::{
    DetailSeq, Event, FunctionDetail, IndexSeq, Payload, Platform, Sequences, ThreadSummary,
    ThreadWriter, WriterOptions,
};
use atf_tests::builder::{self, DetailFile, DetailRecord, FunctionPayload, IndexFile, NO_DETAIL};
use atf_tests::disk::{Op, TestDisk};
use atf_tests::scratch::Scratch;

const LINUX: Platform =
    Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };

fn options(buffer_bytes: usize) -> WriterOptions {
    WriterOptions::default().buffer_bytes(buffer_bytes)
}

fn writer_on(disk: &TestDisk, session: &Path, buffer_bytes: usize) -> ThreadWriter<TestDisk> {
    ThreadWriter::create_in(disk.clone(), session, 7, LINUX, options(buffer_bytes)).unwrap()
}

fn writer(session: &Path) -> ThreadWriter<TestDisk> {
    writer_on(&TestDisk::new(), session, 256 * 1024)
}

fn event(event: &builder::IndexEvent) -> Event {
    Event {
        timestamp_ns: event.timestamp_ns,
        function_id: event.function_id,
        event_kind: EventKind::new(event.event_kind),
        call_depth: event.call_depth,
    }
}

fn sample(seq: u32) -> Event {
    event(&builder::sample_event(7, seq, NO_DETAIL))
}

fn packed(event: &builder::IndexEvent) -> IndexEvent {
    IndexEvent {
        timestamp_ns: event.timestamp_ns.into(),
        function_id: event.function_id.into(),
        thread_id: event.thread_id.into(),
        event_kind: EventKind::new(event.event_kind),
        call_depth: event.call_depth.into(),
        detail_seq: event.detail_seq.into(),
    }
}

fn raw(record: &DetailRecord) -> Payload<'_> {
    Payload::Raw { event_type: DetailEventType::new(record.event_type), bytes: &record.payload }
}

fn write(writer: &mut ThreadWriter<TestDisk>, thread: &builder::Thread) {
    for (seq, it) in thread.index.events.iter().enumerate() {
        let records = thread.detail.iter().flat_map(|detail| &detail.records);
        let record = records.clone().find(|record| record.index_seq == seq as u32);
        assert_eq!(writer.write_event(&event(it), record.map(raw)).unwrap(), IndexSeq(seq as u32));
    }
}

#[track_caller]
fn assert_files(session: &Path, index: &IndexFile, detail: Option<&DetailFile>) {
    let dir = session.join("thread_7");
    assert_eq!(fs::read(dir.join("index.atf")).unwrap(), index.bytes());
    assert_eq!(fs::read(dir.join("detail.atf")).ok(), detail.map(DetailFile::bytes));
}

// ------------------------------------------------------------------ bytes

/// The summary of thread 7, which was not recorded through a ring.
fn summary_of(events: u32, details: Option<u32>, time_range: Option<(u64, u64)>) -> ThreadSummary {
    let mut summary = ThreadSummary::new(7);
    (summary.events, summary.details, summary.time_range) = (events, details, time_range);
    summary
}

// W-003, W-004, W-007, W-010, A-01
#[test]
fn index_only_thread_is_the_oracles_bytes() {
    let session = Scratch::new();
    let thread = builder::Thread::sample(7, 100, &[]);
    let mut writer = writer(session.path());
    write(&mut writer, &thread);
    let summary = writer.finalize().unwrap();
    assert_eq!(summary, summary_of(100, None, Some((1000, 1990))));
    assert_files(session.path(), &thread.index, None);
}

// W-005, W-006, W-008, W-011
#[test]
fn both_lanes_are_the_oracles_bytes() {
    let session = Scratch::on_disk();
    let thread = builder::Thread::sample(7, 60, &[0, 3, 4, 5, 17, 59]);
    let mut writer = writer(session.path());
    write(&mut writer, &thread);
    assert_eq!((writer.event_count(), writer.detail_count()), (60, 6));
    let summary = writer.finalize().unwrap();
    assert_eq!(summary, summary_of(60, Some(6), Some((1000, 1590))));
    assert_files(session.path(), &thread.index, thread.detail.as_ref());
}

// W-007
#[test]
fn thread_without_events_is_header_and_footer() {
    let session = Scratch::new();
    let summary = writer(session.path()).finalize().unwrap();
    assert_eq!(summary, summary_of(0, None, None));
    assert_files(session.path(), &IndexFile::finalized(7, &[]), None);
    assert_eq!(IndexFile::finalized(7, &[]).bytes().len(), 128);
}

// W-004
#[test]
fn slice_of_events_gives_the_same_bytes_as_one_after_the_other() {
    let thread = builder::Thread::sample(7, 1000, &[]);
    let events: Vec<IndexEvent> = thread.index.events.iter().map(packed).collect();
    for buffer_bytes in [0, 1, 31, 32, 33, 64, 100, 4096, 32 * 1000, 1 << 20] {
        let session = Scratch::new();
        let mut writer = writer_on(&TestDisk::new(), session.path(), buffer_bytes);
        writer.write_index_events(&events[..0]).unwrap();
        writer.write_index_events(&events[..1]).unwrap();
        writer.write_event(&sample(1), None).unwrap();
        writer.write_index_events(&events[2..777]).unwrap();
        writer.write_index_events(&events[777..]).unwrap();
        assert_eq!(writer.finalize().unwrap().events, 1000);
        assert_files(session.path(), &thread.index, None);
    }
}

// W-003, W-005
#[test]
fn any_buffer_gives_the_same_bytes() {
    let thread = builder::Thread::sample(7, 200, &[0, 1, 2, 50, 51, 150, 199]);
    for buffer_bytes in [0, 1, 24, 31, 32, 33, 63, 64, 65, 127, 1000, 1 << 20] {
        let session = Scratch::new();
        let mut writer = writer_on(&TestDisk::new(), session.path(), buffer_bytes);
        write(&mut writer, &thread);
        writer.finalize().unwrap();
        assert_files(session.path(), &thread.index, thread.detail.as_ref());
    }
}

// W-006: any length from 0 up, under any type.
#[test]
fn raw_payloads_of_any_length_and_type_are_stored_unchanged() {
    let session = Scratch::new();
    let lengths = [0, 1, 23, 24, 99, 100, 101, 4095, 4096, 70_000, 300_000];
    let (mut events, mut records) = (Vec::new(), Vec::new());
    for (seq, length) in (0..).zip(lengths) {
        events.push(builder::sample_event(7, seq, seq));
        let payload = (0..length).map(|byte| (byte * 7 + length) as u8).collect();
        let event_type = [3, 4, 0, 5, 0xFFFF][seq as usize % 5];
        records.push(DetailRecord { payload, event_type, ..builder::sample_record(7, seq) });
    }
    // Records of 70 and 300 kB go through a buffer of 4 kB alone.
    let mut writer = writer_on(&TestDisk::new(), session.path(), 4096);
    for (it, record) in events.iter().zip(&records) {
        writer.write_event(&event(it), Some(raw(record))).unwrap();
    }
    writer.finalize().unwrap();
    let index = IndexFile::finalized(7, &events);
    assert_files(session.path(), &index, Some(&DetailFile::finalized(7, &records)));
}

// W-006: registers and stack; the type follows from the event's kind, an exception's is a call's.
#[test]
fn function_payloads_on_call_return_and_exception() {
    let session = Scratch::new();
    let stack: Vec<u8> = (0..=255).collect();
    let stacks = [&stack[..0], &stack[..1], &stack[..128], &stack[..], &stack[..8]];
    let kinds = [(1, 3), (2, 4), (3, 3), (2, 4), (77, 3)];
    let (mut events, mut records) = (Vec::new(), Vec::new());
    for (seq, (stack, (kind, event_type))) in (0..).zip(stacks.into_iter().zip(kinds)) {
        let it = builder::IndexEvent { event_kind: kind, ..builder::sample_event(7, seq, seq) };
        let payload = FunctionPayload {
            function_id: it.function_id,
            x_regs: [1, 2, 3, 4, 5, 6, 7, u64::MAX - u64::from(seq)],
            lr: 0x1111,
            fp: 0x2222,
            sp: 0x3333_0000_0000_0003,
            stack_size: None,
            reserved: 0,
            stack: stack.to_vec(),
        };
        events.push(it);
        records.push(DetailRecord {
            event_type,
            payload: payload.bytes(),
            ..builder::sample_record(7, seq)
        });
    }
    let mut writer = writer(session.path());
    for ((seq, it), stack) in (0_u64..).zip(&events).zip(stacks) {
        let detail = FunctionDetail {
            x_regs: [1, 2, 3, 4, 5, 6, 7, u64::MAX - seq],
            lr: 0x1111,
            fp: 0x2222,
            sp: 0x3333_0000_0000_0003,
            stack,
        };
        writer.write_event(&event(it), Some(detail.into())).unwrap();
    }
    writer.finalize().unwrap();
    let index = IndexFile::finalized(7, &events);
    assert_files(session.path(), &index, Some(&DetailFile::finalized(7, &records)));
}

// W-002, W-008: reserved sequences give the same bytes as write_event.
#[test]
fn reserved_sequences_give_the_same_bytes() {
    let session = Scratch::new();
    let thread = builder::Thread::sample(7, 4, &[1, 2]);
    let records = &thread.detail.as_ref().unwrap().records;
    let mut writer = writer(session.path());
    let reserved: Vec<Sequences> = [false, true, true, false]
        .into_iter()
        .map(|with_detail| writer.reserve_sequences(with_detail).unwrap())
        .collect();
    assert_eq!(reserved[2], Sequences { index_seq: IndexSeq(2), detail_seq: Some(DetailSeq(1)) });
    for (sequences, it) in reserved.iter().zip(&thread.index.events) {
        if let Some(DetailSeq(seq)) = sequences.detail_seq {
            let payload = raw(&records[seq as usize]);
            writer.write_detail_event(sequences, &event(it), &payload).unwrap();
        }
        writer.write_index_event(sequences, &event(it)).unwrap();
    }
    writer.finalize().unwrap();
    assert_files(session.path(), &thread.index, thread.detail.as_ref());
}

// W-001: every platform goes into both headers.
#[test]
fn platform_is_in_both_headers() {
    let platforms = [
        (Arch::ARM64, Os::IOS, ClockType::MACH_CONTINUOUS, [2, 1, 1]),
        (Arch::ARM64, Os::ANDROID, ClockType::BOOTTIME, [2, 2, 3]),
        (Arch::ARM64, Os::MACOS, ClockType::MACH_CONTINUOUS, [2, 3, 1]),
        (Arch::X86_64, Os::LINUX, ClockType::BOOTTIME, [1, 4, 3]),
        (Arch::X86_64, Os::WINDOWS, ClockType::QPC, [1, 5, 2]),
    ];
    for (arch, os, clock_type, numbers) in platforms {
        let session = Scratch::new();
        let platform = Platform { arch, os, clock_type };
        let mut writer =
            ThreadWriter::create(session.path(), u32::MAX, platform, options(100)).unwrap();
        writer.write_event(&sample(0), Some(FunctionDetail::default().into())).unwrap();
        writer.finalize().unwrap();
        let dir = session.path().join("thread_4294967295");
        let index = fs::read(dir.join("index.atf")).unwrap();
        let detail = fs::read(dir.join("detail.atf")).unwrap();
        assert_eq!([index[6], index[7], index[16]], numbers);
        assert_eq!([detail[6], detail[7]], numbers[..2]);
        assert_eq!((&index[12..16], &detail[12..16]), (&[0xFF; 4][..], &[0xFF; 4][..]));
    }
}

// W-001: Linux on x86_64 and arm64 is what this suite runs on.
#[test]
fn host_platform_is_the_one_the_test_was_built_for() {
    let host = Platform::host().unwrap();
    let arch = if cfg!(target_arch = "x86_64") { 1 } else { 2 };
    let (os, clock) = match std::env::consts::OS {
        "linux" => (4, 3),
        "macos" => (3, 1),
        "windows" => (5, 2),
        other => panic!("no test for {other}"),
    };
    assert_eq!((host.arch.get(), host.os.get(), host.clock_type.get()), (arch, os, clock));
}

// ------------------------------------------------------------------ what is on disk when

// W-003, W-005, W-008
#[test]
fn placeholder_header_is_on_disk_as_soon_as_the_file_is() {
    let session = Scratch::new();
    let mut writer = writer(session.path());
    assert_files(session.path(), &IndexFile::unfinalized(7, &[]), None);
    writer.write_event(&sample(0), None).unwrap();
    assert_files(session.path(), &IndexFile::unfinalized(7, &[]), None);
    writer.write_event(&sample(1), Some(FunctionDetail::default().into())).unwrap();
    let mut index = IndexFile::unfinalized(7, &[]);
    index.header.flags = 1;
    assert_files(session.path(), &index, Some(&DetailFile::unfinalized(7, &[])));
}

// W-008: the flag comes after the file that it announces.
#[test]
fn detail_file_and_flag_come_with_the_first_detail() {
    let session = Scratch::new();
    let disk = TestDisk::new();
    let mut writer = writer_on(&disk, session.path(), 1 << 16);
    let dir = writer.dir().to_owned();
    assert_eq!(dir, session.path().join("thread_7"));
    for seq in 0..10 {
        writer.write_event(&sample(seq), None).unwrap();
    }
    let before = disk.ops();
    writer.write_event(&sample(10), Some(FunctionDetail::default().into())).unwrap();
    writer.write_event(&sample(11), Some(FunctionDetail::default().into())).unwrap();
    let ops = disk.ops();
    let detail = dir.join("detail.atf");
    assert_eq!(before.len(), 4);
    let mut index = IndexFile::unfinalized(7, &[]);
    index.header.flags = 1;
    assert_eq!(
        ops[before.len()..],
        [
            Op::CreateNew(detail.clone()),
            Op::Write { path: detail, offset: 0, bytes: DetailFile::unfinalized(7, &[]).bytes() },
            Op::CreateNew(dir.join("detail.off")),
            Op::CreateNew(dir.join("detail.sum")),
            Op::Write { path: dir.join("index.atf"), offset: 0, bytes: index.bytes() },
        ]
    );
}

// W-007: events, footer, sync, header, sync; detail before index; then the offsets of the records,
// which were written behind these, the directory, and its name.
#[test]
fn finalize_syncs_the_footer_before_it_writes_the_header() {
    let session = Scratch::new();
    let disk = TestDisk::new();
    let thread = builder::Thread::sample(7, 3, &[1]);
    let mut writer = writer_on(&disk, session.path(), 1 << 16);
    write(&mut writer, &thread);
    let before = disk.ops().len();
    writer.finalize().unwrap();
    let dir = session.path().join("thread_7");
    let (index, detail) = (dir.join("index.atf"), dir.join("detail.atf"));
    let offsets = dir.join("detail.off");
    let of = |path: &std::path::PathBuf, offset: usize, bytes: Vec<u8>| Op::Write {
        path: path.clone(),
        offset: offset as u64,
        bytes,
    };
    let (i, d) = (&thread.index, thread.detail.as_ref().unwrap());
    let is_sum = |op: &Op| match op {
        Op::Write { path, .. } | Op::Sync(path) => path.extension() == Some("sum".as_ref()),
        _ => false,
    };
    let ops = disk.ops()[before..].to_vec();
    // The chunk checksums come when both lanes have ended.
    let first = ops.iter().position(is_sum).unwrap();
    assert!(ops[..first].contains(&of(&index, 0, thread.index.header.bytes())));
    assert_eq!(ops.iter().filter(|op| is_sum(op)).count(), 4);
    let ops: Vec<Op> = ops.into_iter().filter(|op| !is_sum(op)).collect();
    assert_eq!(
        ops,
        [
            of(&detail, 64, d.records_bytes()),
            of(&offsets, 0, d.offsets()),
            of(&detail, 64 + d.records_bytes().len(), d.footer.as_ref().unwrap().bytes()),
            Op::Sync(detail.clone()),
            of(&detail, 0, d.header.bytes()),
            Op::Sync(detail),
            of(&index, 64, i.events_bytes()),
            of(&index, 160, i.footer.as_ref().unwrap().bytes()),
            Op::Sync(index.clone()),
            of(&index, 0, i.header.bytes()),
            Op::Sync(index),
            Op::Sync(offsets),
            Op::SyncDir(dir),
            Op::SyncDir(session.path().to_owned()),
        ]
    );
}

// W-007
#[test]
fn without_sync_nothing_is_synced() {
    let session = Scratch::new();
    let disk = TestDisk::new();
    let options = options(64).sync_on_finalize(false);
    let mut writer =
        ThreadWriter::create_in(disk.clone(), session.path(), 7, LINUX, options).unwrap();
    write(&mut writer, &builder::Thread::sample(7, 30, &[1, 20]));
    writer.finalize().unwrap();
    let syncs = disk.ops().iter().filter(|op| matches!(op, Op::Sync(_) | Op::SyncDir(_))).count();
    assert_eq!(syncs, 0);
}

// W-007: a dropped writer leaves what recovery reads: all events, no footer.
#[test]
fn drop_without_finalize_leaves_every_event_and_no_footer() {
    let session = Scratch::new();
    let thread = builder::Thread::unfinalized(7, 30, &[0, 3, 29]);
    let mut writer = writer(session.path());
    write(&mut writer, &thread);
    drop(writer);
    assert_files(session.path(), &thread.index, thread.detail.as_ref());
}

// W-007
#[test]
fn drop_flushes_records_before_the_events_that_name_them() {
    let session = Scratch::new();
    let disk = TestDisk::new();
    let mut writer = writer_on(&disk, session.path(), 1 << 16);
    write(&mut writer, &builder::Thread::sample(7, 3, &[1]));
    let before = disk.ops().len();
    drop(writer);
    let dir = session.path().join("thread_7");
    let files: Vec<_> = disk.ops()[before..]
        .iter()
        .map(|op| match op {
            Op::Write { path, offset: 64, .. } => path.clone(),
            Op::Write { path, offset: 0, .. } if path.ends_with("detail.off") => path.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(files, ["detail.atf", "detail.off", "index.atf"].map(|name| dir.join(name)));
}

// W-007
#[test]
fn flush_puts_everything_into_the_files() {
    let session = Scratch::new();
    let thread = builder::Thread::unfinalized(7, 30, &[0, 3, 29]);
    let mut writer = writer(session.path());
    write(&mut writer, &thread);
    writer.flush().unwrap();
    assert_files(session.path(), &thread.index, thread.detail.as_ref());
    writer.flush().unwrap();
    assert_files(session.path(), &thread.index, thread.detail.as_ref());
}

#[cfg(unix)]
#[test]
fn files_and_directories_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let session = Scratch::new();
    let mut writer = ThreadWriter::create(session.path(), 7, LINUX, options(64)).unwrap();
    writer.write_event(&sample(0), Some(FunctionDetail::default().into())).unwrap();
    writer.finalize().unwrap();
    let dir = session.path().join("thread_7");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(&dir.join("index.atf")), 0o600);
    assert_eq!(mode(&dir.join("detail.atf")), 0o600);
}

// Every writer, and threads that come at the same time.
#[test]
fn missing_directories_are_made_only_when_asked_for() {
    let top = Scratch::new();
    let disk = TestDisk::new();
    let asked = options(64).create_parents(true);
    let session = top.path().join("ada_traces/session_1/pid_2");
    let (index, detail) = (top.path().join("i/j/index.atf"), top.path().join("d/e/detail.atf"));
    assert!(ThreadWriter::create(&session, 7, LINUX, options(64)).is_err());
    assert!(IndexWriter::create(&disk, &index, 7, LINUX, options(64)).is_err());
    assert!(DetailWriter::create(&disk, &detail, 7, LINUX, options(64)).is_err());
    assert_eq!(fs::read_dir(top.path()).unwrap().count(), 0);
    std::thread::scope(|scope| {
        for id in 0..16 {
            let session = &session;
            scope.spawn(move || ThreadWriter::create(session, id, LINUX, asked).unwrap());
        }
    });
    assert_eq!(fs::read_dir(&session).unwrap().count(), 16);
    IndexWriter::create(&disk, &index, 7, LINUX, asked).unwrap();
    DetailWriter::create(&disk, &detail, 7, LINUX, asked).unwrap();
    assert!(index.exists() && detail.exists());
    // A file in the way is an error that names it.
    let error = ThreadWriter::create(&index, 7, LINUX, asked).err().unwrap();
    assert!(error.to_string().starts_with(&index.display().to_string()), "{error}");
}

// A path without a directory is in the working directory, which is there.
#[test]
fn path_of_one_name_needs_no_directory() {
    let disk = TestDisk::new();
    let name = format!("atf-writer-test-{}.atf", std::process::id());
    let made = IndexWriter::create(&disk, &name, 7, LINUX, options(64).create_parents(true));
    fs::remove_file(&name).unwrap();
    assert!(made.is_ok());
}

// ------------------------------------------------------------------ refusals

#[test]
fn existing_thread_directory_is_an_error_and_untouched() {
    let session = Scratch::new();
    let dir = session.path().join("thread_7");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("index.atf"), "mine").unwrap();
    let error = ThreadWriter::create(session.path(), 7, LINUX, options(64)).err().unwrap();
    assert_eq!(error.to_string(), format!("{}: cannot create", dir.display()));
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "File exists (os error 17)");
    assert_eq!(fs::read(dir.join("index.atf")).unwrap(), b"mine");
}

#[test]
fn existing_file_is_an_error_and_untouched() {
    let dir = Scratch::new();
    let path = dir.path().join("some.atf");
    fs::write(&path, "mine").unwrap();
    let disk = TestDisk::new();
    let index = IndexWriter::create(&disk, &path, 7, LINUX, options(64)).err().unwrap();
    let detail = DetailWriter::create(&disk, &path, 7, LINUX, options(64)).err().unwrap();
    for error in [index, detail] {
        assert_eq!(error.to_string(), format!("{}: cannot create", path.display()));
    }
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

// W-002: events go in in the order of reserving, the record before its event.
#[test]
fn sequences_out_of_order_are_refused() {
    let session = Scratch::new();
    let mut writer = writer(session.path());
    let first = writer.reserve_sequences(true).unwrap();
    let second = writer.reserve_sequences(true).unwrap();
    let payload = Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes: b"x" };

    let error = writer.write_index_event(&second, &sample(1)).unwrap_err();
    assert_eq!(error.to_string(), "thread 7: index lane: expected sequence 0, found 1");
    let error = writer.write_index_event(&first, &sample(0)).unwrap_err();
    assert_eq!(error.to_string(), "thread 7: detail lane: expected sequence 0, found 0");
    let error = writer.write_detail_event(&second, &sample(1), &payload).unwrap_err();
    assert_eq!(error.to_string(), "thread 7: index lane: expected sequence 0, found 1");

    writer.write_detail_event(&first, &sample(0), &payload).unwrap();
    let error = writer.write_detail_event(&first, &sample(0), &payload).unwrap_err();
    assert_eq!(error.to_string(), "thread 7: detail lane: expected sequence 1, found 0");
    writer.write_index_event(&first, &sample(0)).unwrap();
    let error = writer.write_index_event(&first, &sample(0)).unwrap_err();
    assert_eq!(error.to_string(), "thread 7: index lane: expected sequence 1, found 0");

    let error = writer.write_event(&sample(1), None).unwrap_err();
    assert_eq!(error.to_string(), "thread 7: index lane: expected sequence 1, found 2");
    let error = writer.write_index_events(&[]).unwrap_err();
    assert_eq!(error.to_string(), "thread 7: index lane: expected sequence 1, found 2");

    writer.write_detail_event(&second, &sample(1), &payload).unwrap();
    writer.write_index_event(&second, &sample(1)).unwrap();
    let summary = writer.finalize().unwrap();
    assert_eq!((summary.events, summary.details), (2, Some(2)));
}

// W-002
#[test]
fn sequences_of_other_counters_are_refused() {
    let session = Scratch::new();
    let mut writer = writer(session.path());
    let made_up = Sequences { index_seq: IndexSeq(0), detail_seq: None };
    let error = writer.write_index_event(&made_up, &sample(0)).unwrap_err();
    assert_eq!(error.to_string(), "thread 7: index lane: expected sequence 0, found none reserved");
    let reserved = writer.reserve_sequences(false).unwrap();
    let payload = Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes: b"x" };
    let error = writer.write_detail_event(&reserved, &sample(0), &payload).unwrap_err();
    assert_eq!(
        error.to_string(),
        "thread 7: detail lane: expected sequence 0, found none reserved"
    );
    let made_up = Sequences { detail_seq: Some(DetailSeq(0)), ..reserved };
    let error = writer.write_detail_event(&made_up, &sample(0), &payload).unwrap_err();
    assert_eq!(
        error.to_string(),
        "thread 7: detail lane: expected sequence 0, found none reserved"
    );
    writer.write_index_event(&reserved, &sample(0)).unwrap();
    assert_eq!(writer.finalize().unwrap().details, None);
    assert!(!session.path().join("thread_7/detail.atf").exists());
}

// W-002
#[test]
fn reserved_and_never_written_cannot_be_finalized() {
    for (with_detail, message) in [
        (false, "thread 7: index lane: expected 2 records (reserved), found 1 written"),
        (true, "thread 7: index lane: expected 2 records (reserved), found 1 written"),
    ] {
        let session = Scratch::new();
        let mut writer = writer(session.path());
        writer.write_event(&sample(0), None).unwrap();
        writer.reserve_sequences(with_detail).unwrap();
        assert_eq!(writer.finalize().unwrap_err().to_string(), message);
        let written = builder::Thread::unfinalized(7, 1, &[]);
        assert_files(session.path(), &written.index, None);
    }
}

// W-002: sequences are a pair: an event without the record that was reserved for it, or with
// another event's, would be a broken link.
#[test]
fn reserved_pair_cannot_be_split() {
    let session = Scratch::new();
    let mut writer = writer(session.path());
    let first = writer.reserve_sequences(true).unwrap();
    let without = Sequences { detail_seq: None, ..first };
    let error = writer.write_index_event(&without, &sample(0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "thread 7: detail lane: expected sequence 0, found none reserved"
    );
    let second = writer.reserve_sequences(true).unwrap();
    let crossed = Sequences { detail_seq: second.detail_seq, ..first };
    let error = writer.write_index_event(&crossed, &sample(0)).unwrap_err();
    assert_eq!(error.to_string(), "thread 7: detail lane: expected sequence 0, found 1");
    let error = writer.write_index_event(&first, &sample(0)).unwrap_err();
    assert_eq!(error.to_string(), "thread 7: detail lane: expected sequence 0, found 0");
    assert_eq!(
        writer.finalize().unwrap_err().to_string(),
        "thread 7: index lane: expected 2 records (reserved), found 0 written"
    );
}

// Symptom: after one record of 64 MiB everything was collected in a buffer of that size, and a kill
// took it all. Cause: the buffer grew for the record and stayed.
#[test]
fn large_record_does_not_leave_a_large_buffer() {
    let session = Scratch::new();
    let options = options(4096);
    let mut writer = ThreadWriter::create(session.path(), 7, LINUX, options).unwrap();
    let large = vec![1; 1 << 20];
    let raw = |bytes| Some(Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes });
    writer.write_event(&sample(0), raw(&large)).unwrap();
    for seq in 1..100 {
        writer.write_event(&sample(seq), raw(&[2; 500])).unwrap();
    }
    let len = fs::metadata(session.path().join("thread_7/detail.atf")).unwrap().len();
    let written = 64 + (24 + (1 << 20)) + 99 * 524;
    assert!(written - len < 16 * 1024, "{len} of {written} bytes are in the file");
}

#[test]
fn foreign_event_in_a_slice_writes_nothing_of_it() {
    let session = Scratch::new();
    let disk = TestDisk::new();
    let mut writer = writer_on(&disk, session.path(), 32);
    let good: Vec<IndexEvent> =
        (0..5).map(|seq| packed(&builder::sample_event(7, seq, NO_DETAIL))).collect();
    let ops = disk.ops().len();

    let mut slice = good.clone();
    slice[3].thread_id = 8.into();
    assert_eq!(
        writer.write_index_events(&slice).unwrap_err().to_string(),
        "thread 7: event 3 of the slice: thread_id: expected 7, found 8"
    );
    slice[3] = good[3];
    slice[4].detail_seq = 0.into();
    assert_eq!(
        writer.write_index_events(&slice).unwrap_err().to_string(),
        "thread 7: event 4 of the slice: detail_seq: expected 4294967295, found 0"
    );
    // Differences that cancel each other out in a careless comparison.
    slice[4] = good[4];
    slice[0].thread_id = (7 ^ 1).into();
    slice[0].detail_seq = (NO_DETAIL ^ 1).into();
    assert_eq!(
        writer.write_index_events(&slice).unwrap_err().to_string(),
        "thread 7: event 0 of the slice: thread_id: expected 7, found 6"
    );
    assert_eq!((writer.event_count(), disk.ops().len()), (0, ops));
    writer.write_index_events(&good).unwrap();
    writer.finalize().unwrap();
    assert_files(session.path(), &builder::Thread::sample(7, 5, &[]).index, None);
}

// W-006
#[test]
fn stack_of_257_bytes_is_refused_and_takes_no_sequence() {
    let session = Scratch::new();
    let mut writer = writer(session.path());
    let stack = [0; 70_000];
    for (len, event_kind, name) in [
        (257, EventKind::CALL, "function_call"),
        (70_000, EventKind::RETURN, "function_return"),
        (65_536, EventKind::EXCEPTION, "function_call"),
    ] {
        let detail = FunctionDetail { stack: &stack[..len], ..Default::default() };
        let event = Event { event_kind, ..sample(0) };
        assert_eq!(
            writer.write_event(&event, Some(detail.into())).unwrap_err().to_string(),
            format!("{name} payload: stack_size: expected at most 256 bytes, found {len}")
        );
    }
    assert_eq!((writer.event_count(), writer.detail_count()), (0, 0));
    assert_eq!(writer.write_event(&sample(0), None).unwrap(), IndexSeq(0));
    assert_eq!(writer.finalize().unwrap().details, None);
    assert!(!session.path().join("thread_7/detail.atf").exists());
}

// W-006: 4 GiB of zeros that are never touched.
#[cfg(all(unix, target_pointer_width = "64"))]
#[test]
fn payload_that_total_length_cannot_hold_is_refused() {
    let session = Scratch::new();
    let mut writer = writer(session.path());
    let zeros = vec![0_u8; 0xFFFF_FFFF - 23];
    let payload = Payload::Raw { event_type: DetailEventType::FUNCTION_RETURN, bytes: &zeros };
    assert_eq!(
        writer.write_event(&sample(0), Some(payload)).unwrap_err().to_string(),
        "function_return payload: total_length: expected at most 4294967271 bytes, found 4294967272"
    );
    assert_eq!((writer.event_count(), writer.detail_count()), (0, 0));
}

// W-005: a lane by itself keeps index_seq strictly increasing.
#[test]
fn detail_lane_refuses_an_index_seq_that_does_not_increase() {
    let dir = Scratch::new();
    let path = dir.path().join("detail.atf");
    let mut writer = DetailWriter::create(&TestDisk::new(), &path, 7, LINUX, options(64)).unwrap();
    let payload = Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes: b"" };
    let mut write =
        |seq| writer.write(IndexSeq(seq), builder::sample_time(seq), EventKind::CALL, 1, &payload);
    assert_eq!(write(5).unwrap(), DetailSeq(0));
    for seq in [5, 4, 0] {
        assert_eq!(
            write(seq).unwrap_err().to_string(),
            format!("thread 7: detail lane: expected sequence 6, found {seq}")
        );
    }
    assert_eq!(write(9).unwrap(), DetailSeq(1));
    assert_eq!((writer.len(), writer.bytes_length(), writer.is_empty()), (2, 48, false));
    writer.finalize().unwrap();
    let record =
        |seq| DetailRecord { event_type: 3, payload: Vec::new(), ..builder::sample_record(7, seq) };
    let expected = DetailFile::finalized(7, &[record(5), record(9)]);
    assert_eq!(fs::read(&path).unwrap(), expected.bytes());
}

#[test]
fn index_lane_reports_its_length_and_times_while_it_is_written() {
    let dir = Scratch::new();
    let path = dir.path().join("index.atf");
    let mut writer = IndexWriter::create(&TestDisk::new(), &path, 7, LINUX, options(64)).unwrap();
    assert_eq!((writer.len(), writer.is_empty(), writer.time_range()), (0, true, None));
    let events = builder::Thread::sample(7, 5, &[]).index.events;
    for (seq, it) in (0..).zip(&events) {
        assert_eq!(writer.write(&packed(it)).unwrap(), IndexSeq(seq));
        assert_eq!(writer.time_range(), Some((1000, it.timestamp_ns)));
    }
    writer.flush().unwrap();
    assert_eq!(writer.time_range(), Some((1000, 1040)));
    assert_eq!((writer.len(), writer.is_empty(), writer.thread_id()), (5, false, 7));
    assert_eq!(writer.path(), path);
    writer.finalize().unwrap();
    writer.finalize().unwrap();
    assert_eq!(fs::read(&path).unwrap(), IndexFile::finalized(7, &events).bytes());
}

// ------------------------------------------------------------------ disks that fail

/// Writes `thread`, repeating each call once after the disk failed it, and returns how often it
/// did.
fn write_stubbornly(disk: &TestDisk, session: &Path, thread: &builder::Thread) -> usize {
    let mut failures = 0;
    let mut again = |error: &atf_runtime::Error| {
        assert!(error.to_string().starts_with(&session.display().to_string()), "{error}");
        failures += 1;
        disk.freed();
    };
    let create = || ThreadWriter::create_in(disk.clone(), session, 7, LINUX, options(64));
    let mut writer = create()
        .or_else(|error| {
            again(&error);
            create()
        })
        .unwrap();
    for (seq, it) in thread.index.events.iter().enumerate() {
        let mut records = thread.detail.iter().flat_map(|detail| &detail.records);
        let payload = records.find(|record| record.index_seq == seq as u32).map(raw);
        let event = event(it);
        if let Err(error) = writer.write_event(&event, payload) {
            again(&error);
            assert_eq!(writer.event_count(), seq as u32);
            assert_eq!(writer.write_event(&event, payload).unwrap(), IndexSeq(seq as u32));
        }
        // So that every event goes to the disk by itself, whatever the buffer.
        if let Err(error) = writer.flush() {
            again(&error);
            writer.flush().unwrap();
        }
    }
    writer.finalize().unwrap();
    failures
}

// W-003: symptom: after a full disk was freed, the first event with detail failed for ever with
// "File exists", and so did creating the writer again. Cause: a file whose header could not be
// written stayed behind.
#[test]
fn every_call_that_fails_once_can_be_repeated() {
    let thread = builder::Thread::sample(7, 12, &[2, 3, 7, 11]);
    let plain = Scratch::new();
    let disk = TestDisk::new();
    assert_eq!(write_stubbornly(&disk, plain.path(), &thread), 0);
    assert_files(plain.path(), &thread.index, thread.detail.as_ref());
    // Those after the last write of events belong to finalize, which is a test of its own.
    let footer_at = |op: &Op| matches!(op, Op::Write { bytes, .. } if bytes.starts_with(b"2DTA"));
    let calls = disk.ops().iter().position(footer_at).unwrap();
    assert!(calls > 20, "{calls}");
    // The recording continues without offsets and chunk checksums, and reports nothing.
    let is_theirs = |op: &Op| match op {
        Op::CreateNew(path) | Op::Write { path, .. } => {
            path.ends_with("detail.off") || path.extension() == Some("sum".as_ref())
        }
        _ => false,
    };
    for (call, op) in disk.ops().iter().take(calls).enumerate() {
        let session = Scratch::new();
        let disk = TestDisk::new();
        disk.fail_call(call);
        let failures = usize::from(!is_theirs(op));
        assert_eq!(write_stubbornly(&disk, session.path(), &thread), failures, "call {call}");
        assert_files(session.path(), &thread.index, thread.detail.as_ref());
    }
}

// W-003: as above; the write is cut at any byte.
#[test]
fn disk_that_was_full_and_is_freed_loses_and_doubles_nothing() {
    let thread = builder::Thread::sample(7, 12, &[2, 3, 7, 11]);
    let intact = thread.index.bytes().len() + thread.detail.as_ref().unwrap().bytes().len();
    let before_footers = intact - 128;
    for capacity in 0..before_footers {
        let session = Scratch::new();
        let disk = TestDisk::new();
        disk.full_at(capacity as u64);
        assert_eq!(write_stubbornly(&disk, session.path(), &thread), 1, "full at {capacity}");
        assert_files(session.path(), &thread.index, thread.detail.as_ref());
    }
}

// W-003
#[test]
fn slice_on_a_full_disk_reports_how_much_was_written() {
    let thread = builder::Thread::sample(7, 2000, &[]);
    let events: Vec<IndexEvent> = thread.index.events.iter().map(packed).collect();
    let mut failures = 0;
    for capacity in (64..64 + 2000 * 32).step_by(997) {
        let session = Scratch::new();
        let disk = TestDisk::new();
        let mut writer = writer_on(&disk, session.path(), 96);
        disk.full_at(capacity);
        if let Err(error) = writer.write_index_events(&events) {
            failures += 1;
            let Some(Op::Write { offset, .. }) = disk.ops().last().cloned() else { panic!() };
            let text = error.to_string();
            let path = writer.dir().join("index.atf");
            assert!(text.starts_with(&format!("{}: cannot write ", path.display())), "{text}");
            assert!(text.ends_with(&format!(" bytes at byte {offset}")), "{text}");
            assert!(writer.event_count() < 2000);
            disk.freed();
            let rest = &events[writer.event_count() as usize..];
            writer.write_index_events(rest).unwrap();
        }
        disk.freed();
        assert_eq!(writer.event_count(), 2000);
        writer.finalize().unwrap();
        assert_files(session.path(), &thread.index, None);
    }
    assert!(failures > 50, "{failures}");
}

/// Whether the call of finalize was a sync. After a failed one it is unknown what reached the
/// disk, so finalize keeps failing.
fn check_sync_is_final(call: usize, path: &Path, again: atf_runtime::Result<()>) -> bool {
    if ![2, 4].contains(&call) {
        again.unwrap();
        return false;
    }
    assert_eq!(again.unwrap_err().to_string(), format!("{}: cannot sync", path.display()));
    true
}

// W-007: an error of finalize leaves the file as a crash would; that of one lane can be repeated, but
// for a failed sync.
#[test]
fn finalize_of_a_lane_can_be_repeated_until_it_succeeds() {
    let events = builder::Thread::sample(7, 5, &[]).index.events;
    // Events, footer, sync, header, sync.
    for call in 0..5 {
        let dir = Scratch::new();
        let path = dir.path().join("index.atf");
        let disk = TestDisk::new();
        let mut writer = IndexWriter::create(&disk, &path, 7, LINUX, options(4096)).unwrap();
        for it in &events[..4] {
            writer.write(&packed(it)).unwrap();
        }
        disk.fail_call(disk.calls() + call);
        let error = writer.finalize().unwrap_err().to_string();
        let action = [
            "write 128 bytes at byte 64",
            "write 64 bytes at byte 192",
            "sync",
            "write 64 bytes at byte 0",
            "sync",
        ][call];
        assert_eq!(error, format!("{}: cannot {action}", path.display()));
        // It may even continue.
        writer.write(&packed(&events[4])).unwrap();
        if check_sync_is_final(call, &path, writer.finalize()) {
            continue;
        }
        assert_eq!(fs::read(&path).unwrap(), IndexFile::finalized(7, &events).bytes());
    }
}

// W-007
#[test]
fn finalize_of_a_detail_lane_can_be_repeated_until_it_succeeds() {
    let records: Vec<_> = (0..5).map(|seq| builder::sample_record(7, seq)).collect();
    // Records, their offsets, footer, sync, header, sync.
    for call in [0, 2, 3, 4, 5] {
        let dir = Scratch::new();
        let path = dir.path().join("detail.atf");
        let disk = TestDisk::new();
        let mut writer = DetailWriter::create(&disk, &path, 7, LINUX, options(4096)).unwrap();
        let write = |writer: &mut DetailWriter<_>, record: &DetailRecord| {
            let seq = IndexSeq(record.index_seq);
            writer.write(seq, record.timestamp, EventKind::CALL, 1, &raw(record)).unwrap();
        };
        records[..4].iter().for_each(|record| write(&mut writer, record));
        disk.fail_call(disk.calls() + call);
        writer.finalize().unwrap_err();
        write(&mut writer, &records[4]);
        if check_sync_is_final(call - usize::from(call > 0), &path, writer.finalize()) {
            continue;
        }
        let offsets = fs::read(dir.path().join("detail.off")).unwrap();
        assert_eq!(offsets, DetailFile::finalized(7, &records).offsets());
        assert_eq!(fs::read(&path).unwrap(), DetailFile::finalized(7, &records).bytes());
    }
}

// W-007: a thread's finalize ends the writer; what it could not end is all there.
#[test]
fn failed_finalize_of_a_thread_loses_nothing() {
    let thread = builder::Thread::sample(7, 9, &[0, 4, 8]);
    // Detail: records, offsets, footer, sync, header, sync; index the same without offsets; then the
    // chunk checksums and the sync of the offsets, and of the directory.
    for call in [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16] {
        let session = Scratch::new();
        let disk = TestDisk::new();
        let mut writer = writer_on(&disk, session.path(), 4096);
        write(&mut writer, &thread);
        disk.fail_call(disk.calls() + call);
        writer.finalize().unwrap_err();
        let read = |name| fs::read(session.path().join("thread_7").join(name)).unwrap();
        let (index, detail) = (read("index.atf"), read("detail.atf"));
        let records = thread.detail.as_ref().unwrap().records_bytes();
        assert_eq!(index[64..][..9 * 32], thread.index.events_bytes(), "call {call}");
        assert_eq!(detail[64..][..records.len()], records, "call {call}");
    }
}

// W-007: symptom: an event written after finalize was taken, and was not in the file. Cause: the
// lane did not know that it had ended, and a second finalize did nothing.
#[test]
fn nothing_can_be_written_behind_a_footer() {
    let dir = Scratch::new();
    let path = dir.path().join("index.atf");
    let disk = TestDisk::new();
    let events = builder::Thread::sample(7, 5, &[]).index.events;
    let mut writer = IndexWriter::create(&disk, &path, 7, LINUX, options(4096)).unwrap();
    writer.write(&packed(&events[0])).unwrap();
    writer.finalize().unwrap();
    let expected = format!("{}: cannot write after the footer", path.display());
    assert_eq!(writer.write(&packed(&events[1])).unwrap_err().to_string(), expected);
    assert_eq!(writer.write_all(&[packed(&events[1])]).unwrap_err().to_string(), expected);
    writer.write_all(&[]).unwrap();
    writer.flush().unwrap();
    writer.finalize().unwrap();
    assert_eq!(writer.len(), 1);
    drop(writer);
    assert_eq!(fs::read(&path).unwrap(), IndexFile::finalized(7, &events[..1]).bytes());

    let path = dir.path().join("detail.atf");
    let mut writer = DetailWriter::create(&disk, &path, 7, LINUX, options(4096)).unwrap();
    writer.finalize().unwrap();
    let payload = Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes: b"" };
    let error = writer.write(IndexSeq(0), 1, EventKind::CALL, 1, &payload).unwrap_err();
    assert_eq!(error.to_string(), format!("{}: cannot write after the footer", path.display()));
    drop(writer);
    assert_eq!(fs::read(&path).unwrap(), DetailFile::finalized(7, &[]).bytes());
}
