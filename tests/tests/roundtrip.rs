//! Readers return what the writer got, at random and in bulk.

use std::fs;

use atf_runtime::format::{Arch, ClockType, DetailEventType, EventKind, IndexEvent, Os};
use atf_runtime::session::TracePath;
use atf_runtime::{
    DetailSeq, Event, FunctionDetail, IndexReader, IndexSeq, Payload, Platform, ThreadReader,
    ThreadWriter, WriterOptions,
};
use atf_tests::builder::{FRAME, IndexFile};
use atf_tests::judge::problems;
use atf_tests::scratch::Scratch;
use proptest::prelude::*;

const ARM: Platform =
    Platform { arch: Arch::ARM64, os: Os::MACOS, clock_type: ClockType::MACH_CONTINUOUS };

/// What a tracer may write for one event.
#[derive(Clone, Debug)]
enum Detail {
    None,
    Raw(u16, Vec<u8>),
    Function([u64; 8], u64, Vec<u8>),
}

fn detail() -> impl Strategy<Value = Detail> {
    prop_oneof![
        Just(Detail::None),
        (any::<u16>(), prop::collection::vec(any::<u8>(), 0..300))
            .prop_map(|(event_type, bytes)| Detail::Raw(event_type, bytes)),
        (any::<[u64; 8]>(), any::<u64>(), prop::collection::vec(any::<u8>(), 0..=256))
            .prop_map(|(x_regs, sp, stack)| Detail::Function(x_regs, sp, stack)),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    (any::<u64>(), any::<u64>(), any::<u32>(), any::<u32>()).prop_map(
        |(timestamp_ns, function_id, kind, call_depth)| Event {
            timestamp_ns,
            function_id,
            event_kind: EventKind::new(kind % 5),
            call_depth,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    // W-011, W-012, R-008: any times, also backwards; any kinds; any payloads; any buffer.
    #[test]
    fn whatever_is_written_is_read_back(
        events in prop::collection::vec((event(), detail()), 0..150),
        thread_id in any::<u32>(),
        buffer_bytes in 0_usize..3000,
        finalized in any::<bool>(),
    ) {
        let session = Scratch::new();
        let options =
            WriterOptions::default().buffer_bytes(buffer_bytes).sync_on_finalize(false);
        let mut writer = ThreadWriter::create(session.path(), thread_id, ARM, options).unwrap();
        for (event, detail) in &events {
            let payload = match detail {
                Detail::None => None,
                Detail::Raw(event_type, bytes) => {
                    Some(Payload::Raw { event_type: DetailEventType::new(*event_type), bytes })
                }
                Detail::Function(x_regs, sp, stack) => {
                    Some(FunctionDetail { x_regs: *x_regs, sp: *sp, lr: 1, fp: 2, stack }.into())
                }
            };
            writer.write_event(event, payload).unwrap();
        }
        let dir = writer.dir().to_owned();
        if finalized {
            let summary = writer.finalize().unwrap();
            prop_assert_eq!(summary.events as usize, events.len());
            prop_assert_eq!(problems(&TracePath::Thread(dir.clone())), [""; 0]);
        } else {
            drop(writer);
        }

        let reader = ThreadReader::open(&dir).unwrap();
        prop_assert_eq!(reader.index().len(), events.len());
        let mut details = 0;
        for ((wrote, detail), read) in events.iter().zip(reader.index()) {
            prop_assert_eq!(read.timestamp_ns.get(), wrote.timestamp_ns);
            prop_assert_eq!(read.function_id.get(), wrote.function_id);
            prop_assert_eq!(read.thread_id.get(), thread_id);
            prop_assert_eq!(read.event_kind, wrote.event_kind);
            prop_assert_eq!(read.call_depth.get(), wrote.call_depth);
            let record = reader.get_detail_for(read).unwrap();
            match (detail, record) {
                (Detail::None, None) => {}
                (Detail::Raw(event_type, bytes), Some(record)) => {
                    prop_assert_eq!(record.header.event_type.get(), *event_type);
                    prop_assert_eq!(record.payload, &bytes[..]);
                    details += 1;
                }
                (Detail::Function(x_regs, sp, stack), Some(record)) => {
                    let function = record.function().unwrap();
                    prop_assert_eq!(function.registers.x_regs.map(|reg| reg.get()), *x_regs);
                    prop_assert_eq!(function.registers.sp.get(), *sp);
                    prop_assert_eq!(function.registers.function_id.get(), wrote.function_id);
                    prop_assert_eq!(function.stack, &stack[..]);
                    details += 1;
                }
                (detail, record) => prop_assert!(false, "{detail:?} {record:?}"),
            }
        }
        let read = reader.detail().unwrap().map_or(0, |detail| detail.len());
        prop_assert_eq!(read, details);
        prop_assert_eq!(dir.join("detail.atf").exists(), details > 0);
        if details > 0 {
            let detail = reader.detail().unwrap().unwrap();
            let last = detail.get(DetailSeq(details as u32 - 1)).unwrap().unwrap();
            prop_assert!(reader.get_index_for(&last).is_some());
        }
    }
}

fn mix(seq: u64) -> u64 {
    let value = (seq ^ (seq >> 7)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    value ^ (value >> 29)
}

fn big_event(seq: u64) -> IndexEvent {
    IndexEvent {
        timestamp_ns: (seq * 3).into(),
        function_id: mix(seq).into(),
        thread_id: 1.into(),
        event_kind: EventKind::new(1 + (seq % 3) as u32),
        call_depth: ((mix(seq) >> 50) as u32).into(),
        ..IndexEvent::INIT
    }
}

/// An order-dependent sum over every field of events.
fn sum<'a>(events: impl Iterator<Item = &'a IndexEvent>) -> u64 {
    events.fold(0, |sum, event| {
        (sum.rotate_left(5) ^ event.timestamp_ns.get())
            .wrapping_add(event.function_id.get())
            .wrapping_add(u64::from(event.event_kind.get()))
            .wrapping_add(u64::from(event.call_depth.get() ^ event.detail_seq.get()))
    })
}

// R-015, W-004: ten million events, 320 MB, half of them one by one and half in slices.
#[test]
fn ten_million_events_come_back_as_they_were() {
    const EVENTS: u64 = 10_000_000;
    const SLICE: u64 = 50_000;
    let session = Scratch::on_disk();
    let options = WriterOptions::default().sync_on_finalize(false);
    let mut writer = ThreadWriter::create(session.path(), 1, ARM, options).unwrap();
    let mut wanted = 0;
    for start in (0..EVENTS).step_by(SLICE as usize) {
        let slice: Vec<IndexEvent> = (start..start + SLICE).map(big_event).collect();
        wanted = slice.iter().fold(wanted, |wanted: u64, event| {
            (wanted.rotate_left(5) ^ event.timestamp_ns.get())
                .wrapping_add(event.function_id.get())
                .wrapping_add(u64::from(event.event_kind.get()))
                .wrapping_add(u64::from(event.call_depth.get() ^ event.detail_seq.get()))
        });
        if start % (2 * SLICE) == 0 {
            writer.write_index_events(&slice).unwrap();
            continue;
        }
        for event in &slice {
            let event = Event {
                timestamp_ns: event.timestamp_ns.get(),
                function_id: event.function_id.get(),
                event_kind: event.event_kind,
                call_depth: event.call_depth.get(),
            };
            writer.write_event(&event, None).unwrap();
        }
    }
    let summary = writer.finalize().unwrap();
    assert_eq!(u64::from(summary.events), EVENTS);
    let path = session.path().join("thread_1/index.atf");
    assert_eq!(fs::metadata(&path).unwrap().len(), 128 + 32 * EVENTS);
    let index = IndexReader::open(&path).unwrap();
    assert_eq!(index.len() as u64, EVENTS);
    assert_eq!(sum(index.iter()), wanted);
    assert_eq!(index.time_range(), Some((0, 3 * (EVENTS - 1))));
    for seq in (0..EVENTS).step_by(99_991) {
        assert_eq!(index.get(IndexSeq(seq as u32)), Some(&big_event(seq)));
        assert_eq!(index.find_start(3 * seq) as u64, seq);
        assert_eq!(index.find_start(3 * seq + 1) as u64, seq + 1);
    }
    let recorded = index.footer().unwrap().checksum.get();
    let mut checksum = crc32fast::Hasher::new();
    for chunk in fs::read(&path).unwrap()[FRAME..][..32 * EVENTS as usize].chunks(1 << 20) {
        checksum.update(chunk);
    }
    assert_eq!(recorded, checksum.finalize());
}

// offsets beyond 4 GiB, in a sparse file: 200 million events, of which only the last is written.
#[cfg(target_os = "linux")]
#[test]
fn events_beyond_four_gibibytes_are_read() {
    use std::os::unix::fs::FileExt;
    const EVENTS: u64 = 200_000_000;
    let dir = Scratch::on_disk();
    let path = dir.path().join("index.atf");
    let last = atf_tests::builder::sample_event(7, 5, 0xFFFF_FFFF);
    let mut file = IndexFile::finalized(7, &[last]);
    let end = 64 + 32 * EVENTS;
    file.header.event_count = EVENTS as u32;
    file.header.footer_offset = end;
    let footer = file.footer_mut();
    (footer.event_count, footer.bytes_written) = (EVENTS, 32 * EVENTS);
    let sparse = fs::File::create(&path).unwrap();
    sparse.write_all_at(&file.header.bytes(), 0).unwrap();
    sparse.write_all_at(&last.bytes(), end - 32).unwrap();
    sparse.write_all_at(&file.footer.as_ref().unwrap().bytes(), end).unwrap();
    let index = IndexReader::open(&path).unwrap();
    assert_eq!(index.len() as u64, EVENTS);
    let read = |seq: u64| index.get(IndexSeq(seq as u32)).map(|event| event.timestamp_ns.get());
    assert_eq!(read(EVENTS - 1), Some(1050));
    assert_eq!((read(EVENTS - 2), read(1 << 27), read(EVENTS)), (Some(0), Some(0), None));
    assert_eq!(index.iter().next_back().unwrap().function_id.get(), last.function_id);
    assert_eq!(index.find_start(1) as u64, EVENTS - 1);
}
