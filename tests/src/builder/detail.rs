//! The bytes of a detail.atf and its detail.off.

use super::{FRAME, RECORD, put};

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

/// The payload of the original tracer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginalPayload {
    /// Time of its event.
    pub timestamp: u64,
    /// Function of its event.
    pub function_id: u64,
    /// Argument registers.
    pub x_regs: [u64; 8],
    /// Link register; 0 on x86_64.
    pub lr: u64,
    /// Frame pointer.
    pub fp: u64,
    /// Stack pointer.
    pub sp: u64,
    /// How many of the stack bytes have a meaning.
    pub stack_size: u32,
    /// Stack bytes.
    pub stack: [u8; 128],
}

impl OriginalPayload {
    /// The 516 bytes on disk. Those that are not used are not zero.
    pub fn bytes(&self) -> Vec<u8> {
        let mut it = Vec::new();
        put(&mut it, 0, &self.timestamp.to_le_bytes());
        put(&mut it, 8, &self.function_id.to_le_bytes());
        put(&mut it, 16, &[7, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0xAA, 0xAA, 0xAA, 0xAA]);
        for (at, reg) in (32..96).step_by(8).zip(self.x_regs) {
            put(&mut it, at, &reg.to_le_bytes());
        }
        put(&mut it, 96, &self.lr.to_le_bytes());
        put(&mut it, 104, &self.fp.to_le_bytes());
        put(&mut it, 112, &self.sp.to_le_bytes());
        put(&mut it, 120, &self.stack);
        put(&mut it, 248, &self.stack_size.to_le_bytes());
        put(&mut it, 252, &[0xBB; 264]);
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
