//! Refusing events that belong to another thread.

use std::mem::offset_of;

use zerocopy::IntoBytes;

use crate::error::{Error, Result};
use crate::format::{IndexEvent, NO_DETAIL_SEQ};

/// Checks that all events are of that thread and without detail.
pub(super) fn check_are_of(thread_id: u32, events: &[IndexEvent]) -> Result<()> {
    if all_are(events, thread_id) {
        return Ok(());
    }
    let is_ours = |event: &IndexEvent| {
        event.thread_id.get() == thread_id && event.detail_seq.get() == NO_DETAIL_SEQ
    };
    let position = events.iter().position(|event| !is_ours(event)).unwrap_or_default();
    let found = events[position].thread_id.get();
    let (field, expected, found) = if found == thread_id {
        ("detail_seq", NO_DETAIL_SEQ, events[position].detail_seq.get())
    } else {
        ("thread_id", thread_id, found)
    };
    Err(Error::ForeignEvent { thread_id, position, field, expected, found })
}

/// Whether all events are of that thread and without detail.
///
/// Both fields lie within 16 bytes of an event, which are taken as one: bits that are set in any of
/// the events and bits that are set in all of them decide it in two vector operations per event.
/// Comparing field by field was a twentieth of the cost of writing.
fn all_are(events: &[IndexEvent], thread_id: u32) -> bool {
    const START: usize = offset_of!(IndexEvent, thread_id);
    const DETAIL_SEQ: usize = offset_of!(IndexEvent, detail_seq) - START;
    const LEN: usize = DETAIL_SEQ + size_of::<u32>();
    let (mut in_any, mut in_all) = ([0; LEN], [u8::MAX; LEN]);
    for event in events {
        let part = &event.as_bytes()[START..START + LEN];
        for ((any, all), &byte) in in_any.iter_mut().zip(&mut in_all).zip(part) {
            *any |= byte;
            *all &= byte;
        }
    }
    let is = |bits: [u8; LEN], at: usize, value: u32| bits[at..].starts_with(&value.to_le_bytes());
    events.is_empty()
        || is(in_any, 0, thread_id)
            && is(in_all, 0, thread_id)
            && is(in_all, DETAIL_SEQ, NO_DETAIL_SEQ)
}
