//! Records: structs of alignment 1, with asserts on their layout.

use std::fmt::Write as _;

use super::docs::{doc, doc_into, field_doc};
use super::names::argument;
use super::{checksums, field_const, fields, list, names_function, presence, string, value_const};
use crate::emit::history;
use crate::emit::template::fill;
use crate::model::{EnumId, Field, Format, Record, RecordId, Tail, Type};

const RECORD: &str = r#"$docs
#[derive(
    Clone,
    Copy,
    Debug,
    $comparable
    ::zerocopy::FromBytes,
    ::zerocopy::IntoBytes,
    ::zerocopy::KnownLayout,
    ::zerocopy::Immutable,
    ::zerocopy::Unaligned,
)]
#[repr(C)]
pub struct $name {
$members
}

$allowed
impl $name {
    /// A fresh record: constants and defaults filled in, all else zero.
    pub const INIT: Self = Self {
$initial
    };
    /// A hash of all fields, reserved bytes included, and of the size. Where it is equal, the bytes are equal
    /// and mean the same.
    pub const LAYOUT_HASH: u64 = $layout_hash;
    /// A hash of the fields of the first revision. Where it is equal, these fields are equal; later revisions
    /// may have added others.
    pub const CORE_HASH: u64 = $core_hash;
    $more
}

impl ::core::default::Default for $name {
    fn default() -> Self {
        Self::INIT
    }
}

impl Record for $name {
    const NAME: &'static str = "$name";
    const SIZE: usize = $bytes;
    const CORE_SIZE: usize = $core_size;
    const FIELDS: &'static [Field] = &[
$reflected
    ];
    const TAIL: ::core::option::Option<CountedTail> = $tail;
}

const _: () = {
    ::core::assert!(::core::mem::size_of::<$name>() == $bytes, "size of $name");
    ::core::assert!(::core::mem::align_of::<$name>() == 1, "alignment of $name");
$offsets
};
"#;

pub(super) fn emit(out: &mut String, format: &Format, id: RecordId, allowed: &str) {
    let record = &format.records[id];
    let name = &record.name;
    let mut facts = format!("{} bytes", record.size);
    if let Some(tail) = &record.tail {
        let count = &record.fields[tail.count].name;
        let _ = write!(facts, ", then `{}`, whose length in bytes is `{count}`", tail.name);
    }
    if let Some(trailer) = record.trailer {
        let _ = write!(facts, ", then a {} that may be absent", format.records[trailer].name);
    }
    facts.push('.');
    let fallback = format!("The record {name}.");
    let docs = doc(&[
        if record.doc.is_empty() { &fallback } else { &record.doc },
        &facts,
        &history::sentences(&record.evolution),
    ]);
    let has_float = format.holds_float(&Type::Record(id));
    // Room for fields as most are, so that the text is not moved each time it grows.
    let room = |bytes: usize| String::with_capacity(bytes * record.fields.len());
    let (mut members, mut initial) = (room(192), room(96));
    let (mut reflected, mut offsets, mut more) = (room(512), room(128), String::new());
    out.reserve(1024 * (1 + record.fields.len()));
    for field in &record.fields {
        let history = history::sentences(&field.evolution);
        let member = field.member();
        doc_into(&mut members, "    ", &[field_doc(field), &field_facts(format, field), &history]);
        let ty = fields::rust_type(format, &field.ty);
        let _ = writeln!(members, "    pub {member}: {ty},");
        let _ = writeln!(initial, "        {member}: {},", fields::initial(format, field));
        fields::reflection(&mut reflected, format, id, field);
        assert_offset(&mut offsets, name, field);
        constant(&mut more, format, field);
    }
    if let Some(tail) = &record.tail {
        tail_const(&mut more, record, tail);
    }
    for field in record.fields.iter().filter(|field| field.is_live()) {
        element_names(&mut more, format, field);
    }
    if let Some(tail) = &record.tail {
        split_tail(&mut more, record, tail);
    }
    presence::trailer(&mut more, format, id);
    for field in &record.fields {
        presence::has(&mut more, format, id, field);
        checksums::computed(&mut more, format, field);
    }
    let tail = record.tail.as_ref().map(|tail| format!("Self::{}", field_const(&tail.name)));
    fill(
        out,
        RECORD,
        &[
            ("docs", &docs),
            ("allowed", allowed),
            ("layout_hash", &hex(record.hashes.layout)),
            ("core_hash", &hex(record.hashes.core)),
            ("core_size", &record.core_size().to_string()),
            ("comparable", if has_float { "" } else { "PartialEq,\nEq,\nHash," }),
            ("name", name),
            ("members", &members),
            ("initial", &initial),
            ("more", &more),
            ("bytes", &record.size.to_string()),
            ("reflected", &reflected),
            ("tail", &fields::option(tail.as_deref())),
            ("offsets", &offsets),
        ],
    );
}

fn hex(hash: u64) -> String {
    format!(
        "0x{:04X}_{:04X}_{:04X}_{:04X}",
        hash >> 48,
        hash >> 32 & 0xFFFF,
        hash >> 16 & 0xFFFF,
        hash & 0xFFFF
    )
}

/// An assert that the field is where the schema says.
fn assert_offset(out: &mut String, record: &str, field: &Field) {
    let (name, member, offset) = (&field.name, field.member(), field.offset);
    let offset_of = format!("::core::mem::offset_of!({record}, {member}) == {offset}");
    let message = format!("\"offset of {record}.{name}\"");
    let _ = if offset_of.len() + message.len() + 25 <= 100 {
        writeln!(out, "    ::core::assert!({offset_of}, {message});")
    } else {
        writeln!(out, "    ::core::assert!(\n        {offset_of},\n        {message}\n    );")
    };
}

/// What the schema says of a field beside its meaning.
fn field_facts(format: &Format, field: &Field) -> String {
    let mut facts = format!(
        "Offset {}, {} byte{}",
        field.offset,
        field.size,
        if field.size == 1 { "" } else { "s" }
    );
    if let Some(unit) = &field.unit {
        let _ = write!(facts, "; in {unit}");
    }
    if field.reserved {
        facts.push_str("; reserved, zero");
    }
    let value = |value: &crate::model::Value| {
        format!("`{}`", crate::emit::value::text(format, &field.ty, value))
    };
    if let Some(constant) = &field.constant {
        let _ = write!(facts, "; always {}", value(constant));
    }
    if let Some(default) = &field.default {
        let _ = write!(facts, "; {} by default", value(default));
    }
    if let Some(sentinel) = &field.sentinel {
        let _ = write!(facts, "; {} means none", value(sentinel));
    }
    if let Some(max) = &field.max {
        let _ = write!(facts, "; at most {}", value(max));
    }
    if let Some(role) = &field.role {
        let _ = write!(facts, "; {}", format.role_text(role.kind));
        if role.authoritative {
            facts.push_str(", authoritative");
        }
    }
    if let Some(guard) = history::guard(format, field) {
        let _ = write!(facts, "; {guard}");
    }
    facts.push('.');
    facts
}

/// The value of a constant field, as a constant of the record.
fn constant(out: &mut String, format: &Format, field: &Field) {
    let Some(value) = &field.constant else { return };
    fill(
        out,
        "$docs\npub const $name: $type = $value;\n",
        &[
            ("docs", &doc(&[&format!("The only legal value of `{}`.", field.name)])),
            ("name", &field_const(&field.name)),
            ("type", &fields::const_type(format, &field.ty)),
            ("value", &fields::const_value(format, &field.ty, value)),
        ],
    );
}

const TAIL: &str = r#"$docs
pub const $ident: CountedTail = CountedTail {
    name: $name,
    offset: $offset,
    count: $count,
    doc: $doc,
};
"#;

fn tail_const(out: &mut String, record: &Record, tail: &Tail) {
    let count = &record.fields[tail.count].name;
    let text = if tail.doc.is_empty() { "Bytes after the record." } else { &tail.doc };
    let facts = format!("Starts at offset {}; `{count}` is its length in bytes.", tail.offset);
    fill(
        out,
        TAIL,
        &[
            ("docs", &doc(&[text, &facts, &history::sentences(&tail.evolution)])),
            ("ident", &field_const(&tail.name)),
            ("name", &string(&tail.name)),
            ("offset", &tail.offset.to_string()),
            ("count", &string(count)),
            ("doc", &string(text)),
        ],
    );
}

const SPLIT: &str = r#"
$docs
#[must_use]
pub fn split_tail(bytes: &[u8]) -> ::core::option::Option<(&Self, &[u8], &[u8])> {
    let (head, behind) = <Self as ::zerocopy::FromBytes>::ref_from_prefix(bytes).ok()?;
    let length: usize = $read;
    let (tail, rest) = behind.split_at_checked(length)?;
    ::core::option::Option::Some((head, tail, rest))
}
"#;

fn split_tail(out: &mut String, record: &Record, tail: &Tail) {
    let counter = &record.fields[tail.count];
    let count = &counter.name;
    // Up to two bytes fit any `usize`; more may not.
    let read = match counter.size {
        1 => format!("::core::convert::From::from(head.{count})"),
        2 => format!("::core::convert::From::from(head.{count}.get())"),
        _ => format!("::core::convert::TryFrom::try_from(head.{count}.get()).ok()?"),
    };
    let docs = doc(&[
        &format!("Splits `bytes` into the record, its `{}`, and the remaining bytes.", tail.name),
        "`None` if the bytes end before the record or before its tail.",
    ]);
    fill(out, SPLIT, &[("docs", &docs), ("read", &read)]);
}

const ELEMENT_NAMES: &str = r#"
$docs
#[must_use]
pub const fn $function($arguments) -> &'static [&'static str] {
    $body
}
"#;

/// The function that gives an array's elements their names.
fn element_names(out: &mut String, format: &Format, field: &Field) {
    if field.element_names.is_empty() {
        return;
    }
    let mut enums: Vec<EnumId> = Vec::new();
    for case in field.element_names.iter().flat_map(|list| &list.when) {
        if !enums.contains(&case.id) {
            enums.push(case.id);
        }
    }
    let arguments: Vec<String> = enums.iter().map(|id| argument(&format.enums[*id].name)).collect();
    let typed: Vec<String> = enums
        .iter()
        .zip(&arguments)
        .map(|(id, argument)| format!("{argument}: {}", format.enums[*id].name))
        .collect();
    let names = |names: &[String], indent, used| {
        let names: Vec<String> = names.iter().map(|name| string(name)).collect();
        list("&[", &names, "]", indent, used)
    };
    let body = match field.element_names.as_slice() {
        [always] if always.when.is_empty() => names(&always.names, 0, 8),
        lists => {
            let mut body = format!("match {} {{\n", tuple(&arguments));
            for list in lists {
                let patterns: Vec<String> = enums
                    .iter()
                    .map(|id| match list.when.iter().find(|case| case.id == *id) {
                        None => "_".to_owned(),
                        Some(case) => {
                            let declared = &format.enums[*id];
                            let values = case.values.iter().map(|at| {
                                let value = value_const(&declared.values[*at].name);
                                format!("{}::{value}", declared.name)
                            });
                            values.collect::<Vec<_>>().join(" | ")
                        }
                    })
                    .collect();
                let pattern = format!("    {} => ", tuple(&patterns));
                let names = names(&list.names, 4, pattern.len() + 8);
                let _ = writeln!(body, "{pattern}{names},");
            }
            body.push_str("    _ => &[],\n}");
            body
        }
    };
    let function = names_function(&field.name);
    let docs = doc(&[
        &format!("Names of the first elements of `{}`.", field.name),
        "Empty if the schema has none for these values.",
    ]);
    fill(
        out,
        ELEMENT_NAMES,
        &[
            ("docs", &docs),
            ("function", &function),
            ("arguments", &list("", &typed, "", 0, function.len() + 50)),
            ("body", &body),
        ],
    );
}

fn tuple(items: &[String]) -> String {
    match items {
        [one] => format!("({one},)"),
        _ => format!("({})", items.join(", ")),
    }
}
