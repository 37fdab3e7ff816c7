//! Where records are used: in which section of which file, and inside or after which record.

use crate::model::{Extent, FileId, Format, Framing, RecordId, RoleKind, Section, Type};

/// A use of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Header(FileId),
    Event(FileId),
    Footer(FileId),
    Payload(FileId),
    /// Behind the counted tail of a record.
    Trailer(RecordId),
    /// In a field of a record.
    Nested(RecordId),
}

/// All places, by record.
pub(super) fn uses(format: &Format) -> Vec<Vec<Use>> {
    let mut uses = vec![Vec::new(); format.records.len()];
    let mut add = |record: RecordId, found: Use| {
        let list: &mut Vec<Use> = &mut uses[record];
        if list.last() != Some(&found) {
            list.push(found);
        }
    };
    for (id, file) in format.files.iter().enumerate() {
        for (record, found) in [
            (file.header, Use::Header(id)),
            (file.event, Use::Event(id)),
            (file.footer, Use::Footer(id)),
        ] {
            if let Some(record) = record {
                add(record, found);
            }
        }
        for payload in &file.payloads {
            add(payload.record, Use::Payload(id));
        }
    }
    for (id, record) in format.records.iter().enumerate() {
        if let Some(trailer) = record.trailer {
            add(trailer, Use::Trailer(id));
        }
        for field in &record.fields {
            if let Some(nested) = inner(&field.ty) {
                add(nested, Use::Nested(id));
            }
        }
    }
    uses
}

fn inner(ty: &Type) -> Option<RecordId> {
    match ty {
        Type::Record(id) => Some(*id),
        Type::Array(element, _) => inner(element),
        _ => None,
    }
}

/// Whether a field of `record` that always holds a value has a role that is `wanted`, and no
/// constant.
pub(super) fn says(
    format: &Format,
    record: Option<RecordId>,
    wanted: impl Fn(RoleKind) -> bool,
) -> bool {
    record.is_some_and(|record| {
        format.records[record].fields.iter().any(|field| {
            field.constant.is_none()
                && !field.is_optional()
                && field.role.is_some_and(|role| wanted(role.kind))
        })
    })
}

/// Whether each header of a file says the stride of its events, as a constant or not.
pub(super) fn has_stride(format: &Format, file: FileId) -> bool {
    format.files[file].header.is_some_and(|header| {
        format.records[header].fields.iter().any(|field| {
            !field.is_optional()
                && field.role.is_some_and(|role| role.kind == RoleKind::Stride(Section::Events))
        })
    })
}

/// Whether a field holds the length of each event, so that a reader finds its end.
pub(super) fn tells_length(format: &Format, file: FileId) -> bool {
    let file = &format.files[file];
    file.framing == Framing::LengthPrefixed
        && says(format, file.event, |kind| {
            matches!(kind, RoleKind::Length(Extent::Record | Extent::Payload))
        })
}
