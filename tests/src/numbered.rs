//! Events that carry their number, so that a test can see after a crash or an overload which ones
//! were recorded: pushed by tests of the drain and by the processes that tests kill, and read back here.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::format::{ClockType, EventKind, NO_DETAIL_SEQ};
use atf_runtime::manifest::{Manifest, RingCounts};
use atf_runtime::ring::{Producer, PushError, RingOptions};
use atf_runtime::session::{SessionWriter, locate};
use atf_runtime::verify::verify;
use atf_runtime::{
    Event, FunctionDetail, IndexSeq, Payload, Platform, ThreadReader, WriterOptions,
};

/// Every third event comes with a detail record.
pub const DETAIL_EVERY: u64 = 3;

/// This machine, with the clock of Linux.
pub fn platform() -> Platform {
    Platform { clock_type: ClockType::BOOTTIME, ..Platform::host().expect("a known machine") }
}

/// A small ring, so that it wraps often and is full soon.
pub fn small_ring() -> RingOptions {
    RingOptions::default().index_bytes(4096).detail_bytes(4096)
}

/// Without syncing: what a kill leaves is in the system's memory, and tests stay fast.
pub fn options() -> DrainOptions {
    DrainOptions::default().sync_on_finalize(false)
}

/// A new session and its drain.
pub fn start(dir: &Path, options: DrainOptions) -> Drain {
    let session = SessionWriter::create(dir, platform(), WriterOptions::default());
    Drain::start(session.expect("a new session"), options).expect("its drain")
}

/// The event of this number.
pub fn event(number: u64) -> Event {
    Event {
        timestamp_ns: 1_000 + number,
        function_id: 1 << 32 | number,
        event_kind: if number.is_multiple_of(2) { EventKind::CALL } else { EventKind::RETURN },
        call_depth: number as u32 % 7,
    }
}

/// The event's stack; records have many lengths, so that they cross every boundary.
fn stack(number: u64) -> Vec<u8> {
    vec![number as u8; (number % 101) as usize]
}

/// Pushes the event of this number, with a detail record if it is one of those.
pub fn push(producer: &Producer, number: u64) -> Result<IndexSeq, PushError> {
    let stack = stack(number);
    let detail = FunctionDetail { sp: number, stack: &stack, ..FunctionDetail::default() };
    let payload = Payload::Function(detail);
    let payload = number.is_multiple_of(DETAIL_EVERY).then_some(&payload);
    producer.push(&event(number), payload)
}

/// Results of the pushes of one thread, as its program saw them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// Pushes that returned success.
    pub recorded: u64,
    /// Pushes that were dropped because the ring was full.
    pub dropped: u64,
    /// Number and sequence of the last event that was recorded.
    pub last: Option<(u64, u32)>,
}

impl Pushed {
    /// Pushes the next event and records the result.
    ///
    /// # Errors
    ///
    /// Every error that is not a counted drop.
    pub fn push(&mut self, producer: &Producer) -> Result<(), PushError> {
        let number = self.recorded + self.dropped;
        match push(producer, number) {
            Ok(seq) => {
                self.recorded += 1;
                self.last = Some((number, seq.0));
            }
            Err(error) if error.is_counted() => self.dropped += 1,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Pushes this many events.
    pub fn push_many(&mut self, producer: &Producer, count: u64) {
        for _ in 0..count {
            self.push(producer).expect("success or a drop");
        }
    }
}

/// What the files of one thread hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Events, markers left out.
    pub recorded: u64,
    /// Detail records.
    pub details: u64,
    /// Events that should have had one and have none.
    pub without_detail: u64,
    /// Markers of lost events.
    pub markers: u64,
    /// Events lost by all markers together.
    pub lost: u64,
    /// Lost by the marker behind the last event, if there is one.
    pub lost_at_end: u64,
}

/// Reads a thread's files and checks them: every event at most once, in order and with its own values,
/// markers where events are missing and exact, links right in both ways.
pub fn read(thread_dir: &Path) -> Found {
    let thread = ThreadReader::open(thread_dir).expect("a thread's files");
    let context = thread_dir.display();
    let mut found = Found::default();
    let mut records = thread.detail().expect("a detail.atf").into_iter().flat_map(|it| it.iter());
    let mut next = 0;
    let mut marker: Option<(u64, u64)> = None;
    for (seq, index_event) in thread.index().iter().enumerate() {
        let here = format!("{context}: event {seq}");
        let id = index_event.function_id.get();
        if index_event.event_kind == EventKind::LOST {
            assert_eq!(marker, None, "{here}: two markers in a row");
            assert_eq!(index_event.detail_seq.get(), NO_DETAIL_SEQ, "{here}");
            assert_eq!(index_event.call_depth.get(), 0, "{here}");
            assert!(id > 0, "{here}: a marker of nothing");
            marker = Some((id, index_event.timestamp_ns.get()));
            found.markers += 1;
            found.lost += id;
            continue;
        }
        let number = id & 0xFFFF_FFFF;
        let lost = marker.take();
        assert_eq!(number, next + lost.map_or(0, |(lost, _)| lost), "{here}: its number");
        next = number + 1;
        let expected = event(number);
        assert_eq!(id, expected.function_id, "{here}");
        assert_eq!(index_event.timestamp_ns.get(), expected.timestamp_ns, "{here}");
        assert_eq!(index_event.event_kind, expected.event_kind, "{here}");
        assert_eq!(index_event.call_depth.get(), expected.call_depth, "{here}");
        if let Some((_, timestamp_ns)) = lost {
            assert_eq!(timestamp_ns, expected.timestamp_ns, "{here}: the marker's time");
        }
        found.recorded += 1;
        let detail_seq = index_event.detail_seq.get();
        if detail_seq == NO_DETAIL_SEQ {
            found.without_detail += u64::from(number.is_multiple_of(DETAIL_EVERY));
            continue;
        }
        assert!(number.is_multiple_of(DETAIL_EVERY), "{here}: no detail was pushed");
        assert_eq!(u64::from(detail_seq), found.details, "{here}: detail_seq");
        let record = records.next().unwrap_or_else(|| panic!("{here}: its record is missing"));
        let record = record.expect("a complete record");
        assert_eq!(record.index_seq(), IndexSeq(seq as u32), "{here}: the record's link");
        assert_eq!(record.header.timestamp.get(), expected.timestamp_ns, "{here}");
        let function = record.function().expect("a function's payload");
        assert_eq!(function.registers.sp.get(), number, "{here}");
        assert_eq!(function.stack, stack(number), "{here}");
        found.details += 1;
    }
    found.lost_at_end = marker.map_or(0, |(lost, _)| lost);
    assert!(records.next().is_none(), "{context}: a record more than the events name");
    found
}

/// Checks a thread without an interrupted push: its files hold exactly what was pushed.
pub fn assert_exact(dir: &Path, thread_id: u32, pushed: &Pushed) -> Found {
    assert_thread(dir, thread_id, pushed, 0)
}

/// Checks a thread whose producer was killed: its files hold what was reported, and at most one push more.
pub fn assert_survived(dir: &Path, thread_id: u32, pushed: &Pushed) -> Found {
    assert_thread(dir, thread_id, pushed, 1)
}

fn assert_thread(dir: &Path, thread_id: u32, pushed: &Pushed, more: u64) -> Found {
    let thread_dir = dir.join(format!("thread_{thread_id}"));
    let context = format!("{}: {pushed:?}", thread_dir.display());
    let found = read(&thread_dir);
    let counts = counts(dir, thread_id);
    let extra = found.recorded - pushed.recorded.min(found.recorded)
        + (counts.dropped_events - pushed.dropped.min(counts.dropped_events));
    assert!(found.recorded >= pushed.recorded, "{context}: lost: {found:?} {counts:?}");
    assert!(counts.dropped_events >= pushed.dropped, "{context}: {found:?} {counts:?}");
    assert!(extra <= more, "{context}: more than was pushed: {found:?} {counts:?}");
    // The last event is at the sequence that its push returned.
    if let Some((number, seq)) = pushed.last {
        let thread = ThreadReader::open(&thread_dir).expect("a thread's files");
        let found = thread.index().get(IndexSeq(seq)).expect("the last event");
        assert_eq!(found.function_id.get(), event(number).function_id, "{context}");
    }
    assert!(counts.is_consistent(), "{context}: {counts:?}");
    assert_eq!(counts.recorded, found.recorded, "{context}");
    // An interrupted push may have counted a record without reaching its event.
    let details = counts.dropped_details;
    assert!((found.without_detail..=found.without_detail + more).contains(&details), "{context}");
    // A marker in the stream reports every loss that has an event before or after it.
    let is_reported = found.recorded > 0;
    assert_eq!(found.lost, if is_reported { counts.dropped_events } else { 0 }, "{context}");
    found
}

/// What the manifest counted for a thread.
pub fn counts(dir: &Path, thread_id: u32) -> RingCounts {
    let manifest = Manifest::read(dir.join("manifest.json")).expect("a manifest");
    let thread = manifest.threads.iter().find(|thread| thread.id == thread_id);
    let thread = thread.unwrap_or_else(|| panic!("thread {thread_id} in {manifest:?}"));
    thread.counts().unwrap_or_else(|| panic!("counts of thread {thread_id} in {manifest:?}"))
}

/// Checks that a session was ended in order: verification finds nothing, and no ring is left.
pub fn assert_clean(dir: &Path) {
    let report = verify(&locate(dir).expect("a session"), None).expect("it can be read");
    assert!(report.is_ok(), "{}: {:?}", dir.display(), report.problems());
    for entry in fs::read_dir(dir).expect("a session").flatten() {
        let ring = entry.path().join("lanes.ring");
        assert!(!ring.exists(), "{}", ring.display());
    }
    let manifest = fs::read_to_string(dir.join("manifest.json")).expect("a manifest");
    assert!(manifest.contains(r#""state": "complete""#), "{}: {manifest}", dir.display());
}

/// Waits until a condition is true; fails after a minute.
pub fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let given_up = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < given_up, "waited in vain for {what}");
    }
}

/// Length of a thread's index.atf, 0 without one.
pub fn index_len(dir: &Path, thread_id: u32) -> u64 {
    let path = dir.join(format!("thread_{thread_id}/index.atf"));
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}
