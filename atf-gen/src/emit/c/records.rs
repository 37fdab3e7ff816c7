//! Records as packed structs, with asserts on size and on every offset.

use std::fmt::Write as _;

use super::{comment, names, numbers};
use crate::emit::{history, parallel, value};
use crate::model::{Field, Format, Record, RecordId, Type, Value, ValueSource};

pub(super) fn emit(format: &Format, out: &mut String) {
    out.push_str("#pragma pack(push, 1)\n\n");
    let order = inner_first(format);
    parallel::append(out, order.len(), |out, at| one(format, &format.records[order[at]], out));
    out.push_str("#pragma pack(pop)\n\n");
    for record in &format.records {
        macros(format, record, out);
    }
    parallel::append(out, format.records.len(), |out, id| {
        asserts(format, &format.records[id], out);
    });
}

/// The records, each after those that it contains.
fn inner_first(format: &Format) -> Vec<RecordId> {
    fn visit(format: &Format, id: RecordId, done: &mut [bool], order: &mut Vec<RecordId>) {
        if std::mem::replace(&mut done[id], true) {
            return;
        }
        for field in &format.records[id].fields {
            let mut ty = &field.ty;
            while let Type::Array(element, _) = ty {
                ty = element;
            }
            if let Type::Record(inner) = ty {
                visit(format, *inner, done, order);
            }
        }
        order.push(id);
    }
    let mut done = vec![false; format.records.len()];
    let mut order = Vec::new();
    for id in 0..format.records.len() {
        visit(format, id, &mut done, &mut order);
    }
    order
}

fn one(format: &Format, record: &Record, out: &mut String) {
    let bytes = if record.size == 1 { "byte" } else { "bytes" };
    let mut size = format!("{} {bytes}.", record.size);
    if let Some(tail) = &record.tail {
        let count = &record.fields[tail.count].name;
        size = format!(
            "{} {bytes}, followed by {}, whose length in bytes is {count}.",
            record.size, tail.name
        );
    }
    out.push_str(&comment::block(&[
        if record.doc.is_empty() { &record.name } else { &record.doc },
        &size,
        &history::sentences(&record.evolution),
    ]));
    let name = names::ty(format, record);
    let _ = writeln!(out, "typedef struct {} {name} {{", names::packed(format));
    for field in &record.fields {
        out.push_str(&comment::indented(&[&about(format, field)], "    "));
        let (base, dimensions) = c_type(format, &field.ty);
        let _ = writeln!(out, "    {base} {}{dimensions};", field.member());
    }
    if let Some(tail) = &record.tail {
        let count = &record.fields[tail.count].name;
        // No flexible array: C++ has none, and it would forbid arrays of the record.
        let mut text = format!("{} [{count}] follows. {}", tail.name, tail.doc);
        let history = history::sentences(&tail.evolution);
        if !history.is_empty() {
            text = format!("{} {history}", text.trim());
        }
        if let Some(trailer) = record.trailer {
            let behind = names::ty(format, &format.records[trailer]);
            text = format!("{} It is followed by a {behind}, which may be absent.", text.trim());
        }
        out.push_str(&comment::indented(&[text.trim()], "    ").replacen("/**", "/*", 1));
    }
    let _ = writeln!(out, "}} {name};\n");
}

fn about(format: &Format, field: &Field) -> String {
    let mut text = if field.doc.is_empty() { field.name.clone() } else { field.doc.clone() };
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    let mut facts = vec![format!("offset {}", field.offset)];
    if matches!(field.ty, Type::Enum(_) | Type::Flags(_)) {
        facts.push(format.type_name(&field.ty));
    }
    if let Some(unit) = &field.unit {
        facts.push(format!("in {unit}"));
    }
    let text_of = |given: &Value| match given.from {
        ValueSource::Constant(id) => names::constant(format, &format.constants[id]),
        _ => value::text(format, &field.ty, given),
    };
    if let Some(constant) = &field.constant {
        facts.push(format!("always {}", text_of(constant)));
    }
    if let Some(default) = &field.default {
        facts.push(format!("{} by default", text_of(default)));
    }
    if let Some(sentinel) = &field.sentinel {
        facts.push(format!("{} means none", text_of(sentinel)));
    }
    if let Some(max) = &field.max {
        facts.push(format!("at most {}", text_of(max)));
    }
    facts.extend(history::guard(format, field));
    text.push_str(&format!(" ({})", facts.join(", ")));
    let history = history::sentences(&field.evolution);
    if !history.is_empty() {
        text.push_str(&format!(" {history}"));
    }
    text
}

/// The type before the name, and the dimensions after it.
pub(super) fn c_type(format: &Format, ty: &Type) -> (String, String) {
    match ty {
        Type::Int(int) => (numbers::int_type(*int), String::new()),
        Type::Float(4) => ("float".to_owned(), String::new()),
        Type::Float(_) => ("double".to_owned(), String::new()),
        Type::Enum(id) => (numbers::int_type(format.enums[*id].int), String::new()),
        Type::Flags(id) => (numbers::int_type(format.flags[*id].int), String::new()),
        Type::Record(id) => (names::ty(format, &format.records[*id]), String::new()),
        Type::Array(element, length) => {
            let (base, inner) = c_type(format, element);
            (base, format!("[{length}]{inner}"))
        }
    }
}

/// Size, constants and defaults of a record.
fn macros(format: &Format, record: &Record, out: &mut String) {
    let _ = writeln!(out, "/* {} */", record.name);
    let _ = writeln!(out, "#define {} {}", names::size(format, record), record.size);
    let own = [
        ("CORE_SIZE", record.core_size().to_string()),
        ("LAYOUT_HASH", format!("UINT64_C(0x{:016x})", record.hashes.layout)),
        ("CORE_HASH", format!("UINT64_C(0x{:016x})", record.hashes.core)),
    ];
    for (end, value) in own {
        let _ = writeln!(out, "#define {} {value}", names::of_record(format, record, end));
    }
    for field in &record.fields {
        if let Some(constant) = &field.constant {
            let value = numbers::literal(format, &field.ty, constant);
            let _ = writeln!(out, "#define {} {value}", names::field(format, record, field));
        }
        if !field.is_live() {
            continue;
        }
        if let Some(default) = &field.default {
            let value = numbers::literal(format, &field.ty, default);
            let _ =
                writeln!(out, "#define {} {value}", names::field_default(format, record, field));
        }
        if let Some(sentinel) = &field.sentinel
            && !matches!(sentinel.from, ValueSource::Constant(_))
        {
            let value = numbers::literal(format, &field.ty, sentinel);
            let _ = writeln!(out, "#define {} {value}", names::field_none(format, record, field));
        }
    }
    out.push('\n');
}

fn asserts(format: &Format, record: &Record, out: &mut String) {
    let assert = format!("{}_STATIC_ASSERT", format.c.prefix);
    let name = names::ty(format, record);
    let _ = writeln!(out, "{assert}(sizeof({name}) == {}, \"size of {name}\");", record.size);
    for field in &record.fields {
        let _ = writeln!(
            out,
            "{assert}(offsetof({name}, {field}) == {}, \"offset of {name}.{field}\");",
            field.offset,
            field = field.member()
        );
    }
    out.push('\n');
}
