//! The detail lane of a file and a ring.

use std::path::{Path, PathBuf};

use super::ring_events::is_rebuilt;
use super::ring_snapshot::{RingSnapshot, is_stale};
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::{AtfDetailHeader, DETAIL_FILE, DetailEventHeader};
use crate::reader::{DetailEvent, DetailReader};
use crate::ring::image::RingImage;
use crate::seq::{DetailSeq, Lane};

/// The whole records of a thread: those of its file up to the ring's tail, then those of the ring.
///
/// The drain's tail may lie within a record. Its beginning, which is in the file, is held in memory
/// with the ring's part: no record is longer than the lane, so that both together are at most twice
/// as long.
pub(in crate::recovery) struct RingRecords {
    pub(in crate::recovery) path: PathBuf,
    file: Option<DetailReader>,
    /// The file's header, or why there is none that can be believed.
    pub(in crate::recovery) header: Result<AtfDetailHeader, Fault>,
    in_file: u64,
    /// Byte of the file behind the records that are whole in it: where `rest` belongs.
    file_end: u64,
    rest: Vec<u8>,
    /// Where the records in `rest` start.
    starts: Vec<usize>,
    /// Bytes at the end of `rest` that are no whole record.
    torn: u64,
    /// Why the records end before the head, if they do.
    pub(in crate::recovery) fault: Option<Fault>,
}

impl RingRecords {
    /// Byte at which the first record starts.
    pub(in crate::recovery) const START: u64 = size_of::<AtfDetailHeader>() as u64;

    /// Joins the detail lane of a thread up to the positions in `joint`. See
    /// [`RingEvents::read`](super::RingEvents::read).
    ///
    /// # Errors
    ///
    /// As there.
    pub(in crate::recovery) fn read(
        dir: &Path,
        ring: Option<&RingImage>,
        joint: &RingSnapshot,
    ) -> Result<Self> {
        let (position, bytes) = match ring {
            Some(ring) => ring.undrained(Lane::Detail, joint.detail_head)?,
            None => (joint.detail_head, Vec::new()),
        };
        let capacity = ring.map_or(0, |ring| ring.capacity(Lane::Detail));
        let mut joined = Self::open_file(dir.join(DETAIL_FILE.path))?;
        let tail = Self::START + position;
        joined.walk_file(tail);
        let section_end =
            joined.file.as_ref().map_or(0, |it| it.extent().section_end).max(Self::START);
        if section_end < tail {
            let expected = format!("{position} bytes (by the ring's tail)");
            let found = format!("{} and the end of the file", section_end - Self::START);
            let (kind, region) = (FaultKind::Truncated, Region::Events);
            let fault = Fault::new(kind, region, section_end, FieldId::Length, expected, found);
            joined.fault = Some(fault);
            return Ok(joined);
        }
        let begun = joined.file.as_ref().and_then(|file| {
            let (start, end) = (joined.file_end as usize, tail as usize);
            file.bytes().get(start..end)
        });
        let begun = begun.unwrap_or_default();
        if begun.len() as u64 > capacity {
            let expected = format!("a record of at most {capacity} bytes (the ring's lane)");
            joined.fault = Some(joined.fault_at(
                FaultKind::OutOfRange,
                joined.in_file,
                joined.file_end,
                &expected,
            ));
            return Ok(joined);
        }
        joined.rest = [begun, &bytes].concat();
        let is_of_other_boot = ring.is_some() && !joint.is_of_this_boot;
        joined.walk_rest(is_of_other_boot.then_some(capacity));
        if is_of_other_boot {
            joined.go_on_in_the_file(&bytes, tail, capacity);
        }
        Ok(joined)
    }

    /// After the power was lost the positions in the ring may be older than the file: see the events. Where
    /// the file goes further than the ring, it is taken as far as it goes, and the ring behind it.
    fn go_on_in_the_file(&mut self, bytes: &[u8], tail: u64, capacity: u64) {
        let ring_end = self.file_end + self.rest.len() as u64 - self.torn;
        let Some(file) = &self.file else { return };
        let records = file.iter().map_while(Result::ok);
        let (count, end) = records.fold((0, Self::START), |(count, _), it| (count + 1, it.end()));
        if end <= ring_end {
            return;
        }
        (self.in_file, self.file_end) = (count, end);
        let behind = end.checked_sub(tail).and_then(|at| bytes.get(usize::try_from(at).ok()?..));
        self.rest = behind.unwrap_or_default().to_vec();
        self.starts.clear();
        self.fault = None;
        self.walk_rest(Some(capacity));
    }

    fn open_file(path: PathBuf) -> Result<Self> {
        let (file, header) = match DetailReader::open(&path) {
            Ok(detail) if detail.extent().events_offset == Self::START => {
                let header = *detail.header();
                (Some(detail), Ok(header))
            }
            Ok(detail) => {
                let at = std::mem::offset_of!(AtfDetailHeader, events_offset) as u64;
                let expected = format!("{} (beside a ring)", Self::START);
                let found = detail.extent().events_offset;
                let (kind, region) = (FaultKind::UnsupportedVersion, Region::Header);
                let fault = Fault::new(kind, region, at, "events_offset", expected, found);
                return Err(Error::malformed(&path)(fault));
            }
            Err(error) if error.is_not_found() => {
                let (kind, field) = (FaultKind::Missing, FieldId::File(DETAIL_FILE.path));
                (None, Err(Fault::new(kind, Region::File, 0, field, "a file", "none")))
            }
            Err(Error::Malformed { fault, path }) => {
                if !is_rebuilt(&fault) {
                    return Err(Error::Malformed { path, fault });
                }
                (Some(DetailReader::open_without_header(&path)?), Err(*fault))
            }
            Err(error) => return Err(error),
        };
        Ok(Self {
            path,
            file,
            header,
            in_file: 0,
            file_end: Self::START,
            rest: Vec::new(),
            starts: Vec::new(),
            torn: 0,
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

    /// Finds the records in what is not whole in the file; with a capacity, which is given after the
    /// machine was started again, up to the first that did not reach the disk.
    fn walk_rest(&mut self, stale_capacity: Option<u64>) {
        const HEADER_SIZE: usize = size_of::<DetailEventHeader>();
        let mut at = 0;
        while at < self.rest.len() {
            let number = self.in_file + self.starts.len() as u64;
            let start = &self.rest[at..self.rest.len().min(at + HEADER_SIZE)];
            let file = self.file.as_ref().map_or(&[][..], DetailReader::bytes);
            let file = file.get(Self::START as usize..).unwrap_or_default();
            let position = self.file_end - Self::START + at as u64;
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
        self.torn = (self.rest.len() - at) as u64;
    }

    fn fault_at(&self, kind: FaultKind, number: u64, offset: u64, expected: &str) -> Fault {
        Fault::new(kind, Region::Record(number), offset, FieldId::InRing, expected, "none")
    }

    /// Whole records of file and ring.
    pub(in crate::recovery) fn len(&self) -> u64 {
        self.in_file + self.starts.len() as u64
    }

    /// How many of them are whole in the file.
    pub(in crate::recovery) fn in_file(&self) -> u64 {
        self.in_file
    }

    /// Whether something that is no whole record stands behind them.
    pub(in crate::recovery) fn is_torn(&self) -> bool {
        self.torn > 0
    }

    /// The bytes of the first `count` records that are not whole in the file, and where in it they
    /// belong.
    pub(in crate::recovery) fn rest_up_to(&self, count: u64) -> (u64, &[u8]) {
        let of_rest = usize::try_from(count.saturating_sub(self.in_file)).unwrap_or(usize::MAX);
        let end = self.rest.len() - self.torn as usize;
        let end = self.starts.get(of_rest).copied().unwrap_or(end);
        (self.file_end, &self.rest[..end])
    }

    /// Length of the file in bytes; `None` where there is none.
    pub(in crate::recovery) fn file_len(&self) -> Option<u64> {
        self.file.as_ref().map(|file| file.bytes().len() as u64)
    }

    pub(in crate::recovery) fn iter(&self) -> impl Iterator<Item = DetailEvent<'_>> {
        let in_file = usize::try_from(self.in_file).unwrap_or(usize::MAX);
        let records = self.file.iter().flat_map(|file| file.iter().map_while(Result::ok));
        let rest = (0..self.starts.len()).filter_map(|at| self.of_rest(at));
        records.take(in_file).chain(rest)
    }

    pub(in crate::recovery) fn get(&self, seq: DetailSeq) -> Option<DetailEvent<'_>> {
        match u64::from(seq.0).checked_sub(self.in_file) {
            None => self.file.as_ref()?.get(seq).ok().flatten(),
            Some(at) => self.of_rest(usize::try_from(at).ok()?),
        }
    }

    fn of_rest(&self, at: usize) -> Option<DetailEvent<'_>> {
        let start = *self.starts.get(at)? as u64;
        let number = self.in_file + at as u64;
        let record = DetailEvent::at(&self.rest, start, self.rest.len() as u64, number).ok()?;
        Some(DetailEvent { offset: self.file_end + start, ..record })
    }
}
