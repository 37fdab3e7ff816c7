//! The kind of an event as it is shown. The kind `lost` has its name only where the event is a marker.

use atf_runtime::format::{EventKind, IndexEvent};
use atf_runtime::{IndexReader, IndexSeq, lost_events};

/// An event and what its kind means.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) event: &'a IndexEvent,
    /// A kind that is shown as its number, although the number has a name.
    pub(super) kind_as_number: Option<EventKind>,
}

impl<'a> Shown<'a> {
    /// `event` is that of `seq` in `index`.
    #[inline]
    pub(super) fn of(event: &'a IndexEvent, seq: IndexSeq, index: Option<&IndexReader>) -> Self {
        let is_foreign = event.event_kind == EventKind::LOST && !is_marker(event, seq, index);
        Self { event, kind_as_number: is_foreign.then_some(event.event_kind) }
    }
}

#[cold]
fn is_marker(event: &IndexEvent, seq: IndexSeq, index: Option<&IndexReader>) -> bool {
    match index {
        Some(index) => index.lost_events(seq).is_some(),
        None => lost_events(event, None).is_some(),
    }
}
