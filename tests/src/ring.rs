//! The oracle for rings: bytes of a lanes.ring, typed by hand from the format, and the states in
//! which a kill leaves a ring and its files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::builder::{DetailFile, EVENT, FRAME, IndexFile, Thread};

/// Length of the control block.
pub const CONTROL: usize = 512;
/// The least capacity of a lane, and the alignment of its buffer.
pub const PAGE: usize = 4096;

/// A lanes.ring.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named after the fields of the format")]
pub struct Ring {
    pub magic: [u8; 4],
    pub endian: u8,
    pub version: u8,
    pub arch: u8,
    pub os: u8,
    pub clock_type: u8,
    pub thread_id: u32,
    pub index_offset: u64,
    pub index_capacity: u64,
    pub detail_offset: u64,
    pub detail_capacity: u64,
    pub boot_id: [u8; 16],
    pub process_id: u32,
    pub index_head: u64,
    pub detail_head: u64,
    pub dropped_events: u64,
    pub dropped_details: u64,
    pub index_tail: u64,
    pub detail_tail: u64,
    /// The buffer of the index lane.
    pub index: Vec<u8>,
    /// The buffer of the detail lane.
    pub detail: Vec<u8>,
}

impl Ring {
    /// An empty ring with a page for each lane, made on this machine since it was started.
    pub fn new(thread_id: u32) -> Self {
        Self {
            magic: *b"ATR2",
            endian: 1,
            version: 1,
            arch: 1,
            os: 4,
            clock_type: 3,
            thread_id,
            index_offset: PAGE as u64,
            index_capacity: PAGE as u64,
            detail_offset: 2 * PAGE as u64,
            detail_capacity: PAGE as u64,
            boot_id: this_boot(),
            process_id: 4242,
            index_head: 0,
            detail_head: 0,
            dropped_events: 0,
            dropped_details: 0,
            index_tail: 0,
            detail_tail: 0,
            index: vec![0; PAGE],
            detail: vec![0; PAGE],
        }
    }

    /// A ring through which these sections went, up to the heads: each buffer holds the last lap.
    pub fn with(thread_id: u32, index: &[u8], detail: &[u8]) -> Self {
        let mut ring = Self::new(thread_id);
        for (position, &byte) in index.iter().enumerate() {
            ring.index[position % PAGE] = byte;
        }
        for (position, &byte) in detail.iter().enumerate() {
            ring.detail[position % PAGE] = byte;
        }
        ring.index_head = index.len() as u64;
        ring.detail_head = detail.len() as u64;
        ring
    }

    /// The bytes on disk.
    pub fn bytes(&self) -> Vec<u8> {
        let mut it = vec![0; CONTROL];
        let mut put = |at: usize, bytes: &[u8]| it[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &self.magic);
        put(4, &[self.endian, self.version, self.arch, self.os, self.clock_type]);
        put(12, &self.thread_id.to_le_bytes());
        put(16, &self.index_offset.to_le_bytes());
        put(24, &self.index_capacity.to_le_bytes());
        put(32, &self.detail_offset.to_le_bytes());
        put(40, &self.detail_capacity.to_le_bytes());
        put(48, &self.boot_id);
        put(64, &self.process_id.to_le_bytes());
        put(128, &self.index_head.to_le_bytes());
        put(136, &self.detail_head.to_le_bytes());
        put(144, &self.dropped_events.to_le_bytes());
        put(152, &self.dropped_details.to_le_bytes());
        put(256, &self.index_tail.to_le_bytes());
        put(264, &self.detail_tail.to_le_bytes());
        put(392, &1_u64.to_le_bytes());
        it.resize(PAGE, 0);
        it.extend(&self.index);
        it.extend(&self.detail);
        it
    }
}

/// The boot id as its 16 bytes, or zeros where there is none.
pub fn this_boot() -> [u8; 16] {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let mut id = [0; 16];
    for (byte, pair) in id.iter_mut().zip(digits.chunks(2)) {
        let text = std::str::from_utf8(pair).expect("digits");
        *byte = u8::from_str_radix(text, 16).expect("hexadecimal digits");
    }
    id
}

/// A thread that was killed while it was recorded: what its drain had written, and its ring.
#[derive(Clone, Debug)]
pub struct Killed {
    /// Everything that was published, as it would be in the files.
    pub thread: Thread,
    /// Its index.atf, if it was made.
    pub index: Option<Vec<u8>>,
    /// Its detail.atf, if it was made.
    pub detail: Option<Vec<u8>>,
    /// Its ring.
    pub ring: Ring,
}

impl Killed {
    /// A thread whose drain had reached these tails (bytes of the sections) when it was killed.
    pub fn at(thread: &Thread, index_tail: usize, detail_tail: usize) -> Self {
        let index = IndexFile::unfinalized(thread.id, &thread.index.events).bytes();
        let records = thread.detail.iter().flat_map(|it| it.records.clone()).collect::<Vec<_>>();
        let detail = DetailFile::unfinalized(thread.id, &records).bytes();
        let mut ring = Ring::with(thread.id, &index[FRAME..], &detail[FRAME..]);
        ring.index_tail = index_tail as u64;
        ring.detail_tail = detail_tail as u64;
        Self {
            thread: thread.clone(),
            index: Some(index[..FRAME + index_tail].to_vec()),
            detail: thread.detail.is_some().then(|| detail[..FRAME + detail_tail].to_vec()),
            ring,
        }
    }

    /// As [`at`](Self::at), after as many events as fit a ring, and no record.
    pub fn late(thread: &Thread) -> Self {
        let tail = (thread.index.events.len() * EVENT).saturating_sub(PAGE);
        let detail_len = thread.detail.as_ref().map_or(0, |it| it.records_bytes().len());
        Self::at(thread, tail, detail_len.saturating_sub(PAGE))
    }

    /// Writes `session/thread_<id>` and returns it.
    pub fn write(&self, session: &Path) -> PathBuf {
        let dir = session.join(format!("thread_{}", self.thread.id));
        fs::create_dir_all(&dir).expect("a directory for a thread");
        if let Some(index) = &self.index {
            fs::write(dir.join("index.atf"), index).expect("an index.atf");
        }
        if let Some(detail) = &self.detail {
            fs::write(dir.join("detail.atf"), detail).expect("a detail.atf");
        }
        fs::write(dir.join("lanes.ring"), self.ring.bytes()).expect("a ring");
        dir
    }

    /// Writes a session of this thread alone, in the state "recording".
    pub fn write_session(&self, session: &Path) {
        fs::create_dir_all(session).expect("a directory for a session");
        let manifest = r#"{"format_version": "2.0", "threads": [], "time_start_ns": 0, "time_end_ns": 0, "clock_type": 3, "state": "recording"}"#;
        fs::write(session.join("manifest.json"), manifest).expect("a manifest");
        self.write(session);
    }
}
