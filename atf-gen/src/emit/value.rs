//! Values as text, the same in the comments and tables of every target.

use crate::model::{Format, Int, Type, Value, ValueSource};

/// `value` in words: `"PK"`, `NONE (0xFFFFFFFF)`, `red (1)`, `64`.
#[must_use]
pub(crate) fn text(format: &Format, ty: &Type, value: &Value) -> String {
    let number = || match ty {
        Type::Int(int) => int_text(*int, value.number().unwrap_or(0)),
        Type::Flags(_) => format!("{:#x}", value.number().unwrap_or(0)),
        _ => value.number().unwrap_or(0).to_string(),
    };
    match &value.from {
        ValueSource::Constant(id) => format!("{} ({})", format.constants[*id].name, number()),
        ValueSource::Named(at) => match ty {
            Type::Enum(id) => format!("{} ({})", format.enums[*id].values[*at].name, number()),
            Type::Flags(id) => format!("{} ({})", format.flags[*id].bits[*at].name, number()),
            _ => number(),
        },
        ValueSource::Int(_) => number(),
        ValueSource::Float(_) => {
            let float = value.float().unwrap_or_default();
            float.strip_suffix(".0").unwrap_or(&float).to_owned()
        }
        ValueSource::Text(_) => format!("\"{}\"", value.bytes.escape_ascii()),
        ValueSource::List => {
            if let Type::Array(element, _) = ty
                && let Type::Int(int) = **element
                && int.bytes > 1
            {
                let numbers = value.bytes.chunks(usize::from(int.bytes)).map(|bytes| {
                    let raw = bytes.iter().rev().fold(0, |raw, byte| raw << 8 | u64::from(*byte));
                    int_text(int, raw)
                });
                return format!("[{}]", numbers.collect::<Vec<_>>().join(", "));
            }
            let bytes: Vec<String> = value.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            bytes.join(" ")
        }
    }
}

/// An integer of the bits `raw` in decimal digits, or in hexadecimal ones when all bits are set.
pub(super) fn int_text(int: Int, raw: u64) -> String {
    let bits = u32::from(int.bytes) * 8;
    if int.signed {
        let shift = 64 - bits;
        return ((raw << shift).cast_signed() >> shift).to_string();
    }
    // All bits set is a pattern rather than a count.
    if int.bytes > 1 && raw == u64::MAX >> (64 - bits) {
        return format!("0x{raw:X}");
    }
    raw.to_string()
}
