//! Named numbers.

use super::{Evolution, Type, Value};
use crate::source::Span;

/// A named number.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Constant {
    /// Name.
    pub name: String,
    /// Type.
    pub ty: Type,
    /// Value.
    pub value: Value,
    /// Whether type and value were understood; only a wrong schema has others.
    pub(crate) is_known: bool,
    /// Meaning.
    pub doc: String,
    /// Its history.
    pub evolution: Evolution,
    /// Place of the name.
    pub at: Span,
    /// Place of the value.
    pub value_at: Span,
}
