//! Recovery: a finalized trace out of one that was torn, never finalized, or disagrees with
//! itself.
//!
//! Scan, plan, apply: [`Plan::of`] reads what is there and decides what is kept, as a value that
//! can be printed, tested and refused; [`Plan::write_copy`] and [`Plan::apply_in_place`] carry it
//! out. What is kept:
//!
//! - an index event, if its 32 bytes are whole; it is never cut or invented because of the detail lane;
//! - a detail record, if it is whole, all before it are kept, and the kept event at its
//!   `index_seq` names it;
//! - an event whose record is gone gets `detail_seq` 0xFFFFFFFF and is counted as unlinked;
//! - with no record kept there is no detail.atf, and the header's flag is cleared;
//! - the offsets of records (detail.off) are made again where they are wrong or the lane was changed;
//! - what was still in a thread's ring (lanes.ring) is joined with its files, see [`RingPlan`];
//! - a thread whose index header is gone is reported and not written.

mod apply;
mod links;
mod locks;
mod plan;
mod scan;
mod source;

pub use plan::{
    LaneOutcome, LanePlan, ManifestPlan, OffsetsOutcome, OffsetsPlan, Plan, RingOutcome, RingPlan,
    ThreadPlan,
};
