//! What is missing at the end of a file beside a ring: it was never finalized.

use crate::consistency::missing_footer;
use crate::error::{Fault, count};

/// Bytes of a file after `end` that belong to nothing. There are none where `rest` events or records
/// of the ring take their place.
pub(super) fn bytes_after(file_len: Option<u64>, end: u64, rest: u64) -> u64 {
    if rest > 0 { 0 } else { file_len.map_or(0, |len| len.saturating_sub(end)) }
}

/// The fault of a lane that was never finalized and ends at `end`, with `after` bytes after it.
pub(super) fn never_finalized(end: u64, footer_size: usize, after: u64) -> Fault {
    let found = match after {
        0 => "the end of the file".to_owned(),
        len => format!("{} never published", count(len, "byte")),
    };
    missing_footer(end, footer_size, found)
}
