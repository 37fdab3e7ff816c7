//! Messages at a place of the file: reading the one that starts there, and judging whether one does.

use super::damage::{Damage, What};
use super::decode;
use super::event::Event;
use super::wire::frame;

/// As many fields as a file can have.
const ALL_FIELDS: u32 = u32::MAX;
/// Fields of a message that is looked for byte by byte: more than a tracer writes (16 registers of three
/// fields each, some ten others, and names), and few enough that no file makes the search slow.
const PLAUSIBLE_FIELDS: u32 = 192;
/// Messages that must follow one that proves little by itself.
const FOLLOWING: usize = 2;

/// Reads the message whose length starts at `at`. Returns it and where it ends. `at` is not behind
/// the end.
#[inline]
pub(super) fn read(file: &[u8], at: usize) -> Result<(Event<'_>, usize), Damage> {
    read_within(file, at, ALL_FIELDS)
}

#[inline]
fn read_within(file: &[u8], at: usize, budget: u32) -> Result<(Event<'_>, usize), Damage> {
    let rest = &file[at..];
    let (start, end) = frame(rest)?;
    Ok((decode::event(&rest[..end], start, end, at as u64, budget)?, at + end))
}

/// Whether a message starts at `at`. `at` is before the end.
///
/// Nothing in the file says so; bytes within a message may look like one. An event with a payload and
/// a time is believed: their lengths fit into each other. Another one is believed if messages follow
/// it, or the end of the file: a timestamp has the fields of an event without payload. An event with a
/// number alone is not believed: every trace end looks like one, and is the end of most files.
pub(super) fn check_start(file: &[u8], at: usize) -> Result<(), Damage> {
    let (event, mut next) = read(file, at)?;
    if is_telling(&event) {
        return Ok(());
    }
    let doubt = Damage { at: 0, field: "event", what: What::NoPayload };
    if event.payload.is_none() && event.timestamp.is_none() && event.thread_id == 0 {
        return Err(doubt);
    }
    for _ in 0..FOLLOWING {
        if next == file.len() {
            break;
        }
        match read(file, next) {
            Ok((event, _)) if is_telling(&event) => return Ok(()),
            Ok((_, end)) => next = end,
            Err(damage) if damage.is_end_of_file() && event.payload.is_some() => return Ok(()),
            Err(_) => return Err(doubt),
        }
    }
    Ok(())
}

/// Whether an event proves by itself that it is one.
fn is_telling(event: &Event<'_>) -> bool {
    event.payload.is_some() && event.timestamp.is_some()
}

/// The first byte of `from..end` at which a message starts.
///
/// Every byte is tried. The rest of a message after its number, its thread or its time is a message
/// itself where the byte before happens to be its length, and in a large file it happens. So an
/// event that lacks its number or its time is believed only before another one that lacks the same, as a
/// recorder writes them that never sets it; and none without a payload.
pub(super) fn find_start(file: &[u8], from: usize, end: usize) -> Option<usize> {
    (from..end).find(|&at| {
        let Ok((event, next)) = read_within(file, at, PLAUSIBLE_FIELDS) else { return false };
        let shape = shape(&event);
        event.payload.is_some()
            && (shape == (true, true)
                || next < file.len()
                    && read_within(file, next, PLAUSIBLE_FIELDS).is_ok_and(|(event, _)| {
                        event.payload.is_some() && self::shape(&event) == shape
                    }))
    })
}

/// Whether an event has a number, and a time.
fn shape(event: &Event<'_>) -> (bool, bool) {
    (event.event_id != 0, event.timestamp.is_some())
}
