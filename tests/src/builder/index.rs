//! The bytes of an index.atf.

use super::{EVENT, FRAME, NO_DETAIL, put};

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
