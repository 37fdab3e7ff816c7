//! The history in the schema is consistent: revisions, earlier names, removed parts, guards
//! and trailers. The comparison with released schemas is in `diff`.

use std::collections::HashMap;

use super::What;
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Evolution, Format, REMOVED_PREFIX, RecordId, RoleKind};
use crate::parse::type_expr::is_identifier;
use crate::source::Span;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    for scope in scopes(format) {
        for element in &scope {
            revisions(format, element, diagnostics);
        }
        earlier_names(&scope, diagnostics);
    }
    let uses = uses(format);
    for (id, record) in format.records.iter().enumerate() {
        for at in 0..record.fields.len() {
            removed_field(format, &uses, id, at, diagnostics);
            guard(format, id, at, diagnostics);
        }
        trailer(format, id, diagnostics);
    }
}

/// An element and what the schema says of its history.
pub(super) struct Element<'a> {
    pub(super) what: What<'a>,
    name: &'a str,
    pub(super) at: Span,
    pub(super) evolution: &'a Evolution,
}

/// All elements, those together whose names must differ.
pub(super) fn scopes(format: &Format) -> Vec<Vec<Element<'_>>> {
    let element = |what, name, at, evolution| Element { what, name, at, evolution };
    let enums = format
        .enums
        .iter()
        .map(|e| element(What::new("enum", &e.name), e.name.as_str(), e.at, &e.evolution));
    let flags = format
        .flags
        .iter()
        .map(|f| element(What::new("flags", &f.name), f.name.as_str(), f.at, &f.evolution));
    let records = format
        .records
        .iter()
        .map(|r| element(What::new("record", &r.name), r.name.as_str(), r.at, &r.evolution));
    let types = enums.chain(flags).chain(records).collect();
    let constants = format
        .constants
        .iter()
        .map(|c| element(What::new("constant", &c.name), c.name.as_str(), c.at, &c.evolution))
        .collect();
    let files = format
        .files
        .iter()
        .map(|f| element(What::new("file", &f.name), f.name.as_str(), f.at, &f.evolution))
        .collect();
    let mut scopes = vec![types, constants, files];
    for owner in &format.enums {
        let what = What::new("enum", &owner.name);
        let live = owner
            .values
            .iter()
            .map(|v| element(what.inner("value", &v.name), v.name.as_str(), v.at, &v.evolution));
        let gone = owner
            .tombstones
            .iter()
            .map(|v| element(what.inner("value", &v.name), v.name.as_str(), v.at, &v.evolution));
        scopes.push(live.chain(gone).collect());
    }
    for owner in &format.flags {
        let what = What::new("flags", &owner.name);
        let live = owner
            .bits
            .iter()
            .map(|b| element(what.inner("bit", &b.name), b.name.as_str(), b.at, &b.evolution));
        let gone = owner
            .tombstones
            .iter()
            .map(|b| element(what.inner("bit", &b.name), b.name.as_str(), b.at, &b.evolution));
        scopes.push(live.chain(gone).collect());
    }
    for owner in &format.records {
        let what = What::new("record", &owner.name);
        let fields = owner
            .fields
            .iter()
            .map(|f| element(what.inner("field", &f.name), f.name.as_str(), f.at, &f.evolution));
        let tail = owner
            .tail
            .iter()
            .map(|t| element(what.inner("field", &t.name), t.name.as_str(), t.at, &t.evolution));
        scopes.push(fields.chain(tail).collect());
    }
    scopes
}

fn revisions(format: &Format, element: &Element<'_>, diagnostics: &mut Diagnostics) {
    let Evolution { since, since_at, removed, removed_at, .. } = element.evolution;
    if since_at.is_none() && removed_at.is_none() {
        return;
    }
    let what = shorten(&element.what.to_string());
    let newest = format.revision;
    for (key, number, at) in [("since", Some(*since), since_at), ("removed", *removed, removed_at)]
    {
        let (Some(number), Some(at)) = (number, at) else { continue };
        if number == 0 || number > newest {
            let expected = match newest {
                0 => "no revision, because the format's is 0".to_owned(),
                1 => "revision 1".to_owned(),
                _ => format!("a revision from 1 to {newest}, the format's own"),
            };
            let help = match number {
                0 => format!("remove `{key}`: elements of the first revision have none"),
                _ => format!("write `revision = {number}` under [format], or correct `{key}`"),
            };
            diagnostics.push(
                Diagnostic::new(
                    Code::Revision,
                    *at,
                    format!("{what}: `{key}`: expected {expected}, found {number}"),
                )
                .help(help),
            );
        }
    }
    if let (Some(removed), Some(at)) = (removed, removed_at)
        && removed <= since
        && *since > 0
    {
        let mut diagnostic = Diagnostic::new(
            Code::Revision,
            *at,
            format!(
                "{what}: `removed`: expected a revision after {since}, which added it, found {removed}"
            ),
        )
        .help("an element that no release had can be deleted from the schema");
        if let Some(since_at) = since_at {
            diagnostic = diagnostic.second(*since_at, "added here");
        }
        diagnostics.push(diagnostic);
    }
}

fn earlier_names(scope: &[Element<'_>], diagnostics: &mut Diagnostics) {
    if scope.iter().all(|element| element.evolution.was.is_empty()) {
        return;
    }
    let mut taken: HashMap<&str, (Span, String)> = scope
        .iter()
        .map(|element| (element.name, (element.at, format!("{} is here", element.name))))
        .collect();
    for element in scope {
        for (name, at) in element.evolution.was.iter().zip(&element.evolution.was_at) {
            if !is_identifier(name) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::NameCase,
                        *at,
                        format!(
                            "{}: `was`: expected a name, found \"{}\"",
                            element.what,
                            shorten(&name.escape_debug().to_string())
                        ),
                    )
                    .help("a name consists of letters, digits and underscores"),
                );
                continue;
            }
            match taken.get(name.as_str()) {
                Some((first, label)) => diagnostics.push(
                    Diagnostic::new(
                        Code::EarlierName,
                        *at,
                        format!(
                            "{}: `was`: expected a name that is no longer used, found {}",
                            shorten(&element.what.to_string()),
                            shorten(name)
                        ),
                    )
                    .second(*first, shorten(label))
                    .help("remove `was`, or write a name that no element has or had"),
                ),
                None => {
                    taken.insert(name, (*at, format!("{} had it", element.name)));
                }
            }
        }
    }
}

/// The uses of a field, each with its place.
type Uses = HashMap<(RecordId, usize), Vec<(String, Span)>>;

/// The roles, guards, and payloads that use each field.
fn uses(format: &Format) -> Uses {
    let mut uses = Uses::new();
    for record in &format.records {
        for user in &record.fields {
            let mut add = |field, what: &str, at| {
                let what = format!("the {what} of {}.{}", record.name, user.name);
                uses.entry(field).or_default().push((what, at));
            };
            if let Some(role) = &user.role
                && let Some(field) = refers_to(role.kind)
            {
                add(field, "role", role.at);
            }
            if let Some(guard) = &user.guard {
                add((guard.record, guard.field), "guard", guard.at);
            }
        }
    }
    for file in &format.files {
        let Some(event) = file.event else { continue };
        for payload in &file.payloads {
            for (at, (field, _)) in payload.when.iter().enumerate() {
                // One payload uses a field once, however many conditions it has.
                if payload.when[..at].iter().all(|(before, _)| before != field) {
                    let what = format!("a payload of the file {}", file.name);
                    uses.entry((event, *field)).or_default().push((what, payload.at));
                }
            }
        }
    }
    uses
}

/// A removed field is used by nothing, and no field has the name that a removed one gets.
fn removed_field(
    format: &Format,
    uses: &Uses,
    record: RecordId,
    at: usize,
    diagnostics: &mut Diagnostics,
) {
    let owner = &format.records[record];
    let field = &owner.fields[at];
    let what = || format!("record {}, field {}", owner.name, field.name);
    if field.evolution.removed.is_none() {
        if field.name.starts_with(REMOVED_PREFIX) {
            diagnostics.push(
                Diagnostic::new(
                    Code::NameCollision,
                    field.at,
                    format!(
                        "{}: expected a name without `{REMOVED_PREFIX}`, which is added to removed fields, found one",
                        shorten(&what())
                    ),
                )
                .help("rename it; a removed field keeps its name and has the key `removed`"),
            );
        }
        return;
    }
    let removed_at = field.evolution.removed_at.unwrap_or(field.at);
    let mut used = |why: &str, place: Span| {
        diagnostics.push(
            Diagnostic::new(
                Code::Removed,
                removed_at,
                format!("{}: the removed field is still used by {why}", shorten(&what())),
            )
            .second(place, "used here")
            .help("remove what uses the field, or keep the field"),
        );
    };
    for (what, place) in uses.get(&(record, at)).into_iter().flatten() {
        used(what, *place);
    }
    if let Some(tail) = &owner.tail
        && tail.count == at
    {
        used(&format!("the tail {}, which it counts", tail.name), tail.at);
    }
}

/// The field that a role refers to.
fn refers_to(role: RoleKind) -> Option<(RecordId, usize)> {
    match role {
        RoleKind::First(to)
        | RoleKind::Last(to)
        | RoleKind::Min(to)
        | RoleKind::Max(to)
        | RoleKind::Same(_, to) => Some((to.record, to.field)),
        _ => None,
    }
}

fn guard(format: &Format, record: RecordId, at: usize, diagnostics: &mut Diagnostics) {
    let owner = &format.records[record];
    let field = &owner.fields[at];
    let Some(guard) = &field.guard else { return };
    let what = format!("record {}, field {}: `guard`", owner.name, field.name);
    let flags = &format.records[guard.record].fields[guard.field];
    if (guard.record, guard.field) == (record, at) {
        diagnostics.push(
            Diagnostic::new(
                Code::Guard,
                guard.at,
                format!(
                    "{}: expected a bit of another field, found a bit of this field",
                    shorten(&what)
                ),
            )
            .help("a field cannot be its own guard"),
        );
        return;
    }
    let crate::model::Type::Flags(id) = flags.ty else { return };
    let bit = &format.flags[id].bits[guard.bit];
    if bit.evolution.since > field.evolution.since {
        diagnostics.push(
            Diagnostic::new(
                Code::Guard,
                guard.at,
                format!(
                    "{}: expected a bit as old as the field, of revision {} or before, found {}, which came with {}",
                    shorten(&what), field.evolution.since, bit.name, bit.evolution.since
                ),
            )
            .second(bit.at, "the bit")
            .help("files written between the two revisions have the field but not the bit"),
        );
    }
}

fn trailer(format: &Format, id: RecordId, diagnostics: &mut Diagnostics) {
    let owner = &format.records[id];
    let (Some(trailer), Some(at)) = (owner.trailer, owner.trailer_at) else { return };
    let behind = &format.records[trailer];
    let (message, place, label, help) = if owner.tail.is_none() {
        (
            "expected a record with a counted tail, found one without".to_owned(),
            owner.at,
            "no tail",
            "add the fields to the record itself: `trailer` is for data after a tail",
        )
    } else if trailer == id {
        (
            "expected another record, found the record itself".to_owned(),
            owner.at,
            "the record",
            "declare a record for the data after the tail",
        )
    } else if let Some(tail) = &behind.tail {
        (
            format!("expected a record of a fixed size, found {}, which has a tail", behind.name),
            tail.at,
            "its tail",
            "a trailer cannot have a tail",
        )
    } else {
        return;
    };
    diagnostics.push(
        Diagnostic::new(
            Code::Trailer,
            at,
            format!("record {}: `trailer`: {message}", shorten(&owner.name)),
        )
        .second(place, label)
        .help(help),
    );
}
