//! Fields follow one another without gap or overlap and add up to the record's size.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Field, Format, Record};

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for record in &format.records {
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
                    .help("add at least one field of a fixed size: fields = [{ offset = 0, name = .., type = .. }]"),
            );
            continue;
        }
        let end = offsets(record, diagnostics);
        if record.size_is_known {
            size(record, end, diagnostics);
        }
    }
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
