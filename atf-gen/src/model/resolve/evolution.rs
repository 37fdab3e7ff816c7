//! The history of elements, guards of fields, and trailers.

use super::{Names, counted, doc};
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::model::{Evolution, Flags, Format, Guard, RecordId, Tombstone, Type, Users};
use crate::parse::ast::{self, Number, Word};

/// Takes over what the schema says; `what` is the element's name in messages.
pub(super) fn evolution(
    ast: &ast::Evolution,
    what: &str,
    diagnostics: &mut Diagnostics,
) -> Evolution {
    let mut limited = |number: Option<&Number>, key: &str| {
        counted(number, what, key, "these numbers are counted upwards", diagnostics)
    };
    let since = limited(ast.since.as_ref(), "since");
    Evolution {
        since: since.unwrap_or(0),
        since_at: since.and(ast.since.as_ref()).map(|number| number.span),
        was: ast.was.iter().map(|name| name.value.clone()).collect(),
        was_at: ast.was.iter().map(|name| name.span).collect(),
        deprecated: ast.deprecated.as_ref().map(|text| doc(Some(text))),
        semantics: limited(ast.semantics.as_ref(), "semantics").unwrap_or(0),
        semantics_at: ast.semantics.as_ref().map(|number| number.span),
        removed: limited(ast.removed.as_ref(), "removed"),
        removed_at: ast.removed.as_ref().map(|number| number.span),
    }
}

/// A removed value or bit.
pub(super) fn tombstone(
    name: &Word,
    number: &Number,
    text: Option<&Word>,
    evolution: Evolution,
) -> Tombstone {
    Tombstone {
        name: name.value.clone(),
        number: u64::try_from(number.value).unwrap_or(0),
        doc: doc(text),
        evolution,
        at: name.span,
        number_at: number.span,
    }
}

/// Looks up the trailer of each tail.
pub(super) fn trailers(
    schema: &ast::Schema,
    names: &Names,
    format: &mut Format,
    diagnostics: &mut Diagnostics,
) {
    for (id, written) in schema.records.iter().enumerate() {
        let Some(trailer) = &written.trailer else { continue };
        let found = names.records.get(&trailer.value).copied();
        if found.is_none() {
            let known = format.records.iter().map(|record| record.name.as_str());
            let help = nearest(&trailer.value, known).map_or_else(
                || "declare the record that follows the tail".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            diagnostics.push(
                Diagnostic::new(
                    Code::UnknownRecord,
                    trailer.span,
                    format!(
                        "record {}: `trailer`: expected a record, found {}",
                        shorten(&written.name.value),
                        shorten(&trailer.value)
                    ),
                )
                .label("no record of this name")
                .help(help),
            );
        }
        format.records[id].trailer = found;
        format.records[id].trailer_at = Some(trailer.span);
    }
}

/// Looks up the guard of each field: `bit`, `field.bit` or `header.field.bit`. Needs files.
pub(super) fn guards(schema: &ast::Schema, format: &mut Format, diagnostics: &mut Diagnostics) {
    let users = Users::of(format);
    for (record, written) in schema.records.iter().enumerate() {
        for at in 0..format.records[record].fields.len() {
            let Some(guard) = &written.fields[at].guard else { continue };
            let found = match guard.value.strip_prefix("header.") {
                Some(rest) => header_of(format, &users, record)
                    .ok_or_else(|| {
                        let message = "expected a field whose file has one header, found none";
                        (message.to_owned(), None)
                    })
                    .and_then(|header| find(format, header, rest, guard)),
                None => find(format, record, &guard.value, guard),
            };
            match found {
                Ok(found) => format.records[record].fields[at].guard = Some(found),
                Err((message, meant)) => diagnostics.push(
                    Diagnostic::new(
                        Code::Guard,
                        guard.span,
                        format!(
                            "record {}, field {}: `guard`: {message}",
                            shorten(&written.name.value),
                            shorten(&written.fields[at].name.value)
                        ),
                    )
                    .help(meant.map_or_else(
                        || "write \"flags_field.bit\" for flags in the same record, \"header.flags_field.bit\" for flags in the file's header".to_owned(),
                        |meant| format!("bits that are there: {meant}"),
                    )),
                ),
            }
        }
    }
}

/// The header of the files that hold `record`, when it is one and the same.
fn header_of(format: &Format, users: &Users, record: RecordId) -> Option<RecordId> {
    let files = users.files(record).iter().map(|file| &format.files[*file]);
    let mut headers = files.filter(|file| file.holds(record)).map(|file| file.header);
    let first = headers.next()??;
    headers.all(|header| header == Some(first)).then_some(first)
}

/// The flag at `path`, or what is wrong with it and what could be meant.
fn find(
    format: &Format,
    record: RecordId,
    path: &str,
    guard: &Word,
) -> Result<Guard, (String, Option<String>)> {
    let owner = &format.records[record];
    let Some((field, bit)) = path.split_once('.') else {
        return Err((format!("expected a field and a bit, found \"{}\"", shorten(path)), None));
    };
    let position = owner.fields.iter().position(|candidate| candidate.name == field);
    let Some(position) = position else {
        let message = format!("expected a field of {}, found \"{}\"", owner.name, shorten(field));
        return Err((message, None));
    };
    let Type::Flags(id) = owner.fields[position].ty else {
        let message = format!(
            "expected a field of flags, found {field}, which is {}",
            format.type_name(&owner.fields[position].ty)
        );
        return Err((message, None));
    };
    let flags: &Flags = &format.flags[id];
    match flags.bits.iter().position(|candidate| candidate.name == bit) {
        Some(bit) => Ok(Guard { record, field: position, bit, at: guard.span }),
        None => Err((format!("expected a bit of {}, found \"{}\"", flags.name, shorten(bit)), {
            let start = guard.value.strip_suffix(bit).unwrap_or_default();
            let bits = flags.bits.iter().take(8).map(|bit| format!("\"{start}{}\"", bit.name));
            let bits: Vec<String> = bits.collect();
            (!bits.is_empty()).then(|| bits.join(", "))
        })),
    }
}
