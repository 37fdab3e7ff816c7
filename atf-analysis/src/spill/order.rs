//! The orders in which calls can be sorted.

use crate::call::Call;

/// What calls are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// By start, thread, start sequence.
    Start,
    /// By end, thread, end sequence (none comes last), start sequence from high to low.
    End,
    /// By start sequence: calls of one thread, the outer before the inner.
    Sequence,
}

/// A number that is smaller for the call that comes first. No two calls have the same.
pub(crate) type Key = (u64, u32, u32, u32);

impl Order {
    #[inline]
    pub(crate) fn key(self, call: &Call) -> Key {
        let start_seq = call.start_seq.0;
        match self {
            Self::Start => (call.start_ns, call.thread_id, start_seq, 0),
            Self::End => {
                // No event has the sequence 0xFFFFFFFF.
                let end_seq = call.end_seq.map_or(u32::MAX, |seq| seq.0);
                (call.end_ns, call.thread_id, end_seq, !start_seq)
            }
            Self::Sequence => (start_seq.into(), 0, 0, 0),
        }
    }
}
