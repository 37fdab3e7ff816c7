//! The events of an index.atf and a ring.

use std::path::{Path, PathBuf};

use zerocopy::{FromBytes, IntoBytes};

use super::beside_ring::{check_index, missing};
use super::events::{EventSource, Events};
use super::fault::is_rebuilt;
use super::findings::Findings;
use super::power_loss::{NamedRecords, first_lost_event};
use super::ring_snapshot::RingSnapshot;
use super::unfinalized::{bytes_after, never_finalized};
use crate::consistency::Progress;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result, count};
use crate::format::{AtfIndexFooter, AtfIndexHeader, INDEX_FILE, IndexEvent};
use crate::lane::Lane;
use crate::platform::Platform;
use crate::reader::{IndexReader, MappedFile, unwritten_at_end};
use crate::ring::image::RingImage;
use crate::ring::marker::lost_marker;
use crate::seq::IndexSeq;

const START: u64 = size_of::<AtfIndexHeader>() as u64;
const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;

/// The events of a thread: those of its file up to the ring's tail, then those of the ring.
pub(in crate::recovery) struct RingEvents {
    pub(in crate::recovery) path: PathBuf,
    file: Option<MappedFile>,
    snapshot: RingSnapshot,
    /// The file's header, or why it cannot be believed. It is then made from the ring.
    pub(in crate::recovery) header: Result<AtfIndexHeader, Fault>,
    /// Number of complete events in the file; 0 where its header cannot be believed.
    own_count: u64,
    /// Number of events that are taken from the file.
    in_file: u64,
    /// Events that are taken from the ring, and the marker that was added.
    rest: Vec<IndexEvent>,
    has_marker: bool,
    /// Why the lane ends before the ring's head, if it does.
    fault: Option<Fault>,
}

impl RingEvents {
    /// Reads the index lane of a thread; see `RingLanes::read`.
    ///
    /// # Errors
    ///
    /// As there.
    pub(in crate::recovery) fn read(
        dir: &Path,
        ring: Option<&RingImage>,
        snapshot: &RingSnapshot,
    ) -> Result<Self> {
        // The ring comes first: the file holds what is before the tail that the ring has now.
        let (position, bytes) = match ring {
            Some(ring) => ring.undrained(Lane::Index, snapshot.index_head)?,
            None => (snapshot.index_head, Vec::new()),
        };
        let path = dir.join(INDEX_FILE.path);
        let mut lane = Self::open_file(path, snapshot)?;
        // After a loss of power the file is right as far as it goes: the drain writes published events only.
        let end = match snapshot.is_of_this_boot {
            true => position,
            false => lane.end_by_the_file(position),
        };
        let there = lane.in_file.min(position / EVENT_SIZE);
        lane.in_file = there;
        if there * EVENT_SIZE < position {
            let expected =
                format!("{} (by the ring's tail)", count(position / EVENT_SIZE, "event"));
            lane.fault = Some(Fault::new(
                FaultKind::Truncated,
                Region::Events,
                START + there * EVENT_SIZE,
                FieldId::Length,
                expected,
                format!("{there} and the end of the file"),
            ));
        } else {
            lane.in_file = end / EVENT_SIZE;
            let bytes = bytes.get((end - position) as usize..).unwrap_or_default();
            lane.rest = <[IndexEvent]>::ref_from_bytes(bytes).unwrap_or_default().to_vec();
        }
        if snapshot.is_of_this_boot {
            lane.cut_unwritten();
        }
        Ok(lane)
    }

    /// Ends the lane of another boot before the first event that cannot be what was recorded. `records` are
    /// those that its events may name.
    pub(super) fn end_after_power_loss(&mut self, records: NamedRecords, capacity: Option<u64>) {
        if self.snapshot.is_of_this_boot {
            return;
        }
        let lap_events = capacity.map(|bytes| bytes / EVENT_SIZE);
        if let Some((kept, fault)) = first_lost_event(self.events(), records, lap_events) {
            self.end_at(kept, fault);
        }
        self.cut_unwritten();
    }

    fn end_at(&mut self, kept: u64, fault: Fault) {
        self.fault = Some(fault);
        self.rest.truncate(kept.saturating_sub(self.in_file) as usize);
        self.in_file = self.in_file.min(kept);
    }

    /// Ends the lane before events at its end that cannot have been written. In the file they would be no
    /// events.
    fn cut_unwritten(&mut self) {
        let events = self.events();
        let cut = u64::from(unwritten_at_end(events.iter().rev().map(IntoBytes::as_bytes), 0));
        if cut == 0 {
            return;
        }
        let kept = events.len() - cut;
        let seq = Region::Event(kept);
        let (kind, expected) = (FaultKind::NotOnDisk, "an event that was written");
        let found = "zeros, or time 0 after a later time";
        let at = START + kept * EVENT_SIZE;
        self.end_at(kept, Fault::new(kind, seq, at, FieldId::InRing, expected, found));
    }

    /// The position up to which the file has events, at least the ring's `tail`.
    ///
    /// After a power loss the positions in the ring may be older than the file, which the drain may even
    /// have synced. The drain only writes published events, so those in the file count. An event of zeros
    /// did not reach the disk.
    fn end_by_the_file(&self, tail: u64) -> u64 {
        // Without a header that can be believed, nothing tells where the events end.
        let own_count = if self.header.is_ok() { self.own_count } else { 0 };
        let file = self.file.as_ref().map_or(&[][..], MappedFile::bytes);
        let behind = file.get((START + tail) as usize..).unwrap_or_default();
        let events = behind.chunks_exact(EVENT_SIZE as usize);
        let events = events.take(own_count.saturating_sub(tail / EVENT_SIZE) as usize);
        let complete = events.take_while(|event| event.iter().any(|&byte| byte != 0)).count();
        tail + complete as u64 * EVENT_SIZE
    }

    fn open_file(path: PathBuf, snapshot: &RingSnapshot) -> Result<Self> {
        let mut lane = Self {
            file: None,
            snapshot: *snapshot,
            header: Err(missing(INDEX_FILE.path)),
            own_count: 0,
            in_file: 0,
            rest: Vec::new(),
            has_marker: false,
            fault: None,
            path,
        };
        match IndexReader::open(&lane.path) {
            Ok(index) => {
                check_index(&index).map_err(Error::malformed(&lane.path))?;
                lane.header = Ok(*index.header());
                lane.own_count = u64::from(index.extent().count);
                lane.in_file = lane.own_count;
                lane.file = Some(MappedFile::open(&lane.path)?);
            }
            Err(error) if error.is_not_found() => {}
            Err(Error::Malformed { fault, path }) => {
                if !is_rebuilt(&fault) {
                    return Err(Error::Malformed { path, fault });
                }
                let file = MappedFile::open(&lane.path)?;
                lane.in_file = (file.bytes().len() as u64).saturating_sub(START) / EVENT_SIZE;
                lane.header = Err(*fault);
                lane.file = Some(file);
            }
            Err(error) => return Err(error),
        }
        Ok(lane)
    }

    /// Adds a marker for `lost` events at the end, at the time of the last event.
    pub(in crate::recovery) fn push_marker(&mut self, lost: u64) {
        let events = self.events();
        let Some((_, last_ns)) = events.time_range().filter(|_| lost > 0) else { return };
        let thread_id = events.get(IndexSeq(0)).map_or(0, |event| event.thread_id.get());
        self.rest.push(lost_marker(thread_id, lost, last_ns));
        self.has_marker = true;
    }

    /// Number of events that were published and are lost.
    pub(in crate::recovery) fn missing(&self) -> u64 {
        let published = self.snapshot.index_head / EVENT_SIZE;
        published.saturating_sub(self.events().len() - u64::from(self.has_marker))
    }

    /// Number of events that are taken from the file, where they already are in their place.
    pub(in crate::recovery) fn in_file(&self) -> u64 {
        self.in_file
    }

    /// Whether the file alone holds exactly these events.
    pub(in crate::recovery) fn is_all_in_file(&self) -> bool {
        self.header.is_ok() && self.rest.is_empty() && self.own_count == self.in_file
    }

    /// The events that are not in the file, in their order.
    pub(in crate::recovery) fn rest(&self) -> &[IndexEvent] {
        &self.rest
    }

    /// Length of the file in bytes; `None` where there is none.
    pub(in crate::recovery) fn file_len(&self) -> Option<u64> {
        self.file.as_ref().map(|file| file.bytes().len() as u64)
    }

    fn file_events(&self) -> &[IndexEvent] {
        let end = (START + self.in_file * EVENT_SIZE) as usize;
        let bytes = self.file.as_ref().and_then(|file| file.bytes().get(START as usize..end));
        bytes.and_then(|bytes| <[IndexEvent]>::ref_from_bytes(bytes).ok()).unwrap_or_default()
    }
}

impl EventSource for RingEvents {
    fn path(&self) -> &Path {
        &self.path
    }

    /// With the marker, if one was added.
    fn events(&self) -> Events<'_> {
        Events { in_file: self.file_events(), in_ring: &self.rest }
    }

    /// The file's header, or one made from the ring.
    fn header(&self) -> AtfIndexHeader {
        match self.header {
            Ok(header) => header,
            Err(_) => self.snapshot.index_header(),
        }
    }

    fn header_bytes(&self) -> Vec<u8> {
        self.header().as_bytes().to_vec()
    }

    fn has_detail_flag(&self) -> Option<bool> {
        None
    }

    fn findings(&self, progress: Progress<'_>) -> Findings {
        progress(self.in_file * EVENT_SIZE);
        let end = START + self.in_file * EVENT_SIZE;
        let after = bytes_after(self.file_len(), end, self.rest.len() as u64);
        let mut faults: Vec<Fault> = self.header.clone().err().into_iter().collect();
        if let Some(fault) = &self.fault {
            faults.push(fault.clone());
        } else if faults.is_empty() {
            faults.push(never_finalized(end, size_of::<AtfIndexFooter>(), after));
        }
        let ends_early = self.fault.as_ref().map(|fault| fault.offset);
        Findings {
            faults,
            dropped: self.missing(),
            first_bad_offset: ends_early.or((after > 0).then_some(end)),
        }
    }

    fn ring_platform(&self) -> Option<Platform> {
        Some(self.snapshot.platform())
    }

    fn count_from_ring(&self) -> u64 {
        self.rest.len() as u64 - u64::from(self.has_marker)
    }

    fn is_verified(&self) -> bool {
        self.snapshot.is_of_this_boot
    }
}
