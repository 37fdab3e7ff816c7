//! Types of fields in Python: the annotation, the object that packs and unpacks, the code for
//! `struct`, the expression that reads a value, and values as literals.

use super::{RECORD_NAMES, text};
use crate::emit::{case, value::int_text};
use crate::model::{Field, Format, Int, Type, Value, ValueSource};

/// Longest array whose zeros are written in a signature; a longer one is made when needed.
const LONGEST_ZEROS: u64 = 4096;

/// The annotation of a value.
pub(super) fn annotation(format: &Format, ty: &Type) -> String {
    match ty {
        Type::Int(_) => "int".to_owned(),
        Type::Float(_) => "float".to_owned(),
        Type::Enum(id) => format!("typing.Union[{}, int]", format.enums[*id].name),
        Type::Flags(id) => format!("typing.Union[{}, int]", format.flags[*id].name),
        Type::Record(id) => format.records[*id].name.clone(),
        Type::Array(..) if ty.byte_array().is_some() => "bytes".to_owned(),
        Type::Array(element, _) => format!("typing.Sequence[{}]", annotation(format, element)),
    }
}

/// The object that packs and unpacks values of the type.
pub(super) fn kind(format: &Format, ty: &Type) -> String {
    // What was removed is legal in old data. It matters where other numbers are not.
    let legal = |open: bool, removed: String| match (open, removed.is_empty()) {
        (true, _) => "True".to_owned(),
        (false, true) => "False".to_owned(),
        (false, false) => format!("False, {removed}"),
    };
    match ty {
        Type::Int(_) | Type::Float(_) => {
            format!("_{}", format.type_name(ty).to_ascii_uppercase())
        }
        Type::Enum(id) => {
            let declared = &format.enums[*id];
            let gone: Vec<String> =
                declared.tombstones.iter().map(|gone| gone.number.to_string()).collect();
            let gone = if gone.is_empty() { String::new() } else { text::tuple(&gone) };
            let legal = legal(declared.open, gone);
            format!("_Enum({}, {}, {legal})", declared.name, declared.int.bytes)
        }
        Type::Flags(id) => {
            let declared = &format.flags[*id];
            let gone = match declared.removed_mask() {
                0 => String::new(),
                mask => format!("{mask:#x}"),
            };
            let legal = legal(declared.open, gone);
            format!("_Flags({}, {}, {legal})", declared.name, declared.int.bytes)
        }
        Type::Record(id) => format!("_Nested({})", format.records[*id].name),
        Type::Array(element, length) => match ty.byte_array() {
            Some(length) => format!("_Bytes({length})"),
            None => format!("_Array({}, {length})", kind(format, element)),
        },
    }
}

/// An array as its innermost elements and the lengths from the outermost in. An array of bytes is
/// an element, as Python has a type of its own for it.
fn flat(ty: &Type) -> (&Type, Vec<u64>) {
    match ty {
        Type::Array(element, length) if ty.byte_array().is_none() => {
            let (innermost, mut lengths) = flat(element);
            lengths.insert(0, *length);
            (innermost, lengths)
        }
        _ => (ty, Vec::new()),
    }
}

/// The code for `struct`, and how many values it is for; those that it skips are read by
/// themselves.
pub(super) fn code(format: &Format, field: &Field) -> (String, u64) {
    let (element, lengths) = flat(&field.ty);
    let letter = match element {
        Type::Int(int) => int_letter(*int),
        Type::Enum(id) => int_letter(format.enums[*id].int),
        Type::Flags(id) => int_letter(format.flags[*id].int),
        Type::Float(4) => 'f',
        Type::Float(_) => 'd',
        Type::Array(..) if lengths.is_empty() => return (format!("{}s", field.size), 1),
        Type::Array(..) | Type::Record(_) => return (format!("{}x", field.size), 0),
    };
    let count: u64 = lengths.iter().product();
    if lengths.is_empty() { (letter.to_string(), 1) } else { (format!("{count}{letter}"), count) }
}

fn int_letter(int: Int) -> char {
    let letter = match int.bytes {
        1 => 'b',
        2 => 'h',
        4 => 'i',
        _ => 'q',
    };
    if int.signed { letter } else { letter.to_ascii_uppercase() }
}

/// Whether a value of the type can be one that the schema does not allow, by a closed enum or closed
/// flags in it.
pub(super) fn is_closed(format: &Format, ty: &Type) -> bool {
    match ty {
        Type::Enum(id) => !format.enums[*id].open,
        Type::Flags(id) => !format.flags[*id].open,
        Type::Array(element, _) => is_closed(format, element),
        Type::Record(id) => format.records[*id]
            .fields
            .iter()
            .any(|field| field.is_live() && is_closed(format, &field.ty)),
        Type::Int(_) | Type::Float(_) => false,
    }
}

/// The expression that reads a field of its record, from `values`, of which its own start at
/// `first`, or from `buffer` and `offset`. It takes any number: whether a value is legal is
/// judged when all fields are known, because another may say that this one is absent.
pub(super) fn read(format: &Format, field: &Field, first: u64) -> String {
    let (element, lengths) = flat(&field.ty);
    let count: u64 = lengths.iter().product();
    let at =
        |bytes: u64| if bytes == 0 { "offset".to_owned() } else { format!("offset + {bytes}") };
    let taken = if lengths.is_empty() {
        format!("values[{first}]")
    } else {
        format!("values[{first}:{}]", first + count)
    };
    let named = |name: &str| {
        if lengths.is_empty() {
            format!("{name}.of({taken})")
        } else {
            format!("tuple(map({name}.of, {taken}))")
        }
    };
    let steps = |size: u64| {
        format!("range({}, {}, {size})", at(field.offset), at(field.offset + size * count))
    };
    let mut expression = match element {
        Type::Int(_) | Type::Float(_) => taken,
        Type::Enum(id) => named(&format.enums[*id].name),
        Type::Flags(id) => named(&format.flags[*id].name),
        Type::Record(id) => {
            let take = if is_closed(format, element) { "_take" } else { "unpack_from" };
            let name = &format.records[*id].name;
            if lengths.is_empty() {
                format!("{name}.{take}(buffer, {})", at(field.offset))
            } else {
                let steps = steps(format.records[*id].size);
                format!("tuple({name}.{take}(buffer, at) for at in {steps})")
            }
        }
        Type::Array(..) if lengths.is_empty() => taken,
        Type::Array(_, size) => {
            format!("tuple(bytes(buffer[at : at + {size}]) for at in {})", steps(*size))
        }
    };
    for length in lengths.iter().skip(1).rev() {
        expression = format!("_grouped({expression}, {length})");
    }
    expression
}

/// What a field of a fresh record holds: an expression for the signature, or `None` when each
/// record needs an object of its own.
pub(super) fn fresh(format: &Format, field: &Field) -> Option<String> {
    if let Some(value) = field.initial() {
        return Some(literal(format, &field.ty, value));
    }
    Some(match &field.ty {
        Type::Int(_) => "0".to_owned(),
        Type::Float(_) => "0.0".to_owned(),
        Type::Enum(id) => {
            let declared = &format.enums[*id];
            match declared.values.iter().find(|value| value.value == 0) {
                Some(value) => format!("{}.{}", declared.name, case::upper(&value.name)),
                None => "0".to_owned(),
            }
        }
        Type::Flags(id) => format!("{}.of(0)", format.flags[*id].name),
        ty @ Type::Array(element, length) => match (ty.byte_array(), &**element) {
            (Some(length), _) => format!("bytes({length})"),
            (None, Type::Int(_)) if *length <= LONGEST_ZEROS => format!("(0,) * {length}"),
            (None, Type::Float(_)) if *length <= LONGEST_ZEROS => format!("(0.0,) * {length}"),
            _ => return None,
        },
        Type::Record(_) => return None,
    })
}

/// A value as an expression; inside a class it must mean the same as outside.
pub(super) fn literal(format: &Format, ty: &Type, value: &Value) -> String {
    match ty {
        Type::Int(int) => {
            if let ValueSource::Constant(id) = value.from {
                let name = &format.constants[id].name;
                // Inside a record's class such a name is the class's own.
                if !RECORD_NAMES.contains(&name.as_str()) {
                    return name.clone();
                }
            }
            int_text(*int, value.number().unwrap_or(0))
        }
        Type::Float(_) => float_literal(&value.bytes),
        Type::Enum(id) => match value.from {
            ValueSource::Named(at) => {
                let declared = &format.enums[*id];
                format!("{}.{}", declared.name, case::upper(&declared.values[at].name))
            }
            _ => value.number().unwrap_or(0).to_string(),
        },
        Type::Flags(id) => match value.from {
            ValueSource::Named(at) => {
                let declared = &format.flags[*id];
                format!("{}.{}", declared.name, case::upper(&declared.bits[at].name))
            }
            _ => format!("{}.of(0x{:x})", format.flags[*id].name, value.number().unwrap_or(0)),
        },
        Type::Array(element, _) if ty.byte_array().is_none() => {
            let step = usize::try_from(format.size_of(element)).unwrap_or(1).max(1);
            let items: Vec<String> = value
                .bytes
                .chunks(step)
                .map(|bytes| {
                    let item = Value { bytes: bytes.to_vec(), from: ValueSource::List };
                    literal(format, element, &item)
                })
                .collect();
            text::tuple(&items)
        }
        Type::Array(..) | Type::Record(_) => text::bytes(&value.bytes),
    }
}

/// The float of these bytes, as Python reads it from a file: an f32 has the digits of the nearest
/// f64, so that what is packed and read again is equal.
fn float_literal(bytes: &[u8]) -> String {
    let wide = match (<[u8; 4]>::try_from(bytes), <[u8; 8]>::try_from(bytes)) {
        (Ok(narrow), _) => f64::from(f32::from_le_bytes(narrow)),
        (_, Ok(wide)) => f64::from_le_bytes(wide),
        _ => 0.0,
    };
    if wide.is_finite() {
        return format!("{wide:?}");
    }
    let letter = if bytes.len() == 4 { 'f' } else { 'd' };
    format!("struct.unpack(\"<{letter}\", {})[0]", text::bytes(bytes))
}
