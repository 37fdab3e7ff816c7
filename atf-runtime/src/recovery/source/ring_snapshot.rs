//! The lanes of a thread whose ring was left behind: what the drain wrote to the files, then what was
//! still in the ring.
//!
//! Ring and file speak of the same bytes by the same number, so that joining them is taking the file
//! up to the ring's tail and the ring from there to its head. The file is mapped; the ring's part is
//! held in memory, which is at most the capacity of the lane.

use crate::format::{Arch, ClockType, Os};
use crate::ring::image::RingImage;

/// What a ring said when it was scanned, and what is joined by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::recovery) struct RingSnapshot {
    pub(in crate::recovery) arch: Arch,
    pub(in crate::recovery) os: Os,
    pub(in crate::recovery) clock_type: ClockType,
    pub(in crate::recovery) thread_id: u32,
    /// Positions behind what is joined.
    pub(in crate::recovery) index_head: u64,
    pub(in crate::recovery) detail_head: u64,
    /// Whether the machine runs since before the ring was made.
    pub(in crate::recovery) is_of_this_boot: bool,
}

impl RingSnapshot {
    pub(in crate::recovery) fn of(ring: &RingImage) -> Self {
        let control = ring.control();
        Self {
            arch: control.arch,
            os: control.os,
            clock_type: control.clock_type,
            thread_id: control.thread_id.get(),
            index_head: control.index_head.get(),
            detail_head: control.detail_head.get(),
            is_of_this_boot: ring.is_of_this_boot(),
        }
    }
}

/// Whether bytes of a ring at a position of a lane of this capacity are zero, or what stood in their
/// place one lap earlier. `file` are the bytes of the lane that are in its file.
///
/// After the power was lost a page of the ring may never have reached the disk.
pub(super) fn is_stale(bytes: &[u8], position: u64, capacity: u64, file: &[u8]) -> bool {
    let is_zero = bytes.iter().all(|&byte| byte == 0);
    let before = position.checked_sub(capacity).and_then(|at| usize::try_from(at).ok());
    let before = before.and_then(|at| file.get(at..)?.get(..bytes.len()));
    is_zero || before == Some(bytes)
}
