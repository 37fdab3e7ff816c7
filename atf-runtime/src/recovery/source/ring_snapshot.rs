//! What a ring said when it was scanned. A plan keeps it, so that the copier reads the same part of the
//! ring again, and recovery in place can tell whether somebody recorded since.

use crate::format::{Arch, AtfIndexHeader, ClockType, Os};
use crate::platform::Platform;
use crate::ring::image::RingImage;

/// The state of a ring, and with it what of the ring is added to the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::recovery) struct RingSnapshot {
    pub(in crate::recovery) arch: Arch,
    pub(in crate::recovery) os: Os,
    pub(in crate::recovery) clock_type: ClockType,
    pub(in crate::recovery) thread_id: u32,
    /// Position after the last published event.
    pub(in crate::recovery) index_head: u64,
    /// Position after the last record that was written.
    pub(in crate::recovery) detail_head: u64,
    /// Whether the machine has not been restarted since the ring was made.
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

    pub(in crate::recovery) fn platform(&self) -> Platform {
        Platform::new(self.arch, self.os, self.clock_type)
    }

    /// The header of an index.atf that was never finalized.
    pub(in crate::recovery) fn index_header(&self) -> AtfIndexHeader {
        AtfIndexHeader {
            arch: self.arch,
            os: self.os,
            clock_type: self.clock_type,
            thread_id: self.thread_id.into(),
            ..AtfIndexHeader::INIT
        }
    }
}
