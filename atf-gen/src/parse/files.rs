//! `[format]` and `[[file]]`.

use super::ast::{File, Format, Payload};
use super::elements::named;
use super::evolution::evolution;
use super::table::Table;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, shorten};
use crate::source::Span;
use crate::toml;

pub(super) fn format(span: Span, table: &toml::Table<'_>, diagnostics: &mut Diagnostics) -> Format {
    let mut table = Table::new("[format]", span, table);
    let mut format = Format {
        name: table.required_word("name", "\"my-format\"", diagnostics),
        title: table.text("title", diagnostics),
        doc: table.text("doc", diagnostics),
        version: table.required_number("version", "1", diagnostics),
        revision: table.number("revision", diagnostics),
        reads: table.numbers("reads", diagnostics),
        copies: table.words("copies", diagnostics),
        ..Format::default()
    };
    if let Some(endian) = table.required_word("endian", "\"little\"", diagnostics)
        && endian.value != "little"
    {
        diagnostics.push(
            Diagnostic::new(
                Code::Endian,
                endian.span,
                format!(
                    "[format]: `endian`: expected \"little\", found \"{}\"",
                    shorten(&endian.value)
                ),
            )
            .help("write endian = \"little\"; generated code reads and writes them on any host"),
        );
    }
    if let Some((span, c)) = table.table("c", diagnostics) {
        let mut c = Table::new("[format.c]", span, c);
        format.c_prefix = c.word("prefix", diagnostics);
        format.c_header = c.word("header", diagnostics);
        format.c_type_prefix = c.word("type_prefix", diagnostics);
        c.finish(diagnostics);
    }
    table.finish(diagnostics);
    format
}

pub(super) fn file(
    span: Span,
    table: &toml::Table<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<File> {
    let mut table = Table::new("file", span, table);
    let name = named(&mut table, "file", "\"data\"", diagnostics);
    let path = table.required_word("path", "\"data.bin\"", diagnostics);
    let doc = table.text("doc", diagnostics);
    let evolution = evolution(&mut table, diagnostics);
    let optional = table.flag("optional", diagnostics);
    let optional_at = optional.as_ref().map(|flag| flag.span);
    let optional = optional.is_some_and(|flag| flag.value);
    let header = table.word("header", diagnostics);
    let event = table.word("event", diagnostics);
    let footer = table.word("footer", diagnostics);
    let framing = table.word("framing", diagnostics);
    let footer_at = table.word("footer_at", diagnostics);
    let mut payloads = Vec::new();
    for (span, inner) in table.tables("payloads", diagnostics) {
        let mut inner = Table::new(format!("{}, payload", table.what), span, inner);
        let record = inner.required_word("record", "\"MyPayload\"", diagnostics);
        let when = inner.conditions("when", diagnostics);
        inner.finish(diagnostics);
        if let Some(record) = record {
            payloads.push(Payload { record, when });
        }
    }
    table.finish(diagnostics);
    Some(File {
        name: name?,
        path,
        doc,
        evolution,
        optional,
        optional_at,
        header,
        event,
        footer,
        framing,
        footer_at,
        payloads,
    })
}
