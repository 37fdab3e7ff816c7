//! The marker of lost events: pushed by a producer that has room again, and added by the drain or by
//! recovery after its end.

use crate::format::{EventKind, IndexEvent};
use crate::seq::{IndexSeq, Sequences};
use crate::writer::Event;

/// The marker of `lost` dropped events, at the time of the next event that was kept.
pub(crate) fn lost_marker(thread_id: u32, lost: u64, timestamp_ns: u64) -> IndexEvent {
    let event =
        Event { timestamp_ns, function_id: lost, event_kind: EventKind::LOST, call_depth: 0 };
    event.record(thread_id, &Sequences { index_seq: IndexSeq(0), detail_seq: None })
}
