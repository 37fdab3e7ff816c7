//! Constants, values of enums, flags.

use std::fmt::Write as _;

use super::{comment, names};
use crate::emit::history;
use crate::model::{Evolution, Format, Int, Tombstone, Type, Value, ValueSource};

pub(super) fn emit(format: &Format, out: &mut String) {
    let prefix = &format.c.prefix;
    let _ = write!(
        out,
        "/** Version of the format, as stored on disk. */\n#define {prefix}_FORMAT_VERSION {}\n\
         /** Revision of the format: counts compatible additions; not stored on disk. */\n#define {prefix}_FORMAT_REVISION {}\n\n",
        format.version, format.revision
    );
    for constant in &format.constants {
        out.push_str(&comment::block(&[
            if constant.doc.is_empty() { "A constant." } else { &constant.doc },
            &history::sentences(&constant.evolution),
        ]));
        let value = literal(format, &constant.ty, &constant.value);
        let _ = writeln!(out, "#define {} {value}\n", names::constant(format, constant));
    }
    for declared in &format.enums {
        let head = format!("{}, {} on disk.", declared.name, int_type(declared.int));
        out.push_str(&comment::block(&[
            &head,
            &declared.doc,
            &history::sentences(&declared.evolution),
            openness(declared.open, &declared.tombstones),
            &gone("", &declared.tombstones),
        ]));
        for value in &declared.values {
            let number = int_literal(declared.int, i128::from(value.value));
            let _ = write!(out, "#define {} {number}", names::value(declared, &value.name));
            trailing_comment(&value.doc, &value.evolution, out);
        }
        out.push('\n');
    }
    for declared in &format.flags {
        let head = format!("{}, {} on disk.", declared.name, int_type(declared.int));
        out.push_str(&comment::block(&[
            &head,
            &declared.doc,
            &history::sentences(&declared.evolution),
            openness(declared.open, &declared.tombstones),
            &gone("bit ", &declared.tombstones),
        ]));
        for bit in &declared.bits {
            let number = format!("{}(0x{:x})", int_macro(declared.int), bit.mask());
            let _ = write!(out, "#define {} {number}", names::bit(declared, bit));
            let mut text = bit.doc.clone();
            if bit.must_understand {
                text = format!("{text} {}", history::MUST_UNDERSTAND).trim().to_owned();
            }
            trailing_comment(&text, &bit.evolution, out);
        }
        let understand = declared.bits.iter().filter(|bit| bit.must_understand);
        let understand = understand.fold(0, |all, bit| all | bit.mask());
        let _ = write!(
            out,
            "#define {} {}(0x{understand:x})",
            names::must_understand(declared),
            int_macro(declared.int)
        );
        let text =
            "Bits that every reader must know; a reader that ignores them misreads the file.";
        trailing_comment(text, &Evolution::default(), out);
        out.push('\n');
    }
}

/// The comment after a macro.
fn trailing_comment(doc: &str, evolution: &Evolution, out: &mut String) {
    let text = format!("{} {}", doc.replace('\n', " "), history::sentences(evolution));
    let text = text.trim();
    if text.is_empty() {
        out.push('\n');
    } else {
        let _ = write!(out, " {}", comment::block(&[text]).replacen("/**", "/**<", 1));
    }
}

/// What was removed, a line each.
fn gone(kind: &str, tombstones: &[Tombstone]) -> String {
    let lines: Vec<String> = tombstones.iter().map(|gone| history::tombstone(kind, gone)).collect();
    lines.join("\n")
}

const fn openness(open: bool, gone: &[Tombstone]) -> &'static str {
    match (open, gone.is_empty()) {
        (true, _) => "Open: keep unknown values; a later revision may define them.",
        (false, true) => "Closed: unknown values are an error.",
        (false, false) => {
            "Closed: unknown values are an error, except removed ones, which older data contains."
        }
    }
}

/// The C type of an integer.
pub(super) fn int_type(int: Int) -> String {
    format!("{}int{}_t", if int.signed { "" } else { "u" }, u32::from(int.bytes) * 8)
}

fn int_macro(int: Int) -> String {
    format!("{}INT{}_C", if int.signed { "" } else { "U" }, u32::from(int.bytes) * 8)
}

/// A number that keeps its value and sign in `#if` and in expressions.
pub(super) fn int_literal(int: Int, number: i128) -> String {
    let bits = u32::from(int.bytes) * 8;
    let name = int_macro(int);
    if number < 0 {
        // The lowest number has no positive counterpart to negate.
        return if number == -(1_i128 << (bits - 1)) {
            format!("(-{name}({}) - 1)", (1_i128 << (bits - 1)) - 1)
        } else {
            format!("(-{name}({}))", -number)
        };
    }
    if !int.signed && bits > 8 && number == (1_i128 << bits) - 1 {
        return format!("{name}(0x{number:X})");
    }
    format!("{name}({number})")
}

/// A value as a macro's text.
pub(super) fn literal(format: &Format, ty: &Type, value: &Value) -> String {
    if let ValueSource::Constant(id) = value.from {
        return names::constant(format, &format.constants[id]);
    }
    match ty {
        Type::Int(int) => {
            let raw = value.number().unwrap_or(0);
            let bits = u32::from(int.bytes) * 8;
            let number = if int.signed && raw >> (bits - 1) & 1 == 1 {
                i128::from(raw) - (1_i128 << bits)
            } else {
                i128::from(raw)
            };
            int_literal(*int, number)
        }
        Type::Float(bytes) => match &value.from {
            ValueSource::Float(float) if float.is_finite() => {
                let suffix = if *bytes == 4 { "f" } else { "" };
                format!("({}{suffix})", value.float().unwrap_or_default())
            }
            _ => string(&value.bytes),
        },
        Type::Enum(id) => match value.from {
            ValueSource::Named(at) => {
                names::value(&format.enums[*id], &format.enums[*id].values[at].name)
            }
            _ => int_literal(format.enums[*id].int, i128::from(value.number().unwrap_or(0))),
        },
        Type::Flags(id) => match value.from {
            ValueSource::Named(at) => names::bit(&format.flags[*id], &format.flags[*id].bits[at]),
            _ => int_literal(format.flags[*id].int, i128::from(value.number().unwrap_or(0))),
        },
        Type::Record(_) | Type::Array(..) => string(&value.bytes),
    }
}

/// Bytes as a string literal. Escapes are octal: they end after three digits, whatever follows.
pub(super) fn string(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' | b'?' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            0x20..=0x7e => out.push(char::from(*byte)),
            _ => {
                let _ = write!(out, "\\{byte:03o}");
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_value_and_sign() {
        let int = |signed, bytes| Int { signed, bytes };
        assert_eq!(int_literal(int(false, 1), 255), "UINT8_C(255)");
        assert_eq!(int_literal(int(false, 4), 0xFFFF_FFFF), "UINT32_C(0xFFFFFFFF)");
        assert_eq!(int_literal(int(true, 4), -5), "(-INT32_C(5))");
        assert_eq!(
            int_literal(int(true, 8), i128::from(i64::MIN)),
            "(-INT64_C(9223372036854775807) - 1)"
        );
    }

    #[test]
    fn bytes_are_escaped_so_that_the_next_letter_is_not_swallowed() {
        assert_eq!(string(b"\x89PNG\r\n\x1a\n"), "\"\\211PNG\\015\\012\\032\\012\"");
        assert_eq!(string(b"a\"?\\"), "\"a\\\"\\?\\\\\"");
    }
}
