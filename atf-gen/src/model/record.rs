//! Records: runs of bytes with named parts.

use super::{Evolution, Field, LayoutHashes, RecordId};
use crate::source::Span;

/// A run of bytes with named parts.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Record {
    /// Name.
    pub name: String,
    /// Size in bytes, without a counted tail.
    pub size: u64,
    /// Whether the size was understood; only a wrong schema has others.
    pub(crate) size_is_known: bool,
    /// The record when it has no size; only in a wrong schema.
    pub(crate) size_missing: Option<Span>,
    /// Meaning.
    pub doc: String,
    /// The parts, in the order of their offsets.
    pub fields: Vec<Field>,
    /// Its history.
    pub evolution: Evolution,
    /// Bytes after the fields, as many as one of the fields says.
    pub tail: Option<Tail>,
    /// The record after the tail; absent from data that ends with the tail.
    pub trailer: Option<RecordId>,
    /// Place of the trailer's name.
    pub trailer_at: Option<Span>,
    /// What programs compare to see that they mean the same record; of a right schema only.
    pub hashes: LayoutHashes,
    /// Place of the name.
    pub at: Span,
    /// Place of the size.
    pub size_at: Span,
}

/// Bytes after a record's fields, counted by one of them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tail {
    /// Name.
    pub name: String,
    /// Declared offset: the record's size.
    pub offset: u64,
    /// Position, in the record's fields, of the field that counts the bytes.
    pub count: usize,
    /// Unit.
    pub unit: Option<String>,
    /// Meaning.
    pub doc: String,
    /// Its history.
    pub evolution: Evolution,
    /// Place of the name.
    pub at: Span,
    /// Place of the offset.
    pub offset_at: Span,
    /// Place of the tail, if the schema does not give the offset.
    pub(crate) offset_missing: Option<Span>,
}

impl Record {
    /// Bytes that data of every revision has: up to the end of the last field of the first revision,
    /// including reserved and removed fields.
    ///
    /// One schema alone does not say whether a later field at the end was taken from reserved bytes or
    /// made the record grow. It counts as growth: a reader that reads no further than the data goes is
    /// right in both cases.
    #[must_use]
    pub fn core_size(&self) -> u64 {
        let mut core = self.fields.iter().filter(|field| field.evolution.since == 0);
        core.next_back().map_or(0, Field::end)
    }

    /// Whether data of an earlier revision may have less of the record than it has today.
    #[must_use]
    pub fn can_be_short(&self) -> bool {
        (1..self.size).contains(&self.core_size())
    }
}
