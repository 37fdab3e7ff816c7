//! The lanes of a thread whose ring was left behind: what the drain wrote to the files, then what was
//! still in the ring.
//!
//! Ring and file speak of the same bytes by the same number, so that joining them is taking the file
//! up to the ring's tail and the ring from there to its head. The file is mapped; the ring's part is
//! held in memory, which is at most the capacity of the lane.

mod events;
mod records;

pub(super) use events::JoinedEvents;
pub(super) use records::JoinedRecords;

use crate::format::{Arch, ClockType, Os};
use crate::ring::image::RingImage;

/// What a ring said when it was scanned, and what is joined by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Joint {
    pub(super) arch: Arch,
    pub(super) os: Os,
    pub(super) clock_type: ClockType,
    pub(super) thread_id: u32,
    /// Positions behind what is joined.
    pub(super) index_head: u64,
    pub(super) detail_head: u64,
    /// Whether the machine runs since before the ring was made.
    pub(super) is_of_this_boot: bool,
}

impl Joint {
    pub(super) fn of(ring: &RingImage) -> Self {
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
fn is_stale(bytes: &[u8], position: u64, capacity: u64, file: &[u8]) -> bool {
    let is_zero = bytes.iter().all(|&byte| byte == 0);
    let before = position.checked_sub(capacity).and_then(|at| usize::try_from(at).ok());
    let before = before.and_then(|at| file.get(at..)?.get(..bytes.len()));
    is_zero || before == Some(bytes)
}
