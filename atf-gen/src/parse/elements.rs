//! `[[constant]]`, `[[enum]]`, `[[flags]]` and `[[record]]`.

use super::ast::{
    At, Constant, Detect, ElementNames, Enum, EnumValue, Field, FlagBit, Flags, Record, Role, Word,
};
use super::evolution::{evolution, evolution_of_a_part};
use super::table::Table;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, shorten};
use crate::source::Span;
use crate::toml;

/// The words that say what a role does.
pub(crate) const ROLE_VERBS: &[&str] = &[
    "count", "offset", "stride", "length", "checksum", "first", "last", "min", "max", "link",
    "same", "version", "present",
];

/// Takes the name and makes it part of every later message about the table.
pub(super) fn named(
    table: &mut Table<'_>,
    kind: &str,
    example: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Word> {
    let name = table.required_word("name", example, diagnostics)?;
    table.what = format!("{kind} {}", shorten(&name.value));
    Some(name)
}

pub(super) fn constant(
    span: Span,
    table: &toml::Table<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Constant> {
    let mut table = Table::new("constant", span, table);
    let name = named(&mut table, "constant", "\"MAX_ITEMS\"", diagnostics);
    let ty = table.required_word("type", "\"u32\"", diagnostics);
    let value = table.literal("value", diagnostics);
    if value.is_none() && !table.keys().iter().any(|key| key.value == "value") {
        table.missing("value", "1", diagnostics);
    }
    let doc = table.text("doc", diagnostics);
    let evolution = evolution(&mut table, diagnostics);
    table.finish(diagnostics);
    Some(Constant { name: name?, ty: ty?, value: value?, doc, evolution })
}

pub(super) fn enumeration(
    span: Span,
    table: &toml::Table<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Enum> {
    let mut table = Table::new("enum", span, table);
    let name = named(&mut table, "enum", "\"Color\"", diagnostics);
    let ty = table.required_word("type", "\"u8\"", diagnostics);
    let open = table.flag("open", diagnostics);
    let open_at = open.as_ref().map(|flag| flag.span);
    let open = open.is_some_and(|flag| flag.value);
    let c_prefix = table.word("c_prefix", diagnostics);
    let doc = table.text("doc", diagnostics);
    let evolution = evolution(&mut table, diagnostics);
    let mut values = Vec::new();
    for (span, inner) in table.tables("values", diagnostics) {
        let kind = format!("{}, value", table.what);
        let mut inner = Table::new(kind.clone(), span, inner);
        let name = named(&mut inner, &kind, "\"red\"", diagnostics);
        let value = inner.required_number("value", "1", diagnostics);
        let doc = inner.text("doc", diagnostics);
        let evolution = evolution_of_a_part(&mut inner, diagnostics);
        let detect = inner.table("detect", diagnostics).map(|(span, detect)| {
            let mut detect = Table::new(format!("{}, detect", inner.what), span, detect);
            let rust = detect.word("rust", diagnostics);
            let c = detect.word("c", diagnostics);
            detect.finish(diagnostics);
            Detect { rust, c }
        });
        inner.finish(diagnostics);
        if let (Some(name), Some(value)) = (name, value) {
            values.push(EnumValue { name, value, doc, evolution, detect });
        }
    }
    table.finish(diagnostics);
    Some(Enum { name: name?, ty: ty?, open, open_at, c_prefix, doc, evolution, values })
}

pub(super) fn flags(
    span: Span,
    table: &toml::Table<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Flags> {
    let mut table = Table::new("flags", span, table);
    let name = named(&mut table, "flags", "\"Options\"", diagnostics);
    let ty = table.required_word("type", "\"u8\"", diagnostics);
    let open = table.flag("open", diagnostics);
    let open_at = open.as_ref().map(|flag| flag.span);
    let open = open.is_some_and(|flag| flag.value);
    let c_prefix = table.word("c_prefix", diagnostics);
    let doc = table.text("doc", diagnostics);
    let evolution = evolution(&mut table, diagnostics);
    let mut bits = Vec::new();
    for (span, inner) in table.tables("bits", diagnostics) {
        let kind = format!("{}, bit", table.what);
        let mut inner = Table::new(kind.clone(), span, inner);
        let name = named(&mut inner, &kind, "\"compressed\"", diagnostics);
        let bit = inner.required_number("bit", "0", diagnostics);
        let doc = inner.text("doc", diagnostics);
        let evolution = evolution_of_a_part(&mut inner, diagnostics);
        let must_understand =
            inner.flag("must_understand", diagnostics).is_some_and(|flag| flag.value);
        let role = role(&mut inner, diagnostics);
        inner.finish(diagnostics);
        if let (Some(name), Some(bit)) = (name, bit) {
            bits.push(FlagBit { name, bit, doc, evolution, must_understand, role });
        }
    }
    table.finish(diagnostics);
    Some(Flags { name: name?, ty: ty?, open, open_at, c_prefix, doc, evolution, bits })
}

pub(super) fn record(
    span: Span,
    table: &toml::Table<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Record> {
    let mut table = Table::new("record", span, table);
    let name = named(&mut table, "record", "\"Header\"", diagnostics);
    let size = table.number("size", diagnostics);
    let size_missing = (!table.has("size")).then_some(table.span);
    let doc = table.text("doc", diagnostics);
    let evolution = evolution(&mut table, diagnostics);
    let trailer = table.word("trailer", diagnostics);
    let fields = table
        .tables("fields", diagnostics)
        .into_iter()
        .filter_map(|(span, inner)| field(&table.what, span, inner, diagnostics))
        .collect();
    if name.is_none() && size_missing.is_some() {
        table.missing("size", "64", diagnostics);
    }
    table.finish(diagnostics);
    Some(Record { name: name?, size, size_missing, doc, evolution, trailer, fields })
}

fn field(
    record: &str,
    span: Span,
    table: &toml::Table<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Field> {
    let kind = format!("{record}, field");
    let mut table = Table::new(kind.clone(), span, table);
    let name = named(&mut table, &kind, "\"count\"", diagnostics);
    let offset = table.number("offset", diagnostics);
    let offset_missing = (!table.has("offset")).then_some(table.span);
    let ty = table.word("type", diagnostics);
    let type_missing = (!table.has("type")).then_some(table.span);
    let doc = table.text("doc", diagnostics);
    let evolution = evolution_of_a_part(&mut table, diagnostics);
    let unit = table.text("unit", diagnostics);
    let constant = table.literal("const", diagnostics);
    let default = table.literal("default", diagnostics);
    let sentinel = table.literal("sentinel", diagnostics);
    let max = table.literal("max", diagnostics);
    let reserved = table.flag("reserved", diagnostics);
    let guard = table.word("guard", diagnostics);
    let role = role(&mut table, diagnostics);
    let mut element_names = Vec::new();
    for (span, inner) in table.tables("element_names", diagnostics) {
        let mut inner = Table::new(format!("{}, element names", table.what), span, inner);
        let when = inner.conditions("when", diagnostics);
        let names = inner.texts("names", diagnostics);
        inner.finish(diagnostics);
        element_names.push(ElementNames { when, names, span });
    }
    if name.is_none() {
        let missing = [(offset_missing, "offset", "0"), (type_missing, "type", "\"u32\"")];
        for (_, key, example) in missing.iter().filter(|(missing, ..)| missing.is_some()) {
            table.missing(key, example, diagnostics);
        }
    }
    let has_role = table.has("role");
    table.finish(diagnostics);
    Some(Field {
        offset,
        offset_missing,
        name: name?,
        ty,
        type_missing,
        doc,
        evolution,
        unit,
        constant,
        default,
        sentinel,
        max,
        reserved,
        guard,
        has_role,
        role,
        element_names,
    })
}

fn role(outer: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<Role> {
    let (span, table) = outer.table("role", diagnostics)?;
    let mut table = Table::new(format!("{}, role", outer.what), span, table);
    let algorithm = table.word("algorithm", diagnostics);
    let authoritative = table.flag("authoritative", diagnostics);
    let mut verbs: Vec<(Word, Word)> = Vec::new();
    let present = table.keys();
    for verb in ROLE_VERBS {
        let target = table.word(verb, diagnostics);
        if let (Some(target), Some(key)) = (target, present.iter().find(|key| key.value == *verb)) {
            verbs.push((key.clone(), target));
        }
    }
    verbs.sort_by_key(|(verb, _)| verb.span);
    let what = table.what.clone();
    // A verb that is mistyped, or whose target is no text, is reported as that.
    let is_reported =
        present.iter().any(|key| key.value != "algorithm" && key.value != "authoritative");
    table.finish(diagnostics);
    if verbs.len() > 1 {
        let (second, _) = verbs.swap_remove(1);
        diagnostics.push(
            Diagnostic::new(
                Code::RoleSyntax,
                second.span,
                format!(
                    "{what}: expected one verb, found `{}` and `{}`",
                    verbs[0].0.value, second.value
                ),
            )
            .second(verbs[0].0.span, "the first")
            .help("a field has one role: remove one of the two"),
        );
    }
    let Some((verb, target)) = verbs.into_iter().next() else {
        if !is_reported {
            diagnostics.push(
                Diagnostic::new(
                    Code::RoleSyntax,
                    span,
                    format!("{what}: expected a verb, found none"),
                )
                .help(format!("one of: {}", ROLE_VERBS.join(", "))),
            );
        }
        return None;
    };
    Some(Role { verb, target, algorithm, authoritative: authoritative.map(|a| At { ..a }), span })
}
