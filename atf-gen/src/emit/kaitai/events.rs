//! Length-prefixed events: a type of the event's record and its payload.

use std::fmt::Write as _;

use super::names::Names;
use super::{Place, docs, records, values, yaml};
use crate::model::{EnumCase, Extent, FileId, Format, Framing, Payload, RecordId, RoleKind, Type};

/// The field of an event that says how long it is.
pub(super) struct Length {
    /// Position in the event's record.
    pub(super) field: usize,
    /// Bytes that it does not count.
    pub(super) besides: u64,
}

/// How the events of a file say their length; none where all are of one size.
pub(super) fn length(format: &Format, file: FileId) -> Option<(RecordId, Length)> {
    let file = &format.files[file];
    let event = file.event.filter(|_| file.framing == Framing::LengthPrefixed)?;
    let whole = docs::role(format, event, |kind| kind == RoleKind::Length(Extent::Record));
    let payload = || docs::role(format, event, |kind| kind == RoleKind::Length(Extent::Payload));
    let (field, besides) = match whole {
        Some(at) => (at.field, 0),
        None => (payload()?.field, format.records[event].size),
    };
    Some((event, Length { field, besides }))
}

/// The offset `bytes` after `start`.
pub(super) fn after(start: &str, bytes: u64) -> String {
    if bytes == 0 { start.to_owned() } else { format!("{start} + {bytes}") }
}

/// The instances that say whether a complete event starts at the expression `start`: the length
/// that it would have is `length_name`, the answer `test_name`. `end` is where events end.
pub(super) fn look_ahead(
    format: &Format,
    event: RecordId,
    length: &Length,
    start: &str,
    end: &str,
    (length_name, test_name): (&str, &str),
    margin: &str,
) -> String {
    let record = &format.records[event];
    let field = &record.fields[length.field];
    let Type::Int(int) = field.ty else { return String::new() };
    let size = record.size;
    let fits = format!("{end} >= {size} and {start} <= {end} - {size}");
    let least = size - length.besides;
    let most = match length.besides {
        0 => format!("{end} - {start}"),
        besides => format!("{end} - {start} - {besides}"),
    };
    let least = if least == 0 { String::new() } else { format!(" and {length_name} >= {least}") };
    format!(
        "{margin}{length_name}:\n{margin}  pos: {}\n{margin}  type: {}\n{margin}  if: {}\n\
         {margin}{test_name}:\n{margin}  value: {}\n",
        yaml::expression(&after(start, field.offset)),
        records::int(int),
        yaml::quoted(&fits),
        yaml::quoted(&format!("{fits}{least} and {length_name} <= {most}")),
    )
}

/// The type of an event of the file, where the length of events varies.
pub(super) fn emit(format: &Format, names: &Names, id: FileId, out: &mut String) {
    let Some((event, length)) = self::length(format, id) else { return };
    let file = &format.files[id];
    let record = &format.records[event];
    let own = &names.records[event];
    let tail = record
        .tail
        .as_ref()
        .map_or(String::new(), |tail| format!(" - header.{}", own.fields[tail.count]));
    let fixed = match record.size - length.besides {
        0 => String::new(),
        bytes => format!(" - {bytes}"),
    };
    let _ = write!(
        out,
        "  {}:\n    doc: {}\n    seq:\n      - id: header\n        type: {}\n\
         \x20     - id: start_of_payload\n        size: 0\n        if: ofs_payload >= 0\n\
         \x20       doc: \"Has no bytes: marks the start of the payload.\"\n\
         \x20     - id: payload\n        size: len_payload\n",
        yaml::name(&names.events[id]),
        yaml::quoted(&format!("One event: {} and its payload.", record.name)),
        yaml::name(&names.types[event]),
    );
    if !file.payloads.is_empty() {
        out.push_str("        type:\n          switch-on: payload_kind\n          cases:\n");
        for (at, payload) in file.payloads.iter().enumerate() {
            let _ = writeln!(
                out,
                "            {}: {}",
                at + 1,
                yaml::name(&names.types[payload.record])
            );
        }
    }
    let _ = write!(
        out,
        "    instances:\n      ofs_payload:\n        value: _io.pos\n        doc: \"Offset of the payload in the file.\"\n\
         \x20     len_payload:\n        value: {}\n        doc: \"Length of the payload in bytes.\"\n",
        yaml::expression(&format!("header.{}{fixed}{tail}", own.fields[length.field])),
    );
    let place = super::place(format, names, Some(id), event);
    payload_kind(format, names, event, &place, &file.payloads, out);
    let _ = write!(
        out,
        "      ofs_next:\n        value: ofs_payload + len_payload\n        doc: \"Offset of the next event.\"\n{}",
        look_ahead(
            format,
            event,
            &length,
            "ofs_next",
            "_parent.end_events",
            ("len_next", "has_next"),
            "      "
        )
    );
    out.push_str("        doc: \"Whether a complete event starts there.\"\n");
}

/// Which payload it is: the number of its case, or 0 for bytes that none describes.
fn payload_kind(
    format: &Format,
    names: &Names,
    event: RecordId,
    place: &Place,
    payloads: &[Payload],
    out: &mut String,
) {
    if payloads.is_empty() {
        return;
    }
    let mut kinds = Vec::new();
    for (at, payload) in payloads.iter().enumerate() {
        let record = &format.records[payload.record];
        let number = at + 1;
        let mut tests: Vec<String> = payload
            .when
            .iter()
            .map(|(field, case)| {
                let test = is_one_of(
                    format,
                    names,
                    &format!("header.{}", names.records[event].fields[*field]),
                    case,
                );
                match records::has(format, names, event, *field, place) {
                    Some(has) => format!("header.{has} and {test}"),
                    None => test,
                }
            })
            .collect();
        tests.push(format!("len_payload >= {}", record.size));
        if let Some(tail) = &record.tail {
            let count = &record.fields[tail.count];
            if let Type::Int(int) = count.ty {
                let _ = write!(
                    out,
                    "      len_tail_{number}:\n        pos: {}\n        type: {}\n        if: {}\n        doc: {}\n",
                    yaml::expression(&after("ofs_payload", count.offset)),
                    records::int(int),
                    yaml::quoted(&format!("len_payload >= {}", record.size)),
                    yaml::quoted(&format!("What {} is, if this is {}.", count.name, record.name)),
                );
            }
            tests.push(format!("len_tail_{number} <= len_payload - {}", record.size));
            if let Some(max) = &count.max {
                tests.push(format!("len_tail_{number} <= {}", max.number().unwrap_or(0)));
            }
        }
        kinds.push(format!("{} ? {number} : 0", tests.join(" and ")));
    }
    // No two hold at once, and a sum nests less deeply than a chain of choices.
    let kind = match kinds.as_slice() {
        [kind] => kind.clone(),
        _ => format!("({})", kinds.join(") + (")),
    };
    let _ = write!(
        out,
        "      payload_kind:\n        value: {}\n        doc: \"The record of the payload; 0 for bytes without a record.\"\n",
        yaml::quoted(&kind)
    );
}

fn is_one_of(format: &Format, names: &Names, what: &str, case: &EnumCase) -> String {
    let tests: Vec<String> = case
        .values
        .iter()
        .map(|at| match names.value(case.id, *at) {
            Some(value) => format!("{what} == {value}"),
            None => format!(
                "{} == {}",
                values::raw_number(names, case.id, what),
                format.enums[case.id].values[*at].value
            ),
        })
        .collect();
    if tests.len() == 1 { tests.join("") } else { format!("({})", tests.join(" or ")) }
}
