//! Converts TOML to the schema as written. Called by `load` only.
//!
//! Parsing does not stop at the first error: an element with an invalid key is read as far as
//! possible, and dropped only if its name is missing.

pub(crate) mod ast;
mod elements;
mod evolution;
mod files;
pub(crate) mod table;
pub(crate) mod type_expr;

use crate::diagnostic::Diagnostics;
use crate::source::{Source, Span};
use crate::toml;
use ast::Schema;
use table::Table;

/// Reads the schema. `None` when the text is not TOML: then there is nothing to go on with.
pub(crate) fn parse(source: &Source, diagnostics: &mut Diagnostics) -> Option<Schema> {
    let root = toml::read(source, diagnostics)?;
    let mut root = Table::new("schema", Span::default(), &root);
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
