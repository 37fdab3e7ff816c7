//! An event, before the writer gives it its thread and sequences.

use crate::format::{EventKind, IndexEvent};
use crate::seq::{DetailSeq, Sequences};

/// An event as the tracer knows it. The writer adds thread and sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct Event {
    /// When, in ns on the platform's continuous clock.
    pub timestamp_ns: u64,
    /// `(module_id << 32) | symbol_index`; of a signal, its number.
    pub function_id: u64,
    /// Call, return, exception or signal.
    pub event_kind: EventKind,
    /// Depth of the call stack.
    pub call_depth: u32,
}

impl Event {
    /// An event at call depth 0; set [`call_depth`](Self::call_depth) if there is one.
    ///
    /// ```
    /// use atf_runtime::Event;
    /// use atf_runtime::format::EventKind;
    /// let call = Event { call_depth: 3, ..Event::new(10, 1 << 32, EventKind::CALL) };
    /// assert_eq!((call.timestamp_ns, call.call_depth), (10, 3));
    /// ```
    #[inline]
    #[must_use]
    pub const fn new(timestamp_ns: u64, function_id: u64, event_kind: EventKind) -> Self {
        Self { timestamp_ns, function_id, event_kind, call_depth: 0 }
    }

    /// The event as a record of index.atf.
    #[inline]
    pub(crate) fn record(&self, thread_id: u32, sequences: &Sequences) -> IndexEvent {
        // Not all at once: a later revision's event has more fields.
        let mut record = IndexEvent::INIT;
        record.timestamp_ns = self.timestamp_ns.into();
        record.function_id = self.function_id.into();
        record.thread_id = thread_id.into();
        record.event_kind = self.event_kind;
        record.call_depth = self.call_depth.into();
        record.detail_seq = DetailSeq::to_field(sequences.detail_seq).into();
        record
    }
}
