//! Types of fields.

use super::Names;
use super::numbers::suggest_type;
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::types::{PRIMITIVES, primitive};
use crate::model::{Format, Type};
use crate::parse::ast::Word;
use crate::parse::type_expr::{Length, TypeExpr};

/// Whether the size of `ty` is known. It is not for a record whose size in the schema is wrong or missing.
pub(super) fn size_is_known(format: &Format, ty: &Type) -> bool {
    match ty {
        Type::Record(id) => format.records[*id].size_is_known,
        Type::Array(element, _) => size_is_known(format, element),
        _ => true,
    }
}

/// Looks up a type; reports what is wrong with it, and returns `None` then.
pub(super) fn resolve_type(
    expr: &TypeExpr,
    written: &Word,
    names: &Names,
    format: &Format,
    what: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Type> {
    match expr {
        TypeExpr::Name(name) => {
            let found = primitive(name)
                .or_else(|| names.enums.get(name).map(|id| Type::Enum(*id)))
                .or_else(|| names.flags.get(name).map(|id| Type::Flags(*id)))
                .or_else(|| names.records.get(name).map(|id| Type::Record(*id)));
            // What is declared but wrong is reported there.
            if found.is_none() && !names.dropped.contains(name) {
                let known = PRIMITIVES
                    .iter()
                    .copied()
                    .chain(names.enums.keys().map(String::as_str))
                    .chain(names.flags.keys().map(String::as_str))
                    .chain(names.records.keys().map(String::as_str));
                // Sorted: of two names equally near, the same one is suggested in every run.
                let count = names.enums.len() + names.flags.len() + names.records.len();
                let mut known: Vec<&str> = match diagnostics.may_search(count) {
                    true => known.collect(),
                    false => PRIMITIVES.to_vec(),
                };
                known.sort_unstable();
                diagnostics.push(
                    Diagnostic::new(
                        Code::UnknownType,
                        written.span,
                        format!("{what}: unknown type {}", shorten(name)),
                    )
                    .label("not declared")
                    .help(suggest_type(name, known.into_iter())),
                );
            }
            found
        }
        TypeExpr::Array(element, length) => {
            let length = match length {
                Length::Number(length) => *length,
                Length::Name(name) => match names.constants.get(name) {
                    Some(id) if !format.constants[*id].is_known => return None,
                    Some(id) => format.constants[*id].value.number().unwrap_or(0),
                    None if names.dropped.contains(name) => return None,
                    None => {
                        diagnostics.push(
                            Diagnostic::new(
                                Code::UnknownValue,
                                written.span,
                                format!("{what}: type: expected a number or a constant as the length, found {}", shorten(name)),
                            )
                            .help("only the last field, an array of u8, can have its length in another field"),
                        );
                        return None;
                    }
                },
            };
            if length == 0 {
                diagnostics.push(
                    Diagnostic::new(
                        Code::TypeNotAllowed,
                        written.span,
                        format!(
                            "{what}: type: expected an array of at least one element, found none"
                        ),
                    )
                    .help("leave the field out"),
                );
                return None;
            }
            let element = resolve_type(element, written, names, format, what, diagnostics)?;
            Some(Type::Array(Box::new(element), length))
        }
    }
}
