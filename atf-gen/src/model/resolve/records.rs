//! Records and the layout of their fields.

use super::evolution::evolution;
use super::tails::{Place, counted_tail};
use super::types::{self, resolve_type};
use super::{Names, doc};
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Field, Format, LayoutHashes, Record, Tail, Type};
use crate::parse::ast;
use crate::parse::type_expr::{self, Length, TypeExpr};

/// Largest record: a record is a fixed structure, not the data itself.
const MAX_RECORD_BYTES: u64 = 16 << 20;

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
        let (fields, tail) =
            fields(record, format.records[id].size_is_known, names, format, diagnostics);
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
    size_is_known: bool,
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
                && !names.dropped.contains(count)
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
                        offset_missing: field.offset_missing,
                    });
                    continue;
                }
            } else {
                ty = resolve_type(expr, written, names, format, &what, diagnostics);
            }
            // A record whose size is wrong or missing has no size that is known.
            ty = ty.filter(|ty| types::size_is_known(format, ty));
            let is_too_large = ty.as_ref().is_some_and(|ty| format.size_of(ty) > MAX_RECORD_BYTES);
            // Of a record that is too large itself, the field is no second mistake.
            if is_too_large && record.size.is_some() && !size_is_known {
                ty = None;
            }
            if let Some(known) = ty.as_ref().filter(|_| is_too_large) {
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
            role_is_known: !field.has_role,
            element_names: Vec::new(),
            at: field.name.span,
            offset_at: field.offset.as_ref().map_or(field.name.span, |offset| offset.span),
            type_missing: field.type_missing,
            offset_missing: field.offset_missing,
            type_at: field.ty.as_ref().map_or(field.name.span, |ty| ty.span),
        });
    }
    (fields, tail)
}
