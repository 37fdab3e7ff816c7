//! An event and what its kind means. The kind `lost` has its name only where the event is a marker.

use atf_runtime::format::{EventKind, IndexEvent};
use atf_runtime::{IndexReader, IndexSeq, lost_events};

/// An event and what its kind means.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) event: &'a IndexEvent,
    /// A kind that is shown as its number, although the number has a name.
    pub(crate) kind_as_number: Option<EventKind>,
}

impl<'a> Shown<'a> {
    /// `event` is that of `seq` in `index`.
    #[inline]
    pub(crate) fn of(event: &'a IndexEvent, seq: IndexSeq, index: Option<&IndexReader>) -> Self {
        let is_foreign = event.event_kind == EventKind::LOST && !is_marker(event, seq, index);
        Self { event, kind_as_number: is_foreign.then_some(event.event_kind) }
    }

    /// The function of the event. The number in this place is a count of a marker, and the number of a signal.
    #[inline]
    pub(crate) fn function_id(&self) -> Option<u64> {
        let is_function = match self.event.event_kind {
            EventKind::LOST => self.kind_as_number.is_some(),
            EventKind::SIGNAL => false,
            _ => true,
        };
        is_function.then(|| self.event.function_id.get())
    }
}

#[cold]
fn is_marker(event: &IndexEvent, seq: IndexSeq, index: Option<&IndexReader>) -> bool {
    match index {
        Some(index) => index.lost_events(seq).is_some(),
        None => lost_events(event, None).is_some(),
    }
}
