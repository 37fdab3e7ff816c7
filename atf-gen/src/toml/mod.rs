//! Reads TOML text into a table of values with their places.
//!
//! The crate `toml_parser` parses the text; this folder builds values from its events and gives
//! every error a kind. Used for schemas and for the file of accepted breaks.

mod build;
mod fault;
mod value;

pub(crate) use value::{Data, Table, Value};

use crate::diagnostic::Diagnostics;
use crate::source::{Source, Span};

/// Reads a text; `None` when it is not TOML, and `diagnostics` says why.
pub(crate) fn read<'a>(source: &'a Source, diagnostics: &mut Diagnostics) -> Option<Table<'a>> {
    let (table, mut faults) = build::build(source.text());
    if faults.is_empty() {
        return Some(table);
    }
    let end = source.text().len();
    faults.sort_by_key(|fault| fault.span.unwrap_or(Span::new(end, end)));
    let mut last = None;
    for fault in faults {
        // Further errors on the same line are mostly caused by the first.
        let line = source.line_of(source.floor(fault.span.map_or(end, |span| span.start)));
        if last.replace(line) != Some(line) {
            diagnostics.push(fault.diagnostic(end));
        }
    }
    None
}

/// Reads a text that is known to be TOML; `None` when it is not.
#[cfg(feature = "cli")]
pub(crate) fn table(text: &str) -> Option<Table<'_>> {
    let (table, faults) = build::build(text);
    faults.is_empty().then_some(table)
}

#[cfg(test)]
mod tests;
