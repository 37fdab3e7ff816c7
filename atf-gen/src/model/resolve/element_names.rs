//! Names of the elements of arrays.

use super::{Names, when};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::shorten;
use crate::model::{ElementNames, Format};
use crate::parse::ast;

/// Gives arrays the names of their elements.
pub(super) fn element_names(
    schema: &ast::Schema,
    names: &Names,
    format: &mut Format,
    diagnostics: &mut Diagnostics,
) {
    for (record, written) in schema.records.iter().enumerate() {
        for at in 0..format.records[record].fields.len() {
            let ast = &written.fields[at];
            if ast.element_names.is_empty() {
                continue;
            }
            let what = format!(
                "record {}, field {}, element names",
                shorten(&written.name.value),
                shorten(&ast.name.value)
            );
            let lists: Vec<ElementNames> = ast
                .element_names
                .iter()
                .map(|list| {
                    (list, when::by_enum_name(&list.when, names, format, &what, diagnostics))
                })
                .map(|(list, when)| ElementNames {
                    is_complete: when::is_complete(&list.when, when.iter()),
                    when,
                    names: list.names.iter().map(|name| name.value.clone()).collect(),
                    names_at: list.names.iter().map(|name| name.span).collect(),
                    at: list.span,
                })
                .collect();
            format.records[record].fields[at].element_names = lists;
        }
    }
}
