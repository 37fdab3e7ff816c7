//! Fields of records, read through the generated reflection: field names come from the schema.

use atf_runtime::format::{Field, FieldKind, Record, Value};
use serde_json::Value as Json;

use crate::numbers;

/// The bytes of a record.
#[inline]
pub(crate) fn record_bytes<R: Record>(record: &R) -> &[u8] {
    record.as_bytes()
}

/// The fields of a record, without reserved and removed ones.
pub(crate) fn shown_fields<R: Record>() -> impl Iterator<Item = &'static Field> {
    R::FIELDS.iter().filter(|field| field.is_live())
}

/// The enum fields of a record with their values. In a file header these describe the platform.
pub(crate) fn enum_fields<R: Record>(record: &R) -> Vec<(&'static str, Value<'_>)> {
    let enums = shown_fields::<R>().filter(|field| matches!(field.kind, FieldKind::Enum { .. }));
    let bytes = record_bytes(record);
    enums.filter_map(|field| Some((field.name, field.value(bytes)?))).collect()
}

/// A value as JSON: an enum as its name, or number if unknown; bytes as hexadecimal digits; a
/// missing link as null.
pub(crate) fn json(value: Value<'_>) -> Json {
    match value {
        Value::Unsigned(number) => number.into(),
        Value::Signed(number) => number.into(),
        Value::Float(number) => number.into(),
        Value::Name(name) => name.into(),
        Value::Absent => Json::Null,
        Value::Bytes(bytes) => numbers::hex(bytes).into(),
        Value::List(elements) => elements.map(json).collect(),
        Value::Record { fields, bytes } => {
            let fields = fields.iter().filter(|field| field.is_live());
            let member = |field: &Field| Some((field.name.to_owned(), json(field.value(bytes)?)));
            Json::Object(fields.filter_map(member).collect())
        }
    }
}

/// A value for text output.
pub(crate) fn text(value: Value<'_>) -> String {
    match json(value) {
        Json::String(text) => text,
        Json::Null => "none".to_owned(),
        other => other.to_string(),
    }
}
