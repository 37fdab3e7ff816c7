//! Flags: numbers whose bits have names.

use super::{Evolution, FileId, Int, Tombstone};
use crate::source::Span;

/// A number whose bits have names.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Flags {
    /// Name.
    pub name: String,
    /// The number's type.
    pub int: Int,
    /// Whether an unnamed bit is kept rather than refused.
    pub open: bool,
    /// Prefix of the bits' names in C.
    pub c_prefix: String,
    /// Meaning.
    pub doc: String,
    /// Its history.
    pub evolution: Evolution,
    /// The named bits, as written, without those that were removed.
    pub bits: Vec<FlagBit>,
    /// Bits that were removed: their names and places stay taken.
    pub tombstones: Vec<Tombstone>,
    /// Place of the name.
    pub at: Span,
    /// Place of the prefix.
    pub c_prefix_at: Span,
    /// Place of the type.
    pub type_at: Span,
    /// Place of `open`, or of the name without it.
    pub open_at: Span,
}

/// A named bit.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FlagBit {
    /// Name.
    pub name: String,
    /// Number of the bit, from the lowest.
    pub bit: u32,
    /// Meaning.
    pub doc: String,
    /// The file that exists if the bit is set.
    pub present: Option<FileId>,
    /// Whether a reader that does not know the bit misreads the file.
    pub must_understand: bool,
    /// Its history.
    pub evolution: Evolution,
    /// Place of the name.
    pub at: Span,
    /// Place of the number.
    pub bit_at: Span,
}

impl FlagBit {
    /// The bit as a mask.
    #[must_use]
    pub fn mask(&self) -> u64 {
        1_u64.checked_shl(self.bit).unwrap_or(0)
    }
}

impl Flags {
    /// The bits that were removed, as one mask.
    #[must_use]
    pub fn removed_mask(&self) -> u64 {
        self.tombstones.iter().fold(0, |all, gone| all | gone.mask())
    }
}
