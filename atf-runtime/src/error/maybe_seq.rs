//! A sequence in the text of an error.

use std::fmt;

/// A sequence or its absence, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a number with a type")]
pub struct MaybeSeq(pub Option<u32>);

impl fmt::Display for MaybeSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(seq) => write!(f, "{seq}"),
            None => f.write_str("none reserved"),
        }
    }
}
