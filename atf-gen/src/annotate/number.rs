//! Numbers read from bytes, by their type.

use crate::model::{Field, Format, Int, Record, Type};

/// The field's bytes within the record's, if all of them are present.
pub(super) fn bytes_of<'a>(field: &Field, record: &'a [u8]) -> Option<&'a [u8]> {
    let start = usize::try_from(field.offset).ok()?;
    let end = usize::try_from(field.end()).ok()?;
    record.get(start..end)
}

/// Fewest bytes of a record: those that data of its first revision has.
pub(super) fn least(record: &Record) -> u64 {
    match record.core_size() {
        // A later revision added the record.
        0 => record.size,
        core => core.min(record.size),
    }
}

/// The integer type of an integer, an enum or flags.
pub(super) fn int_of(format: &Format, ty: &Type) -> Option<Int> {
    match ty {
        Type::Int(int) => Some(*int),
        Type::Enum(id) => Some(format.enums[*id].int),
        Type::Flags(id) => Some(format.flags[*id].int),
        Type::Float(_) | Type::Record(_) | Type::Array(..) => None,
    }
}

/// Up to eight bytes as an unsigned number.
pub(super) fn raw(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).rev().fold(0, |raw, byte| raw << 8 | u64::from(*byte))
}

/// The number with its sign.
pub(super) fn signed(int: Int, bytes: &[u8]) -> i128 {
    let raw = raw(bytes);
    if int.signed {
        let shift = 64 - u32::from(int.bytes) * 8;
        i128::from((raw << shift).cast_signed() >> shift)
    } else {
        i128::from(raw)
    }
}

/// The unsigned number in a field, if its bytes are present.
pub(super) fn unsigned(field: &Field, record: &[u8]) -> Option<u64> {
    field.ty.is_unsigned().then(|| bytes_of(field, record).map(raw))?
}

/// The field's value as a number with its sign, when it is one.
pub(super) fn value(format: &Format, field: &Field, record: &[u8]) -> Option<i128> {
    Some(signed(int_of(format, &field.ty)?, bytes_of(field, record)?))
}
