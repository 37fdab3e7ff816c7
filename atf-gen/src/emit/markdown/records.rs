//! Each record: a picture, a table of its fields, and a map of its bytes in plain text.

use std::fmt::Write as _;

use super::escape::{code, inline, paragraphs};
use super::{bytes, cell, either, file_link, heading, history, record_link};
use crate::emit::{byte_map, parallel, place, value};
use crate::model::{Field, Format, Record, RecordId, Section, Type, Users};

pub(super) fn section(format: &Format) -> String {
    if format.records.is_empty() {
        return String::new();
    }
    let mut out = heading(2, "section-records", "Records");
    let users = Users::of(format);
    parallel::append(&mut out, format.records.len(), |out, id| {
        if id > 0 {
            out.push('\n');
        }
        out.push_str(&one(format, &users, id));
    });
    out
}

fn one(format: &Format, users: &Users, id: RecordId) -> String {
    let record = &format.records[id];
    let stem = place::record(record);
    let mut out = heading(3, &stem, &record.name);
    let mut lead = bytes(record.size);
    if let Some(tail) = &record.tail {
        let _ = write!(lead, " and a counted tail, {}", code(&tail.name));
    }
    if let Some(trailer) = record.trailer {
        let _ = write!(lead, ", then {} if there are bytes left", record_link(format, trailer));
    }
    let _ = write!(lead, "{}.", places(format, users, id));
    if !record.doc.is_empty() {
        let _ = write!(out, "{}\n\n", paragraphs(&record.doc));
    }
    let its_history = match history(&record.evolution) {
        none if none.is_empty() => none,
        some => format!(" {some}"),
    };
    let _ = write!(
        out,
        "{lead}{its_history}\n\n![The bytes of {}]({})\n\n",
        record.name,
        place::picture(format, &stem)
    );
    out.push_str(
        "| offset | size | field | type | unit | meaning |\n|---:|---:|---|---|---|---|\n",
    );
    for field in &record.fields {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            field.offset,
            field.size,
            code(&field.member()),
            type_link(format, &field.ty),
            inline(field.unit.as_deref().unwrap_or("")),
            meaning(format, record, field)
        );
    }
    if let Some(tail) = &record.tail {
        let count = code(&record.fields[tail.count].name);
        let _ = writeln!(
            out,
            "| {} | {count} | {} | {} | {} | {} |",
            tail.offset,
            code(&tail.name),
            code(&format!("[u8; {}]", record.fields[tail.count].name)),
            inline(tail.unit.as_deref().unwrap_or("")),
            cell(&[
                inline(&tail.doc),
                format!("Counted tail: {count} is its length in bytes."),
                history(&tail.evolution)
            ])
        );
    }
    out.push_str(&element_names(format, record));
    let _ = write!(
        out,
        "\n<details><summary>The same in plain text</summary>\n\n```text\n{}```\n\n</details>\n",
        byte_map::draw(record)
    );
    out
}

/// The files and records that contain the record.
fn places(format: &Format, users: &Users, id: RecordId) -> String {
    let mut places = Vec::new();
    for file_id in users.files(id).iter().copied() {
        let file = &format.files[file_id];
        for (section, what) in [
            (Section::Header, "header of"),
            (Section::Events, "event of"),
            (Section::Footer, "footer of"),
        ] {
            if file.record(section) == Some(id) {
                places.push(format!("{what} {}", file_link(format, file_id)));
            }
        }
        if file.payloads.iter().any(|payload| payload.record == id) {
            places.push(format!("payload in {}", file_link(format, file_id)));
        }
    }
    for record in users.records(id).iter().map(|record| &format.records[*record]) {
        places.push(format!("part of [{}](#{})", record.name, place::record(record)));
    }
    if places.is_empty() { String::new() } else { format!("; {}", places.join(", ")) }
}

/// The type, as a link if it is declared on this page.
fn type_link(format: &Format, ty: &Type) -> String {
    let link = |kind: &str, name: &str| format!("[{name}](#{})", place::anchor(kind, name));
    match ty {
        Type::Enum(id) => link("enum", &format.enums[*id].name),
        Type::Flags(id) => link("flags", &format.flags[*id].name),
        Type::Record(id) => link("record", &format.records[*id].name),
        Type::Array(element, length) => match innermost(element) {
            Type::Int(_) | Type::Float(_) => code(&format.type_name(ty)),
            _ => format!("\\[{}; {length}\\]", type_link(format, element)),
        },
        Type::Int(_) | Type::Float(_) => code(&format.type_name(ty)),
    }
}

fn innermost(ty: &Type) -> &Type {
    match ty {
        Type::Array(element, _) => innermost(element),
        other => other,
    }
}

fn meaning(format: &Format, record: &Record, field: &Field) -> String {
    let mut parts = vec![inline(&field.doc)];
    let mut fact = |what: &str, given: &Option<crate::model::Value>| {
        if let Some(given) = given {
            parts.push(format!("*{what}* {}", code(&value::text(format, &field.ty, given))));
        }
    };
    fact("Always", &field.constant);
    fact("Default", &field.default);
    fact("None is", &field.sentinel);
    fact("At most", &field.max);
    if field.reserved {
        parts.push("*Reserved*: zero.".to_owned());
    }
    if let Some(guard) = crate::emit::history::guard(format, field) {
        let (first, rest) = guard.split_at(1);
        parts.push(format!("{}{}.", first.to_uppercase(), inline(rest)));
    }
    if let Some(tail) = &record.tail
        && std::ptr::eq(&record.fields[tail.count], field)
    {
        parts.push(format!("Length of {}.", code(&tail.name)));
    }
    if let Some(role) = &field.role {
        let text = inline(&format.role_text(role.kind));
        let mark = if role.authoritative { ", *authoritative*" } else { "" };
        parts.push(format!("Holds the {text}{mark}.").replace("Holds the same as", "The same as"));
    }
    if field.evolution.removed.is_some() {
        parts.push("Its bytes stay reserved.".to_owned());
    }
    parts.push(history(&field.evolution));
    cell(&parts)
}

/// Which name each element of an array has, and when.
fn element_names(format: &Format, record: &Record) -> String {
    let mut out = String::new();
    for field in record.fields.iter().filter(|field| !field.element_names.is_empty()) {
        let most = field.element_names.iter().map(|list| list.names.len()).max().unwrap_or(0);
        let _ = write!(out, "\nNames of the elements of {}:\n\n| when |", code(&field.name));
        for at in 0..most {
            let _ = write!(out, " {at} |");
        }
        let _ = writeln!(out, "\n|---{}|", "|---".repeat(most));
        for list in &field.element_names {
            let when: Vec<String> = list
                .when
                .iter()
                .map(|case| {
                    let declared = &format.enums[case.id];
                    let values: Vec<String> =
                        case.values.iter().map(|at| code(&declared.values[*at].name)).collect();
                    let link = type_link(format, &Type::Enum(case.id));
                    format!("{link} is {}", either(&values))
                })
                .collect();
            let when = if when.is_empty() { "always".to_owned() } else { when.join(" and ") };
            let _ = write!(out, "| {when} |");
            for at in 0..most {
                let name = list.names.get(at).map_or(String::new(), |name| code(name));
                let _ = write!(out, " {name} |");
            }
            out.push('\n');
        }
    }
    out
}
