//! Where a ring's buffers are: from its control block to offsets that are safe to use.

use std::mem::offset_of;

use crate::error::{Fault, FaultKind, FieldId, Region};
use crate::format::{RING_ALIGN, RingControl};
use crate::lane::Lane;

const ALIGN: u64 = RING_ALIGN as u64;

/// Offsets and capacities of a ring's two buffers, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    index: (usize, usize),
    detail: (usize, usize),
}

impl Geometry {
    /// The geometry that a control block describes, in a file of `file_len` bytes. Read once: what
    /// the other side writes into the block later changes nothing.
    ///
    /// # Errors
    ///
    /// The first impossible field: an offset or capacity that is not aligned or not a power of two, or buffers
    /// that overlap or reach beyond the file.
    pub(crate) fn of(control: &RingControl, file_len: u64) -> Result<Self, Fault> {
        let index = (control.index_offset.get(), control.index_capacity.get());
        let detail = (control.detail_offset.get(), control.detail_capacity.get());
        let fields = [
            (offset_of!(RingControl, index_offset), "index_offset", index.0),
            (offset_of!(RingControl, detail_offset), "detail_offset", detail.0),
        ];
        for (at, name, found) in fields {
            if found == 0 || !found.is_multiple_of(ALIGN) {
                let expected = format!("a multiple of {ALIGN}");
                return Err(impossible(at, name, expected, found));
            }
        }
        let fields = [
            (offset_of!(RingControl, index_capacity), "index_capacity", index.1, false),
            (offset_of!(RingControl, detail_capacity), "detail_capacity", detail.1, true),
        ];
        for (at, name, found, may_be_none) in fields {
            let is_capacity = found >= ALIGN && found.is_power_of_two();
            if !(is_capacity || may_be_none && found == 0) {
                let expected = format!("a power of two, at least {ALIGN}");
                return Err(impossible(at, name, expected, found));
            }
        }
        let index_end = end_of("index_capacity", index, file_len)?;
        end_of("detail_capacity", detail, file_len)?;
        if detail.0 < index_end && index.0 < detail.0.saturating_add(detail.1) {
            let at = offset_of!(RingControl, detail_offset);
            let expected = format!("{index_end} or more (the end of the index buffer)");
            return Err(impossible(at, "detail_offset", expected, detail.0));
        }
        Ok(Self { index: to_usize(index)?, detail: to_usize(detail)? })
    }

    /// Offset and capacity of a lane's buffer, in bytes.
    pub(crate) fn lane(&self, lane: Lane) -> (usize, usize) {
        match lane {
            Lane::Index => self.index,
            Lane::Detail => self.detail,
        }
    }

    /// Length that the file must have at least.
    pub(crate) fn file_len(&self) -> u64 {
        let ends = [self.index, self.detail].map(|(offset, capacity)| (offset + capacity) as u64);
        ends[0].max(ends[1])
    }
}

fn end_of(name: &'static str, (offset, capacity): (u64, u64), file_len: u64) -> Result<u64, Fault> {
    let at = if name == "index_capacity" {
        offset_of!(RingControl, index_capacity)
    } else {
        offset_of!(RingControl, detail_capacity)
    };
    let end = offset.checked_add(capacity).filter(|&end| end <= file_len);
    end.ok_or_else(|| {
        let room = file_len.saturating_sub(offset);
        let expected = format!("at most {room} (the file ends at byte {file_len})");
        impossible(at, name, expected, capacity)
    })
}

/// On a host with addresses below 64 bits, a buffer may be larger than can be mapped.
fn to_usize((offset, capacity): (u64, u64)) -> Result<(usize, usize), Fault> {
    let end = offset.checked_add(capacity).and_then(|end| isize::try_from(end).ok());
    match (end, usize::try_from(offset), usize::try_from(capacity)) {
        (Some(_), Ok(offset), Ok(capacity)) => Ok((offset, capacity)),
        _ => {
            let expected = format!("at most {} (what this machine can map)", isize::MAX);
            let (kind, found) = (FaultKind::OutOfRange, offset.saturating_add(capacity));
            Err(Fault::new(kind, Region::Control, 0, FieldId::Length, expected, found))
        }
    }
}

fn impossible(at: usize, name: &'static str, expected: String, found: u64) -> Fault {
    Fault::new(FaultKind::OutOfRange, Region::Control, at as u64, name, expected, found)
}
