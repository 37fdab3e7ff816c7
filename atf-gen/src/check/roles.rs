//! A role is given once per record, to a field whose type can hold it, and is consistent with
//! the values in the schema.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{
    Algorithm, Covered, Extent, Field, FieldRef, File, Format, Int, Record, RecordId, Role,
    RoleKind, Section, Type, Users,
};

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    let users = Users::of(format);
    for (id, record) in format.records.iter().enumerate() {
        // Files that name the record itself; a trailer is not part of a file.
        let files = users.files(id).iter().map(|file| &format.files[*file]);
        let stands = Stands { id, files: files.filter(|file| file.holds(id)).collect() };
        let mut seen: HashMap<RoleKind, &Field> = HashMap::new();
        for field in &record.fields {
            let Some(role) = &field.role else { continue };
            let what = format!(
                "record {}, field {}: role `{}`",
                record.name,
                field.name,
                role.kind.verb()
            );
            // Two checksums of one record would cover each other.
            let kind = match role.kind {
                RoleKind::Checksum(Covered::Preceding, algorithm) => {
                    RoleKind::Checksum(Covered::Record, algorithm)
                }
                kind => kind,
            };
            if let Some(first) = seen.get(&kind) {
                let first_at = first.role.as_ref().map_or(first.at, |role| role.at);
                diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateRole,
                        role.at,
                        format!(
                            "{what}: expected one field with this role, found {} as well",
                            first.name
                        ),
                    )
                    .second(first_at, "the first")
                    .help("remove one of the two"),
                );
            } else {
                seen.insert(kind, field);
            }
            holds(format, field, role, &what, diagnostics);
            place(format, &stands, role, &what, diagnostics);
            agrees(format, &stands, record, field, role, &what, diagnostics);
        }
    }
}

/// A record and the files that it is a part of.
struct Stands<'a> {
    id: RecordId,
    files: Vec<&'a File>,
}

/// The field's type can hold what the role says.
fn holds(format: &Format, field: &Field, role: &Role, what: &str, diagnostics: &mut Diagnostics) {
    if !field.type_is_known {
        return;
    }
    let mut expect = |expected: String, wanted: Option<&Type>| {
        // A type of the same size leaves the fields after it where they are.
        let same_size = match field.size {
            bytes @ (1 | 2 | 4 | 8) => Some(Type::Int(Int { signed: false, bytes: bytes as u8 })),
            _ => None,
        };
        let help = match (wanted, same_size) {
            (Some(ty), _) if format.size_of(ty) == field.size => {
                format!("write type = \"{}\", or remove the role", format.type_name(ty))
            }
            (Some(ty), _) => format!(
                "remove the role, or write type = \"{}\" and move the fields after it: `atf-gen renumber` does",
                format.type_name(ty)
            ),
            (None, Some(ty)) => {
                format!("write type = \"{}\", or remove the role", format.type_name(&ty))
            }
            (None, None) => "remove the role; an unsigned integer can have it".to_owned(),
        };
        diagnostics.push(
            Diagnostic::new(
                Code::RoleType,
                field.type_at,
                format!("{what}: expected {expected}, found {}", format.type_name(&field.ty)),
            )
            .second(role.at, "the role")
            .help(help),
        );
    };
    match role.kind {
        RoleKind::Count(_)
        | RoleKind::Offset(_)
        | RoleKind::Stride(_)
        | RoleKind::Length(_)
        | RoleKind::Link(_)
        | RoleKind::Version => {
            if !field.ty.is_unsigned() {
                expect("a field of an unsigned integer type".to_owned(), None);
            }
        }
        RoleKind::Checksum(_, algorithm @ Algorithm::Crc32) => {
            let wanted = Type::Int(Int { signed: false, bytes: algorithm.bytes() });
            if field.ty != wanted {
                expect(
                    format!(
                        "a field of type {} for {}",
                        format.type_name(&wanted),
                        algorithm.word()
                    ),
                    Some(&wanted),
                );
            }
        }
        RoleKind::First(at) | RoleKind::Last(at) | RoleKind::Min(at) | RoleKind::Max(at) => {
            copies(format, field, at, &mut expect);
        }
        RoleKind::Same(_, at) => copies(format, field, at, &mut expect),
    }
}

fn copies(
    format: &Format,
    field: &Field,
    at: FieldRef,
    expect: &mut impl FnMut(String, Option<&Type>),
) {
    let source = &format.records[at.record].fields[at.field];
    if !source.type_is_known {
        return;
    }
    let fits = match (&field.ty, &source.ty) {
        (Type::Int(own), Type::Int(other)) => {
            own.signed == other.signed && own.bytes >= other.bytes
        }
        (own, other) => own == other,
    };
    if !fits {
        expect(
            format!(
                "a type that can hold {}, which is {}",
                source.name,
                format.type_name(&source.ty)
            ),
            Some(&source.ty),
        );
    }
}

/// The record has a use that fits the role.
fn place(
    format: &Format,
    stands: &Stands<'_>,
    role: &Role,
    what: &str,
    diagnostics: &mut Diagnostics,
) {
    let (message, help) = match role.kind {
        RoleKind::Length(Extent::Record | Extent::Payload)
            if stands
                .files
                .iter()
                .any(|file| file.event != Some(stands.id) && file.records_are_known) =>
        {
            (
                "expected an event's record, found a record that is not an event",
                "only an event has this role; for the length of a section write { length = \"events\" }",
            )
        }
        RoleKind::Link(file)
            if format.files[file].event.is_none() && format.files[file].records_are_known =>
        {
            (
                "expected a file with events, found a file without",
                "name the record of that file's events: event = \"...\"",
            )
        }
        _ => return,
    };
    diagnostics
        .push(Diagnostic::new(Code::RoleTarget, role.at, format!("{what}: {message}")).help(help));
}

/// What the schema writes into the field agrees with what the role says.
fn agrees(
    format: &Format,
    stands: &Stands<'_>,
    record: &Record,
    field: &Field,
    role: &Role,
    what: &str,
    diagnostics: &mut Diagnostics,
) {
    let Some((key, value)) = field
        .constant
        .as_ref()
        .map(|value| ("const", value))
        .or_else(|| field.default.as_ref().map(|value| ("default", value)))
    else {
        return;
    };
    let Some(found) = value.number() else { return };
    let file = stands.files.first();
    let expected = match role.kind {
        RoleKind::Version => format
            .version_is_known
            .then(|| (u64::from(format.version), "the version of the format".to_owned())),
        RoleKind::Stride(section) => file
            .and_then(|file| file.record(section))
            .and_then(|target| size(&format.records[target])),
        RoleKind::Offset(Section::Events)
            if file.is_some_and(|file| file.header == Some(stands.id)) =>
        {
            size(record)
        }
        _ => None,
    };
    if let Some((expected, why)) = expected
        && expected != found
    {
        diagnostics.push(
            Diagnostic::new(
                Code::Conflict,
                field.at,
                format!("{what}: `{key}`: expected {expected}, {why}, found {found}"),
            )
            .help(format!("write {key} = {expected}")),
        );
    }
}

/// What a value that states the record's size should be.
fn size(record: &Record) -> Option<(u64, String)> {
    record.size_is_known.then(|| (record.size, format!("the size of {}", record.name)))
}
