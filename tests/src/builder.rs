//! The oracle: bytes of index.atf, detail.atf and manifest.json, typed by hand from the format.
//!
//! Nothing here comes from the schema, the generated types, the reader or the writer, so that a
//! mistake of theirs cannot hide in it. Every field can be set to any value: a file
//! is built correctly, changed, and turned into bytes.

use std::fs;
use std::path::{Path, PathBuf};

/// `detail_seq` of an event without detail.
pub const NO_DETAIL: u32 = 0xFFFF_FFFF;
/// Length of an index event.
pub const EVENT: usize = 32;
/// Length of every header and footer.
pub const FRAME: usize = 64;
/// Length of a detail record without its payload.
pub const RECORD: usize = 24;

/// Appends a field, which must start at `offset` of its record.
fn put(record: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    assert_eq!(record.len(), offset, "the builder itself is wrong");
    record.extend_from_slice(bytes);
}

/// The header of an index.atf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexHeader {
    /// "ATI2".
    pub magic: [u8; 4],
    /// 1.
    pub endian: u8,
    /// 1.
    pub version: u8,
    /// 1 x86_64, 2 arm64.
    pub arch: u8,
    /// 1 iOS, 2 Android, 3 macOS, 4 Linux, 5 Windows.
    pub os: u8,
    /// Bit 0: has_detail_file.
    pub flags: u32,
    /// Thread.
    pub thread_id: u32,
    /// 1 mach_continuous, 2 qpc, 3 boottime.
    pub clock_type: u8,
    /// Zero.
    pub reserved1: [u8; 3],
    /// Zero.
    pub reserved2: u32,
    /// 32.
    pub event_size: u32,
    /// Events; 0 until finalized.
    pub event_count: u32,
    /// 64.
    pub events_offset: u64,
    /// 64 until finalized.
    pub footer_offset: u64,
    /// First event's time; 0 until finalized.
    pub time_start_ns: u64,
    /// Last event's time; 0 until finalized.
    pub time_end_ns: u64,
    /// What a later revision put behind the 64 bytes.
    pub more: Vec<u8>,
}

impl IndexHeader {
    /// The header of a new file, as recorded on Linux on x86_64.
    pub fn placeholder(thread_id: u32) -> Self {
        Self {
            magic: *b"ATI2",
            endian: 1,
            version: 1,
            arch: 1,
            os: 4,
            flags: 0,
            thread_id,
            clock_type: 3,
            reserved1: [0; 3],
            reserved2: 0,
            event_size: 32,
            event_count: 0,
            events_offset: 64,
            footer_offset: 64,
            time_start_ns: 0,
            time_end_ns: 0,
            more: Vec::new(),
        }
    }

    /// The bytes on disk.
    pub fn bytes(&self) -> Vec<u8> {
        let mut it = Vec::new();
        put(&mut it, 0, &self.magic);
        put(&mut it, 4, &[self.endian]);
        put(&mut it, 5, &[self.version]);
        put(&mut it, 6, &[self.arch]);
        put(&mut it, 7, &[self.os]);
        put(&mut it, 8, &self.flags.to_le_bytes());
        put(&mut it, 12, &self.thread_id.to_le_bytes());
        put(&mut it, 16, &[self.clock_type]);
        put(&mut it, 17, &self.reserved1);
        put(&mut it, 20, &self.reserved2.to_le_bytes());
        put(&mut it, 24, &self.event_size.to_le_bytes());
        put(&mut it, 28, &self.event_count.to_le_bytes());
        put(&mut it, 32, &self.events_offset.to_le_bytes());
        put(&mut it, 40, &self.footer_offset.to_le_bytes());
        put(&mut it, 48, &self.time_start_ns.to_le_bytes());
        put(&mut it, 56, &self.time_end_ns.to_le_bytes());
        put(&mut it, 64, &self.more);
        it
    }
}

/// One index event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexEvent {
    /// Time.
    pub timestamp_ns: u64,
    /// Function.
    pub function_id: u64,
    /// Thread.
    pub thread_id: u32,
    /// 1 call, 2 return, 3 exception.
    pub event_kind: u32,
    /// Depth.
    pub call_depth: u32,
    /// Linked record, or [`NO_DETAIL`].
    pub detail_seq: u32,
}

impl IndexEvent {
    /// The bytes on disk.
    pub fn bytes(&self) -> Vec<u8> {
        let mut it = Vec::new();
        put(&mut it, 0, &self.timestamp_ns.to_le_bytes());
        put(&mut it, 8, &self.function_id.to_le_bytes());
        put(&mut it, 16, &self.thread_id.to_le_bytes());
        put(&mut it, 20, &self.event_kind.to_le_bytes());
        put(&mut it, 24, &self.call_depth.to_le_bytes());
        put(&mut it, 28, &self.detail_seq.to_le_bytes());
        it
    }
}

/// The footer of an index.atf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexFooter {
    /// "2ITA".
    pub magic: [u8; 4],
    /// CRC-32 of the events.
    pub checksum: u32,
    /// Events.
    pub event_count: u64,
    /// First event's time.
    pub time_start_ns: u64,
    /// Last event's time.
    pub time_end_ns: u64,
    /// Length of the events section.
    pub bytes_written: u64,
    /// Zero.
    pub reserved: [u8; 24],
}

impl IndexFooter {
    /// The bytes on disk.
    pub fn bytes(&self) -> Vec<u8> {
        let mut it = Vec::new();
        put(&mut it, 0, &self.magic);
        put(&mut it, 4, &self.checksum.to_le_bytes());
        put(&mut it, 8, &self.event_count.to_le_bytes());
        put(&mut it, 16, &self.time_start_ns.to_le_bytes());
        put(&mut it, 24, &self.time_end_ns.to_le_bytes());
        put(&mut it, 32, &self.bytes_written.to_le_bytes());
        put(&mut it, 40, &self.reserved);
        it
    }
}

/// An index.atf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexFile {
    /// Its header.
    pub header: IndexHeader,
    /// Its events.
    pub events: Vec<IndexEvent>,
    /// Bytes that a later version put behind each event.
    pub more_per_event: Vec<u8>,
    /// Bytes between the last complete event and the footer, or the end of the file.
    pub partial: Vec<u8>,
    /// Its footer, if it has one.
    pub footer: Option<IndexFooter>,
    /// Bytes behind the footer.
    pub trailing: Vec<u8>,
}

impl IndexFile {
    /// A file that was never finalized: placeholder header, events, nothing behind them.
    pub fn unfinalized(thread_id: u32, events: &[IndexEvent]) -> Self {
        let mut header = IndexHeader::placeholder(thread_id);
        if events.iter().any(|event| event.detail_seq != NO_DETAIL) {
            header.flags = 1;
        }
        Self {
            header,
            events: events.to_vec(),
            more_per_event: Vec::new(),
            partial: Vec::new(),
            footer: None,
            trailing: Vec::new(),
        }
    }

    /// A finalized file in which every field is right.
    pub fn finalized(thread_id: u32, events: &[IndexEvent]) -> Self {
        Self::unfinalized(thread_id, events).finalize()
    }

    /// As the original tracer wrote it: finalized, with a checksum of 0.
    pub fn by_the_original_tracer(thread_id: u32, events: &[IndexEvent]) -> Self {
        let mut file = Self::finalized(thread_id, events);
        file.footer_mut().checksum = 0;
        file
    }

    /// Fills in header and footer to match the events, their length and the header's own
    /// length.
    #[must_use]
    pub fn finalize(mut self) -> Self {
        let first = self.events.first().map_or(0, |event| event.timestamp_ns);
        let last = self.events.last().map_or(0, |event| event.timestamp_ns);
        let events = self.events_bytes();
        self.header.event_size = (EVENT + self.more_per_event.len()) as u32;
        self.header.event_count = self.events.len() as u32;
        self.header.events_offset = (FRAME + self.header.more.len()) as u64;
        self.header.footer_offset = self.header.events_offset + events.len() as u64;
        self.header.time_start_ns = first;
        self.header.time_end_ns = last;
        self.footer = Some(IndexFooter {
            magic: *b"2ITA",
            checksum: crc32fast::hash(&events),
            event_count: self.events.len() as u64,
            time_start_ns: first,
            time_end_ns: last,
            bytes_written: events.len() as u64,
            reserved: [0; 24],
        });
        self
    }

    /// The footer, to change it. Panics on a file without one.
    pub fn footer_mut(&mut self) -> &mut IndexFooter {
        self.footer.as_mut().expect("this file has a footer")
    }

    /// The events section.
    pub fn events_bytes(&self) -> Vec<u8> {
        let each =
            self.events.iter().flat_map(|event| [event.bytes(), self.more_per_event.clone()]);
        each.flatten().collect()
    }

    /// Where the events end, and the footer of a finalized file starts.
    pub fn events_end(&self) -> usize {
        self.header.bytes().len() + self.events_bytes().len()
    }

    /// The bytes on disk.
    pub fn bytes(&self) -> Vec<u8> {
        let mut it = self.header.bytes();
        it.extend(self.events_bytes());
        it.extend(&self.partial);
        it.extend(self.footer.iter().flat_map(IndexFooter::bytes));
        it.extend(&self.trailing);
        it
    }
}

/// The header of a detail.atf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailHeader {
    /// "ATD2".
    pub magic: [u8; 4],
    /// 1.
    pub endian: u8,
    /// 1.
    pub version: u8,
    /// As in the index header.
    pub arch: u8,
    /// As in the index header.
    pub os: u8,
    /// Zero.
    pub flags: u32,
    /// Thread.
    pub thread_id: u32,
    /// Zero.
    pub reserved1: u32,
    /// 64.
    pub events_offset: u64,
    /// Records; 0 until finalized.
    pub event_count: u64,
    /// Length of the events section; 0 until finalized.
    pub bytes_length: u64,
    /// Lowest index sequence linked to.
    pub index_seq_start: u64,
    /// Highest index sequence linked to.
    pub index_seq_end: u64,
    /// Zero.
    pub reserved2: [u8; 4],
    /// What a later revision put behind the 64 bytes.
    pub more: Vec<u8>,
}

impl DetailHeader {
    /// The header of a new file, as recorded on Linux on x86_64.
    pub fn placeholder(thread_id: u32) -> Self {
        Self {
            magic: *b"ATD2",
            endian: 1,
            version: 1,
            arch: 1,
            os: 4,
            flags: 0,
            thread_id,
            reserved1: 0,
            events_offset: 64,
            event_count: 0,
            bytes_length: 0,
            index_seq_start: 0,
            index_seq_end: 0,
            reserved2: [0; 4],
            more: Vec::new(),
        }
    }

    /// The bytes on disk.
    pub fn bytes(&self) -> Vec<u8> {
        let mut it = Vec::new();
        put(&mut it, 0, &self.magic);
        put(&mut it, 4, &[self.endian]);
        put(&mut it, 5, &[self.version]);
        put(&mut it, 6, &[self.arch]);
        put(&mut it, 7, &[self.os]);
        put(&mut it, 8, &self.flags.to_le_bytes());
        put(&mut it, 12, &self.thread_id.to_le_bytes());
        put(&mut it, 16, &self.reserved1.to_le_bytes());
        put(&mut it, 20, &self.events_offset.to_le_bytes());
        put(&mut it, 28, &self.event_count.to_le_bytes());
        put(&mut it, 36, &self.bytes_length.to_le_bytes());
        put(&mut it, 44, &self.index_seq_start.to_le_bytes());
        put(&mut it, 52, &self.index_seq_end.to_le_bytes());
        put(&mut it, 60, &self.reserved2);
        put(&mut it, 64, &self.more);
        it
    }
}

/// One detail record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailRecord {
    /// A wrong length; `None` for the right one.
    pub total_length: Option<u32>,
    /// 3 function_call, 4 function_return.
    pub event_type: u16,
    /// Zero.
    pub flags: u16,
    /// Linked index event.
    pub index_seq: u32,
    /// Thread.
    pub thread_id: u32,
    /// Time of the index event.
    pub timestamp: u64,
    /// What follows the 24 bytes.
    pub payload: Vec<u8>,
}

impl DetailRecord {
    /// The bytes on disk.
    pub fn bytes(&self) -> Vec<u8> {
        let length = self.total_length.unwrap_or((RECORD + self.payload.len()) as u32);
        let mut it = Vec::new();
        put(&mut it, 0, &length.to_le_bytes());
        put(&mut it, 4, &self.event_type.to_le_bytes());
        put(&mut it, 6, &self.flags.to_le_bytes());
        put(&mut it, 8, &self.index_seq.to_le_bytes());
        put(&mut it, 12, &self.thread_id.to_le_bytes());
        put(&mut it, 16, &self.timestamp.to_le_bytes());
        put(&mut it, 24, &self.payload);
        it
    }
}

/// The one payload that the format defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionPayload {
    /// Function.
    pub function_id: u64,
    /// Argument registers.
    pub x_regs: [u64; 8],
    /// Return address.
    pub lr: u64,
    /// Frame pointer.
    pub fp: u64,
    /// Stack pointer.
    pub sp: u64,
    /// A wrong length of the stack; `None` for the right one.
    pub stack_size: Option<u16>,
    /// Zero.
    pub reserved: u16,
    /// Stack bytes.
    pub stack: Vec<u8>,
}

impl FunctionPayload {
    /// The bytes on disk.
    pub fn bytes(&self) -> Vec<u8> {
        let mut it = Vec::new();
        put(&mut it, 0, &self.function_id.to_le_bytes());
        for (at, reg) in (8..72).step_by(8).zip(self.x_regs) {
            put(&mut it, at, &reg.to_le_bytes());
        }
        put(&mut it, 72, &self.lr.to_le_bytes());
        put(&mut it, 80, &self.fp.to_le_bytes());
        put(&mut it, 88, &self.sp.to_le_bytes());
        put(&mut it, 96, &self.stack_size.unwrap_or(self.stack.len() as u16).to_le_bytes());
        put(&mut it, 98, &self.reserved.to_le_bytes());
        put(&mut it, 100, &self.stack);
        it
    }
}

/// The footer of a detail.atf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailFooter {
    /// "2DTA".
    pub magic: [u8; 4],
    /// CRC-32 of the records.
    pub checksum: u32,
    /// Records.
    pub event_count: u64,
    /// Length of the events section.
    pub bytes_length: u64,
    /// First record's time.
    pub time_start_ns: u64,
    /// Last record's time.
    pub time_end_ns: u64,
    /// Zero.
    pub reserved: [u8; 24],
}

impl DetailFooter {
    /// The bytes on disk.
    pub fn bytes(&self) -> Vec<u8> {
        let mut it = Vec::new();
        put(&mut it, 0, &self.magic);
        put(&mut it, 4, &self.checksum.to_le_bytes());
        put(&mut it, 8, &self.event_count.to_le_bytes());
        put(&mut it, 16, &self.bytes_length.to_le_bytes());
        put(&mut it, 24, &self.time_start_ns.to_le_bytes());
        put(&mut it, 32, &self.time_end_ns.to_le_bytes());
        put(&mut it, 40, &self.reserved);
        it
    }
}

/// A detail.atf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailFile {
    /// Its header.
    pub header: DetailHeader,
    /// Its records.
    pub records: Vec<DetailRecord>,
    /// Bytes between the last record and the footer, or the end of the file.
    pub partial: Vec<u8>,
    /// Its footer, if it has one.
    pub footer: Option<DetailFooter>,
    /// Bytes behind the footer.
    pub trailing: Vec<u8>,
}

impl DetailFile {
    /// A file that was never finalized.
    pub fn unfinalized(thread_id: u32, records: &[DetailRecord]) -> Self {
        Self {
            header: DetailHeader::placeholder(thread_id),
            records: records.to_vec(),
            partial: Vec::new(),
            footer: None,
            trailing: Vec::new(),
        }
    }

    /// A finalized file in which every field is right.
    pub fn finalized(thread_id: u32, records: &[DetailRecord]) -> Self {
        Self::unfinalized(thread_id, records).finalize()
    }

    /// As the original tracer wrote it: finalized, with a checksum of 0.
    pub fn by_the_original_tracer(thread_id: u32, records: &[DetailRecord]) -> Self {
        let mut file = Self::finalized(thread_id, records);
        file.footer_mut().checksum = 0;
        file
    }

    /// Fills in header and footer to match the records.
    #[must_use]
    pub fn finalize(mut self) -> Self {
        let records = self.records_bytes();
        let index_seqs = || self.records.iter().map(|record| u64::from(record.index_seq));
        self.header.index_seq_start = index_seqs().min().unwrap_or(0);
        self.header.index_seq_end = index_seqs().max().unwrap_or(0);
        self.header.events_offset = (FRAME + self.header.more.len()) as u64;
        self.header.event_count = self.records.len() as u64;
        self.header.bytes_length = records.len() as u64;
        self.footer = Some(DetailFooter {
            magic: *b"2DTA",
            checksum: crc32fast::hash(&records),
            event_count: self.records.len() as u64,
            bytes_length: records.len() as u64,
            time_start_ns: self.records.first().map_or(0, |record| record.timestamp),
            time_end_ns: self.records.last().map_or(0, |record| record.timestamp),
            reserved: [0; 24],
        });
        self
    }

    /// The footer, to change it. Panics on a file without one.
    pub fn footer_mut(&mut self) -> &mut DetailFooter {
        self.footer.as_mut().expect("this file has a footer")
    }

    /// The events section.
    pub fn records_bytes(&self) -> Vec<u8> {
        self.records.iter().flat_map(DetailRecord::bytes).collect()
    }

    /// Where record `seq` starts; with the number of records, where they end.
    pub fn record_offset(&self, seq: usize) -> usize {
        let before = self.records[..seq].iter().map(|record| record.bytes().len());
        self.header.bytes().len() + before.sum::<usize>()
    }

    /// The detail.off that belongs beside it: where every 64th record starts.
    pub fn offsets(&self) -> Vec<u8> {
        let mut it = Vec::new();
        put(&mut it, 0, b"ATO2");
        put(&mut it, 4, &[1, 1, 0, 0]);
        put(&mut it, 8, &64_u32.to_le_bytes());
        put(&mut it, 12, &self.header.thread_id.to_le_bytes());
        put(&mut it, 16, &8_u32.to_le_bytes());
        put(&mut it, 20, &[0; 4]);
        put(&mut it, 24, &64_u64.to_le_bytes());
        put(&mut it, 32, &[0; 32]);
        let mut offset = self.header.bytes().len() as u64;
        for (seq, record) in self.records.iter().enumerate() {
            if seq % 64 == 0 {
                it.extend(offset.to_le_bytes());
            }
            offset += record.bytes().len() as u64;
        }
        it
    }

    /// The bytes on disk.
    pub fn bytes(&self) -> Vec<u8> {
        let mut it = self.header.bytes();
        it.extend(self.records_bytes());
        it.extend(&self.partial);
        it.extend(self.footer.iter().flat_map(DetailFooter::bytes));
        it.extend(&self.trailing);
        it
    }
}

/// A thread's two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Thread; its directory is `thread_<id>`.
    pub id: u32,
    /// Its index.atf.
    pub index: IndexFile,
    /// Its detail.atf, if it has one.
    pub detail: Option<DetailFile>,
}

/// Nanoseconds from one event of [`Thread::sample`] to the next.
pub const STEP_NS: u64 = 10;

/// Time of the event at `seq` of [`Thread::sample`].
pub const fn sample_time(seq: u32) -> u64 {
    1000 + STEP_NS * seq as u64
}

/// Event `seq` of a sample thread: calls and returns in turn, every seventh an exception.
pub fn sample_event(thread_id: u32, seq: u32, detail_seq: u32) -> IndexEvent {
    IndexEvent {
        timestamp_ns: sample_time(seq),
        function_id: (1 << 32) | u64::from(seq / 2),
        thread_id,
        event_kind: if seq % 7 == 6 { 3 } else { 1 + seq % 2 },
        call_depth: seq % 5,
        detail_seq,
    }
}

/// The record of event `seq` of a sample thread, with a payload of `seq % 4 * 5` bytes.
pub fn sample_record(thread_id: u32, seq: u32) -> DetailRecord {
    DetailRecord {
        total_length: None,
        event_type: if sample_event(thread_id, seq, 0).event_kind == 2 { 4 } else { 3 },
        flags: 0,
        index_seq: seq,
        thread_id,
        timestamp: sample_time(seq),
        payload: vec![seq as u8 ^ 0x5A; (seq % 4 * 5) as usize],
    }
}

impl Thread {
    /// A finalized thread of `count` events, of which those in `with_detail` have a record.
    pub fn sample(id: u32, count: u32, with_detail: &[u32]) -> Self {
        let mut records = Vec::new();
        let events: Vec<IndexEvent> = (0..count)
            .map(|seq| {
                if !with_detail.contains(&seq) {
                    return sample_event(id, seq, NO_DETAIL);
                }
                records.push(sample_record(id, seq));
                sample_event(id, seq, records.len() as u32 - 1)
            })
            .collect();
        let detail = (!records.is_empty()).then(|| DetailFile::finalized(id, &records));
        Self { id, index: IndexFile::finalized(id, &events), detail }
    }

    /// The same thread as a crash leaves it: no footer, placeholder headers, all events present.
    pub fn unfinalized(id: u32, count: u32, with_detail: &[u32]) -> Self {
        let intact = Self::sample(id, count, with_detail);
        Self {
            id,
            index: IndexFile::unfinalized(id, &intact.index.events),
            detail: intact.detail.map(|detail| DetailFile::unfinalized(id, &detail.records)),
        }
    }

    /// The detail file. Panics on a thread without one.
    pub fn detail_mut(&mut self) -> &mut DetailFile {
        self.detail.as_mut().expect("this thread has detail")
    }

    /// Writes `session/thread_<id>` and returns it.
    pub fn write(&self, session: &Path) -> PathBuf {
        let detail = self.detail.as_ref().map(DetailFile::bytes);
        write_thread(session, self.id, &self.index.bytes(), detail.as_deref())
    }
}

/// Writes the bytes of a thread's files to `session/thread_<id>` and returns it.
pub fn write_thread(session: &Path, id: u32, index: &[u8], detail: Option<&[u8]>) -> PathBuf {
    let dir = session.join(format!("thread_{id}"));
    fs::create_dir_all(&dir).expect("a directory for a thread");
    fs::write(dir.join("index.atf"), index).expect("an index.atf");
    if let Some(detail) = detail {
        fs::write(dir.join("detail.atf"), detail).expect("a detail.atf");
    }
    dir
}

/// The manifest of a finished session of these threads, as they say themselves.
pub fn manifest(threads: &[Thread]) -> String {
    let rows: Vec<String> = threads
        .iter()
        .map(|thread| {
            format!(r#"{{"id": {}, "has_detail": {}}}"#, thread.id, thread.detail.is_some())
        })
        .collect();
    let times =
        || threads.iter().flat_map(|thread| [&thread.index.events]).filter(|it| !it.is_empty());
    let start = times().map(|events| events[0].timestamp_ns).min().unwrap_or(0);
    let end = times().map(|events| events[events.len() - 1].timestamp_ns).max().unwrap_or(0);
    format!(
        r#"{{"format_version": "2.0", "threads": [{}], "time_start_ns": {start}, "time_end_ns": {end}, "clock_type": 3, "state": "complete"}}"#,
        rows.join(", ")
    )
}

/// The manifest as the original tracer wrote it: has_detail for every thread, times 0.
pub fn manifest_by_the_original_tracer(ids: &[u32]) -> String {
    let rows: Vec<String> =
        ids.iter().map(|id| format!(r#"{{"id": {id}, "has_detail": true}}"#)).collect();
    format!(
        r#"{{"format_version": "2.0", "threads": [{}], "time_start_ns": 0, "time_end_ns": 0}}"#,
        rows.join(", ")
    )
}

/// Writes a session of these threads, with its manifest, to `dir`.
pub fn write_session(dir: &Path, threads: &[Thread]) {
    fs::create_dir_all(dir).expect("a directory for a session");
    fs::write(dir.join("manifest.json"), manifest(threads)).expect("a manifest");
    for thread in threads {
        thread.write(dir);
    }
}
