//! Whether readers take what a field holds in data that end before it.

use crate::model::{Field, Format, Type};

/// Whether the value is legal, or says that there is none.
pub(super) fn when_missing(format: &Format, field: &Field) -> bool {
    // Without its flag, or with its sentinel, it is absent.
    let is_absent = field.guard.is_some() || (field.sentinel.is_some() && field.default.is_none());
    is_absent || fresh(format, field)
}

/// Whether the value of a field in a new record is legal.
fn fresh(format: &Format, field: &Field) -> bool {
    match field.initial() {
        Some(value) => is_legal(format, &field.ty, &value.bytes),
        None => zero(format, &field.ty),
    }
}

/// The same of a field that is zero, or a record in it that is new.
fn zero(format: &Format, ty: &Type) -> bool {
    match ty {
        Type::Array(element, length) => *length == 0 || zero(format, element),
        Type::Record(id) => {
            let fields = format.records[*id].fields.iter().filter(|field| field.is_live());
            fields.into_iter().all(|field| {
                let none = field.sentinel.as_ref().is_some_and(|sentinel| match field.initial() {
                    Some(value) => value.bytes == sentinel.bytes,
                    None => sentinel.is_zero(),
                });
                none || field.guard.is_some() || fresh(format, field)
            })
        }
        _ => is_legal(format, ty, &[0; 8]),
    }
}

fn is_legal(format: &Format, ty: &Type, bytes: &[u8]) -> bool {
    let number = || bytes.iter().take(8).rev().fold(0, |all, byte| all << 8 | u64::from(*byte));
    match ty {
        Type::Enum(id) => {
            let declared = &format.enums[*id];
            let found = number();
            declared.open
                || declared.values.iter().any(|value| value.value == found)
                || declared.tombstones.iter().any(|gone| gone.number == found)
        }
        Type::Flags(id) => {
            let declared = &format.flags[*id];
            let known =
                declared.bits.iter().fold(declared.removed_mask(), |mask, bit| mask | bit.mask());
            declared.open || number() & !known == 0
        }
        Type::Array(element, _) => {
            let size = usize::try_from(format.size_of(element)).unwrap_or(1).max(1);
            bytes.chunks(size).all(|bytes| is_legal(format, element, bytes))
        }
        Type::Int(_) | Type::Float(_) | Type::Record(_) => true,
    }
}
