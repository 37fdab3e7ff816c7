//! What the matcher reports, and to whom.

use atf_runtime::format::EventKind;

use crate::call::{Call, EndedBy};

/// Called by the matcher, in the order of the events.
pub(crate) trait Sink {
    /// What the sink keeps with each open call.
    type Mark: Copy;

    /// A call begins. `parent`: the mark of the enclosing call.
    fn open(&mut self, opened: Opened, parent: Option<&Self::Mark>) -> Self::Mark;

    /// A call ended. Of several that end together, the innermost comes first.
    fn close(&mut self, ended: &Ended, mark: Self::Mark);

    /// A return or exception has no call.
    fn orphan(&mut self, orphan: Orphan);

    /// A marker of lost events.
    fn gap(&mut self, gap: Gap);

    /// An event that neither begins nor ends a call, and is no marker.
    fn skip(&mut self, kind: EventKind, time_ns: u64);
}

/// The beginning of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened {
    pub(crate) function_id: u64,
    pub(crate) depth: u32,
}

/// A call that ended, and what only a selection asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) call: Call,
    /// Duration before it was clipped.
    pub(crate) whole_ns: u64,
    /// Whether it overlaps the range that it was clipped to.
    pub(crate) is_in_range: bool,
}

/// A return or exception without a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Orphan {
    pub(crate) function_id: u64,
    pub(crate) time_ns: u64,
}

/// Lost events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gap {
    /// Time of the last event before the marker, or of the marker if it is the first event.
    pub(crate) from_ns: u64,
    /// Time of the marker.
    pub(crate) to_ns: u64,
    /// How many events were lost.
    pub(crate) lost: u64,
}

/// How a group of calls ends: by what, when, and which event says so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    pub(super) by: EndedBy,
    pub(super) time_ns: u64,
    pub(super) seq: Option<u32>,
}
