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

use std::collections::HashSet;

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
    let dropped = &mut schema.dropped;
    each(&mut root, "constant", &mut schema.constants, elements::constant, dropped, diagnostics);
    each(&mut root, "enum", &mut schema.enums, elements::enumeration, dropped, diagnostics);
    each(&mut root, "flags", &mut schema.flags, elements::flags, dropped, diagnostics);
    each(&mut root, "record", &mut schema.records, elements::record, dropped, diagnostics);
    each(&mut root, "file", &mut schema.files, files::file, dropped, diagnostics);
    root.finish(diagnostics);
    Some(schema)
}

/// Reads the tables of one kind. The names of those that cannot be read are `dropped`.
fn each<T>(
    root: &mut Table<'_>,
    key: &'static str,
    elements: &mut Vec<T>,
    read: fn(Span, &toml::Table<'_>, &mut Diagnostics) -> Option<T>,
    dropped: &mut HashSet<String>,
    diagnostics: &mut Diagnostics,
) {
    for (span, table) in root.tables(key, diagnostics) {
        match (read(span, table, diagnostics), table.get("name").map(|name| &name.data)) {
            (Some(element), _) => elements.push(element),
            (None, Some(toml::Data::String(name))) => {
                dropped.insert(name.to_string());
            }
            (None, _) => {}
        }
    }
}
