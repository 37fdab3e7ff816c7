//! Adds a field in reserved bytes: the one addition that existing readers do not notice.

use super::toml_text::{Places, apply, newline, places, separator, string, value};
use crate::model::{Field, Format, Record, Type};
use crate::parse::type_expr::{self, Length, TypeExpr};
use crate::source::{Source, Span};

/// The field that is wanted.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct NewField {
    /// Record that gets it.
    pub record: String,
    /// Its name.
    pub name: String,
    /// Its type, as a schema writes it.
    pub ty: String,
    /// Its first byte; without it, the first reserved bytes that have room for it.
    pub offset: Option<u64>,
    /// Meaning.
    pub doc: Option<String>,
    /// Unit of the number.
    pub unit: Option<String>,
    /// The value that says "none".
    pub sentinel: Option<String>,
    /// The flag that says whether the field means anything, `flags_field.bit`.
    pub guard: Option<String>,
}

/// A schema with the field in it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WithField {
    /// The text.
    pub text: String,
    /// First byte of the field.
    pub offset: u64,
    /// Bytes of the field.
    pub size: u64,
}

/// Why a field cannot be added, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct Refused {
    /// What was expected and what was found.
    pub message: String,
    /// How to go on.
    pub help: String,
}

fn refused(message: String, help: impl Into<String>) -> Refused {
    Refused { message, help: help.into() }
}

/// Puts `wanted` into reserved bytes of its record, as an addition of `revision`, and raises the
/// format's revision to that.
///
/// `format` is what `source` loads to. Only the reserved field that gives up bytes and the
/// revision are rewritten; the remaining reserved bytes stay reserved.
///
/// # Errors
///
/// [`Refused`] when the record is not there, has no reserved bytes where they are wanted, or the
/// type has no size. What else may be wrong with the field shows when the text is loaded.
pub fn add_field(
    source: &Source,
    format: &Format,
    wanted: &NewField,
    revision: u32,
) -> Result<WithField, Refused> {
    let id = record(format, &wanted.record)?;
    let owner = &format.records[id];
    let size = size_of(format, &wanted.ty)?;
    let (at, offset) = room(owner, size, wanted.offset)?;
    let reserved = &owner.fields[at];
    let text = source.text();
    let places = places(text, id).filter(|places| {
        places.fields.get(at).is_some_and(|span| text[span.start..].starts_with('{'))
    });
    let Some(places) = places else {
        return Err(refused(
            format!(
                "record {}: expected fields written as {{ .. }} in a list, found none",
                owner.name
            ),
            "add the field by hand",
        ));
    };
    let span = places.fields[at];
    let separator = separator(text, span);
    let mut parts = Vec::new();
    if offset > reserved.offset {
        parts.push(reserved_entry(&reserved.name, reserved.offset, offset, reserved));
    }
    parts.push(entry(wanted, offset, revision));
    if offset + size < reserved.end() {
        // The first part keeps the name; the part after the field needs a new one.
        let name = if offset > reserved.offset { free_name(owner) } else { reserved.name.clone() };
        parts.push(reserved_entry(&name, offset + size, reserved.end(), reserved));
    }
    let mut edits = vec![(span, parts.join(&separator))];
    edits.extend(revision_edit(text, format, &places, revision));
    Ok(WithField { text: apply(text, edits), offset, size })
}

fn record(format: &Format, name: &str) -> Result<usize, Refused> {
    format.records.iter().position(|record| record.name == name).ok_or_else(|| {
        let names: Vec<&str> = format.records.iter().map(|record| record.name.as_str()).collect();
        let help = match crate::diagnostic::nearest(name, names.iter().copied()) {
            Some(meant) => format!("did you mean {meant}?"),
            None => format!("records: {}", names.join(", ")),
        };
        refused(format!("expected a record, found {name}"), help)
    })
}

/// Bytes of a type that is written as in a schema.
fn size_of(format: &Format, written: &str) -> Result<u64, Refused> {
    let unknown = |help: &str| refused(format!("expected a type, found {written}"), help);
    let expr = type_expr::parse(written).map_err(|expected| {
        refused(
            format!("type: expected {expected}, found {written}"),
            "see docs/schema.md for the types",
        )
    })?;
    sized(format, &expr).filter(|size| *size > 0).ok_or_else(|| {
        unknown("a primitive (u8 to f64), an enum, flags or a record of the schema, or [TYPE; N]")
    })
}

fn sized(format: &Format, expr: &TypeExpr) -> Option<u64> {
    match expr {
        TypeExpr::Name(name) => {
            let ty = crate::model::primitive(name)
                .or_else(|| format.enums.iter().position(|e| e.name == *name).map(Type::Enum))
                .or_else(|| format.flags.iter().position(|f| f.name == *name).map(Type::Flags))
                .or_else(|| {
                    format.records.iter().position(|r| r.name == *name).map(Type::Record)
                })?;
            Some(format.size_of(&ty))
        }
        TypeExpr::Array(element, length) => {
            let length = match length {
                Length::Number(length) => *length,
                Length::Name(name) => {
                    format.constants.iter().find(|c| c.name == *name)?.value.number()?
                }
            };
            sized(format, element)?.checked_mul(length)
        }
    }
}

/// How much programs may use a reserved field: one that is called so is nobody's, another name may be in
/// use.
fn use_of(reserved: &Field) -> u8 {
    let name = reserved.name.as_str();
    if name.starts_with("_reserved") { 0 } else { 2 - u8::from(name.starts_with('_')) }
}

/// The reserved field that has `size` bytes at `offset`, or one that has them at all: the first of those
/// that programs use least.
fn room(owner: &Record, size: u64, offset: Option<u64>) -> Result<(usize, u64), Refused> {
    let reserved = || owner.fields.iter().enumerate().filter(|(_, field)| field.reserved);
    let found = match offset {
        Some(offset) => reserved()
            .find(|(_, field)| {
                field.offset <= offset
                    && offset.checked_add(size).is_some_and(|end| end <= field.end())
            })
            .map(|(at, _)| (at, offset)),
        None => reserved()
            .filter(|(_, field)| field.size >= size)
            .min_by_key(|(at, field)| (use_of(field), *at))
            .map(|(at, field)| (at, field.offset)),
    };
    found.ok_or_else(|| {
        let all: Vec<String> = reserved()
            .map(|(_, field)| format!("{} at {}..{}", field.name, field.offset, field.end()))
            .collect();
        let place = offset.map_or_else(String::new, |offset| format!(" at {offset}"));
        let help = if all.is_empty() {
            "the record has no reserved bytes; to add fields at its end, edit the schema (see docs/evolving.md)"
                .to_owned()
        } else {
            format!("reserved: {}", all.join(", "))
        };
        let bytes = if size == 1 { "byte" } else { "bytes" };
        refused(
            format!("record {}: expected {size} reserved {bytes}{place}, found none", owner.name),
            help,
        )
    })
}

/// Reserved bytes that stay reserved.
fn reserved_entry(name: &str, from: u64, to: u64, was: &Field) -> String {
    let ty = match to - from {
        1 => "u8".to_owned(),
        bytes => format!("[u8; {bytes}]"),
    };
    let mut entry = format!(
        "{{ offset = {from}, name = {}, type = {}, reserved = true",
        string(name),
        string(&ty)
    );
    if !was.doc.is_empty() {
        entry.push_str(&format!(", doc = {}", string(&was.doc)));
    }
    entry + " }"
}

fn entry(wanted: &NewField, offset: u64, revision: u32) -> String {
    let mut entry = format!(
        "{{ offset = {offset}, name = {}, type = {}, since = {revision}",
        string(&wanted.name),
        string(&wanted.ty)
    );
    let parts = [
        ("unit", wanted.unit.as_deref().map(string)),
        ("sentinel", wanted.sentinel.as_deref().map(value)),
        ("guard", wanted.guard.as_deref().map(string)),
        ("doc", wanted.doc.as_deref().map(string)),
    ];
    for (key, written) in parts {
        if let Some(written) = written {
            entry.push_str(&format!(", {key} = {written}"));
        }
    }
    entry + " }"
}

/// The first of `_reserved1`, `_reserved2`, .. that the record has not.
fn free_name(owner: &Record) -> String {
    let is_free = |name: &String| owner.fields.iter().all(|field| field.name != *name);
    (1..).map(|n| format!("_reserved{n}")).find(is_free).unwrap_or_default()
}

fn revision_edit(
    text: &str,
    format: &Format,
    places: &Places,
    revision: u32,
) -> Option<(Span, String)> {
    if format.revision == revision {
        return None;
    }
    match (places.revision, places.version) {
        (Some(at), _) => Some((at, revision.to_string())),
        (None, Some(version)) => {
            let behind = Span::new(version.end, version.end);
            let line = newline(&text[..version.start]);
            Some((behind, format!("{line}revision = {revision}")))
        }
        (None, None) => None,
    }
}
