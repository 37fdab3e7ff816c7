//! Fields follow one another without gap or overlap and add up to the record's size.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Field, Format, Record, RecordId, Type};
use crate::source::Span;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for (id, record) in format.records.iter().enumerate() {
        missing_keys(record, diagnostics);
        if let Some(at) = record.size_missing {
            let is_known = record.fields.iter().all(|field| field.type_is_known);
            let end = record.fields.last().filter(|_| is_known).map_or(64, Field::end);
            diagnostics.push(
                Diagnostic::new(
                    Code::MissingKey,
                    at,
                    format!("record {}: expected the key `size`, found none", record.name),
                )
                .help(format!("add `size = {end}`")),
            );
        }
        if record.fields.is_empty() {
            diagnostics.push(
                Diagnostic::new(Code::Empty, record.at, format!("record {}: expected fields, found none", record.name))
                    .help(format!(
                        "add at least one field of a fixed size: fields = [{{ offset = 0, name = \"first\", type = \"{}\" }}]",
                        type_of(record.size)
                    )),
            );
            continue;
        }
        // A record inside itself has no size, and is reported as that.
        if record.fields.iter().any(|field| holds(&field.ty, id)) {
            continue;
        }
        let end = match out_of_order(record) {
            Some(at) => {
                diagnostics.push(swapped(record, at));
                record.fields.iter().map(Field::end).max().unwrap_or(0)
            }
            None => offsets(record, diagnostics),
        };
        if record.size_is_known {
            size(record, end, diagnostics);
        }
    }
}

fn holds(ty: &Type, record: RecordId) -> bool {
    match ty {
        Type::Record(id) => *id == record,
        Type::Array(element, _) => holds(element, record),
        Type::Int(_) | Type::Float(_) | Type::Enum(_) | Type::Flags(_) => false,
    }
}

/// The type of so many bytes.
fn type_of(bytes: u64) -> String {
    match bytes {
        1 | 2 | 4 | 8 => format!("u{}", bytes * 8),
        0 => "u32".to_owned(),
        bytes => format!("[u8; {bytes}]"),
    }
}

/// Fields without an offset, of which the model has the one that they should have, or without a type.
fn missing_keys(record: &Record, diagnostics: &mut Diagnostics) {
    let fields = record.fields.iter().map(|field| (&field.name, field.offset_missing));
    let tail = record.tail.iter().map(|tail| (&tail.name, tail.offset_missing));
    for (at, (name, missing)) in fields.chain(tail).enumerate() {
        let Some(span) = missing else { continue };
        let before = at.checked_sub(1).map(|at| &record.fields[at]);
        let help = match before {
            Some(before) if !before.type_is_known => {
                format!("add `offset`, the end of {}", before.name)
            }
            before => format!("add `offset = {}`", before.map_or(0, Field::end)),
        };
        diagnostics.push(missing_key(record, name, "offset", span).help(help));
    }
    for field in &record.fields {
        let Some(span) = field.type_missing else { continue };
        let help = format!("add `type = \"{}\"`", type_of(field.size));
        diagnostics.push(missing_key(record, &field.name, "type", span).help(help));
    }
}

fn missing_key(record: &Record, name: &str, key: &str, at: Span) -> Diagnostic {
    let message =
        format!("record {}, field {name}: expected the key `{key}`, found none", record.name);
    Diagnostic::new(Code::MissingKey, at, message)
}

/// The first field that lies before the one above it, if the fields are right but for their order.
fn out_of_order(record: &Record) -> Option<usize> {
    let at = record.fields.windows(2).position(|pair| pair[1].offset < pair[0].offset)? + 1;
    let mut sorted: Vec<&Field> = record.fields.iter().collect();
    sorted.sort_by_key(|field| field.offset);
    let mut end = 0;
    sorted
        .iter()
        .all(|field| std::mem::replace(&mut end, field.end()) == field.offset)
        .then_some(at)
}

fn swapped(record: &Record, at: usize) -> Diagnostic {
    let (field, above) = (&record.fields[at], &record.fields[at - 1]);
    let mut sorted: Vec<&Field> = record.fields.iter().collect();
    sorted.sort_by_key(|field| field.offset);
    let help = if sorted.len() <= 12 {
        let names: Vec<&str> = sorted.iter().map(|field| field.name.as_str()).collect();
        format!("fields stand in order of offset: write them as {}", names.join(", "))
    } else {
        let after = sorted.iter().find(|other| other.offset > field.offset);
        let after = after.map_or("", |other| other.name.as_str());
        format!("fields stand in order of offset: move {} in front of {after}", field.name)
    };
    Diagnostic::new(
        Code::WrongOffset,
        field.offset_at,
        format!(
            "record {}, field {}: expected an offset after {}, found {} below {} at {}",
            record.name, field.name, above.offset, field.offset, above.name, above.offset
        ),
    )
    .label("lies before the field above")
    .second(above.at, format!("{} is at {}", above.name, above.offset))
    .help(help)
}

/// Returns where the fields end.
fn offsets(record: &Record, diagnostics: &mut Diagnostics) -> u64 {
    let mut expected = 0;
    for (at, field) in record.fields.iter().enumerate() {
        let found = field.offset;
        if found != expected {
            let before = at.checked_sub(1).map(|before| &record.fields[before]);
            let (why, label) = match before {
                Some(before) if found < expected => (
                    format!("overlaps {} at {}..{}", before.name, before.offset, before.end()),
                    format!("{} takes bytes {}..{}", before.name, before.offset, before.end()),
                ),
                Some(before) => {
                    let gap = found - expected;
                    (
                        format!(
                            "a gap of {gap} byte{} after {}",
                            if gap == 1 { "" } else { "s" },
                            before.name
                        ),
                        format!("{} ends at {}", before.name, before.end()),
                    )
                }
                None => ("the first field is at offset 0".to_owned(), String::new()),
            };
            let mut diagnostic = Diagnostic::new(
                Code::WrongOffset,
                field.offset_at,
                format!(
                    "record {}, field {}: expected offset {expected}, found {found} ({why})",
                    record.name, field.name
                ),
            )
            .label(format!("expected {expected}"));
            if let Some(before) = before {
                diagnostic = diagnostic.second(before.at, label);
            }
            let help = if found > expected && before.is_some() {
                format!(
                    "write `offset = {expected}`, or fill the gap: {{ offset = {expected}, name = \"_reserved\", type = \"[u8; {}]\", reserved = true }}",
                    found - expected
                )
            } else {
                format!("write `offset = {expected}`")
            };
            diagnostics.push(diagnostic.help(help));
        }
        // One error, one report: if the next field fits as if this one were right, only this one is
        // wrong; else continue from the declared offset.
        let next = record.fields.get(at + 1).map_or(record.size, |next| next.offset);
        let fixed = expected.saturating_add(field.size);
        expected = if next == fixed { fixed } else { field.end() };
    }
    expected
}

fn size(record: &Record, end: u64, diagnostics: &mut Diagnostics) {
    let Some(last) = record.fields.last() else {
        return;
    };
    if end != record.size {
        let (difference, direction) = if end > record.size {
            (end - record.size, "too many")
        } else {
            (record.size - end, "missing")
        };
        let unit = if difference == 1 { "byte" } else { "bytes" };
        let help = if end > record.size {
            format!("make the fields shorter by {difference} {unit}, or write `size = {end}`")
        } else {
            format!(
                "write `size = {end}`, or fill the end: {{ offset = {end}, name = \"_reserved\", type = \"[u8; {difference}]\", reserved = true }}"
            )
        };
        diagnostics.push(
            Diagnostic::new(
                Code::WrongSize,
                record.size_at,
                format!(
                    "record {}: expected fields that add up to {}, found {end} ({difference} {unit} {direction})",
                    record.name, record.size
                ),
            )
            .label(format!("declared {}", record.size))
            .second(last.at, format!("{} ends at {end}", last.name))
            .help(help),
        );
    }
    if let Some(tail) = &record.tail
        && tail.offset != end
    {
        diagnostics.push(
            Diagnostic::new(
                Code::WrongOffset,
                tail.offset_at,
                format!(
                    "record {}, field {}: expected offset {end}, found {}",
                    record.name, tail.name, tail.offset
                ),
            )
            .label(format!("expected {end}"))
            .second(last.at, format!("{} ends at {end}", last.name))
            .help(format!("write `offset = {end}`: a tail starts right after the last field")),
        );
    }
}
