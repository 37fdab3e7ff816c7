//! The index lane of a file and a ring.

use std::path::{Path, PathBuf};

use zerocopy::FromBytes;

use super::ring_snapshot::{RingSnapshot, is_stale};
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::{AtfIndexHeader, INDEX_FILE, IndexEvent};
use crate::reader::{IndexReader, MappedFile};
use crate::ring::image::RingImage;
use crate::ring::marker::lost_marker;
use crate::seq::{IndexSeq, Lane};

const START: u64 = size_of::<AtfIndexHeader>() as u64;
const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;

/// The events of a thread: those of its file up to the ring's tail, then those of the ring.
pub(in crate::recovery) struct RingEvents {
    pub(in crate::recovery) path: PathBuf,
    file: Option<MappedFile>,
    /// The file's header, or why there is none that can be believed; the ring's facts then stand
    /// for it.
    pub(in crate::recovery) header: Result<AtfIndexHeader, Fault>,
    /// Whole events that the file itself ends after; 0 where its header cannot be believed.
    own_count: u64,
    in_file: u64,
    rest: Vec<IndexEvent>,
    has_marker: bool,
    /// Why the lane ends before the head, if it does.
    pub(in crate::recovery) fault: Option<Fault>,
    /// Events that were published and are not here.
    pub(in crate::recovery) missing: u64,
}

impl RingEvents {
    /// Joins the index lane of a thread up to the positions in `joint`. Without a ring, which the
    /// drain may have removed since, all of it must be in the file.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when the file is one that no ring goes with: of a newer version, or with
    /// events of another length or at another place; [`Error::Io`].
    pub(in crate::recovery) fn read(
        dir: &Path,
        ring: Option<&RingImage>,
        joint: &RingSnapshot,
    ) -> Result<Self> {
        // First the ring: what lies before the tail that it has then is in the file.
        let (position, bytes) = match ring {
            Some(ring) => ring.undrained(Lane::Index, joint.index_head)?,
            None => (joint.index_head, Vec::new()),
        };
        let path = dir.join(INDEX_FILE.path);
        let mut joined = Self::open_file(path)?;
        let own_end = joined.end_of_what_the_file_tells(position);
        let there = joined.in_file.min(position / EVENT_SIZE);
        joined.in_file = there;
        let published = joint.index_head / EVENT_SIZE;
        if there * EVENT_SIZE < position {
            let expected = format!("{} events (by the ring's tail)", position / EVENT_SIZE);
            joined.fault = Some(Fault::new(
                FaultKind::Truncated,
                Region::Events,
                START + there * EVENT_SIZE,
                FieldId::Length,
                expected,
                format!("{there} and the end of the file"),
            ));
        } else {
            joined.rest = <[IndexEvent]>::ref_from_bytes(&bytes).unwrap_or_default().to_vec();
            if let Some(ring) = ring.filter(|_| !joint.is_of_this_boot) {
                joined.cut_stale(&bytes, position, ring.capacity(Lane::Index));
                let taken = joined.rest.len() * EVENT_SIZE as usize;
                if own_end > position + taken as u64 {
                    joined.go_on_in_the_file(own_end);
                    let bytes = bytes.get((own_end - position) as usize..).unwrap_or_default();
                    joined.rest =
                        <[IndexEvent]>::ref_from_bytes(bytes).unwrap_or_default().to_vec();
                    joined.cut_stale(bytes, own_end, ring.capacity(Lane::Index));
                }
            }
        }
        joined.missing = published.saturating_sub(joined.len());
        Ok(joined)
    }

    /// Takes all up to `end` from the file, where it goes further than the ring.
    fn go_on_in_the_file(&mut self, end: u64) {
        self.in_file = end / EVENT_SIZE;
        self.fault = None;
    }

    /// The position up to which the file goes by itself, at least the ring's `tail`. After the power was
    /// lost the positions in the ring may be older than the file, which the drain may even have synced, and
    /// the drain writes nothing that was not published. Events of zeros did not reach the disk.
    fn end_of_what_the_file_tells(&self, tail: u64) -> u64 {
        // Where the header is not believed, neither is where the events end.
        let own_count = if self.header.is_ok() { self.own_count } else { 0 };
        let file = self.file.as_ref().map_or(&[][..], MappedFile::bytes);
        let behind = file.get((START + tail) as usize..).unwrap_or_default();
        let events = behind.chunks_exact(EVENT_SIZE as usize);
        let events = events.take(own_count.saturating_sub(tail / EVENT_SIZE) as usize);
        let whole = events.take_while(|event| event.iter().any(|&byte| byte != 0)).count();
        tail + whole as u64 * EVENT_SIZE
    }

    fn open_file(path: PathBuf) -> Result<Self> {
        let (kind, field) = (FaultKind::Missing, FieldId::File(INDEX_FILE.path));
        let mut joined = Self {
            file: None,
            header: Err(Fault::new(kind, Region::File, 0, field, "a file", "none")),
            own_count: 0,
            in_file: 0,
            rest: Vec::new(),
            has_marker: false,
            fault: None,
            missing: 0,
            path,
        };
        match IndexReader::open(&joined.path) {
            Ok(index) => {
                check_is_joinable(&index).map_err(Error::malformed(&joined.path))?;
                joined.header = Ok(*index.header());
                joined.own_count = u64::from(index.extent().count);
                joined.in_file = joined.own_count;
                joined.file = Some(MappedFile::open(&joined.path)?);
            }
            Err(error) if error.is_not_found() => {}
            Err(Error::Malformed { fault, path }) => {
                if !is_rebuilt(&fault) {
                    return Err(Error::Malformed { path, fault });
                }
                let file = MappedFile::open(&joined.path)?;
                joined.in_file = (file.bytes().len() as u64).saturating_sub(START) / EVENT_SIZE;
                joined.header = Err(*fault);
                joined.file = Some(file);
            }
            Err(error) => return Err(error),
        }
        Ok(joined)
    }

    /// Ends the lane before the first event of the ring that did not reach the disk.
    fn cut_stale(&mut self, bytes: &[u8], position: u64, capacity: u64) {
        let file = self.file.as_ref().map_or(&[][..], MappedFile::bytes);
        let file = file.get(START as usize..).unwrap_or_default();
        let mut events = bytes.chunks_exact(EVENT_SIZE as usize).enumerate();
        let stale = events.find(|(at, event)| {
            is_stale(event, position + *at as u64 * EVENT_SIZE, capacity, file)
        });
        if let Some((at, event)) = stale {
            let is_zero = event.iter().all(|&byte| byte == 0);
            let found = if is_zero { "zeros" } else { "that of one lap earlier" };
            let seq = position / EVENT_SIZE + at as u64;
            self.fault = Some(Fault::new(
                FaultKind::NotOnDisk,
                Region::Event(seq),
                START + seq * EVENT_SIZE,
                FieldId::InRing,
                "an event that reached the disk before the machine was started again",
                found,
            ));
            self.rest.truncate(at);
        }
    }

    /// Adds a marker of `lost` events at the end, at the time of the last event.
    pub(in crate::recovery) fn push_marker(&mut self, lost: u64) {
        let Some((_, last_ns)) = self.time_range().filter(|_| lost > 0) else { return };
        let thread_id = self.get(IndexSeq(0)).map_or(0, |event| event.thread_id.get());
        self.has_marker = true;
        self.rest.push(lost_marker(thread_id, lost, last_ns));
    }

    /// Events of file and ring, with the marker that was added.
    pub(in crate::recovery) fn len(&self) -> u64 {
        self.in_file + self.rest.len() as u64
    }

    /// How many of them are in the file, at the place where they belong.
    pub(in crate::recovery) fn in_file(&self) -> u64 {
        self.in_file
    }

    /// Whether the file, opened by itself, holds just these events.
    pub(in crate::recovery) fn is_the_files(&self) -> bool {
        self.header.is_ok() && self.rest.is_empty() && self.own_count == self.in_file
    }

    /// Those that come from the ring.
    pub(in crate::recovery) fn count_of_ring(&self) -> u64 {
        self.rest.len() as u64 - u64::from(self.has_marker)
    }

    /// What is not in the file, in its order.
    pub(in crate::recovery) fn rest(&self) -> &[IndexEvent] {
        &self.rest
    }

    /// Length of the file in bytes; `None` where there is none.
    pub(in crate::recovery) fn file_len(&self) -> Option<u64> {
        self.file.as_ref().map(|file| file.bytes().len() as u64)
    }

    pub(in crate::recovery) fn get(&self, seq: IndexSeq) -> Option<&IndexEvent> {
        let seq = u64::from(seq.0);
        match seq.checked_sub(self.in_file) {
            None => self.file_events().get(seq as usize),
            Some(seq) => self.rest.get(usize::try_from(seq).ok()?),
        }
    }

    pub(in crate::recovery) fn iter(&self) -> impl Iterator<Item = &IndexEvent> {
        self.file_events().iter().chain(&self.rest)
    }

    /// Timestamps of the first and the last event in ns.
    pub(in crate::recovery) fn time_range(&self) -> Option<(u64, u64)> {
        let first = self.iter().next()?;
        let last = self.rest.last().or_else(|| self.file_events().last())?;
        Some((first.timestamp_ns.get(), last.timestamp_ns.get()))
    }

    fn file_events(&self) -> &[IndexEvent] {
        let end = (START + self.in_file * EVENT_SIZE) as usize;
        let bytes = self.file.as_ref().and_then(|file| file.bytes().get(START as usize..end));
        bytes.and_then(|bytes| <[IndexEvent]>::ref_from_bytes(bytes).ok()).unwrap_or_default()
    }
}

/// That positions of a ring are places in this file.
fn check_is_joinable(index: &IndexReader) -> Result<(), Fault> {
    let extent = index.extent();
    let fields = [
        (std::mem::offset_of!(AtfIndexHeader, event_size), "event_size", EVENT_SIZE, extent.stride),
        (
            std::mem::offset_of!(AtfIndexHeader, events_offset),
            "events_offset",
            START,
            extent.events_offset,
        ),
    ];
    for (at, name, expected, found) in fields {
        if found != expected {
            let expected = format!("{expected} (beside a ring)");
            let (kind, region) = (FaultKind::UnsupportedVersion, Region::Header);
            return Err(Fault::new(kind, region, at as u64, name, expected, found));
        }
    }
    Ok(())
}

/// Whether a header with this fault is made again from the ring: one that was torn or overwritten, or
/// did not reach the disk. One that may be of a newer version is not.
pub(super) fn is_rebuilt(fault: &Fault) -> bool {
    use FaultKind::{BadByteOrder, BadMagic, Truncated, Zeroed};
    matches!(fault.kind, Truncated | BadMagic | BadByteOrder | Zeroed)
}
