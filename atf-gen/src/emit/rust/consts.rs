//! Constants of the format, and the constants of the schema.

use super::docs::doc;
use super::{deprecated, native};
use crate::emit::history;
use crate::emit::template::fill;
use crate::model::{Constant, Format, Int, RoleKind, Type, Value, ValueSource};

const HEAD: &str = r#"$docs
pub const FORMAT_NAME: &str = $name;
/// Version of the format, as stored on disk.
pub const FORMAT_VERSION: $version_type = $version;
/// Revision of the format: counts compatible additions; not stored on disk.
pub const FORMAT_REVISION: u32 = $revision;
/// Versions on disk that a reader of this format accepts.
pub const READS: &[$version_type] = &[$reads];
"#;

pub(super) fn emit(out: &mut String, format: &Format) {
    let reads: Vec<String> = format.reads.iter().map(u32::to_string).collect();
    let title = format!("Name of the format: {}.", format.title);
    fill(
        out,
        HEAD,
        &[
            ("docs", &doc(&[&title, &format.doc])),
            ("name", &super::string(&format.name)),
            ("version_type", native(false, version_bytes(format))),
            ("version", &format.version.to_string()),
            ("revision", &format.revision.to_string()),
            ("reads", &reads.join(", ")),
        ],
    );
    for declared in &format.constants {
        constant(out, declared);
    }
}

/// Bytes of the version on disk, so that it compares with the field without a cast; four
/// when no field holds it or two differ, or when a version does not fit.
fn version_bytes(format: &Format) -> u8 {
    let mut fields = format
        .records
        .iter()
        .flat_map(|record| &record.fields)
        .filter(|field| field.role.is_some_and(|role| role.kind == RoleKind::Version));
    let Some(first) = fields.next() else { return 4 };
    let Type::Int(int) = first.ty else { return 4 };
    let fits = format.reads.iter().all(|read| int.holds(i128::from(*read)));
    if fits && fields.all(|field| field.ty == first.ty) { int.bytes } else { 4 }
}

fn constant(out: &mut String, constant: &Constant) {
    let docs = doc(&[
        if constant.doc.is_empty() { "A constant of the format." } else { &constant.doc },
        &history::sentences(&constant.evolution),
    ]);
    let (ty, value) = match (&constant.ty, &constant.value.from) {
        (Type::Int(int), ValueSource::Int(number)) => {
            (native(int.signed, int.bytes), number_literal(*int, *number))
        }
        (Type::Float(bytes), _) => (float(*bytes), float_literal(*bytes, &constant.value)),
        // A constant that is given by the name of another.
        (Type::Int(int), _) => {
            let number = constant.value.number().unwrap_or(0);
            (native(int.signed, int.bytes), number_literal(*int, sign(*int, number)))
        }
        _ => ("u8", "0".to_owned()),
    };
    fill(
        out,
        "$docs\n$deprecated\npub const $name: $type = $value;\n",
        &[
            ("docs", &docs),
            ("deprecated", &deprecated::attribute(&constant.evolution)),
            ("name", &constant.name),
            ("type", ty),
            ("value", &value),
        ],
    );
}

/// The native float of so many bytes.
pub(super) const fn float(bytes: u8) -> &'static str {
    if bytes == 4 { "f32" } else { "f64" }
}

/// A float of so many bytes, in the fewest digits.
pub(super) fn float_literal(bytes: u8, value: &Value) -> String {
    let text = value.float().unwrap_or_default();
    let special = match text.as_str() {
        "NaN" => "NAN",
        "inf" => "INFINITY",
        "-inf" => "NEG_INFINITY",
        _ => return text,
    };
    format!("{}::{special}", float(bytes))
}

/// The number behind little-endian bytes of a possibly signed integer.
pub(super) fn sign(int: Int, raw: u64) -> i128 {
    let bits = u32::from(int.bytes) * 8;
    let raw = i128::from(raw);
    if int.signed && raw >> (bits - 1) & 1 == 1 { raw - (1 << bits) } else { raw }
}

/// A number as text: hexadecimal if all bits are set, else decimal.
pub(super) fn number_literal(int: Int, number: i128) -> String {
    let bits = u32::from(int.bytes) * 8;
    if int.bytes > 1 && !int.signed && number == (1_i128 << bits) - 1 {
        return format!("0x{}", vec!["FFFF"; usize::from(int.bytes) / 2].join("_"));
    }
    number.to_string()
}
