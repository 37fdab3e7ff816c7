//! Which events at the end of a lane cannot have been written: the one rule for files and rings. Called where
//! neither a footer nor a final header proves the events.

use crate::format::{IndexEvent, Record};

/// How many events at the end of a lane cannot have been written: all bytes zero, or time 0 after an event
/// with a later time. `in_hole` events at the end are known to be zeros; `events` are the bytes of all before
/// them, the last one first.
///
/// Looks at no more events than the run has, and one more.
pub(crate) fn unwritten_at_end<'a>(events: impl Iterator<Item = &'a [u8]>, in_hole: u32) -> u32 {
    let (mut seen, mut all_zero) = (in_hole, in_hole);
    for event in events {
        let read = IndexEvent::read_start(event);
        if read.is_some_and(|event| event.timestamp_ns.get() != 0) {
            // All events after this one have time 0.
            return seen;
        }
        let is_zero = event.iter().all(|&byte| byte == 0);
        all_zero += u32::from(is_zero && all_zero == seen);
        seen += 1;
    }
    all_zero
}
