//! A thread's two files and the links between them.

use std::path::{Path, PathBuf};

use super::detail_event::DetailEvent;
use super::{DetailReader, IndexReader};
use crate::error::{Error, Fault, Result};
use crate::format::{DETAIL_FILE, DetailEventHeader, INDEX_FILE, IndexEvent};
use crate::seq::DetailSeq;

/// A thread directory: its index.atf, and its detail.atf if there is one.
#[derive(Debug)]
pub struct ThreadReader {
    dir: PathBuf,
    index: IndexReader,
    detail: Result<Option<DetailReader>>,
}

impl ThreadReader {
    /// Opens the files of a thread. A detail.atf that cannot be opened does not hide the index: see
    /// [`detail`](Self::detail).
    ///
    /// # Errors
    ///
    /// Those of [`IndexReader::open`].
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self> {
        let dir = dir.into();
        let index = IndexReader::open(dir.join(INDEX_FILE.path))?;
        let detail_path = dir.join(DETAIL_FILE.path);
        let detail = match detail_path.try_exists() {
            Ok(false) => Ok(None),
            Ok(true) => DetailReader::open(&detail_path).map(Some),
            Err(error) => Err(Error::io(&detail_path, "open")(error)),
        };
        Ok(Self { dir, index, detail })
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
    /// none or the record is not there (any more).
    ///
    /// O(1), see [`DetailReader::get`]. What is found is confirmed: its index event must link back.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when a damaged record lies before it, or the record found belongs to
    /// another event; the error of [`detail`](Self::detail) when detail.atf could not be opened.
    pub fn get_detail_for(&self, event: &IndexEvent) -> Result<Option<DetailEvent<'_>>> {
        let Some(seq) = DetailSeq::from_field(event.detail_seq.get()) else { return Ok(None) };
        let Some(detail) = self.readable_detail()? else { return Ok(None) };
        let Some(record) = detail.get(seq)? else { return Ok(None) };
        let linked = self.index.get(record.index_seq());
        if linked.is_some_and(|linked| linked == event) {
            return Ok(Some(record));
        }
        Err(self.broken_link(&record, seq))
    }

    /// The event that a detail record of this thread belongs to, or `None` if the index does not
    /// hold it (any more).
    ///
    /// O(1).
    pub fn get_index_for(&self, detail: &DetailEvent<'_>) -> Option<&IndexEvent> {
        self.index.get(detail.index_seq())
    }

    fn readable_detail(&self) -> Result<Option<&DetailReader>> {
        match self.detail() {
            Ok(detail) => Ok(detail),
            Err(error) => Err(error.repeated()),
        }
    }

    /// Both readers, for whoever wants to own why a detail.atf could not be opened.
    pub(crate) fn into_parts(self) -> (IndexReader, Result<Option<DetailReader>>) {
        (self.index, self.detail)
    }

    /// Directory of the thread.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn broken_link(&self, record: &DetailEvent<'_>, seq: DetailSeq) -> Error {
        let at = std::mem::offset_of!(DetailEventHeader, index_seq) as u64;
        let expected = format!("the sequence of the event that links to detail_seq {seq}");
        let region = format!("record {seq}");
        let fault =
            Fault::new(region, record.offset + at, "index_seq", expected, record.index_seq());
        Error::malformed(&self.dir.join(DETAIL_FILE.path))(fault)
    }
}
