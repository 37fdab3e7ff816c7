//! Fields that a reader cannot do without always hold a value, and the guard of a record is read before
//! the record.

use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Extent, Field, Format, Record, RoleKind, Type};
use crate::source::Span;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for (id, record) in format.records.iter().enumerate() {
        for (at, field) in record.fields.iter().enumerate() {
            if let Some(guard) = &field.guard
                && guard.record == id
                && guard.field > at
                && holds_record(&field.ty)
            {
                let flags = &record.fields[guard.field];
                diagnostics.push(
                    Diagnostic::new(
                        Code::Guard,
                        guard.at,
                        format!(
                            "record {}, field {}: `guard`: expected flags before the field, which holds a record, found {} after it",
                            shorten(&record.name), shorten(&field.name), shorten(&flags.name)
                        ),
                    )
                    .second(flags.at, "the flags")
                    .help("readers go through a record byte by byte: use flags before the field, or of the file's header, or a sentinel"),
                );
            }
            if field.is_optional()
                && let Some((why, place)) = needed(record, at, field)
            {
                let key = if field.sentinel.is_some() { "sentinel" } else { "guard" };
                diagnostics.push(
                    Diagnostic::new(
                        Code::Conflict,
                        field.at,
                        format!(
                            "record {}, field {}: expected no `{key}`, because {why}, found one",
                            shorten(&record.name),
                            shorten(&field.name)
                        ),
                    )
                    .second(place, "why")
                    .help(format!("remove `{key}`")),
                );
            }
        }
    }
}

fn holds_record(ty: &Type) -> bool {
    match ty {
        Type::Record(_) => true,
        Type::Array(element, _) => {
            holds_record(element)
                || (element.byte_array().is_none() && matches!(**element, Type::Array(..)))
        }
        Type::Int(_) | Type::Float(_) | Type::Enum(_) | Type::Flags(_) => false,
    }
}

/// Why every reader needs a value of the field.
fn needed(record: &Record, at: usize, field: &Field) -> Option<(&'static str, Span)> {
    if let Some(tail) = record.tail.as_ref().filter(|tail| tail.count == at) {
        return Some(("it counts the bytes of the tail", tail.at));
    }
    let role = field.role.as_ref()?;
    match role.kind {
        RoleKind::Version => Some(("it says which version the file is", role.at)),
        RoleKind::Length(Extent::Record | Extent::Payload) => {
            Some(("it says where the event ends", role.at))
        }
        _ => None,
    }
}
