//! Records and their fields: types, sizes, values, names of elements.

use super::evolution::evolution;
use super::numbers::suggest_type;
use super::{Names, doc, report_misfit, when};
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::types::{PRIMITIVES, primitive};
use crate::model::{ElementNames, Field, Format, LayoutHashes, Record, Tail, Type, Value, value};
use crate::parse::ast::{self, At, Literal, Word};
use crate::parse::type_expr::{self, Length, TypeExpr};

/// Largest record: a record is a fixed structure, not the data itself.
pub(crate) const MAX_RECORD_BYTES: u64 = 16 << 20;

/// Makes all records, without the values of their fields.
pub(super) fn records(
    schema: &ast::Schema,
    names: &Names,
    format: &mut Format,
    diagnostics: &mut Diagnostics,
) {
    // A field's size may be another record's, so every declared size is known before any field.
    for record in &schema.records {
        let what = format!("record {}", shorten(&record.name.value));
        let size = record.size.as_ref().and_then(|size| bounded(size, &what, "size", diagnostics));
        format.records.push(Record {
            name: record.name.value.clone(),
            size: size.unwrap_or(0),
            size_is_known: size.is_some(),
            size_missing: record.size_missing,
            doc: doc(record.doc.as_ref()),
            evolution: evolution(&record.evolution, &what, diagnostics),
            fields: Vec::new(),
            tail: None,
            trailer: None,
            trailer_at: None,
            hashes: LayoutHashes::default(),
            at: record.name.span,
            size_at: record.size.as_ref().map_or(record.name.span, |size| size.span),
        });
    }
    for (id, record) in schema.records.iter().enumerate() {
        let (fields, tail) = fields(record, names, format, diagnostics);
        format.records[id].fields = fields;
        format.records[id].tail = tail;
    }
}

fn bounded(
    number: &ast::Number,
    what: &str,
    key: &str,
    diagnostics: &mut Diagnostics,
) -> Option<u64> {
    if let Ok(value) = u64::try_from(number.value)
        && value <= MAX_RECORD_BYTES
    {
        return Some(value);
    }
    let article = if key.starts_with('o') { "an" } else { "a" };
    diagnostics.push(
        Diagnostic::new(
            if number.value < 0 { Code::OutOfRange } else { Code::TooLarge },
            number.span,
            format!(
                "{what}: expected {article} {key} of 0 to {MAX_RECORD_BYTES}, found {}",
                number.value
            ),
        )
        .help(if number.value < 0 {
            "offsets are counted from the start of the record, from 0"
        } else {
            "a record is a fixed structure, not the data itself"
        }),
    );
    None
}

fn fields(
    record: &ast::Record,
    names: &Names,
    format: &Format,
    diagnostics: &mut Diagnostics,
) -> (Vec<Field>, Option<Tail>) {
    let mut fields: Vec<Field> = Vec::with_capacity(record.fields.len());
    let mut tail = None;
    for (at, field) in record.fields.iter().enumerate() {
        let what =
            format!("record {}, field {}", shorten(&record.name.value), shorten(&field.name.value));
        let end = fields.last().map_or(0, Field::end);
        let evolution = evolution(&field.evolution, &what, diagnostics);
        let offset = field
            .offset
            .as_ref()
            .and_then(|offset| bounded(offset, &what, "offset", diagnostics))
            .unwrap_or(end);
        let expr = field.ty.as_ref().and_then(|written| {
            type_expr::parse(&written.value)
                .map_err(|expected| {
                    let found = shorten(&written.value);
                    diagnostics.push(
                        Diagnostic::new(
                            Code::TypeSyntax,
                            written.span,
                            format!("{what}: type: expected {expected}, found {found}"),
                        )
                        .help("a type is a name (u32, Color), an array ([u32; 4], [u8; COUNT]) or a tail ([u8; length_field])"),
                    );
                })
                .ok()
                .map(|expr| (written, expr))
        });
        let mut ty = None;
        if let Some((written, expr)) = &expr {
            if let TypeExpr::Array(element, Length::Name(count)) = expr
                && !names.constants.contains_key(count)
            {
                let place = Place { record, field, at, written, what: &what };
                if let Some(count) = counted_tail(&place, element, count, &fields, diagnostics) {
                    tail = Some(Tail {
                        name: field.name.value.clone(),
                        offset,
                        count,
                        unit: field.unit.as_ref().map(|unit| unit.value.clone()),
                        doc: doc(field.doc.as_ref()),
                        evolution,
                        at: field.name.span,
                        offset_at: field.offset.as_ref().map_or(field.name.span, |at| at.span),
                    });
                    continue;
                }
            } else {
                ty = resolve_type(expr, written, names, format, &what, diagnostics);
            }
            // Nor is that of a record known whose size is wrong or missing.
            ty = ty.filter(|ty| size_is_known(format, ty));
            if let Some(known) = &ty
                && format.size_of(known) > MAX_RECORD_BYTES
            {
                let found = format.size_of(known);
                diagnostics.push(
                    Diagnostic::new(
                        Code::TooLarge,
                        written.span,
                        format!(
                            "{what}: type: expected at most {MAX_RECORD_BYTES} bytes, found {found}"
                        ),
                    )
                    .help("a record is a fixed structure; put larger data into events or a tail"),
                );
                ty = None;
            }
        }
        // Without a type the size is not known: take the room up to the next field, so that
        // the fields after it can still be checked.
        let type_is_known = ty.is_some();
        let ty = ty.unwrap_or_else(|| {
            let next = match record.fields.get(at + 1) {
                Some(next) => next.offset.as_ref(),
                None => record.size.as_ref(),
            };
            let next = next.and_then(|next| u64::try_from(next.value).ok()).unwrap_or(offset);
            Type::Array(Box::new(Type::BYTE), next.saturating_sub(offset).min(MAX_RECORD_BYTES))
        });
        let size = format.size_of(&ty);
        fields.push(Field {
            name: field.name.value.clone(),
            offset,
            size,
            ty,
            type_is_known,
            doc: doc(field.doc.as_ref()),
            unit: field.unit.as_ref().map(|unit| unit.value.clone()),
            constant: None,
            default: None,
            sentinel: None,
            max: None,
            reserved: field.reserved.as_ref().is_some_and(|reserved| reserved.value),
            evolution,
            guard: None,
            role: None,
            element_names: Vec::new(),
            at: field.name.span,
            offset_at: field.offset.as_ref().map_or(field.name.span, |offset| offset.span),
            type_at: field.ty.as_ref().map_or(field.name.span, |ty| ty.span),
        });
    }
    (fields, tail)
}

fn size_is_known(format: &Format, ty: &Type) -> bool {
    match ty {
        Type::Record(id) => format.records[*id].size_is_known,
        Type::Array(element, _) => size_is_known(format, element),
        _ => true,
    }
}

/// A field of the schema, for messages about it.
struct Place<'a> {
    record: &'a ast::Record,
    field: &'a ast::Field,
    at: usize,
    written: &'a Word,
    what: &'a str,
}

/// Position of the field that counts the tail, when all is well with it.
fn counted_tail(
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

fn resolve_type(
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
            if found.is_none() {
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
                    Some(id) => format.constants[*id].value.number().unwrap_or(0),
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

/// Gives the fields their constants, defaults, sentinels and limits.
pub(super) fn values(schema: &ast::Schema, format: &mut Format, diagnostics: &mut Diagnostics) {
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
                if !format.records[record].fields[at].type_is_known {
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
                .second(other_span, format!("`{other}` stands here"))
                .help(help),
            );
        }
    }
}

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
                    at: list.span,
                })
                .collect();
            format.records[record].fields[at].element_names = lists;
        }
    }
}
