//! Constants, defaults, sentinels and limits of fields.

use super::{Names, report_misfit};
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Format, Type, Value, value};
use crate::parse::ast::{self, At, Literal};

/// Gives the fields their constants, defaults, sentinels and limits.
pub(super) fn values(
    schema: &ast::Schema,
    names: &Names,
    format: &mut Format,
    diagnostics: &mut Diagnostics,
) {
    for (record, written) in schema.records.iter().enumerate() {
        for at in 0..format.records[record].fields.len() {
            let ast = &written.fields[at];
            let given = [&ast.constant, &ast.default, &ast.sentinel, &ast.max];
            if given.iter().all(|value| value.is_none()) && ast.reserved.is_none() {
                continue;
            }
            let what = format!(
                "record {}, field {}",
                shorten(&written.name.value),
                shorten(&ast.name.value)
            );
            let mut read = |key: &str, literal: Option<&At<Literal>>| -> Option<Value> {
                let literal = literal?;
                let field = &format.records[record].fields[at];
                let by_constant = matches!(field.ty, Type::Int(_));
                if !field.type_is_known || by_constant && names.is_broken(format, &literal.value) {
                    return None;
                }
                match value::encode(format, &literal.value, &format.records[record].fields[at].ty) {
                    Ok(value) => Some(value),
                    Err(misfit) => {
                        report_misfit(
                            misfit,
                            &format!("{what}: `{key}`: "),
                            literal.span,
                            diagnostics,
                        );
                        None
                    }
                }
            };
            let constant = read("const", ast.constant.as_ref());
            let default = read("default", ast.default.as_ref());
            let sentinel = read("sentinel", ast.sentinel.as_ref());
            let limited = format.records[record].fields[at].ty.is_unsigned();
            let max = if limited { read("max", ast.max.as_ref()) } else { None };
            conflicts(ast, &what, diagnostics);
            if let Some(max) = &ast.max
                && !limited
                && format.records[record].fields[at].type_is_known
            {
                diagnostics.push(
                    Diagnostic::new(
                        Code::TypeNotAllowed,
                        max.span,
                        format!(
                            "{what}: `max`: expected a field of an unsigned integer type, found {}",
                            format.type_name(&format.records[record].fields[at].ty)
                        ),
                    )
                    .second(format.records[record].fields[at].type_at, "the type")
                    .help("remove `max`, or give the field an unsigned integer type"),
                );
            }
            let field = &mut format.records[record].fields[at];
            (field.constant, field.default, field.sentinel, field.max) =
                (constant, default, sentinel, max);
        }
    }
}

fn conflicts(ast: &ast::Field, what: &str, diagnostics: &mut Diagnostics) {
    let reserved =
        ast.reserved.as_ref().filter(|reserved| reserved.value).map(|reserved| reserved.span);
    let constant = ast.constant.as_ref().map(|value| value.span);
    let default = ast.default.as_ref().map(|value| value.span);
    let sentinel = ast.sentinel.as_ref().map(|value| value.span);
    let role = ast.role.as_ref().map(|role| role.span);
    let guard = ast.guard.as_ref().map(|guard| guard.span);
    let removed = ast.evolution.removed.as_ref().map(|removed| removed.span);
    let pairs = [
        ("const", constant, "reserved", reserved, "reserved bytes are zero: remove one of the two"),
        (
            "default",
            default,
            "reserved",
            reserved,
            "reserved bytes are zero: remove one of the two",
        ),
        (
            "sentinel",
            sentinel,
            "reserved",
            reserved,
            "reserved bytes are zero: remove one of the two",
        ),
        (
            "guard",
            guard,
            "reserved",
            reserved,
            "reserved bytes have no meaning: remove one of the two",
        ),
        (
            "removed",
            removed,
            "reserved",
            reserved,
            "a removed field keeps its type, which reserves its bytes",
        ),
        (
            "removed",
            removed,
            "const",
            constant,
            "readers check constants, so removing one needs a new version of the format",
        ),
        (
            "role",
            role,
            "reserved",
            reserved,
            "reserved bytes have no meaning: remove one of the two",
        ),
        ("default", default, "const", constant, "a constant is also the default: remove `default`"),
        ("sentinel", sentinel, "const", constant, "a constant is never absent: remove `sentinel`"),
    ];
    for (key, span, other, other_span, help) in pairs {
        if let (Some(span), Some(other_span)) = (span, other_span) {
            diagnostics.push(
                Diagnostic::new(
                    Code::Conflict,
                    span,
                    format!("{what}: expected no `{key}` beside `{other}`, found both"),
                )
                .second(other_span, format!("`{other}` is here"))
                .help(help),
            );
        }
    }
}
