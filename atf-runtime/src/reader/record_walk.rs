//! One pass over the complete records of a detail lane, and where it ended. Verification and recovery gather
//! facts by it, and [`DetailReader`](super::DetailReader) the places of records.

use super::detail_event::DetailEvent;
use super::detail_extent::DetailExtent;
use super::footer::TrailingBytes;
use crate::error::Fault;

/// An iterator over the complete records of a lane, up to the first that is not.
#[derive(Debug)]
pub(crate) struct RecordWalk<'a> {
    bytes: &'a [u8],
    extent: &'a DetailExtent,
    end: u64,
    count: u64,
    times_ns: Option<(u64, u64)>,
    fault: Option<Fault>,
}

/// Where a lane ends, found by a pass over all of it.
#[derive(Debug)]
pub(crate) struct LaneEnd {
    /// Complete records before the first damaged one.
    pub(crate) count: u64,
    /// Byte after the last complete record.
    pub(crate) end: u64,
    /// Timestamps of the first and the last record; 0 without any.
    pub(crate) times_ns: (u64, u64),
    /// Why the pass ended before the section did, if a record is at fault.
    pub(crate) fault: Option<Fault>,
    /// What follows the last complete record.
    pub(crate) trailing: TrailingBytes,
}

impl<'a> RecordWalk<'a> {
    /// `bytes` are all bytes of the file.
    pub(super) fn new(bytes: &'a [u8], extent: &'a DetailExtent) -> Self {
        let end = extent.events_offset;
        Self { bytes, extent, end, count: 0, times_ns: None, fault: None }
    }

    /// Byte after the last record that was returned.
    pub(crate) fn position(&self) -> u64 {
        self.end
    }

    /// Where the lane ends. All records must have been returned.
    pub(crate) fn finish(self) -> LaneEnd {
        let Self { bytes, extent, end, count, times_ns, mut fault } = self;
        let times_ns = times_ns.unwrap_or_default();
        let trailing = extent.trailing(bytes, end, count, times_ns);
        // The beginning of a footer is the end of a file that was never finalized, and no record.
        if extent.promised.is_none() && matches!(trailing, TrailingBytes::Footer { .. }) {
            fault = None;
        }
        LaneEnd { count, end, times_ns, fault, trailing }
    }
}

impl<'a> Iterator for RecordWalk<'a> {
    type Item = DetailEvent<'a>;

    #[inline]
    fn next(&mut self) -> Option<DetailEvent<'a>> {
        if self.fault.is_some() {
            return None;
        }
        match self.extent.record_at(self.bytes, self.end, self.count)? {
            Ok(record) => {
                let time_ns = record.header.timestamp.get();
                self.times_ns = Some((self.times_ns.map_or(time_ns, |(first, _)| first), time_ns));
                self.count += 1;
                // At least 24 bytes further: the pass ends.
                self.end = record.end();
                Some(record)
            }
            Err(fault) => {
                self.fault = Some(fault);
                None
            }
        }
    }
}
