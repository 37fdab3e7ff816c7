//! Fields: the parts of a record.

use super::{Covered, ElementNames, Evolution, Guard, Role, RoleKind, Type, Value};
use crate::source::Span;

/// A part of a record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Field {
    /// Name.
    pub name: String,
    /// Declared first byte.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
    /// Type.
    pub ty: Type,
    /// Whether the type was understood; only a wrong schema has others, with room for one.
    pub(crate) type_is_known: bool,
    /// Meaning.
    pub doc: String,
    /// Unit of the number.
    pub unit: Option<String>,
    /// The only legal value.
    pub constant: Option<Value>,
    /// What a new record starts with.
    pub default: Option<Value>,
    /// The value that says "none".
    pub sentinel: Option<Value>,
    /// Largest legal value.
    pub max: Option<Value>,
    /// Whether the bytes are reserved and must be zero.
    pub reserved: bool,
    /// Its history. A removed field keeps its bytes; see [`Field::member`].
    pub evolution: Evolution,
    /// The flag that says whether the field holds a value.
    pub guard: Option<Guard>,
    /// What the field says about its file.
    pub role: Option<Role>,
    /// Whether a role that is written was understood; only a wrong schema has others.
    pub(crate) role_is_known: bool,
    /// Names of an array's elements, by the values of enums.
    pub element_names: Vec<ElementNames>,
    /// Place of the name.
    pub at: Span,
    /// Place of the offset.
    pub offset_at: Span,
    /// Place of the field, if the schema does not give the offset.
    pub(crate) offset_missing: Option<Span>,
    /// Place of the field, if the schema does not give the type.
    pub(crate) type_missing: Option<Span>,
    /// Place of the type.
    pub type_at: Span,
}

/// Stands before the name of a removed field.
pub(crate) const REMOVED_PREFIX: &str = "_removed_";

impl Field {
    /// One past the last byte.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.offset.saturating_add(self.size)
    }

    /// Whether the bytes say something today: neither reserved nor of a field that was removed.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !self.reserved && self.evolution.removed.is_none()
    }

    /// Whether the field can be without a value in a record that has it: a flag or a value of its
    /// own says so.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.is_live() && (self.guard.is_some() || self.sentinel.is_some())
    }

    /// What of the field's own record its checksum covers, if it is one of its own record.
    #[must_use]
    pub fn own_checksum(&self) -> Option<Covered> {
        match self.role.as_ref().filter(|_| self.is_live())?.kind {
            RoleKind::Checksum(covered, _) if covered.is_own_record() => Some(covered),
            _ => None,
        }
    }

    /// What programs call the field: its name, or after `_removed_` when it was removed, so that
    /// a program that still uses it does not compile.
    #[must_use]
    pub fn member(&self) -> std::borrow::Cow<'_, str> {
        match self.evolution.removed {
            None => self.name.as_str().into(),
            Some(_) => format!("{REMOVED_PREFIX}{}", self.name.trim_start_matches('_')).into(),
        }
    }

    /// The bytes that a writer puts where it has nothing to say: constant, default, for a removed
    /// field its sentinel; `None` is all zero.
    #[must_use]
    pub fn initial(&self) -> Option<&Value> {
        let gone = self.sentinel.as_ref().filter(|_| self.evolution.removed.is_some());
        gone.or(self.constant.as_ref()).or(self.default.as_ref())
    }
}
