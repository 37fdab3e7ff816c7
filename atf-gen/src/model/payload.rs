//! Payloads and names of array elements: parts that depend on the value of an enum.

use super::{EnumId, RecordId};
use crate::source::Span;

/// Some values of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnumCase {
    /// The enum.
    pub id: EnumId,
    /// Positions in the enum's values.
    pub values: Vec<usize>,
}

/// A record that follows an event's header if a field of it has certain values.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Payload {
    /// The record.
    pub record: RecordId,
    /// The deciding fields (positions in the event's record) and their values.
    pub when: Vec<(usize, EnumCase)>,
    /// Whether every condition was understood; only a wrong schema has others.
    pub(crate) is_complete: bool,
    /// Place of the record's name.
    pub at: Span,
}

/// Names of an array's elements.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ElementNames {
    /// When the names hold: all of these.
    pub when: Vec<EnumCase>,
    /// Whether every condition was understood; only a wrong schema has others.
    pub(crate) is_complete: bool,
    /// The names, of the first elements.
    pub names: Vec<String>,
    /// Place of each name.
    pub names_at: Vec<Span>,
    /// Places in the schema.
    pub at: Span,
}
