//! A call as bytes.

use atf_runtime::IndexSeq;
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::call::{Call, Cut, EndedBy};

/// A call that is sorted, and whether the selection keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sorted {
    pub(crate) call: Call,
    pub(crate) is_kept: bool,
}

/// The same in a temporary file.
#[derive(Clone, Copy, Debug, FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Record {
    start_ns: U64,
    end_ns: U64,
    self_ns: U64,
    function_id: U64,
    thread_id: U32,
    start_seq: U32,
    end_seq: U32,
    depth: U32,
    parent: U32,
    ended_by: u8,
    cut: u8,
    flags: u8,
    padding: u8,
}

/// In the place of a sequence that there is not: no event has it.
const NONE: u32 = u32::MAX;
const HAS_GAP: u8 = 1;
const IS_CLAMPED: u8 = 2;
const IS_KEPT: u8 = 4;

impl Record {
    pub(super) fn of(sorted: &Sorted) -> Self {
        let Sorted { call, is_kept } = sorted;
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        Self {
            start_ns: call.start_ns.into(),
            end_ns: call.end_ns.into(),
            self_ns: call.self_ns.into(),
            function_id: call.function_id.into(),
            thread_id: call.thread_id.into(),
            start_seq: call.start_seq.0.into(),
            end_seq: call.end_seq.map_or(NONE, |seq| seq.0).into(),
            depth: call.depth.into(),
            parent: call.parent.map_or(NONE, |seq| seq.0).into(),
            ended_by: call.ended_by as u8,
            cut: call.cut as u8,
            flags: flag(call.has_gap, HAS_GAP)
                | flag(call.is_clamped, IS_CLAMPED)
                | flag(*is_kept, IS_KEPT),
            padding: 0,
        }
    }

    /// The call. The bytes are our own: nobody else can open the file.
    pub(super) fn sorted(&self) -> Sorted {
        let seq = |field: U32| (field != NONE).then(|| IndexSeq(field.get()));
        let (start_ns, end_ns) = (self.start_ns.get(), self.end_ns.get());
        let call = Call {
            thread_id: self.thread_id.get(),
            start_seq: IndexSeq(self.start_seq.get()),
            end_seq: seq(self.end_seq),
            function_id: self.function_id.get(),
            depth: self.depth.get(),
            parent: seq(self.parent),
            start_ns,
            end_ns,
            duration_ns: end_ns.saturating_sub(start_ns),
            self_ns: self.self_ns.get(),
            ended_by: EndedBy::ALL[usize::from(self.ended_by) % EndedBy::ALL.len()],
            has_gap: self.flags & HAS_GAP != 0,
            cut: Cut::ALL[usize::from(self.cut) % Cut::ALL.len()],
            is_clamped: self.flags & IS_CLAMPED != 0,
        };
        Sorted { call, is_kept: self.flags & IS_KEPT != 0 }
    }
}
