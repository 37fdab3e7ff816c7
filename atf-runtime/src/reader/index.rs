//! Reading an index.atf: events by sequence, in order, and by time.

use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::sync::OnceLock;

use zerocopy::{FromBytes, IntoBytes};

use super::chunk_times::{ChunkTimes, Narrowed};
use super::file_bytes::FileBytes;
use super::index_extent::{IndexExtent, footer_at, header_of};
use super::index_iter::IndexIter;
use super::map::MappedFile;
use crate::error::{Error, Result};
use crate::format::{AtfIndexFooter, AtfIndexHeader, IndexEvent, IndexFlags, Record};
use crate::lost::lost_events;
use crate::seq::IndexSeq;

/// An index.atf, mapped. The file must not be truncated while it is open; a recording that
/// appends to it may continue. Its new events are seen when the file is opened again.
///
/// ```
/// # use atf_runtime::format::{Arch, ClockType, EventKind, Os};
/// # use atf_runtime::{Event, IndexReader, IndexSeq, Platform, ThreadWriter, WriterOptions};
/// # let dir = tempfile::tempdir().unwrap();
/// # let platform = Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
/// # let mut writer = ThreadWriter::create(dir.path(), 0, platform, WriterOptions::default())?;
/// # for timestamp_ns in [10, 20, 30] {
/// #     let event = Event { timestamp_ns, function_id: 1, event_kind: EventKind::CALL, call_depth: 0 };
/// #     writer.write_event(&event, None)?;
/// # }
/// # writer.finalize()?;
/// # let path = dir.path().join("thread_0/index.atf");
/// let index = IndexReader::open(path)?;
/// assert_eq!(index.len(), 3);
/// assert_eq!(index.get(IndexSeq(1)).unwrap().timestamp_ns.get(), 20);
/// assert!(index.get(IndexSeq(3)).is_none());
/// let times: Vec<u64> = index.range(15..30).map(|event| event.timestamp_ns.get()).collect();
/// assert_eq!(times, [20]);
/// # Ok::<(), atf_runtime::Error>(())
/// ```
#[derive(Debug)]
pub struct IndexReader {
    file: MappedFile,
    extent: IndexExtent,
    header: AtfIndexHeader,
    footer: Option<AtfIndexFooter>,
    /// The events of a file whose are shorter than ours, once somebody asks for them.
    lengthened: OnceLock<Box<[IndexEvent]>>,
    /// Whether timestamps never decrease, once somebody asked.
    monotonic: OnceLock<bool>,
    /// The times of its chunks, once somebody asked.
    chunk_times: OnceLock<Option<ChunkTimes>>,
}

/// Events between two looks at whether the answer is known, which the compiler may take at once.
const MONOTONIC_BLOCK: usize = 1024;

/// Whether an earlier revision's events were shorter.
const HAS_GROWN: bool = IndexEvent::CORE_SIZE < size_of::<IndexEvent>();

impl IndexReader {
    /// Opens an index.atf that is finalized, unfinalized or truncated. Only its header must be intact.
    /// [`extent`](Self::extent) says in which state it is.
    ///
    /// Maps the file and reads its two ends. It scans the events only if the file may end with a part
    /// of a footer.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; [`Error::Malformed`] when the header is too short or damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(MappedFile::open(path.as_ref())?)
    }

    /// Reads the bytes of an index.atf that are in memory, wherever they came from: an archive, a
    /// network, a test. `name` is what [`path`](Self::path) and errors call them.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when the header is too short or damaged.
    ///
    /// ```
    /// use atf_runtime::{FaultKind, IndexReader};
    /// let error = IndexReader::from_bytes("upload", Vec::new()).unwrap_err();
    /// assert_eq!(error.fault().unwrap().kind, FaultKind::Truncated);
    /// assert!(error.to_string().starts_with("upload: header at byte 0: length: "));
    /// ```
    pub fn from_bytes(name: impl AsRef<Path>, bytes: impl Into<FileBytes>) -> Result<Self> {
        Self::of(MappedFile::in_memory(name.as_ref(), bytes.into()))
    }

    fn of(file: MappedFile) -> Result<Self> {
        let header = header_of(file.bytes()).map_err(Error::malformed(file.path()))?;
        let extent = IndexExtent::of_sparse(file.bytes(), file.data_end())
            .map_err(Error::malformed(file.path()))?;
        use super::FooterState::{Complete, Damaged, Missing};
        let footer = match extent.footer {
            Complete { offset } | Damaged { offset } => footer_at(file.bytes(), offset),
            Missing(_) => None,
        };
        Ok(Self {
            file,
            extent,
            header,
            footer,
            lengthened: OnceLock::new(),
            monotonic: OnceLock::new(),
            chunk_times: OnceLock::new(),
        })
    }

    /// The header of the file. Where it disagrees with the footer, the footer is
    /// right: use [`len`](Self::len) and [`time_range`](Self::time_range). Fields that the file's
    /// revision did not have are as in a fresh header.
    pub fn header(&self) -> &AtfIndexHeader {
        &self.header
    }

    /// The footer, if there is one at the end of the events, also a damaged one.
    pub fn footer(&self) -> Option<&AtfIndexFooter> {
        self.footer.as_ref()
    }

    /// Where the events are and how their end was found.
    pub fn extent(&self) -> &IndexExtent {
        &self.extent
    }

    /// Number of events.
    #[inline]
    pub fn len(&self) -> usize {
        self.extent.count as usize
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.extent.count == 0
    }

    /// Thread of this file, as the header says.
    pub fn thread_id(&self) -> u32 {
        self.header().thread_id.get()
    }

    /// Whether the header announces a detail.atf beside this file.
    pub fn has_detail(&self) -> bool {
        self.header().flags.contains(IndexFlags::HAS_DETAIL_FILE)
    }

    /// Returns the event at `seq`, or `None` when `seq >= self.len()`.
    ///
    /// O(1): one bounds check and one multiplication into the map.
    #[inline]
    pub fn get(&self, seq: IndexSeq) -> Option<&IndexEvent> {
        // Within the count the product lies within the file, so it cannot overflow.
        if seq.0 >= self.extent.count {
            return None;
        }
        if self.is_short() {
            return self.lengthened().get(seq.0 as usize);
        }
        let start = seq.0 as usize * self.extent.stride as usize;
        let event = self.events_bytes().get(start..)?.get(..size_of::<IndexEvent>())?;
        IndexEvent::ref_from_bytes(event).ok()
    }

    /// How many events were lost before the one after `seq`, if the event at `seq` is a marker of lost events; `None`
    /// if it is not, or if there is no such event. See [`lost_events`].
    pub fn lost_events(&self, seq: IndexSeq) -> Option<u64> {
        let next = seq.0.checked_add(1).and_then(|next| self.get(IndexSeq(next)));
        lost_events(self.get(seq)?, next)
    }

    /// All events in the order of the file.
    pub fn iter(&self) -> IndexIter<'_> {
        self.slice(0..self.len())
    }

    /// All events as one slice, or `None` if this file's events are not of the size of ours.
    pub fn as_slice(&self) -> Option<&[IndexEvent]> {
        if self.extent.stride as usize != size_of::<IndexEvent>() {
            return None;
        }
        <[IndexEvent]>::ref_from_bytes(self.events_bytes()).ok()
    }

    /// All events as they lie in memory: their bytes, and how many of these there are from one event to the next,
    /// which is never less than the size of an [`IndexEvent`]. For those who hand them to other languages.
    ///
    /// ```
    /// # use atf_runtime::format::{Arch, ClockType, EventKind, Os};
    /// # use atf_runtime::{Event, IndexReader, Platform, ThreadWriter, WriterOptions};
    /// # let dir = tempfile::tempdir().unwrap();
    /// # let platform = Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
    /// # let mut writer = ThreadWriter::create(dir.path(), 0, platform, WriterOptions::default())?;
    /// # for timestamp_ns in [10, 20, 30] {
    /// #     let event = Event { timestamp_ns, function_id: 1, event_kind: EventKind::CALL, call_depth: 0 };
    /// #     writer.write_event(&event, None)?;
    /// # }
    /// # writer.finalize()?;
    /// let index = IndexReader::open(dir.path().join("thread_0/index.atf"))?;
    /// let (bytes, stride) = index.events_in_memory();
    /// assert_eq!((bytes.len(), stride), (96, 32));
    /// # Ok::<(), atf_runtime::Error>(())
    /// ```
    pub fn events_in_memory(&self) -> (&[u8], usize) {
        if self.is_short() {
            return (self.lengthened().as_bytes(), size_of::<IndexEvent>());
        }
        (self.events_bytes(), self.extent.stride as usize)
    }

    /// Timestamps of the first and the last event in ns, or `None` without events.
    pub fn time_range(&self) -> Option<(u64, u64)> {
        let mut events = self.iter();
        let first = events.next()?;
        let last = events.next_back().unwrap_or(first);
        Some((first.timestamp_ns.get(), last.timestamp_ns.get()))
    }

    /// Sequence of the first event at or after `from_ns`; [`len`](Self::len) if there is none.
    ///
    /// O(log n). On a thread whose clock went backwards the answer is *a* place where an earlier
    /// event is followed by one that is not. To find every event, filter
    /// [`iter`](Self::iter).
    pub fn find_start(&self, from_ns: u64) -> usize {
        self.partition_point(|event| event.timestamp_ns.get() < from_ns)
    }

    /// Sequence after the last event before `to_ns`; 0 if there is none. As
    /// [`find_start`](Self::find_start).
    pub fn find_end(&self, to_ns: u64) -> usize {
        self.find_start(to_ns)
    }

    /// Events from `times_ns.start` (inclusive) to `times_ns.end` (exclusive), found by binary
    /// search; an empty iterator when the range is empty. See [`find_start`](Self::find_start) for
    /// clocks that went backwards.
    pub fn range(&self, times_ns: Range<u64>) -> IndexIter<'_> {
        let start = self.find_start(times_ns.start);
        let end = self.find_end(times_ns.end).max(start);
        self.slice(start..end)
    }

    /// Whether no event has an earlier timestamp than the one before it, as a sound clock gives.
    ///
    /// The first call passes over the events, at the speed of memory, up to the first that is earlier; the
    /// answer is kept. Opening does not ask.
    pub fn is_monotonic(&self) -> bool {
        *self.monotonic.get_or_init(|| {
            let mut last = 0;
            for start in (0..self.len()).step_by(MONOTONIC_BLOCK) {
                let block = self.slice(start..self.len().min(start + MONOTONIC_BLOCK));
                let decreased;
                (last, decreased) = block.fold((last, false), |(last, decreased), event| {
                    let time = event.timestamp_ns.get();
                    (time, decreased | (time < last))
                });
                if decreased {
                    return false;
                }
            }
            true
        })
    }

    /// What [`is_monotonic`](Self::is_monotonic) said, if it was asked.
    pub(crate) fn known_monotonic(&self) -> Option<bool> {
        self.monotonic.get().copied()
    }

    /// Where the events with times within `times` are, by the times of chunks in the index.sum beside the file. The
    /// events are not read. `None` without an index.sum that belongs to the file.
    pub(crate) fn narrow(&self, times: &RangeInclusive<u64>) -> Option<Narrowed> {
        let of_file = || {
            let path = self.file.is_of_disk().then(|| self.path())?;
            ChunkTimes::of(path, self.file.bytes(), &self.header, &self.extent)
        };
        Some(self.chunk_times.get_or_init(of_file).as_ref()?.narrow(times))
    }

    /// Path of the file.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Tells the system that the file will be read from front to back. Only a hint.
    pub fn will_be_scanned(&self) {
        self.file.will_be_scanned();
    }

    /// All bytes of the file.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.file.bytes()
    }

    #[inline]
    pub(crate) fn events_bytes(&self) -> &[u8] {
        self.extent.events(self.file.bytes())
    }

    /// The events with these sequences, of which all must exist.
    pub(crate) fn slice(&self, seqs: Range<usize>) -> IndexIter<'_> {
        if self.is_short() {
            return IndexIter::of(&self.lengthened()[seqs]);
        }
        let stride = self.extent.stride as usize;
        IndexIter::new(&self.events_bytes()[seqs.start * stride..seqs.end * stride], stride)
    }

    /// Whether the file is of an earlier revision, whose events were shorter. Known while this is
    /// compiled as long as they have not grown.
    #[inline]
    fn is_short(&self) -> bool {
        HAS_GROWN && self.extent.stride < size_of::<IndexEvent>() as u64
    }

    /// Events that are shorter than ours, as ours: the fields that they do not have are their
    /// defaults. The first call copies all of them.
    pub(crate) fn lengthened(&self) -> &[IndexEvent] {
        self.lengthened.get_or_init(|| {
            let chunks = self.events_bytes().chunks_exact(self.extent.stride as usize);
            chunks.map(|chunk| IndexEvent::read_start(chunk).unwrap_or_default()).collect()
        })
    }

    fn partition_point(&self, before: impl Fn(&IndexEvent) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            // Below `len`, so that there is an event.
            if self.get(IndexSeq(middle as u32)).is_some_and(&before) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl<'a> IntoIterator for &'a IndexReader {
    type Item = &'a IndexEvent;
    type IntoIter = IndexIter<'a>;

    fn into_iter(self) -> IndexIter<'a> {
        self.iter()
    }
}
