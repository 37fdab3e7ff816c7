//! What a loss of power can have made of a lane that was never finalized: the rules by which its events and
//! records end. Called for lanes of another boot of the machine only; those of this boot are in its memory.
//!
//! Pages reach the disk in any order. So a page of a file may hold zeros, and a page of a ring zeros or what
//! it held any number of laps earlier. What passes these rules is still unverified: no checksum covers it.

use std::mem::offset_of;

use zerocopy::IntoBytes;

use super::events::Events;
use crate::error::{Fault, FaultKind, FieldId, Region};
use crate::format::{AtfIndexFooter, AtfIndexHeader, DetailEventHeader, IndexEvent, NO_DETAIL_SEQ};
use crate::seq::IndexSeq;

const START: u64 = size_of::<AtfIndexHeader>() as u64;
const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;
const HEADER_SIZE: u64 = size_of::<DetailEventHeader>() as u64;
/// What reaches a disk or does not.
const PAGE: u64 = 4096;
/// A page is copied to the disk in pieces of this size, while the program may be writing to it.
const CACHE_LINE: u64 = 64;
/// Fewer zeros at the end of a lane may well be the end of a stack.
const LEAST_ZEROS: usize = 8;

/// The records that events may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::recovery) struct NamedRecords {
    /// How many records at the start of the lane are kept.
    pub(in crate::recovery) kept: u64,
    /// Whether events may lack the links to the records after those: a recovery that was interrupted clears
    /// them, once it has finalized the detail lane.
    pub(in crate::recovery) may_lack_others: bool,
}

/// The first event that cannot be what was recorded, and why. `lap_events`: how many events the ring's buffer
/// holds, if the lane has a ring.
pub(in crate::recovery) fn first_lost_event(
    events: Events<'_>,
    records: NamedRecords,
    lap_events: Option<u64>,
) -> Option<(u64, Fault)> {
    let drained_ns = events.in_file.last().map_or(0, |event| event.timestamp_ns.get());
    let in_file = events.in_file.len() as u64;
    let mut next_link = 0;
    for (seq, event) in (0..).zip(events.iter()) {
        let time = event.timestamp_ns.get();
        let link = event.detail_seq.get();
        let in_ring = seq >= in_file;
        let found = if event.as_bytes().iter().all(|&byte| byte == 0) {
            Some("zeros".to_owned())
        } else if is_footer_of(events, event, seq) {
            Some("the footer of the events before it".to_owned())
        } else if let Some(laps) =
            in_ring.then(|| laps_back(events, seq, event, lap_events?)).flatten()
        {
            Some(match laps {
                1 => "that of one lap earlier".to_owned(),
                laps => format!("that of {laps} laps earlier"),
            })
        } else if in_ring && time < drained_ns {
            Some(format!("time {time}, before the {drained_ns} of the last event in the file"))
        } else if link != NO_DETAIL_SEQ {
            let link = u64::from(link);
            let is_of_others =
                records.may_lack_others && link.min(next_link) >= records.kept && link != next_link;
            if is_of_others {
                None
            } else {
                let wrong = (link != next_link)
                    .then(|| format!("detail_seq {link} where {next_link} is next"));
                next_link = link + 1;
                wrong
            }
        } else {
            None
        };
        if let Some(found) = found {
            return Some((seq, lost_event(seq, in_ring, &found)));
        }
    }
    None
}

fn lost_event(seq: u64, in_ring: bool, found: &str) -> Fault {
    let field = if in_ring { FieldId::InRing } else { FieldId::OnDisk };
    let expected = "an event that reached the disk before the machine was started again";
    let at = START + seq * EVENT_SIZE;
    Fault::new(FaultKind::NotOnDisk, Region::Event(seq), at, field, expected, found)
}

/// Whether an event is the beginning of the footer that belongs to the `seq` events before it. A recovery in
/// place that was interrupted leaves it before events that it had not cut off yet.
fn is_footer_of(events: Events<'_>, event: &IndexEvent, seq: u64) -> bool {
    let bytes = event.as_bytes();
    if seq == 0 || !bytes.starts_with(&AtfIndexFooter::INIT.magic) {
        return false;
    }
    let last = u32::try_from(seq - 1).ok().and_then(|last| events.get(IndexSeq(last)));
    let times = events.get(IndexSeq(0)).zip(last);
    let footer = AtfIndexFooter {
        event_count: seq.into(),
        time_start_ns: times.map_or(0.into(), |(first, _)| first.timestamp_ns),
        time_end_ns: times.map_or(0.into(), |(_, last)| last.timestamp_ns),
        ..AtfIndexFooter::INIT
    };
    const COUNT: usize = offset_of!(AtfIndexFooter, event_count);
    bytes[COUNT..] == footer.as_bytes()[COUNT..bytes.len()]
}

/// How many laps before the event at `seq` its place in the ring held the same bytes.
fn laps_back(events: Events<'_>, seq: u64, event: &IndexEvent, lap_events: u64) -> Option<u64> {
    let laps = 1..=seq.checked_div(lap_events)?;
    let held = |laps: &u64| {
        let before = u32::try_from(seq - laps * lap_events).ok()?;
        events.get(IndexSeq(before))
    };
    let mut laps = laps.into_iter();
    laps.find(|laps| held(laps) == Some(event))
}

/// A part of a detail lane: its bytes from a position on, and what is known of the pages they are in.
#[derive(Clone, Copy, Debug)]
pub(super) struct LanePart<'a> {
    /// Position of the first byte: bytes of records before it.
    pub(super) position: u64,
    pub(super) bytes: &'a [u8],
    /// Byte of a page in which the lane starts: 0 in a ring, the length of the header in a file.
    pub(super) lane_start: u64,
    /// Capacity of the ring's buffer, and the lane from position 0 on as far as it is known.
    pub(super) earlier: Option<(u64, &'a [u8])>,
}

impl LanePart<'_> {
    fn end(&self) -> u64 {
        self.position + self.bytes.len() as u64
    }

    /// The bytes from one position to another, as far as this part has them.
    fn slice(&self, from: u64, to: u64) -> &[u8] {
        let at = |position: u64| position.clamp(self.position, self.end()) - self.position;
        &self.bytes[at(from) as usize..at(to.max(from)) as usize]
    }

    /// Whether a page that begins within the record from `start` to `end` did not reach the disk, or did
    /// in an earlier lap. One that begins before it belongs to the records before; and the header of a
    /// record is looked at for itself.
    pub(super) fn has_lost_page(&self, start: u64, end: u64) -> bool {
        let first = (start + self.lane_start) / PAGE + 1;
        let pages = (first..).map(|page| page * PAGE - self.lane_start);
        pages.take_while(|&at| at < end).any(|at| self.is_lost(at, at + PAGE))
    }

    /// Whether the record from `start` to `end`, the last one before what did not reach the disk, may lack
    /// its own last bytes: they are in the same page, and are the same as what the page held before.
    pub(super) fn may_be_torn(&self, start: u64, end: u64) -> bool {
        let after = (end + self.lane_start).next_multiple_of(PAGE) - self.lane_start;
        if self.slice(end, after).is_empty() || !self.is_lost(end, end + HEADER_SIZE) {
            return false;
        }
        let line = (end + self.lane_start - 1) / CACHE_LINE * CACHE_LINE;
        let line = line.saturating_sub(self.lane_start).max(start);
        let last = self.slice(line, end);
        !last.is_empty() && (is_zero(last) || self.is_of_earlier_lap(line, end))
    }

    fn is_lost(&self, from: u64, to: u64) -> bool {
        let bytes = self.slice(from, to);
        bytes.len() >= LEAST_ZEROS && (is_zero(bytes) || self.is_of_earlier_lap(from, to))
    }

    fn is_of_earlier_lap(&self, from: u64, to: u64) -> bool {
        let bytes = self.slice(from, to);
        let Some((capacity, known)) = self.earlier.filter(|_| from >= self.position) else {
            return false;
        };
        is_of_earlier_lap(bytes, from, capacity, known)
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}

/// Whether these bytes at a position of a lane are zero, or what the same place of the ring held in any earlier
/// lap. `known` is the lane from position 0 on.
pub(super) fn is_stale(bytes: &[u8], position: u64, capacity: u64, known: &[u8]) -> bool {
    is_zero(bytes) || is_of_earlier_lap(bytes, position, capacity, known)
}

fn is_of_earlier_lap(bytes: &[u8], position: u64, capacity: u64, known: &[u8]) -> bool {
    let Some(laps) = position.checked_div(capacity) else { return false };
    let held = |laps: u64| {
        let start = usize::try_from(position - laps * capacity).ok()?;
        known.get(start..)?.get(..bytes.len())
    };
    !bytes.is_empty() && (1..=laps).any(|laps| held(laps) == Some(bytes))
}
