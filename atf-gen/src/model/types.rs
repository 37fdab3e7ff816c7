//! Types of fields.

use super::{EnumId, FlagsId, RecordId};

/// An integer type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Int {
    /// Whether it has a sign.
    pub signed: bool,
    /// Bytes: 1, 2, 4 or 8.
    pub bytes: u8,
}

impl Int {
    /// Whether `value` fits.
    #[must_use]
    pub fn holds(self, value: i128) -> bool {
        let bits = u32::from(self.bytes) * 8;
        let (low, high) = if self.signed {
            (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1)
        } else {
            (0, (1_i128 << bits) - 1)
        };
        (low..=high).contains(&value)
    }
}

/// Type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// An integer.
    Int(Int),
    /// A float of 4 or 8 bytes.
    Float(u8),
    /// An enum.
    Enum(EnumId),
    /// A set of flags.
    Flags(FlagsId),
    /// Another record.
    Record(RecordId),
    /// So many of one type, one after the other.
    Array(Box<Type>, u64),
}

/// The primitive type of that name.
pub(crate) fn primitive(name: &str) -> Option<Type> {
    let (kind, bits) = name.split_at_checked(1)?;
    let bytes = match bits {
        "8" => 1,
        "16" => 2,
        "32" => 4,
        "64" => 8,
        _ => return None,
    };
    match kind {
        "u" => Some(Type::Int(Int { signed: false, bytes })),
        "i" => Some(Type::Int(Int { signed: true, bytes })),
        "f" if bytes >= 4 => Some(Type::Float(bytes)),
        _ => None,
    }
}

/// Names of all primitive types.
pub(crate) const PRIMITIVES: &[&str] =
    &["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64"];

impl Type {
    /// `u8`.
    pub(crate) const BYTE: Self = Self::Int(Int { signed: false, bytes: 1 });

    /// The length, when this is an array of bytes.
    #[must_use]
    pub fn byte_array(&self) -> Option<u64> {
        match self {
            Self::Array(element, length) if **element == Self::BYTE => Some(*length),
            _ => None,
        }
    }

    /// Whether this is an unsigned integer.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        matches!(self, Self::Int(Int { signed: false, .. }))
    }
}
