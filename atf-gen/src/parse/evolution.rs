//! The keys for the history of an element, the same for all elements.

use super::ast::Evolution;
use super::table::Table;
use crate::diagnostic::Diagnostics;

/// Of an element that can be added, renamed and deprecated.
pub(super) fn evolution(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Evolution {
    Evolution {
        since: table.number("since", diagnostics),
        was: table.word_or_words("was", diagnostics),
        deprecated: table.text("deprecated", diagnostics),
        ..Evolution::default()
    }
}

/// Of a field, an enum's value or a flag's bit, which can also change its meaning and be removed
/// while its place stays taken.
pub(super) fn evolution_of_a_part(
    table: &mut Table<'_>,
    diagnostics: &mut Diagnostics,
) -> Evolution {
    Evolution {
        semantics: table.number("semantics", diagnostics),
        removed: table.number("removed", diagnostics),
        ..evolution(table, diagnostics)
    }
}
