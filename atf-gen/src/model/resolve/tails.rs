//! Tails: bytes after the fields, counted by one of them.

use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Field;
use crate::parse::ast::{self, Word};
use crate::parse::type_expr::TypeExpr;

/// A field of the schema, for messages about it.
pub(super) struct Place<'a> {
    pub(super) record: &'a ast::Record,
    pub(super) field: &'a ast::Field,
    pub(super) at: usize,
    pub(super) written: &'a Word,
    pub(super) what: &'a str,
}

/// Position of the field that counts the tail, when all is well with it.
pub(super) fn counted_tail(
    place: &Place<'_>,
    element: &TypeExpr,
    count: &str,
    before: &[Field],
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let Place { record, field, at, written, what } = *place;
    let mut fault = |message: String, help: &str| {
        diagnostics.push(
            Diagnostic::new(Code::CountedTail, written.span, format!("{what}: {message}"))
                .help(help),
        );
    };
    let counter = before.iter().position(|candidate| candidate.name == count);
    let Some(counter) = counter else {
        let known = before.iter().map(|field| field.name.as_str());
        let meant = crate::diagnostic::nearest(count, known);
        fault(
            format!(
                "expected a constant or an earlier field as the length, found {}",
                shorten(count)
            ),
            &meant.map_or_else(
                || "declare the field that holds the length before the tail".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            ),
        );
        return None;
    };
    if at + 1 != record.fields.len() {
        fault(
            "a counted tail must be the last field, found fields after it".to_owned(),
            "move it to the end, or give it a fixed length",
        );
        return None;
    }
    if *element != TypeExpr::Name("u8".to_owned()) {
        fault(
            format!("expected a tail of u8, found {}", shorten(&written.value)),
            "the length of a tail is in bytes: write [u8; ...]",
        );
        return None;
    }
    if !before[counter].type_is_known {
        return None;
    }
    if !before[counter].ty.is_unsigned() {
        fault(
            format!(
                "expected an unsigned integer as the length of the tail, found {count}, which is not one"
            ),
            "use u8, u16, u32 or u64 for the length field",
        );
        return None;
    }
    let extra: [(&str, bool); 9] = [
        ("const", field.constant.is_some()),
        ("default", field.default.is_some()),
        ("sentinel", field.sentinel.is_some()),
        ("max", field.max.is_some()),
        ("reserved", field.reserved.is_some()),
        ("role", field.role.is_some()),
        ("guard", field.guard.is_some()),
        ("removed", field.evolution.removed.is_some()),
        ("element_names", !field.element_names.is_empty()),
    ];
    if let Some((key, _)) = extra.iter().find(|(_, given)| *given) {
        fault(
            format!("expected a counted tail without `{key}`, found one"),
            "only fields of a fixed size have values and roles",
        );
    }
    Some(counter)
}
