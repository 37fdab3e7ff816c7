//! Offsets of every 64th detail record, or fewer, found by one pass over the lane and kept in bounded
//! memory. Called by [`DetailReader`](super::DetailReader) when a record is asked for by its sequence.

use super::detail_extent::DetailExtent;
use super::footer::TrailingBytes;
use super::record_walk::{LaneEnd, RecordWalk};
use crate::error::Fault;

/// 4 MB of offsets for a file of any size; when they are full, every second one is dropped.
pub(super) const MAX_CHECKPOINTS: usize = (4 << 20) / size_of::<u64>();
/// A get steps over at most this many records less one, until the file is so large that the
/// stride doubles (at 33 million records).
const FIRST_STRIDE: u64 = 64;

/// The result of one scan of a detail lane.
#[derive(Debug)]
pub(super) struct Checkpoints {
    offsets: Vec<u64>,
    stride: u64,
    /// Complete records before the first damaged one.
    pub(super) count: u64,
    /// Byte after the last complete record.
    pub(super) end: u64,
    /// Why the scan ended before the section did, if a record is at fault.
    pub(super) fault: Option<Fault>,
    /// What follows the last complete record.
    pub(super) trailing: TrailingBytes,
}

impl Checkpoints {
    /// Scans the lane once and keeps at most `max_checkpoints` offsets, which must not be 0.
    pub(super) fn scan(bytes: &[u8], extent: &DetailExtent, max_checkpoints: usize) -> Self {
        let mut walk = RecordWalk::new(bytes, extent);
        let (mut offsets, mut number) = (Offsets { kept: Vec::new(), stride: FIRST_STRIDE }, 0);
        for record in walk.by_ref() {
            offsets.keep(number, record.offset, max_checkpoints);
            number += 1;
        }
        let LaneEnd { count, end, fault, trailing, .. } = walk.finish();
        Self { offsets: offsets.kept, stride: offsets.stride, count, end, fault, trailing }
    }

    /// The nearest checkpoint at or before record `seq`: its offset, and how many records to step.
    pub(super) fn before(&self, seq: u64) -> Option<(u64, u64)> {
        let offset = self.offsets.get(usize::try_from(seq / self.stride).ok()?)?;
        Some((*offset, seq % self.stride))
    }

    /// The last checkpoint whose record satisfies `is_before`, given the predicate holds for a
    /// prefix of them: its offset and its record's number.
    pub(super) fn last_where(&self, is_before: impl Fn(u64) -> bool) -> Option<(u64, u64)> {
        let index = self.offsets.partition_point(|&offset| is_before(offset)).checked_sub(1)?;
        Some((self.offsets[index], index as u64 * self.stride))
    }
}

/// The offsets that are kept while a lane is scanned.
struct Offsets {
    kept: Vec<u64>,
    stride: u64,
}

impl Offsets {
    /// Takes the offset of record `number`.
    fn keep(&mut self, number: u64, offset: u64, max_checkpoints: usize) {
        if !number.is_multiple_of(self.stride) {
            return;
        }
        if self.kept.len() == max_checkpoints {
            let mut nth = 0;
            self.kept.retain(|_| {
                nth += 1;
                nth % 2 == 1
            });
            self.stride *= 2;
            if !number.is_multiple_of(self.stride) {
                return;
            }
        }
        self.kept.push(offset);
    }
}

#[cfg(test)]
mod tests {
    use zerocopy::IntoBytes;

    use super::*;
    use crate::format::{AtfDetailHeader, DetailEventHeader};

    // R-P5: memory is bounded by doubling the stride, and every record is still found.
    #[test]
    fn stride_doubles_when_checkpoints_run_out() {
        let mut bytes = AtfDetailHeader::INIT.as_bytes().to_vec();
        let mut offsets = Vec::new();
        for seq in 0..1000_u32 {
            offsets.push(bytes.len() as u64);
            let payload = vec![0_u8; seq as usize % 7];
            let header = DetailEventHeader {
                total_length: (24 + payload.len() as u32).into(),
                index_seq: seq.into(),
                ..DetailEventHeader::INIT
            };
            bytes.extend_from_slice(header.as_bytes());
            bytes.extend_from_slice(&payload);
        }
        let extent = DetailExtent::of(&bytes).unwrap();
        let found = Checkpoints::scan(&bytes, &extent, 3);
        assert_eq!((found.count, found.end), (1000, bytes.len() as u64));
        assert!(found.offsets.len() <= 3, "{} checkpoints", found.offsets.len());
        assert_eq!(found.stride, 512);
        for (seq, &offset) in offsets.iter().enumerate() {
            let (start, steps) = found.before(seq as u64).unwrap();
            assert_eq!(start, offsets[seq - steps as usize]);
            assert!(start <= offset && steps < found.stride);
        }
    }
}
