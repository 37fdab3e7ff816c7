//! Where events of a thread were lost.

use atf_analysis::Selection;
use atf_runtime::format::EventKind;
use atf_runtime::{IndexReader, IndexSeq};

/// A place where events were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// Time of the event before, in ns.
    pub(crate) from_ns: u64,
    /// Time of the marker, in ns.
    pub(crate) to_ns: u64,
    /// Number of events.
    pub(crate) events: u64,
}

/// The gaps of a thread that end in the time range of `selection`.
pub(crate) fn gaps<'a>(
    index: &'a IndexReader,
    selection: &'a Selection,
) -> impl Iterator<Item = Gap> + 'a {
    let mut before_ns = None;
    let events = index.iter().zip(0..);
    events.filter_map(move |(event, seq)| {
        let to_ns = event.timestamp_ns.get();
        let from_ns = before_ns.replace(to_ns).unwrap_or(to_ns);
        if event.event_kind != EventKind::LOST || !selection.has_time(to_ns) {
            return None;
        }
        let events = index.lost_events(IndexSeq(seq))?;
        Some(Gap { from_ns, to_ns, events })
    })
}
