//! Small functions: initialize a record, test a flag, test whether a field holds a value, find
//! a tail and its trailer.

use std::fmt::Write as _;

use super::{checksums, comment, names, numbers, values};
use crate::model::{Field, Format, Record, RecordId, Type, Value, ValueSource};

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
    checksums::function(format, out);
    for (id, record) in format.records.iter().enumerate() {
        for field in &record.fields {
            checksums::computed(format, record, field, out);
        }
        for field in record.fields.iter().filter(|field| field.is_optional()) {
            presence(format, id, field, out);
        }
        values::emit(format, record, out);
        read_start(format, record, out);
        tail(format, record, out);
        trailer(format, record, out);
    }
}

/// `read_start` of a record of which data of an earlier revision have less.
fn read_start(format: &Format, record: &Record, out: &mut String) {
    if !record.can_be_short() {
        return;
    }
    let core = names::of_record(format, record, "CORE_SIZE");
    let size = names::size(format, record);
    out.push_str(&comment::block(&[
        &format!(
            "Copies the {} at the start of the `length` bytes at `bytes` into `*record`, and returns 1. \
             Fields that the bytes end before get their default, else their value for \"none\", else zero. \
             Returns 0, and changes nothing, if there are fewer bytes than every revision has ({core}).",
            record.name
        ),
        "Neither pointer is NULL.",
    ]));
    let _ = write!(
        out,
        "static inline int {}({} *record, const void *bytes, size_t length) {{\n    \
         if (length < {core}) {{\n        return 0;\n    }}\n    \
         if (length >= {size}) {{\n        memcpy(record, bytes, {size});\n        return 1;\n    }}\n    \
         {}(record);\n",
        names::read_start(format, record),
        names::ty(format, record),
        names::init(format, record),
    );
    let later = || record.fields.iter().filter(|field| field.end() > record.core_size());
    for field in later().filter(|field| field.is_live() && field.default.is_none()) {
        if let Some(sentinel) = &field.sentinel {
            let none = numbers::string(&sentinel.bytes);
            let name = &field.name;
            let _ = writeln!(out, "    memcpy(&record->{name}, {none}, sizeof(record->{name}));");
        }
    }
    let _ = writeln!(out, "    memcpy(record, bytes, {core});");
    for field in later() {
        let (offset, end) = (field.offset, field.end());
        let _ = writeln!(
            out,
            "    if (length >= {end}) {{\n        \
             memcpy((unsigned char *)record + {offset}, (const unsigned char *)bytes + {offset}, {});\n    }}",
            field.size
        );
    }
    out.push_str("    return 1;\n}\n\n");
}

/// `init` of a record calls `init` of nested records, which must come first.
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
        "Initializes `*record` as a new {}: constants and defaults are set, everything else is zero. `record` is not NULL.",
        record.name
    )]));
    let _ = writeln!(
        out,
        "static inline void {}({} *record) {{",
        names::init(format, record),
        names::ty(format, record)
    );
    out.push_str("    memset(record, 0, sizeof(*record));\n");
    for field in &record.fields {
        let name = &field.member();
        if let Some(inner) = innermost(&field.ty) {
            // An array of records, of however many dimensions, is one run of them.
            let function = names::init(format, &format.records[inner]);
            let inner_name = names::ty(format, &format.records[inner]);
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
        let Some(value) = field.initial() else { continue };
        let from = if !field.is_live() {
            // What was removed has no macro.
            numbers::literal(format, &field.ty, value)
        } else if field.constant.is_some() {
            names::field(format, record, field)
        } else {
            names::field_default(format, record, field)
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

/// `has` of a field that a flag or a value of its own can make absent.
fn presence(format: &Format, id: RecordId, field: &Field, out: &mut String) {
    let record = &format.records[id];
    let name = &field.name;
    let (mut tests, mut why) = (Vec::new(), Vec::new());
    let mut argument = String::new();
    if let Some(guard) = &field.guard
        && let Some((bit, flags)) = format.guard_bit(guard)
    {
        let owner = &format.records[guard.record];
        let holder = &owner.fields[guard.field].name;
        let (from, whose) = if guard.record == id {
            ("record", "")
        } else {
            argument = format!(", const {} *header", names::ty(format, owner));
            ("header", "the header's ")
        };
        tests.push(format!("{}({from}->{holder})", names::bit_test(flags, bit)));
        why.push(format!("{whose}`{holder}` has `{}`", bit.name));
    }
    if let Some(sentinel) = &field.sentinel {
        let none = match sentinel.from {
            ValueSource::Constant(id) => names::constant(format, &format.constants[id]),
            _ => names::field_none(format, record, field),
        };
        tests.push(if matches!(field.ty, Type::Array(..) | Type::Float(_)) {
            let bytes = numbers::string(&sentinel.bytes);
            format!("memcmp(&record->{name}, {bytes}, sizeof(record->{name})) != 0")
        } else {
            format!("record->{name} != {none}")
        });
        why.push(format!("it is not {none}"));
    }
    let given = if argument.is_empty() {
        "`record` is not NULL."
    } else {
        "Neither `record` nor `header` is NULL."
    };
    out.push_str(&comment::block(&[&format!(
        "Whether `{name}` holds a value, 1 or 0: it does when {}. {given}",
        why.join(" and ")
    )]));
    let test = tests.join(" && ");
    let _ = writeln!(
        out,
        "static inline int {}(const {} *record{argument}) {{\n{}    return {test};\n}}\n",
        names::has(format, record, field),
        names::ty(format, record),
        if test.contains("record->") { "" } else { "    (void)record;\n" },
    );
}

fn tail(format: &Format, record: &Record, out: &mut String) {
    let Some(tail) = &record.tail else { return };
    let count = &record.fields[tail.count].name;
    out.push_str(&comment::block(&[
        &format!("Start of `{}`: `record->{count}` bytes after the record.", tail.name),
        "`record` is not NULL, and the bytes after it are in the same buffer; their end is not checked.",
    ]));
    let _ = writeln!(
        out,
        "static inline const uint8_t *{}(const {} *record) {{\n    \
         return (const uint8_t *)(const void *)record + {};\n}}\n",
        names::tail(format, record, tail),
        names::ty(format, record),
        names::size(format, record)
    );
}

fn trailer(format: &Format, record: &Record, out: &mut String) {
    let (Some(tail), Some(trailer)) = (&record.tail, record.trailer) else { return };
    let behind = &format.records[trailer];
    let count = &record.fields[tail.count].name;
    let (size, behind_size) = (names::size(format, record), names::size(format, behind));
    out.push_str(&comment::block(&[
        &format!(
            "The {} after `{}`, or NULL if it does not fit into `length` bytes: data of an earlier revision ends with the tail.",
            behind.name, tail.name
        ),
        "`record` is not NULL, and the `length` bytes from its start are in the same buffer.",
    ]));
    let _ = writeln!(
        out,
        "static inline const {name} *{function}(const {record_name} *record, size_t length) {{\n    \
         if (length < {size} || length - {size} < record->{count} || length - {size} - record->{count} < {behind_size}) {{\n        \
         return NULL;\n    }}\n    \
         return (const {name} *)(const void *)((const uint8_t *)(const void *)record + {size} + record->{count});\n}}\n",
        name = names::ty(format, behind),
        function = names::trailer(format, record),
        record_name = names::ty(format, record),
    );
}
