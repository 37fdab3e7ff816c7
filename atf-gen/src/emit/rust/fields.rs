//! A field's Rust type, its value in a new record, and its entry in the reflection.

use std::borrow::Cow;

use super::consts::{float, float_literal, number_literal, sign};
use super::{bit_const, byte_string, list, native, string, value_const};
use crate::emit::template::fill;
use crate::model::{Field, Format, Int, RecordId, Type, Value, ValueSource};

/// The type in the struct.
pub(super) fn rust_type<'a>(format: &'a Format, ty: &Type) -> Cow<'a, str> {
    Cow::Borrowed(match ty {
        Type::Int(Int { signed, bytes: 1 }) => native(*signed, 1),
        Type::Int(Int { signed: false, bytes }) => super::enums::stored(*bytes),
        Type::Int(Int { bytes: 2, .. }) => "::zerocopy::little_endian::I16",
        Type::Int(Int { bytes: 4, .. }) => "::zerocopy::little_endian::I32",
        Type::Int(_) => "::zerocopy::little_endian::I64",
        Type::Float(4) => "::zerocopy::little_endian::F32",
        Type::Float(_) => "::zerocopy::little_endian::F64",
        Type::Enum(id) => &format.enums[*id].name,
        Type::Flags(id) => &format.flags[*id].name,
        Type::Record(id) => &format.records[*id].name,
        Type::Array(element, length) => {
            return Cow::Owned(format!("[{}; {length}]", rust_type(format, element)));
        }
    })
}

/// The type of a constant field's constant: native for numbers and bytes, else as in the struct.
pub(super) fn const_type<'a>(format: &'a Format, ty: &Type) -> Cow<'a, str> {
    match ty {
        Type::Int(int) => Cow::Borrowed(native(int.signed, int.bytes)),
        Type::Float(bytes) => Cow::Borrowed(float(*bytes)),
        _ => rust_type(format, ty),
    }
}

/// `value` as an expression of that type.
pub(super) fn const_value(format: &Format, ty: &Type, value: &Value) -> String {
    match ty {
        Type::Int(int) => int_value(format, *int, value),
        Type::Float(bytes) => float_literal(*bytes, value),
        _ => expression(format, ty, Some(value), 4),
    }
}

fn int_value(format: &Format, int: Int, value: &Value) -> String {
    if let ValueSource::Constant(id) = value.from
        && format.constants[id].ty == Type::Int(int)
    {
        return format.constants[id].name.clone();
    }
    number_literal(int, sign(int, value.number().unwrap_or(0)))
}

fn bytes(bytes: &[u8], from: &ValueSource, indent: usize) -> String {
    if let ValueSource::Text(_) = from {
        return format!("*{}", byte_string(bytes));
    }
    let bytes: Vec<String> = bytes.iter().map(u8::to_string).collect();
    list("[", &bytes, "]", indent, 40)
}

/// The field's value in a fresh record: see [`Field::initial`], else zero.
pub(super) fn initial(format: &Format, field: &Field) -> String {
    expression(format, &field.ty, field.initial(), 8)
}

/// `indent` is the indent of the line that the expression starts in.
fn expression(format: &Format, ty: &Type, value: Option<&Value>, indent: usize) -> String {
    let stored = || rust_type(format, ty);
    match (ty, value) {
        (Type::Int(int), value) => {
            let number =
                value.map_or_else(|| "0".to_owned(), |value| int_value(format, *int, value));
            if int.bytes == 1 { number } else { format!("{}::new({number})", stored()) }
        }
        (Type::Float(size), value) => {
            let zero = vec![0; usize::from(*size)];
            let bytes: Vec<String> =
                value.map_or(&zero, |value| &value.bytes).iter().map(u8::to_string).collect();
            format!("{}::from_bytes([{}])", stored(), bytes.join(", "))
        }
        (Type::Enum(id), Some(Value { from: ValueSource::Named(at), .. })) => {
            format!("{}::{}", stored(), value_const(&format.enums[*id].values[*at].name))
        }
        (Type::Flags(id), Some(Value { from: ValueSource::Named(at), .. })) => {
            format!("{}::{}", stored(), bit_const(&format.flags[*id].bits[*at].name))
        }
        (Type::Enum(_) | Type::Flags(_), value) => {
            format!("{}::new({})", stored(), value.and_then(Value::number).unwrap_or(0))
        }
        (Type::Record(_), _) => format!("{}::INIT", stored()),
        (Type::Array(element, _), Some(value)) if **element == Type::BYTE => {
            bytes(&value.bytes, &value.from, indent)
        }
        (Type::Array(element, _), Some(value)) => {
            let step = usize::try_from(format.size_of(element)).unwrap_or(1).max(1);
            let items: Vec<String> = value
                .bytes
                .chunks(step)
                .map(|chunk| {
                    let item = Value { bytes: chunk.to_vec(), from: ValueSource::List };
                    expression(format, element, Some(&item), indent + 4)
                })
                .collect();
            list("[", &items, "]", indent, 40)
        }
        (Type::Array(element, length), None) => {
            format!("[{}; {length}]", expression(format, element, None, indent))
        }
    }
}

const REFLECTION: &str = r#"        Field {
            name: $name,
            offset: $offset,
            size: $size,
            type_name: $type_name,
            doc: $doc,
            unit: $unit,
            reserved: $reserved,
            since: $since,
            removed: $removed,
            deprecated: $deprecated,
            guard: $guard,
            constant: $constant,
            default: $default,
            sentinel: $sentinel,
            max: $max,
            kind: $kind,
        },
"#;

/// The entry in the record's list of fields.
pub(super) fn reflection(out: &mut String, format: &Format, id: RecordId, field: &Field) {
    let raw =
        |value: Option<&Value>| option(value.map(|value| byte_string(&value.bytes)).as_deref());
    let evolution = &field.evolution;
    let removed = evolution.removed.map(|revision| revision.to_string());
    let max = field.max.as_ref().and_then(Value::number).map(|max| max.to_string());
    fill(
        out,
        REFLECTION,
        &[
            ("name", &string(&field.name)),
            ("offset", &field.offset.to_string()),
            ("size", &field.size.to_string()),
            ("type_name", &string(&format.type_name(&field.ty))),
            ("doc", &string(super::docs::field_doc(field))),
            ("unit", &option(field.unit.as_deref().map(string).as_deref())),
            ("reserved", if field.reserved { "true" } else { "false" }),
            ("since", &evolution.since.to_string()),
            ("removed", &option(removed.as_deref())),
            ("deprecated", &option(evolution.deprecated.as_deref().map(string).as_deref())),
            ("guard", &option(guard(format, id, field).as_deref())),
            ("constant", &raw(field.constant.as_ref())),
            // What a reader takes for a field that the data ends before: "none" where that has a value.
            ("default", &raw(field.default.as_ref().or(field.sentinel.as_ref()))),
            ("sentinel", &raw(field.sentinel.as_ref())),
            ("max", &option(max.as_deref())),
            ("kind", &kind(format, &field.ty)),
        ],
    );
}

const GUARD: &str = r#"Guard {
                record: $record,
                in_header: $in_header,
                field: $field,
                bit: $bit,
                offset: $offset,
                size: $size,
                mask: $mask,
            }"#;

fn guard(format: &Format, id: RecordId, field: &Field) -> Option<String> {
    let guard = field.guard.as_ref()?;
    let (bit, _) = format.guard_bit(guard)?;
    let owner = &format.records[guard.record];
    let holder = &owner.fields[guard.field];
    let mut out = String::new();
    fill(
        &mut out,
        GUARD,
        &[
            ("record", &string(&owner.name)),
            ("in_header", if guard.record == id { "false" } else { "true" }),
            ("field", &string(&holder.name)),
            ("bit", &string(&bit.name)),
            ("offset", &holder.offset.to_string()),
            ("size", &holder.size.to_string()),
            ("mask", &bit.mask().to_string()),
        ],
    );
    Some(out)
}

/// An option of an expression.
pub(super) fn option(value: Option<&str>) -> Cow<'static, str> {
    match value {
        Some(value) => Cow::Owned(format!("::core::option::Option::Some({value})")),
        None => Cow::Borrowed("::core::option::Option::None"),
    }
}

fn kind(format: &Format, ty: &Type) -> Cow<'static, str> {
    Cow::Owned(match ty {
        Type::Int(int) if int.signed => return Cow::Borrowed("FieldKind::Signed"),
        Type::Int(_) => return Cow::Borrowed("FieldKind::Unsigned"),
        Type::Float(_) => return Cow::Borrowed("FieldKind::Float"),
        Type::Enum(id) => {
            let name = &format.enums[*id].name;
            format!("FieldKind::Enum {{ values: {name}::VALUES, removed: {name}::REMOVED }}")
        }
        Type::Flags(id) => {
            let (name, removed) = (&format.flags[*id].name, format.flags[*id].removed_mask());
            format!("FieldKind::Flags {{ bits: {name}::VALUES, removed: {removed} }}")
        }
        Type::Record(id) => {
            format!("FieldKind::Record(<{} as Record>::FIELDS)", format.records[*id].name)
        }
        Type::Array(..) if ty.byte_array().is_some() => return Cow::Borrowed("FieldKind::Bytes"),
        Type::Array(element, _) => {
            let (of, size) = (kind(format, element), format.size_of(element));
            format!("FieldKind::Array {{ of: &{of}, size: {size} }}")
        }
    })
}
