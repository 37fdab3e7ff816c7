//! A thread's files, and a sample thread.

use std::fs;
use std::path::{Path, PathBuf};

use super::{DetailFile, DetailRecord, IndexEvent, IndexFile, NO_DETAIL};

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
