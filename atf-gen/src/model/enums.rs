//! Enums: numbers whose values have names.

use super::{Evolution, Int, Tombstone};
use crate::source::Span;

/// An enum: a number whose values have names.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Enum {
    /// Name.
    pub name: String,
    /// The number's type.
    pub int: Int,
    /// Whether unknown values are kept (`true`) or rejected.
    pub open: bool,
    /// Prefix of the values' names in C.
    pub c_prefix: String,
    /// Meaning.
    pub doc: String,
    /// Its history.
    pub evolution: Evolution,
    /// The named values, as written, without those that were removed.
    pub values: Vec<EnumValue>,
    /// Values that were removed: their names and numbers stay taken.
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

/// A named value of an enum.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EnumValue {
    /// Name.
    pub name: String,
    /// Number.
    pub value: u64,
    /// Meaning.
    pub doc: String,
    /// The Rust `cfg` predicate that holds where this value is the host's.
    pub detect_rust: Option<String>,
    /// The C preprocessor expression that holds where this value is the host's.
    pub detect_c: Option<String>,
    /// Its history.
    pub evolution: Evolution,
    /// Place of the name.
    pub at: Span,
    /// Place of the number.
    pub value_at: Span,
    /// Place of the Rust predicate.
    pub detect_rust_at: Span,
    /// Place of the C expression.
    pub detect_c_at: Span,
}
