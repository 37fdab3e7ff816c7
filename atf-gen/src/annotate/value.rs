//! The value of a field, and whether the schema allows it.

use super::number::{self, bytes_of, raw, signed};
use crate::emit::value as declared_value;
use crate::model::{Field, Format, RoleKind, Type};

/// Whether the field has its initial value; false if its bytes are missing.
pub(super) fn is_initial(field: &Field, record: Option<&[u8]>) -> bool {
    let Some(bytes) = record.and_then(|record| bytes_of(field, record)) else { return false };
    field.initial().map_or_else(
        || bytes.iter().all(|byte| *byte == 0),
        |initial| initial.bytes == bytes || bytes.iter().all(|byte| *byte == 0),
    )
}

/// What is wrong with a field's bytes on their own: expected and found.
pub(super) fn fault(format: &Format, field: &Field, bytes: &[u8]) -> Option<(String, String)> {
    let found = || text(format, &field.ty, bytes);
    if field.role.is_some_and(|role| role.kind == RoleKind::Version) {
        let known = u32::try_from(raw(bytes)).is_ok_and(|version| format.reads.contains(&version));
        let reads: Vec<String> = format.reads.iter().map(u32::to_string).collect();
        return (!known).then(|| (format!("version {}", reads.join(" or ")), found()));
    }
    if let Some(constant) = &field.constant {
        let expected = || declared_value::text(format, &field.ty, constant);
        return (constant.bytes != bytes).then(|| (expected(), found()));
    }
    if field.reserved {
        let zero = bytes.iter().all(|byte| *byte == 0);
        return (!zero).then(|| {
            ("zero".to_owned(), format!("{}: damaged, or from a newer revision", hex(bytes)))
        });
    }
    let none = field.sentinel.as_ref().is_some_and(|sentinel| sentinel.bytes == bytes);
    if let Some(max) = field.max.as_ref().filter(|_| !none)
        && max.number().is_some_and(|max| raw(bytes) > max)
    {
        let expected = format!("at most {}", declared_value::text(format, &field.ty, max));
        return Some((expected, raw(bytes).to_string()));
    }
    None
}

/// What is wrong with a value of a closed enum or of closed flags.
pub(super) fn unknown(format: &Format, ty: &Type, bytes: &[u8]) -> Option<(String, String)> {
    let found = raw(bytes);
    match ty {
        Type::Enum(id) => {
            let declared = &format.enums[*id];
            // Removed values are legal: older data has them.
            let known = declared.values.iter().any(|value| value.value == found)
                || declared.tombstones.iter().any(|gone| gone.number == found);
            (!known && !declared.open).then(|| {
                let names: Vec<&str> =
                    declared.values.iter().take(8).map(|value| value.name.as_str()).collect();
                let more = if declared.values.len() > 8 { ", ..." } else { "" };
                (format!("one of {}{more}", names.join(", ")), found.to_string())
            })
        }
        Type::Flags(id) => {
            let declared = &format.flags[*id];
            let known =
                declared.bits.iter().fold(declared.removed_mask(), |mask, bit| mask | bit.mask());
            (found & !known != 0 && !declared.open)
                .then(|| (format!("no bit but 0x{known:X}"), format!("0x{found:X}")))
        }
        _ => None,
    }
}

/// What the bytes of a type say.
pub(super) fn text(format: &Format, ty: &Type, bytes: &[u8]) -> String {
    match ty {
        Type::Enum(id) => {
            let (declared, found) = (&format.enums[*id], raw(bytes));
            if let Some(value) = declared.values.iter().find(|value| value.value == found) {
                return format!("{} ({found})", value.name);
            }
            match declared.tombstones.iter().find(|gone| gone.number == found) {
                Some(gone) => format!(
                    "{} ({found}), removed in revision {}",
                    gone.name,
                    gone.evolution.removed.unwrap_or_default()
                ),
                None => format!("{found}, which has no name"),
            }
        }
        Type::Flags(id) => {
            let (declared, found) = (&format.flags[*id], raw(bytes));
            let mut names: Vec<String> = declared
                .bits
                .iter()
                .filter(|bit| found & bit.mask() != 0)
                .map(|bit| bit.name.clone())
                .collect();
            names.extend(declared.tombstones.iter().filter(|gone| found & gone.mask() != 0).map(
                |gone| {
                    let revision = gone.evolution.removed.unwrap_or_default();
                    format!("{}, removed in revision {revision}", gone.name)
                },
            ));
            let known =
                declared.bits.iter().fold(declared.removed_mask(), |mask, bit| mask | bit.mask());
            if found & !known != 0 {
                names.push(format!("0x{:X}, which has no name", found & !known));
            }
            if names.is_empty() { "no flag".to_owned() } else { names.join(" | ") }
        }
        Type::Int(int) if !int.signed && raw(bytes) > 0xFF_FFFF => {
            format!("{} (0x{:X})", raw(bytes), raw(bytes))
        }
        _ => plain(format, ty, bytes),
    }
}

/// Numbers without their hexadecimal; text of bytes that are text.
pub(super) fn plain(format: &Format, ty: &Type, bytes: &[u8]) -> String {
    match ty {
        Type::Int(int) => signed(*int, bytes).to_string(),
        Type::Float(4) => f32::from_bits(raw(bytes) as u32).to_string(),
        Type::Float(_) => f64::from_bits(raw(bytes)).to_string(),
        Type::Array(..) if ty.byte_array().is_some() => {
            let end = bytes.len() - bytes.iter().rev().take_while(|byte| **byte == 0).count();
            let printable =
                bytes[..end].iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
            if printable && end > 0 && bytes.len() <= 64 {
                format!("\"{}\"", bytes[..end].escape_ascii())
            } else if bytes.len() <= 16 {
                hex(bytes)
            } else {
                self::bytes(bytes.len() as u64)
            }
        }
        Type::Array(element, length) => {
            let size = format.size_of(element).max(1) as usize;
            let shown: Vec<String> =
                bytes.chunks(size).take(8).map(|bytes| text(format, element, bytes)).collect();
            format!("[{}{}]", shown.join(", "), if *length > 8 { ", ..." } else { "" })
        }
        Type::Enum(_) | Type::Flags(_) | Type::Record(_) => number::raw(bytes).to_string(),
    }
}

/// At most sixteen bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    let mut out: Vec<String> = bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    if bytes.len() > 16 {
        out.push("...".to_owned());
    }
    out.join(" ")
}

/// `1 byte`, `2 bytes`.
pub(super) fn bytes(count: u64) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }
}
