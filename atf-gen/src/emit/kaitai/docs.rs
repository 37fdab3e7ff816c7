//! The documentation of the specification, in the words of the schema.

use crate::emit::value;
use crate::model::{Evolution, Field, FieldRef, Format, Record, RoleKind, Tail, Type, Value};

/// A record's meaning, size and history.
pub(super) fn record(record: &Record) -> String {
    let mut facts = vec![format!("{} bytes", record.size)];
    if record.tail.is_some() {
        facts[0].push_str(" and a tail");
    }
    facts.extend(history(&record.evolution));
    sentence(&record.doc, &facts)
}

/// A field's meaning, place, unit and values.
pub(super) fn field(format: &Format, field: &Field) -> String {
    let mut facts = vec![format!("offset {}", field.offset)];
    if let Some(unit) = &field.unit {
        facts.push(format!("in {unit}"));
    }
    let mut given = |value: &Option<Value>, what: &dyn Fn(String) -> String| {
        if let Some(value) = value {
            facts.push(what(value::text(format, &field.ty, value)));
        }
    };
    given(&field.constant, &|value| format!("always {value}"));
    given(&field.default, &|value| format!("{value} by default"));
    given(&field.sentinel, &|value| format!("{value} means none"));
    given(&field.max, &|value| format!("at most {value}"));
    if let Some(role) = &field.role {
        facts.push(if role.authoritative {
            format!("{}, authoritative", format.role_text(role.kind))
        } else {
            format.role_text(role.kind)
        });
    }
    if let Some(guard) = &field.guard {
        let owner = &format.records[guard.record].fields[guard.field];
        if let Type::Flags(id) = owner.ty {
            let bit = &format.flags[id].bits[guard.bit].name;
            facts.push(format!("no value unless {bit} is set in {}", owner.name));
        }
    }
    if field.reserved {
        facts.push("reserved".to_owned());
    }
    facts.extend(history(&field.evolution));
    let mut text = sentence(&field.doc, &facts);
    for list in &field.element_names {
        let when: Vec<String> = list
            .when
            .iter()
            .map(|case| {
                let declared = &format.enums[case.id];
                let values: Vec<&str> =
                    case.values.iter().map(|at| declared.values[*at].name.as_str()).collect();
                format!("{} is {}", declared.name, values.join(" or "))
            })
            .collect();
        let when =
            if when.is_empty() { String::new() } else { format!(" where {}", when.join(" and ")) };
        text.push_str(&format!("\nElements{when}: {}.", list.names.join(", ")));
    }
    text
}

/// The meaning of a tail.
pub(super) fn tail(record: &Record, tail: &Tail) -> String {
    let mut facts = vec![format!(
        "offset {}, length in bytes is {}",
        tail.offset, record.fields[tail.count].name
    )];
    if let Some(unit) = &tail.unit {
        facts.push(format!("in {unit}"));
    }
    facts.extend(history(&tail.evolution));
    sentence(&tail.doc, &facts)
}

/// The meaning of something that has a name and a history.
pub(super) fn named(doc: &str, evolution: &Evolution) -> String {
    let facts = history(evolution);
    if facts.is_empty() { doc.trim().to_owned() } else { sentence(doc, &facts) }
}

/// `doc (facts)`, or the facts as a sentence where there is no doc.
fn sentence(doc: &str, facts: &[String]) -> String {
    let (doc, facts) = (doc.trim(), facts.join(", "));
    if doc.is_empty() {
        let mut letters = facts.chars();
        let first = letters.next().map_or(' ', |first| first.to_ascii_uppercase());
        return format!("{first}{}.", letters.as_str());
    }
    let stop = if doc.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{doc}{stop} ({facts})")
}

fn history(evolution: &Evolution) -> Vec<String> {
    let mut facts = Vec::new();
    if evolution.since > 0 {
        facts.push(format!("since revision {}", evolution.since));
    }
    if let Some(instead) = &evolution.deprecated {
        facts.push(format!("deprecated: {instead}"));
    }
    if let Some(revision) = evolution.removed {
        facts.push(format!("removed in revision {revision}"));
    }
    facts
}

/// Where a record has a field of that role.
pub(super) fn role(
    format: &Format,
    record: usize,
    wanted: impl Fn(RoleKind) -> bool,
) -> Option<FieldRef> {
    let fields = &format.records[record].fields;
    let field = fields
        .iter()
        .position(|field| field.is_live() && field.role.is_some_and(|role| wanted(role.kind)))?;
    Some(FieldRef { record, field })
}
