//! From a time to a place in the file, by halving the file: where a message starts is found by looking
//! for one.

use std::path::Path;

use super::message;
use super::salvage::{Salvage, Salvaged};

/// Below so many bytes the messages are read one after another.
const FEW_BYTES: usize = 16 * 1024;

/// The offset of a message of `timestamp_ns` or later, before which, in a file whose times never go back, all
/// are earlier; `None` if none is found.
pub(super) fn estimate_offset(path: &Path, file: &[u8], timestamp_ns: u64) -> Option<u64> {
    let is_before = |at| {
        let time = message::read(file, at).map(|(event, _)| event.timestamp_ns());
        time.is_ok_and(|time| time < timestamp_ns)
    };
    // The message is not before `from`, and at or before the one that starts at `to`.
    let (mut from, mut to) = (0, file.len());
    while to - from > FEW_BYTES {
        let middle = from + (to - from) / 2;
        match message::find_start(file, middle, to) {
            Some(at) if is_before(at) => from = at,
            // Nothing starts behind the middle, or what does is late enough.
            _ => to = middle,
        }
    }
    Salvage::new(path, file, from).find_map(|it| match it {
        Salvaged::Event(event) if event.timestamp_ns() >= timestamp_ns => Some(event.offset),
        _ => None,
    })
}
