//! Reads one field from many records. How to read it is decided once, not for each record.

use atf_runtime::format::{EnumValue, Field, FieldKind, Value};

/// The field of an event that has its kind.
pub(super) const EVENT_KIND: &str = "event_kind";

/// A field of a record type, with the way to read it.
pub(super) struct Column {
    field: &'static Field,
    read: Read,
}

/// How to turn bytes into a value. Common field types have a fast case.
enum Read {
    U32 { none: Option<u32> },
    U64,
    EnumU32(&'static [EnumValue]),
    Any,
}

impl Column {
    /// The column of `field`.
    pub(super) fn new(field: &'static Field) -> Self {
        let none = field.sentinel.map(|it| <[u8; 4]>::try_from(it).map(u32::from_le_bytes));
        let read = match (field.kind, field.size, none) {
            // The flags decide whether a guarded field has a value.
            _ if field.guard.is_some() => Read::Any,
            (FieldKind::Unsigned, 4, None) => Read::U32 { none: None },
            (FieldKind::Unsigned, 4, Some(Ok(none))) => Read::U32 { none: Some(none) },
            (FieldKind::Unsigned, 8, None) => Read::U64,
            (FieldKind::Enum { values, .. }, 4, None) => Read::EnumU32(values),
            _ => Read::Any,
        };
        Self { field, read }
    }

    /// The field's name in the schema.
    pub(super) fn name(&self) -> &'static str {
        self.field.name
    }

    /// Same as [`Field::value`]; `Absent` if the record ends before the field.
    #[inline]
    pub(super) fn value<'a>(&self, record: &'a [u8]) -> Value<'a> {
        let bytes = record.get(self.field.offset..).unwrap_or_default();
        match (&self.read, bytes.first_chunk(), bytes.first_chunk()) {
            (Read::U32 { none }, Some(&bytes), _) => match u32::from_le_bytes(bytes) {
                number if *none == Some(number) => Value::Absent,
                number => Value::Unsigned(number.into()),
            },
            (Read::U64, _, Some(&bytes)) => Value::Unsigned(u64::from_le_bytes(bytes)),
            (Read::EnumU32(values), Some(&bytes), _) => {
                let number = u32::from_le_bytes(bytes).into();
                let known = values.iter().find(|known| known.value == number);
                known.map_or(Value::Unsigned(number), |known| Value::Name(known.name))
            }
            _ => self.field.value(record).unwrap_or(Value::Absent),
        }
    }
}

#[cfg(test)]
mod tests {
    use atf_runtime::format::{DetailEventHeader, DetailFunctionPayload, IndexEvent, Record};

    use super::*;

    #[test]
    fn column_reads_the_same_values_as_the_reflection() {
        let fields = [IndexEvent::FIELDS, DetailEventHeader::FIELDS, DetailFunctionPayload::FIELDS];
        for field in fields.into_iter().flatten() {
            for byte in [0, 1, 2, 0x7F, 0xFF] {
                for len in 0..128 {
                    let record = vec![byte; len];
                    let expected = field.value(&record).unwrap_or(Value::Absent);
                    assert_eq!(Column::new(field).value(&record), expected, "{}", field.name);
                }
            }
            let record: Vec<u8> = (0..128).map(|at| u8::from(at == field.offset)).collect();
            assert_eq!(Some(Column::new(field).value(&record)), field.value(&record));
        }
    }
}
