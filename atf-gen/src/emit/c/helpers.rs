//! Small functions: a fresh record, a flag's test, a sentinel's test, the way to a tail.

use std::fmt::Write as _;

use super::{comment, names, numbers};
use crate::model::{Format, Record, Type, Value, ValueSource};

pub(super) fn emit(format: &Format, out: &mut String) {
    let mut emitted = vec![false; format.records.len()];
    for id in 0..format.records.len() {
        init_inner_first(format, id, &mut emitted, out);
    }
    for declared in &format.flags {
        for bit in &declared.bits {
            out.push_str(&comment::block(&[&format!(
                "Whether `{}` is set in `flags`: 1 or 0.",
                bit.name
            )]));
            let _ = writeln!(
                out,
                "static inline int {}({} flags) {{\n    return (flags & {}) != 0;\n}}\n",
                names::bit_test(declared, bit),
                numbers::int_type(declared.int),
                names::bit(declared, bit)
            );
        }
    }
    for record in &format.records {
        sentinels(format, record, out);
        tail(format, record, out);
    }
}

/// `init` of a record calls that of the records inside it, which must stand before.
fn init_inner_first(format: &Format, id: usize, emitted: &mut [bool], out: &mut String) {
    if std::mem::replace(&mut emitted[id], true) {
        return;
    }
    for field in &format.records[id].fields {
        if let Some(inner) = innermost(&field.ty) {
            init_inner_first(format, inner, emitted, out);
        }
    }
    init(format, &format.records[id], out);
}

fn innermost(ty: &Type) -> Option<usize> {
    match ty {
        Type::Record(id) => Some(*id),
        Type::Array(element, _) => innermost(element),
        Type::Int(_) | Type::Float(_) | Type::Enum(_) | Type::Flags(_) => None,
    }
}

fn init(format: &Format, record: &Record, out: &mut String) {
    out.push_str(&comment::block(&[&format!(
        "Makes `*record` a fresh {}: constants and defaults filled in, all else zero. `record` is not NULL.",
        record.name
    )]));
    let _ = writeln!(
        out,
        "static inline void {}({} *record) {{",
        names::init(format, record),
        record.name
    );
    out.push_str("    memset(record, 0, sizeof(*record));\n");
    for field in &record.fields {
        let name = &field.name;
        if let Some(inner) = innermost(&field.ty) {
            // An array of records, of however many dimensions, is one run of them.
            let function = names::init(format, &format.records[inner]);
            let inner_name = &format.records[inner].name;
            if matches!(field.ty, Type::Record(_)) {
                let _ = writeln!(out, "    {function}(&record->{name});");
            } else {
                let _ = writeln!(
                    out,
                    "    for (size_t at = 0; at < sizeof(record->{name}) / sizeof({inner_name}); at++) {{\n        \
                     {function}(({inner_name} *)(void *)((unsigned char *)&record->{name} + at * sizeof({inner_name})));\n    }}"
                );
            }
            continue;
        }
        let (value, from) = match (&field.constant, &field.default) {
            (Some(value), _) => (value, names::field(format, record, field)),
            (None, Some(value)) => (value, names::field_default(format, record, field)),
            (None, None) => continue,
        };
        if is_bytes(&field.ty, value) {
            let _ = writeln!(out, "    memcpy(&record->{name}, {from}, sizeof(record->{name}));");
        } else {
            let _ = writeln!(out, "    record->{name} = {from};");
        }
    }
    out.push_str("}\n\n");
}

/// Whether the macro of the value is a string of its bytes.
fn is_bytes(ty: &Type, value: &Value) -> bool {
    match ty {
        Type::Array(..) | Type::Record(_) => true,
        Type::Float(_) => !matches!(value.from, ValueSource::Float(float) if float.is_finite()),
        Type::Int(_) | Type::Enum(_) | Type::Flags(_) => false,
    }
}

fn sentinels(format: &Format, record: &Record, out: &mut String) {
    for field in &record.fields {
        let Some(sentinel) = &field.sentinel else { continue };
        let none = match sentinel.from {
            ValueSource::Constant(id) => names::constant(format, &format.constants[id]),
            _ => names::field_none(format, record, field),
        };
        let name = &field.name;
        let test = if matches!(field.ty, Type::Array(..) | Type::Float(_)) {
            let bytes = numbers::string(&sentinel.bytes);
            format!("memcmp(&record->{name}, {bytes}, sizeof(record->{name})) != 0")
        } else {
            format!("record->{name} != {none}")
        };
        out.push_str(&comment::block(&[&format!(
            "Whether `{name}` holds a value rather than {none}: 1 or 0. `record` is not NULL."
        )]));
        let _ = writeln!(
            out,
            "static inline int {}(const {} *record) {{\n    return {test};\n}}\n",
            names::has(format, record, field),
            record.name
        );
    }
}

fn tail(format: &Format, record: &Record, out: &mut String) {
    let Some(tail) = &record.tail else { return };
    let count = &record.fields[tail.count].name;
    out.push_str(&comment::block(&[
        &format!("Where `{}` starts: `record->{count}` bytes behind the record.", tail.name),
        "`record` is not NULL and the bytes behind it belong to the same buffer; their end is not checked here.",
    ]));
    let _ = writeln!(
        out,
        "static inline const uint8_t *{}(const {} *record) {{\n    \
         return (const uint8_t *)(const void *)record + {};\n}}\n",
        names::tail(format, record, tail),
        record.name,
        names::size(format, record)
    );
}
