//! The records of a detail.atf and a ring.

use std::fs::File;
use std::path::{Path, PathBuf};

use zerocopy::IntoBytes;

use super::beside_ring::open_detail;
use super::findings::Findings;
use super::kept_records::KeptRecords;
use super::power_loss::{LanePart, is_stale};
use super::records::RecordSource;
use super::ring_snapshot::RingSnapshot;
use super::unfinalized::{bytes_after, never_finalized};
use crate::consistency::Progress;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result, count, is_absent};
use crate::format::{AtfDetailFooter, AtfDetailHeader, DETAIL_FILE, DetailEventHeader, IndexEvent};
use crate::lane::Lane;
use crate::reader::{DetailEvent, DetailReader};
use crate::ring::image::RingImage;
use crate::seq::DetailSeq;

/// Byte at which the first record starts.
const START: u64 = size_of::<AtfDetailHeader>() as u64;

/// The complete records of a thread: those of its file up to the ring's tail, then those of the ring.
///
/// The drain's tail may lie within a record. The beginning of that record is in the file, and is held
/// in memory with the ring's part. No record is longer than the lane's buffer, so both together are at
/// most twice as long.
pub(in crate::recovery) struct RingRecords {
    pub(in crate::recovery) path: PathBuf,
    file: Option<DetailReader>,
    snapshot: RingSnapshot,
    /// Capacity of the ring's buffer; 0 where the drain has removed the ring since.
    capacity: u64,
    /// Position of the ring's part in `rest`.
    ring_position: u64,
    /// The file's header, or why it cannot be believed.
    pub(in crate::recovery) header: Result<AtfDetailHeader, Fault>,
    /// Number of records that are complete in the file.
    in_file: u64,
    /// Byte of the file after these records: where `rest` belongs.
    file_end: u64,
    /// The bytes of the other records, and what follows them.
    rest: Vec<u8>,
    /// Where the records in `rest` start.
    starts: Vec<usize>,
    /// Bytes at the end of `rest` that are not a complete record.
    incomplete_len: u64,
    /// Why the records end before the ring's head, if they do.
    fault: Option<Fault>,
}

impl RingRecords {
    /// Reads the detail lane of a thread; see `RingLanes::read`.
    ///
    /// # Errors
    ///
    /// As there.
    pub(in crate::recovery) fn read(
        dir: &Path,
        ring: Option<&RingImage>,
        snapshot: &RingSnapshot,
    ) -> Result<Self> {
        let (position, bytes) = match ring {
            Some(ring) => ring.undrained(Lane::Detail, snapshot.detail_head)?,
            None => (snapshot.detail_head, Vec::new()),
        };
        let capacity = ring.map_or(0, |ring| ring.capacity(Lane::Detail));
        let mut lane = Self::open_file(dir.join(DETAIL_FILE.path), snapshot)?;
        (lane.capacity, lane.ring_position) = (capacity, position);
        let tail = START + position;
        lane.walk_file(tail);
        let section_end = lane.file.as_ref().map_or(0, |it| it.extent().section_end).max(START);
        if section_end < tail {
            let expected = format!("{} (by the ring's tail)", count(position, "byte"));
            let found = format!("{} and the end of the file", section_end - START);
            let (kind, region) = (FaultKind::Truncated, Region::Events);
            let fault = Fault::new(kind, region, section_end, FieldId::Length, expected, found);
            lane.fault = Some(fault);
            return Ok(lane);
        }
        let begun = lane.file.as_ref().and_then(|file| {
            let (start, end) = (lane.file_end as usize, tail as usize);
            file.bytes().get(start..end)
        });
        let begun = begun.unwrap_or_default();
        if begun.len() as u64 > capacity {
            let expected =
                format!("a record of at most {} (the ring's lane)", count(capacity, "byte"));
            lane.fault =
                Some(lane.fault_at(FaultKind::OutOfRange, lane.in_file, lane.file_end, &expected));
            return Ok(lane);
        }
        lane.rest = [begun, &bytes].concat();
        let is_of_other_boot = ring.is_some() && !snapshot.is_of_this_boot;
        lane.walk_rest(is_of_other_boot.then_some(capacity));
        if is_of_other_boot {
            lane.take_from_file(&bytes, tail, capacity);
        }
        Ok(lane)
    }

    /// Takes the file as far as it goes, and the ring after it, where the file goes further than the ring.
    /// After a power loss the positions in the ring may be older than the file, as for events.
    fn take_from_file(&mut self, bytes: &[u8], tail: u64, capacity: u64) {
        let ring_end = self.file_end + self.rest.len() as u64 - self.incomplete_len;
        let Some(file) = &self.file else { return };
        let records = file.iter().map_while(Result::ok);
        let (count, end) = records.fold((0, START), |(count, _), it| (count + 1, it.end()));
        if end <= ring_end {
            return;
        }
        (self.in_file, self.file_end) = (count, end);
        self.ring_position = self.ring_position.max(end - START);
        let behind = end.checked_sub(tail).and_then(|at| bytes.get(usize::try_from(at).ok()?..));
        self.rest = behind.unwrap_or_default().to_vec();
        self.starts.clear();
        self.fault = None;
        self.walk_rest(Some(capacity));
    }

    fn open_file(path: PathBuf, snapshot: &RingSnapshot) -> Result<Self> {
        let (file, header) = open_detail(&path)?;
        Ok(Self {
            path,
            file,
            snapshot: *snapshot,
            capacity: 0,
            ring_position: 0,
            header,
            in_file: 0,
            file_end: START,
            rest: Vec::new(),
            starts: Vec::new(),
            incomplete_len: 0,
            fault: None,
        })
    }

    /// Counts the records that end before the tail.
    fn walk_file(&mut self, tail: u64) {
        let records = self.file.iter().flat_map(|file| file.iter().map_while(Result::ok));
        for record in records.take_while(|record| record.end() <= tail) {
            self.in_file += 1;
            self.file_end = record.end();
        }
    }

    /// Finds the records in `rest`. With a capacity, which is given after the machine was restarted, it
    /// stops at the first record that did not reach the disk.
    fn walk_rest(&mut self, stale_capacity: Option<u64>) {
        const HEADER_SIZE: usize = size_of::<DetailEventHeader>();
        let mut at = 0;
        while at < self.rest.len() {
            let number = self.in_file + self.starts.len() as u64;
            let start = &self.rest[at..self.rest.len().min(at + HEADER_SIZE)];
            let file = self.file_section();
            let position = self.file_end - START + at as u64;
            if stale_capacity.is_some_and(|it| is_stale(start, position, it, file)) {
                let expected =
                    "a record that reached the disk before the machine was started again";
                self.fault = Some(self.fault_at(
                    FaultKind::NotOnDisk,
                    number,
                    self.file_end + at as u64,
                    expected,
                ));
                break;
            }
            match DetailEvent::at(&self.rest, at as u64, self.rest.len() as u64, number) {
                Ok(record) => {
                    self.starts.push(at);
                    at += HEADER_SIZE + record.payload.len();
                }
                Err(fault) => {
                    let offset = fault.offset + self.file_end;
                    self.fault = Some(Fault { offset, ..fault });
                    break;
                }
            }
        }
        self.incomplete_len = (self.rest.len() - at) as u64;
    }

    /// The bytes of the file from its first record on.
    fn file_section(&self) -> &[u8] {
        let file = self.file.as_ref().map_or(&[][..], DetailReader::bytes);
        file.get(START as usize..).unwrap_or_default()
    }

    /// The parts of the lane with pages of their own: the file, and the ring.
    fn parts(&self) -> [LanePart<'_>; 2] {
        let section = self.file_section();
        let in_file = section.get(..self.ring_position as usize).unwrap_or(section);
        let before = (START + self.ring_position).saturating_sub(self.file_end);
        let in_ring = self.rest.get(before as usize..).unwrap_or_default();
        let earlier = Some((self.capacity, section));
        [
            LanePart { position: 0, bytes: in_file, lane_start: START, earlier: None },
            LanePart { position: self.ring_position, bytes: in_ring, lane_start: 0, earlier },
        ]
    }

    fn fault_at(&self, kind: FaultKind, number: u64, offset: u64, expected: &str) -> Fault {
        Fault::new(kind, Region::Record(number), offset, FieldId::InRing, expected, "none")
    }

    /// Number of complete records, in file and ring.
    pub(in crate::recovery) fn len(&self) -> u64 {
        self.in_file + self.starts.len() as u64
    }

    /// Of the first `count` records the bytes of those that are not complete in the file, and the byte of
    /// the file where they belong.
    pub(in crate::recovery) fn rest_up_to(&self, count: u64) -> (u64, &[u8]) {
        let of_rest = usize::try_from(count.saturating_sub(self.in_file)).unwrap_or(usize::MAX);
        let end = self.rest.len() - self.incomplete_len as usize;
        let end = self.starts.get(of_rest).copied().unwrap_or(end);
        (self.file_end, &self.rest[..end])
    }

    /// Number of records that are taken from the file, where they already are in their place.
    pub(in crate::recovery) fn in_file(&self) -> u64 {
        self.in_file
    }

    /// Length of the file in bytes; `None` where there is none.
    pub(in crate::recovery) fn file_len(&self) -> Option<u64> {
        self.file.as_ref().map(|file| file.bytes().len() as u64)
    }

    fn of_rest(&self, at: usize) -> Option<DetailEvent<'_>> {
        let start = *self.starts.get(at)? as u64;
        let number = self.in_file + at as u64;
        let record = DetailEvent::at(&self.rest, start, self.rest.len() as u64, number).ok()?;
        Some(DetailEvent { offset: self.file_end + start, ..record })
    }

    /// Whether all records from `first` on belong to events that were never published: the producer was
    /// killed between writing a record and publishing its event. They were never recorded, so nothing
    /// is lost with them.
    fn is_unpublished_from(&self, first: u64) -> bool {
        let published = self.snapshot.index_head / size_of::<IndexEvent>() as u64;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let is_unpublished = |seq: u32| u64::from(seq) >= published;
        self.fault.is_none()
            && self.iter().skip(first).all(|record| is_unpublished(record.index_seq().0))
    }
}

impl RecordSource for RingRecords {
    fn path(&self) -> &Path {
        &self.path
    }

    fn has_file(&self) -> bool {
        self.file.is_some()
    }

    fn start(&self) -> u64 {
        START
    }

    fn iter(&self) -> Box<dyn Iterator<Item = DetailEvent<'_>> + '_> {
        let in_file = usize::try_from(self.in_file).unwrap_or(usize::MAX);
        let records = self.file.iter().flat_map(|file| file.iter().map_while(Result::ok));
        let rest = (0..self.starts.len()).filter_map(|at| self.of_rest(at));
        Box::new(records.take(in_file).chain(rest))
    }

    fn get(&self, seq: DetailSeq) -> Option<DetailEvent<'_>> {
        match u64::from(seq.0).checked_sub(self.in_file) {
            None => self.file.as_ref()?.get(seq).ok().flatten(),
            Some(at) => self.of_rest(usize::try_from(at).ok()?),
        }
    }

    fn own_header(&self) -> Option<(AtfDetailHeader, &[u8])> {
        let header = self.header.as_ref().ok()?;
        Some((*header, header.as_bytes()))
    }

    fn findings(&self, kept: &KeptRecords, are_missed: bool, progress: Progress<'_>) -> Findings {
        progress(self.file_len().unwrap_or(0));
        let is_unpublished = !are_missed && self.is_unpublished_from(kept.count);
        let is_cut_off = !is_unpublished && (kept.count < self.len() || self.fault.is_some());
        let mut faults: Vec<Fault> = self.header.clone().err().into_iter().collect();
        let mut dropped = 0;
        if is_cut_off {
            faults.extend(kept.unnamed.clone().or_else(|| self.fault.clone()));
            let incomplete = u64::from(self.incomplete_len > 0 || self.fault.is_some());
            dropped = self.len() - kept.count + incomplete;
        } else if faults.is_empty() {
            let after = bytes_after(self.file_len(), kept.end, 0);
            faults.push(never_finalized(kept.end, size_of::<AtfDetailFooter>(), after));
        }
        Findings { faults, dropped, first_bad_offset: is_cut_off.then_some(kept.end) }
    }

    /// They are always made again, so what they say now does not matter. But a file that cannot be opened is
    /// found out before the first change, not when the result is verified.
    fn offsets_faults(&self, path: &Path, _thread_id: u32) -> Result<Option<Vec<Fault>>> {
        match File::open(path) {
            Err(error) if !is_absent(&error) => Err(Error::io(path, "open")(error)),
            _ => Ok(None),
        }
    }

    fn has_lost_page(&self, record: &DetailEvent<'_>) -> bool {
        let (start, end) = (record.offset - START, record.end() - START);
        self.parts().iter().any(|part| part.has_lost_page(start, end))
    }

    fn may_be_torn(&self, record: &DetailEvent<'_>) -> bool {
        let (start, end) = (record.offset - START, record.end() - START);
        self.parts().iter().any(|part| part.may_be_torn(start, end))
    }

    fn is_finalized(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.extent().footer.is_complete())
    }

    fn count_from_ring(&self, kept: u64) -> u64 {
        kept.saturating_sub(self.in_file)
    }

    fn is_verified(&self) -> bool {
        self.snapshot.is_of_this_boot
    }
}
