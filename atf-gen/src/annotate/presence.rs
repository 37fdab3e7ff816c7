//! Whether a field holds a value: a guard that is not set or its sentinel says that it holds none.
//! What is absent is neither judged nor followed.

use super::number::{bytes_of, raw};
use crate::model::{Field, Format, RecordId};

/// A record and its bytes.
pub(super) type Held<'a> = (RecordId, &'a [u8]);

/// What the guard of a field says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Guarded {
    /// The field has none, or it is set.
    No,
    /// It is not set.
    Unset,
    /// The flags are in a record that is not known here.
    Unknown,
}

/// What the guard of a field of `record` says.
pub(super) fn guarded(
    format: &Format,
    field: &Field,
    record: Held<'_>,
    header: Option<Held<'_>>,
) -> Guarded {
    let Some((guard, (bit, _))) =
        field.guard.as_ref().and_then(|guard| Some((guard, format.guard_bit(guard)?)))
    else {
        return Guarded::No;
    };
    let holder = [Some(record), header].into_iter().flatten().find(|(id, _)| *id == guard.record);
    let Some((_, bytes)) = holder else { return Guarded::Unknown };
    // Data that end before the flags have none.
    let flags = bytes_of(&format.records[guard.record].fields[guard.field], bytes).map_or(0, raw);
    if flags & bit.mask() == 0 { Guarded::Unset } else { Guarded::No }
}

/// Whether a field of `record` holds a value.
pub(super) fn holds_value(
    format: &Format,
    field: &Field,
    record: Held<'_>,
    header: Option<Held<'_>>,
) -> bool {
    let none = field.sentinel.as_ref().map(|sentinel| sentinel.bytes.as_slice());
    guarded(format, field, record, header) == Guarded::No
        && (none.is_none() || bytes_of(field, record.1) != none)
}
