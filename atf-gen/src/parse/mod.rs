//! TOML in, the schema as written out. Called by `load` and by nobody else.
//!
//! Nothing stops at the first mistake: an element with a broken key is read as far as it
//! goes, and left out only when what identifies it is missing.

pub(crate) mod ast;
mod elements;
mod evolution;
mod files;
pub(crate) mod table;
pub(crate) mod type_expr;

use toml::de::DeTable;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Source, Span};
use ast::Schema;
use table::Table;

/// Reads the schema. `None` when the text is not TOML: then there is nothing to go on with.
pub(crate) fn parse(source: &Source, diagnostics: &mut Diagnostics) -> Option<Schema> {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    if !errors.is_empty() {
        let mut last = None;
        for error in errors {
            let end = source.text().len();
            let span = error.span().map_or(Span::new(end, end), Span::from);
            let message = error.message().lines().next().unwrap_or_default().to_owned();
            // What follows on the same line is mostly the same mistake once more, and so are the
            // keys below the heading of a table that is there already.
            let line = source.line_of(source.floor(span.start));
            let twice = message.contains("duplicate key");
            let follows = last.is_some_and(|(before, before_twice)| {
                line == before || (twice && before_twice && line == before + 1)
            });
            last = Some((line, twice));
            if !follows {
                diagnostics.push(
                    Diagnostic::new(Code::Toml, span, format!("TOML: {message}"))
                        .help(help(&message)),
                );
            }
        }
        return None;
    }
    let mut root = Table::new("schema", Span::default(), root.get_ref());
    let mut schema = Schema::default();
    match root.table("format", diagnostics) {
        Some((span, table)) => schema.format = files::format(span, table, diagnostics),
        // Of another type is reported as that.
        None if root.has("format") => {}
        None => root.missing(
            "format",
            "{ name = \"my-format\", version = 1, endian = \"little\" }",
            diagnostics,
        ),
    }
    for (span, table) in root.tables("constant", diagnostics) {
        schema.constants.extend(elements::constant(span, table, diagnostics));
    }
    for (span, table) in root.tables("enum", diagnostics) {
        schema.enums.extend(elements::enumeration(span, table, diagnostics));
    }
    for (span, table) in root.tables("flags", diagnostics) {
        schema.flags.extend(elements::flags(span, table, diagnostics));
    }
    for (span, table) in root.tables("record", diagnostics) {
        schema.records.extend(elements::record(span, table, diagnostics));
    }
    for (span, table) in root.tables("file", diagnostics) {
        schema.files.extend(files::file(span, table, diagnostics));
    }
    root.finish(diagnostics);
    Some(schema)
}

/// How to mend what the TOML parser says.
fn help(message: &str) -> &'static str {
    if message.contains("duplicate key") {
        "a key stands once in its table: remove one of the two, or write [[name]] for one more table"
    } else if message.contains("string values must be quoted") {
        "put the text between double quotes"
    } else {
        "the rules of TOML: https://toml.io/en/v1.0.0"
    }
}
