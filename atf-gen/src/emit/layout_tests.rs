//! Tests that measure the compiled types and show the result as tables.
//!
//! A test includes the file. It defines the module of the types (`format`) and a function for each
//! table (`assert_layout(name, table)`), which usually compares it with a reviewed snapshot. Offsets
//! and sizes come from the compiler, so they cannot match the schema by accident.

use std::fmt::Write as _;

use super::layout::facts;
use super::rust::{self, string};
use super::template::fill;
use super::{case, parallel};
use crate::model::{Format, Record};

const HEAD: &str = r#"// $mark
// Included by a test that has the types as `format` and a function `assert_layout(name, table)`.

/// One row of a record's table: offset, size, type, field, unit, meaning.
type LayoutRow = (usize, usize, &'static str, &'static str, &'static str, &'static str);

/// Bytes of the field that `_get` borrows, as the compiler laid it out.
fn field_size<T, F>(_get: fn(&T) -> &F) -> usize {
    ::core::mem::size_of::<F>()
}

fn layout_table(name: &str, size: usize, rows: &[LayoutRow]) -> String {
    let mut out = ::std::format!(
        "{name}, {size} bytes\n\noffset size type             field            unit    meaning\n"
    );
    for (offset, size, ty, field, unit, meaning) in rows {
        let line = ::std::format!("{offset:>6} {size:>4} {ty:<16} {field:<16} {unit:<7} {meaning}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn number_table(name: &str, rows: &[(u64, &str, &str)]) -> String {
    let mut out = ::std::format!("{name}\n\n     value name                 meaning\n");
    for (value, name, meaning) in rows {
        let line = ::std::format!("{value:>10} {name:<20} {meaning}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[test]
$allowed
fn format_and_constants_are_as_reviewed() {
    let mut table = ::std::format!(
        "{}, version {}, revision {}, reads {:?}\n",
        format::FORMAT_NAME,
        format::FORMAT_VERSION,
        format::FORMAT_REVISION,
        format::READS
    );
    $constants
    for file in format::FILES {
        table.push_str(&::std::format!(
            "file {} at {}: {} / {} / {}, {:?}, footer at {:?}{}\n",
            file.name,
            file.path,
            file.header.unwrap_or("-"),
            file.event.unwrap_or("-"),
            file.footer.unwrap_or("-"),
            file.framing,
            file.footer_at,
            if file.optional { ", optional" } else { "" },
        ));
    }
    assert_layout("format", &table);
}
"#;

const CONSTANT: &str = r#"table.push_str(&::std::format!("{} = {}\n", "$name", format::$name));
"#;

const NUMBERS: &str = r#"
#[test]
$allowed
#[allow(clippy::useless_conversion, reason = "widths differ from type to type")]
fn $test() {
    assert_layout(
        "$name",
        &number_table(
            "$name",
            &[
                $rows
            ],
        ),
    );
}
"#;

const RECORD: &str = r#"
#[test]
fn $test() {
    let $binding = layout_table(
        "$name",
        ::core::mem::size_of::<format::$name>(),
        &[
$rows
        ],
    );
    $tail
    assert_layout("$name", &table);
}
"#;

const ROW: &str = r#"            (
                ::core::mem::offset_of!(format::$record, $member),
                field_size(|record: &format::$record| &record.$member),
                $type,
                "$name",
                $unit,
                $meaning,
            ),
"#;

const TAIL: &str = r#"let tail = format::$record::$ident;
table.push_str(&::std::format!(
    "{:>6}    * [u8; {}] {}\n",
    tail.offset, tail.count, tail.name
));
"#;

/// The tests as text, with their origin and requirements at the top.
#[must_use]
pub(crate) fn text(format: &Format) -> String {
    let mut constants = String::new();
    for constant in &format.constants {
        fill(&mut constants, CONSTANT, &[("name", &constant.name)]);
    }
    let allowed = rust::allow_deprecated(format);
    let mut out = String::new();
    let mark = super::mark(&format.source_name);
    fill(&mut out, HEAD, &[("mark", &mark), ("constants", &constants), ("allowed", allowed)]);
    for declared in &format.enums {
        let values = declared.values.iter().map(|value| (value.name.as_str(), value.doc.as_str()));
        numbers(&mut out, &declared.name, allowed, values, rust::value_const);
    }
    for declared in &format.flags {
        let bits = declared.bits.iter().map(|bit| (bit.name.as_str(), bit.doc.as_str()));
        numbers(&mut out, &declared.name, allowed, bits, rust::bit_const);
    }
    parallel::append(&mut out, format.records.len(), |out, id| {
        record(out, format, &format.records[id]);
    });
    out
}

fn record(out: &mut String, format: &Format, record: &Record) {
    let mut rows = String::new();
    for field in &record.fields {
        let facts = facts(format, field);
        let mut meaning = field.doc.replace('\n', " ");
        if !facts.is_empty() {
            meaning = format!("{meaning} [{facts}]").trim().to_owned();
        }
        fill(
            &mut rows,
            ROW,
            &[
                ("record", &record.name),
                ("name", &field.name),
                ("member", &field.member()),
                ("type", &string(&format.type_name(&field.ty))),
                ("unit", &string(field.unit.as_deref().unwrap_or(""))),
                ("meaning", &string(&meaning)),
            ],
        );
    }
    let mut tail = String::new();
    if let Some(declared) = &record.tail {
        let ident = rust::field_const(&declared.name);
        fill(&mut tail, TAIL, &[("record", &record.name), ("ident", &ident)]);
    }
    fill(
        out,
        RECORD,
        &[
            ("test", &format!("{}_lies_as_reviewed", case::snake(&record.name))),
            ("binding", if tail.is_empty() { "table" } else { "mut table" }),
            ("name", &record.name),
            ("rows", &rows),
            ("tail", &tail),
        ],
    );
}

fn numbers<'a>(
    out: &mut String,
    name: &str,
    allowed: &str,
    values: impl Iterator<Item = (&'a str, &'a str)>,
    const_name: fn(&str) -> String,
) {
    let mut rows = String::new();
    for (value, doc) in values {
        let constant = const_name(value);
        let doc = string(&doc.replace('\n', " "));
        let _ =
            writeln!(rows, "(u64::from(format::{name}::{constant}.get()), \"{value}\", {doc}),");
    }
    let test = format!("{}_numbers_are_as_reviewed", case::snake(name));
    fill(out, NUMBERS, &[("test", &test), ("name", name), ("allowed", allowed), ("rows", &rows)]);
}
