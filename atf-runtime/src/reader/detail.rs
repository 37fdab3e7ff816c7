//! Reading a detail.atf: records by sequence, by index sequence, and in order.

use std::path::Path;
use std::sync::OnceLock;

use super::checkpoints::{Checkpoints, MAX_CHECKPOINTS};
use super::detail_event::DetailEvent;
use super::detail_extent::{DetailExtent, footer_at, header_of};
use super::file_bytes::FileBytes;
use super::footer::{FooterState, TrailingBytes};
use super::map::MappedFile;
use super::record_walk::RecordWalk;
use crate::error::{Error, Fault, Result};
use crate::format::{AtfDetailFooter, AtfDetailHeader};
use crate::seq::{DetailSeq, IndexSeq};

/// A detail.atf, mapped. The file must not be truncated while it is open.
///
/// Opening does not scan. The first access by sequence walks the records once and remembers the
/// offset of every 64th, in at most 4 MB; after that an access steps over at most 63 records.
/// [`ThreadReader`](super::ThreadReader) needs no scan where the recorder left a detail.off: it uses
/// those offsets, and checks with the index that they lead to the right records.
///
/// ```
/// use atf_runtime::{DetailReader, DetailSeq, IndexSeq};
/// # use atf_runtime::format::EventKind;
/// # use atf_runtime::{Event, FunctionDetail, Platform, ThreadWriter, WriterOptions};
/// # let dir = tempfile::tempdir().unwrap();
/// # let mut writer =
/// #     ThreadWriter::create(dir.path(), 0, Platform::host().unwrap(), WriterOptions::default())?;
/// # let detail = FunctionDetail { sp: 0x7ffe_0000, ..Default::default() };
/// # writer.write_event(&Event::new(10, 1 << 32, EventKind::CALL), Some(detail.into()))?;
/// # writer.finalize()?;
/// # let path = dir.path().join("thread_0/detail.atf");
/// let reader = DetailReader::open(path)?;
/// let record = reader.get(DetailSeq(0))?.expect("a record");
/// assert_eq!(record.index_seq(), IndexSeq(0));
/// assert_eq!(record.function().expect("registers").registers.sp.get(), 0x7ffe_0000);
/// assert!(reader.get(DetailSeq(1))?.is_none());
/// # Ok::<(), atf_runtime::Error>(())
/// ```
#[derive(Debug)]
pub struct DetailReader {
    file: MappedFile,
    extent: DetailExtent,
    header: AtfDetailHeader,
    footer: Option<AtfDetailFooter>,
    checkpoints: OnceLock<Checkpoints>,
    max_checkpoints: usize,
}

impl DetailReader {
    /// Opens a detail.atf that is finalized, unfinalized or truncated. Only its header must be intact.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; [`Error::Malformed`] when the header is too short or damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(MappedFile::open(path.as_ref())?)
    }

    /// Reads the bytes of a detail.atf that are in memory. `name` is what [`path`](Self::path) and
    /// errors call them.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when the header is too short or damaged.
    pub fn from_bytes(name: impl AsRef<Path>, bytes: impl Into<FileBytes>) -> Result<Self> {
        Self::of(MappedFile::in_memory(name.as_ref(), bytes.into()))
    }

    fn of(file: MappedFile) -> Result<Self> {
        let header = header_of(file.bytes()).map_err(Error::malformed(file.path()))?;
        let extent = DetailExtent::of(file.bytes()).map_err(Error::malformed(file.path()))?;
        Ok(Self::new(file, extent, header))
    }

    /// As [`open`](Self::open), for a file whose header is damaged or truncated. The header of such a reader must
    /// not be used.
    pub(crate) fn open_without_header(path: &Path) -> Result<Self> {
        let file = MappedFile::open(path)?;
        let extent = DetailExtent::without_header(file.bytes());
        Ok(Self::new(file, extent, AtfDetailHeader::INIT))
    }

    fn new(file: MappedFile, extent: DetailExtent, header: AtfDetailHeader) -> Self {
        let footer = match extent.footer {
            FooterState::Complete { offset } | FooterState::Damaged { offset } => {
                footer_at(file.bytes(), offset)
            }
            FooterState::Missing(_) => None,
        };
        let checkpoints = OnceLock::new();
        Self { file, extent, header, footer, checkpoints, max_checkpoints: MAX_CHECKPOINTS }
    }

    /// The header of the file. Fields that the file's revision did not have are as in
    /// a fresh header.
    pub fn header(&self) -> &AtfDetailHeader {
        &self.header
    }

    /// The footer at the end of the records, also a damaged one; `None` where there is none.
    pub fn footer(&self) -> Option<&AtfDetailFooter> {
        self.footer.as_ref()
    }

    /// Where the records are and how their end was found.
    pub fn extent(&self) -> &DetailExtent {
        &self.extent
    }

    /// Whether the file has the footer that ends a finalized one.
    pub fn is_finalized(&self) -> bool {
        matches!(self.extent.footer, FooterState::Complete { .. })
    }

    /// Number of complete records. The first call scans the file, unless another access has.
    pub fn len(&self) -> usize {
        self.checkpoints().count as usize
    }

    /// Whether there is no complete record. Does not scan.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none_or(|first| first.is_err())
    }

    /// Thread of this file, as the header says.
    pub fn thread_id(&self) -> u32 {
        self.header().thread_id.get()
    }

    /// The record at `seq`, or `None` when there are no more than `seq` of them.
    ///
    /// O(1): at most 63 steps (twice as many for each doubling of the file beyond 33 million
    /// records). The first call scans.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when header or footer count that record and an earlier one is damaged.
    pub fn get(&self, seq: DetailSeq) -> Result<Option<DetailEvent<'_>>> {
        let checkpoints = self.checkpoints();
        let seq = u64::from(seq.0);
        if seq >= checkpoints.count {
            return match &checkpoints.fault {
                Some(fault) if self.extent.promised.is_some_and(|promised| seq < promised) => {
                    Err(Error::malformed(self.path())(fault.clone()))
                }
                _ => Ok(None),
            };
        }
        let Some((offset, steps)) = checkpoints.before(seq) else { return Ok(None) };
        self.iter_from(offset, seq - steps).nth(steps as usize).transpose()
    }

    /// The record whose `index_seq` is `seq`, or `None` if there is none.
    ///
    /// O(log n), because `index_seq` strictly increases from record to record; in a damaged file
    /// where it does not, a record may not be found. The first call scans.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when a damaged record was met before one with such an `index_seq`, and
    /// header or footer count more records.
    pub fn get_by_index_seq(&self, seq: IndexSeq) -> Result<Option<DetailEvent<'_>>> {
        let checkpoints = self.checkpoints();
        let starts_before = |offset| {
            DetailEvent::at(self.bytes(), offset, checkpoints.end, 0)
                .is_ok_and(|record| record.index_seq() <= seq)
        };
        let Some((offset, number)) = checkpoints.last_where(starts_before) else {
            return self.absent(checkpoints.count == 0);
        };
        for record in self.iter_from(offset, number) {
            let record = record?;
            if record.index_seq() >= seq {
                return Ok(Some(record).filter(|record| record.index_seq() == seq));
            }
        }
        Ok(None)
    }

    fn absent(&self, none_complete: bool) -> Result<Option<DetailEvent<'_>>> {
        match &self.checkpoints().fault {
            Some(fault) if none_complete && self.extent.promised.is_some_and(|n| n > 0) => {
                Err(Error::malformed(self.path())(fault.clone()))
            }
            _ => Ok(None),
        }
    }

    /// All records in the order of the file. A damaged record is one error, and the last item. In a
    /// file that was never finalized an incomplete record is not an error: the iterator ends there.
    pub fn iter(&self) -> DetailIter<'_> {
        self.iter_from(self.extent.events_offset, 0)
    }

    pub(super) fn iter_from(&self, offset: u64, number: u64) -> DetailIter<'_> {
        DetailIter { reader: self, offset, number }
    }

    /// A pass over the complete records, which ends with what it found at their end.
    pub(crate) fn walk(&self) -> RecordWalk<'_> {
        RecordWalk::new(self.bytes(), &self.extent)
    }

    /// Tells the system that the file will be read from front to back. Only a hint.
    pub(crate) fn will_be_scanned(&self) {
        self.file.will_be_scanned();
    }

    /// The first record that is not complete, if a record ends the lane before the section ends. The
    /// beginning of a footer is not a record. The first call scans.
    pub fn first_fault(&self) -> Option<&Fault> {
        self.checkpoints().fault.as_ref()
    }

    /// What follows the last complete record of a file without a footer: nothing, part of a record, or
    /// the beginning of the footer. The first call scans.
    pub fn trailing(&self) -> TrailingBytes {
        self.checkpoints().trailing
    }

    /// Byte after the last complete record. The first call scans.
    pub fn records_end(&self) -> u64 {
        self.checkpoints().end
    }

    /// Path of the file.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// All bytes of the file.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.file.bytes()
    }

    /// Whether some access walked all records.
    #[cfg(test)]
    pub(super) fn has_scanned(&self) -> bool {
        self.checkpoints.get().is_some()
    }

    /// Limits the memory for checkpoints to one of `lanes` equal parts.
    pub(crate) fn share_memory(&mut self, lanes: usize) {
        self.max_checkpoints = (MAX_CHECKPOINTS / lanes.max(1)).max(1);
    }

    fn checkpoints(&self) -> &Checkpoints {
        let scan = || Checkpoints::scan(self.bytes(), &self.extent, self.max_checkpoints);
        self.checkpoints.get_or_init(scan)
    }
}

impl<'a> IntoIterator for &'a DetailReader {
    type Item = Result<DetailEvent<'a>>;
    type IntoIter = DetailIter<'a>;

    fn into_iter(self) -> DetailIter<'a> {
        self.iter()
    }
}

/// The records of a [`DetailReader`], in order.
#[derive(Clone, Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct DetailIter<'a> {
    reader: &'a DetailReader,
    offset: u64,
    number: u64,
}

impl<'a> Iterator for DetailIter<'a> {
    type Item = Result<DetailEvent<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let extent = &self.reader.extent;
        match extent.record_at(self.reader.bytes(), self.offset, self.number)? {
            Ok(record) => {
                self.offset = record.end();
                self.number += 1;
                Some(Ok(record))
            }
            Err(fault) => {
                self.offset = extent.section_end;
                // In a file that was never finalized this is the end, and not damage.
                extent.promised?;
                Some(Err(Error::malformed(self.reader.path())(fault)))
            }
        }
    }
}

impl std::iter::FusedIterator for DetailIter<'_> {}
