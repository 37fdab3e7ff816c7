//! The history of an element.

use super::RecordId;
use crate::source::Span;

/// The history of an element since the first release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evolution {
    /// Revision that added it; 0 when it was there from the beginning.
    pub since: u32,
    /// Place in the schema.
    pub since_at: Option<Span>,
    /// Names that it had before, oldest first.
    pub was: Vec<String>,
    /// Places in the schema.
    pub was_at: Vec<Span>,
    /// What to use instead, when it should not be used any more.
    pub deprecated: Option<String>,
    /// Counts changes of meaning that leave the bytes as they are.
    pub semantics: u32,
    /// Place in the schema.
    pub semantics_at: Option<Span>,
    /// Revision that removed it.
    pub removed: Option<u32>,
    /// Place in the schema.
    pub removed_at: Option<Span>,
}

impl Evolution {
    /// The name under which an element was first known, of which `name` is today's.
    #[must_use]
    pub fn first_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.was.first().map_or(name, String::as_str)
    }
}

/// A value of an enum, or a bit of flags, that was removed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tombstone {
    /// Its name, which nothing else may have.
    pub name: String,
    /// Its number, or the number of its bit, which nothing else may have.
    pub number: u64,
    /// What it meant.
    pub doc: String,
    /// Its history; `removed` is set.
    pub evolution: Evolution,
    /// Place of the name.
    pub at: Span,
    /// Place of the number.
    pub number_at: Span,
}

impl Tombstone {
    /// The removed bit as a mask.
    #[must_use]
    pub fn mask(&self) -> u64 {
        u32::try_from(self.number).ok().and_then(|bit| 1_u64.checked_shl(bit)).unwrap_or(0)
    }
}

/// The flag that says whether a field holds a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Guard {
    /// The record with the flags: the field's own, or the header of its file.
    pub record: RecordId,
    /// Position of the field that holds the flags.
    pub field: usize,
    /// Position of the bit in the flags' type.
    pub bit: usize,
    /// Place of the guard.
    pub at: Span,
}
