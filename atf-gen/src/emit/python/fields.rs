//! The description of a field: the comment above it, and its entry in the record's `FIELDS`.

use super::{text, types};
use crate::emit::value;
use crate::model::{Field, Format, RoleKind, Type, Value};

/// Meaning and facts of a field, as text for people.
pub(super) fn about(format: &Format, field: &Field) -> String {
    let mut facts = vec![format!(
        "Offset {}, {} byte{}",
        field.offset,
        field.size,
        if field.size == 1 { "" } else { "s" }
    )];
    facts.extend(field.unit.iter().map(|unit| format!("in {unit}")));
    if field.reserved {
        facts.push("reserved, zero".to_owned());
    }
    let said = |value: &Value| value::text(format, &field.ty, value);
    facts.extend(field.constant.iter().map(|value| format!("always {}", said(value))));
    facts.extend(field.default.iter().map(|value| format!("{} by default", said(value))));
    facts.extend(field.sentinel.iter().map(|value| format!("{} means none", said(value))));
    facts.extend(field.max.iter().map(|value| format!("at most {}", said(value))));
    if let Some(guard) = guard(format, field) {
        facts
            .push(format!("means something only where {}.{} has {}", guard[0], guard[1], guard[2]));
    }
    if let Some(role) = &field.role {
        let weight = if role.authoritative { ", authoritative" } else { "" };
        facts.push(format!("{}{weight}", format.role_text(role.kind)));
    }
    let doc = text::sentence(&text::about(&field.doc, &field.evolution));
    format!("{doc} {}.", facts.join("; ")).trim().to_owned()
}

/// The entry in `FIELDS`.
pub(super) fn description(format: &Format, field: &Field) -> String {
    let mut arguments = vec![
        text::string(&field.member()),
        field.offset.to_string(),
        field.size.to_string(),
        text::string(&format.type_name(&field.ty)),
        types::kind(format, &field.ty),
    ];
    let evolution = &field.evolution;
    let value = |value: &Value| types::literal(format, &field.ty, value);
    let strings = |words: &[String]| {
        text::tuple(&words.iter().map(|word| text::string(word)).collect::<Vec<_>>())
    };
    arguments.extend(field.unit.iter().map(|unit| format!("unit={}", text::string(unit))));
    if field.reserved {
        arguments.push("reserved=True".to_owned());
    }
    arguments.extend(field.constant.iter().map(|it| format!("const={}", value(it))));
    arguments.extend(field.default.iter().map(|it| format!("default={}", value(it))));
    arguments.extend(field.sentinel.iter().map(|it| format!("sentinel={}", value(it))));
    arguments.extend(field.max.iter().map(|it| format!("max={}", value(it))));
    if let Some(role) = field.role.as_ref().filter(|_| field.is_live()) {
        arguments.push(format!("role={}", strings(&role_words(format, role.kind))));
        if role.authoritative {
            arguments.push("authoritative=True".to_owned());
        }
    }
    arguments.extend(guard(format, field).map(|guard| format!("guard={}", strings(&guard))));
    if evolution.since > 0 {
        arguments.push(format!("since={}", evolution.since));
    }
    arguments.extend(evolution.removed.map(|revision| format!("removed={revision}")));
    arguments
        .extend(evolution.deprecated.iter().map(|it| text::long_string("deprecated", it, INDENT)));
    if !field.doc.is_empty() {
        arguments.push(text::long_string("doc", &field.doc, INDENT));
    }
    text::call("        ", "Field", &arguments, ",")
}

/// Of the arguments of an entry that takes several lines.
const INDENT: &str = "            ";

/// Record, field and bit of the flag that says whether the field means anything.
fn guard(format: &Format, field: &Field) -> Option<[String; 3]> {
    let guard = field.guard?;
    let owner = &format.records[guard.record];
    let flags = &owner.fields[guard.field];
    let Type::Flags(id) = flags.ty else { return None };
    let bit = &format.flags[id].bits[guard.bit];
    Some([owner.name.clone(), flags.member().into_owned(), bit.name.clone()])
}

/// A role as the words that programs compare.
fn role_words(format: &Format, kind: RoleKind) -> Vec<String> {
    let mut words = vec![kind.verb().to_owned()];
    match kind {
        RoleKind::Count(section) | RoleKind::Offset(section) | RoleKind::Stride(section) => {
            words.push(section.word().to_owned());
        }
        RoleKind::Length(extent) => words.push(extent.word().to_owned()),
        RoleKind::Checksum(covered, algorithm) => {
            words.extend([covered.word().to_owned(), algorithm.word().to_owned()]);
        }
        RoleKind::First(at) | RoleKind::Last(at) | RoleKind::Min(at) | RoleKind::Max(at) => {
            words.push(format!("events.{}", format.records[at.record].fields[at.field].member()));
        }
        RoleKind::Link(file) => words.push(format.files[file].name.clone()),
        RoleKind::Same(file, at) => {
            let name = format.records[at.record].fields[at.field].member();
            words.push(format!("{}.{name}", format.files[file].name));
        }
        RoleKind::Version => words.push("format".to_owned()),
    }
    words
}
