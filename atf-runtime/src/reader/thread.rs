//! A thread's two files and the links between them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::detail_event::DetailEvent;
use super::{DetailOffsets, DetailReader, IndexReader};
use crate::error::{Error, Fault, FaultKind, Region, Result};
use crate::format::{DETAIL_FILE, DETAIL_OFFSETS_FILE, DetailEventHeader, INDEX_FILE, IndexEvent};
use crate::seq::DetailSeq;

/// A thread directory: its index.atf, and its detail.atf if there is one.
///
/// Where the recorder left the offsets of its detail records (detail.off), a record is found by them
/// and the lane is never scanned. Each record found this way is checked, so that a wrong detail.off
/// costs time but never changes an answer.
#[derive(Debug)]
pub struct ThreadReader {
    dir: PathBuf,
    index: IndexReader,
    detail: Result<Option<DetailReader>>,
    /// Opened by the first access that needs it.
    offsets: OnceLock<Option<DetailOffsets>>,
}

impl ThreadReader {
    /// Opens the files of a thread. A damaged detail.atf does not hide the index: see
    /// [`detail`](Self::detail).
    ///
    /// # Errors
    ///
    /// Those of [`IndexReader::open`]; [`Error::Io`] also when the operating system refuses to open
    /// detail.atf.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref().to_owned();
        let index = IndexReader::open(dir.join(INDEX_FILE.path))?;
        let detail_path = dir.join(DETAIL_FILE.path);
        let detail = match Error::unless_refused(DetailReader::open(&detail_path))? {
            Err(error) if error.is_not_found() => Ok(None),
            detail => detail.map(Some),
        };
        Ok(Self { dir, index, detail, offsets: OnceLock::new() })
    }

    /// The thread of two readers, of files or of bytes in memory. Both must be of the same thread;
    /// broken links are reported as for files. [`dir`](Self::dir) is the directory of the
    /// index reader's path. No detail.off is read: the first access by sequence scans the records.
    ///
    /// ```
    /// # use atf_runtime::format::{Arch, ClockType, EventKind, Os};
    /// # use atf_runtime::{DetailSeq, Event, FunctionDetail, Platform, ThreadWriter, WriterOptions};
    /// use atf_runtime::{DetailReader, IndexReader, ThreadReader};
    /// # let dir = tempfile::tempdir()?;
    /// # let platform = Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
    /// # let mut writer = ThreadWriter::create(dir.path(), 0, platform, WriterOptions::default())?;
    /// # let event = Event { timestamp_ns: 1, function_id: 1, event_kind: EventKind::CALL, call_depth: 0 };
    /// # writer.write_event(&event, Some(FunctionDetail::default().into()))?;
    /// # writer.finalize()?;
    /// # let read = |name: &str| std::fs::read(dir.path().join("thread_0").join(name));
    /// let index = IndexReader::from_bytes("index.atf", read("index.atf")?)?;
    /// let detail = DetailReader::from_bytes("detail.atf", read("detail.atf")?)?;
    /// let thread = ThreadReader::from_readers(index, Some(detail));
    /// assert!(thread.get_detail(DetailSeq(0))?.is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn from_readers(index: IndexReader, detail: Option<DetailReader>) -> Self {
        let dir = index.path().parent().unwrap_or(Path::new("")).to_owned();
        Self { dir, index, detail: Ok(detail), offsets: OnceLock::from(None) }
    }

    /// The thread's events.
    pub fn index(&self) -> &IndexReader {
        &self.index
    }

    /// The thread's detail records; `None` if it has no detail.atf.
    ///
    /// # Errors
    ///
    /// Why its detail.atf could not be opened.
    pub fn detail(&self) -> Result<Option<&DetailReader>, &Error> {
        self.detail.as_ref().map(Option::as_ref)
    }

    /// Thread, as the index header says.
    pub fn thread_id(&self) -> u32 {
        self.index.thread_id()
    }

    /// The detail record that `event`, an event of this thread, links to, or `None` if it links to
    /// none or the record is missing.
    ///
    /// As fast as [`get_detail`](Self::get_detail). What is found is confirmed: its index event
    /// must link back.
    ///
    /// # Errors
    ///
    /// Those of [`get_detail`](Self::get_detail); [`Error::Malformed`] when the record found belongs
    /// to another event.
    pub fn get_detail_for(&self, event: &IndexEvent) -> Result<Option<DetailEvent<'_>>> {
        let Some(seq) = DetailSeq::from_field(event.detail_seq.get()) else { return Ok(None) };
        let Some(record) = self.get_detail(seq)? else { return Ok(None) };
        let linked = self.index.get(record.index_seq());
        if linked.is_some_and(|linked| linked == event) {
            return Ok(Some(record.of_event(event)));
        }
        Err(self.broken_link(&record, seq))
    }

    /// The detail record at `seq`, or `None` when there are no more than `seq` of them.
    ///
    /// O(1): with the offsets that the recorder left at most 63 steps, and no scan; without them, or
    /// if they are wrong, see [`DetailReader::get`].
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when the file promises that record, a damaged one lies before it, and no
    /// offsets lead past that; the error of [`detail`](Self::detail) when detail.atf could not be
    /// opened; [`Error::Io`] when the operating system refuses to open detail.off.
    pub fn get_detail(&self, seq: DetailSeq) -> Result<Option<DetailEvent<'_>>> {
        let Some(detail) = self.readable_detail()? else { return Ok(None) };
        let record = match self.get_by_offsets(detail, seq)? {
            Some(record) => record,
            None => match detail.get(seq)? {
                Some(record) => record,
                None => return Ok(None),
            },
        };
        let event = self.index.get(record.index_seq());
        let linking = event.filter(|event| event.detail_seq == seq.0);
        Ok(Some(linking.map_or(record, |event| record.of_event(event))))
    }

    /// The record at `seq`, if the offsets provably lead to it.
    fn get_by_offsets<'a>(
        &'a self,
        detail: &'a DetailReader,
        seq: DetailSeq,
    ) -> Result<Option<DetailEvent<'a>>> {
        let offsets = match self.offsets.get() {
            Some(offsets) => offsets,
            None => {
                let path = self.dir.join(DETAIL_OFFSETS_FILE.path);
                let opened = DetailOffsets::open(&path, detail.thread_id());
                // A refusal is not kept: it may pass.
                let opened = Error::unless_refused(opened)?.ok().flatten();
                self.offsets.get_or_init(|| opened)
            }
        };
        Ok(offsets.as_ref().and_then(|offsets| self.follow(offsets, detail, seq)))
    }

    fn follow<'a>(
        &'a self,
        offsets: &DetailOffsets,
        detail: &'a DetailReader,
        seq: DetailSeq,
    ) -> Option<DetailEvent<'a>> {
        let seq = u64::from(seq.0);
        let (offset, steps) = offsets.before(seq)?;
        if offset < detail.extent().events_offset {
            return None;
        }
        let mut records = detail.iter_from(offset, seq - steps);
        // Both ends of the walk, so that it cannot begin inside of a record that looks like several.
        let first = self.confirmed(records.next()?.ok()?, seq - steps)?;
        match steps.checked_sub(1) {
            None => Some(first),
            Some(between) => self.confirmed(records.nth(between as usize)?.ok()?, seq),
        }
    }

    /// `record`, if it is the one at `seq`: `index_seq` strictly increases from record to record and
    /// `detail_seq` has no gap, so that one event alone names `seq`, and it is the one named by
    /// the record.
    fn confirmed<'a>(&self, record: DetailEvent<'a>, seq: u64) -> Option<DetailEvent<'a>> {
        let event = self.index.get(record.index_seq())?;
        let is_it = u64::from(event.detail_seq.get()) == seq
            && event.timestamp_ns == record.header.timestamp
            && event.thread_id == record.header.thread_id;
        is_it.then_some(record)
    }

    /// The event that a detail record of this thread belongs to, or `None` if the index does not
    /// have it.
    ///
    /// O(1).
    pub fn get_index_for(&self, detail: &DetailEvent<'_>) -> Option<&IndexEvent> {
        self.index.get(detail.index_seq())
    }

    fn readable_detail(&self) -> Result<Option<&DetailReader>> {
        self.detail().map_err(Error::clone)
    }

    /// Both readers, with the error if detail.atf could not be opened.
    pub(crate) fn into_parts(self) -> (IndexReader, Result<Option<DetailReader>>) {
        (self.index, self.detail)
    }

    /// Limits its memory to its share when so many threads are read together.
    pub(crate) fn share_memory(&mut self, threads: usize) {
        if let Ok(Some(detail)) = &mut self.detail {
            detail.share_memory(threads);
        }
    }

    /// Directory of the thread.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn broken_link(&self, record: &DetailEvent<'_>, seq: DetailSeq) -> Error {
        let at = std::mem::offset_of!(DetailEventHeader, index_seq) as u64;
        let expected = format!("the sequence of the event that links to detail_seq {seq}");
        let (kind, region) = (FaultKind::LinkBroken, Region::Record(seq.0.into()));
        let (offset, found) = (record.offset + at, record.index_seq());
        let fault = Fault::new(kind, region, offset, "index_seq", expected, found);
        Error::malformed(&self.dir.join(DETAIL_FILE.path))(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{DetailEventType, EventKind};
    use crate::{Event, Payload, Platform, ThreadWriter, WriterOptions, clock_of};

    // R-P4: with the offsets file no access by sequence scans, and without one the first does.
    #[test]
    fn lane_with_offsets_is_never_scanned() {
        let session = tempfile::tempdir().unwrap();
        let (arch, os) = (crate::format::Arch::X86_64, crate::format::Os::LINUX);
        let platform = Platform { arch, os, clock_type: clock_of(os).unwrap() };
        let options = WriterOptions::default();
        let mut writer = ThreadWriter::create(session.path(), 1, platform, options).unwrap();
        let record = Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes: b"payload" };
        for timestamp_ns in 0..1000 {
            let event_kind = EventKind::CALL;
            let event = Event { timestamp_ns, function_id: 1, event_kind, call_depth: 0 };
            writer.write_event(&event, Some(record)).unwrap();
        }
        writer.finalize().unwrap();
        let dir = session.path().join("thread_1");
        for has_offsets in [true, false] {
            let reader = ThreadReader::open(&dir).unwrap();
            for seq in (0..1000).rev() {
                let found = reader.get_detail(DetailSeq(seq)).unwrap().unwrap();
                assert_eq!(found.index_seq().0, seq);
                let event = reader.get_index_for(&found).unwrap();
                assert!(reader.get_detail_for(event).unwrap().is_some());
            }
            let detail = reader.detail().unwrap().unwrap();
            assert_eq!(detail.has_scanned(), !has_offsets);
            let _ = std::fs::remove_file(dir.join(DETAIL_OFFSETS_FILE.path));
        }
    }
}
