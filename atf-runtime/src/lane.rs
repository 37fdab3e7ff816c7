//! The two lanes of a thread. Errors and sequences name them.

use std::fmt;

/// The two streams that a thread writes. There are no others, so that a `match` may name both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "one for each file of a thread")]
pub enum Lane {
    /// index.atf: fixed-size events.
    Index,
    /// detail.atf: length-prefixed records.
    Detail,
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Index => "index",
            Self::Detail => "detail",
        })
    }
}
