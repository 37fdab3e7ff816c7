//! Writes the offsets and sizes of records anew: each field starts where the one above it ends. What
//! a person does by hand after a field was put between others.

use super::toml_text::apply;
use crate::diagnostic::{Code, Diagnostics};
use crate::model::{Format, Record, Type};
use crate::source::{Source, Span};

/// A schema with other offsets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Renumbered {
    /// The text.
    pub text: String,
    /// The records that changed, in the order of the schema.
    pub records: Vec<RenumberedRecord>,
}

/// A record with other offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenumberedRecord {
    /// Its name.
    pub name: String,
    /// How many fields have another offset.
    pub moved: usize,
    /// The size before and now.
    pub size: (u64, u64),
}

/// Most rounds until the sizes of records inside records are known.
const MOST_ROUNDS: usize = 17;

/// Gives the fields of all records, or of `record` alone, the offsets that follow from their order, and the
/// records their sizes. Only these numbers are rewritten.
///
/// # Errors
///
/// Everything else that is wrong with the schema: without the types no offset is known.
pub fn renumber(source: &Source, record: Option<&str>) -> Result<Renumbered, Diagnostics> {
    let text = source.text();
    let format = crate::load_but_for(source.name(), text.as_bytes(), |format, wrong| {
        matches!(wrong.code, Code::WrongOffset | Code::WrongSize)
            || wrong.code == Code::MissingKey && is_number_missing(format, wrong.span)
    })?;
    let is_wanted = |owner: &Record| record.is_none_or(|wanted| owner.name == wanted);
    let mut sizes: Vec<u64> = format.records.iter().map(|record| record.size).collect();
    for _ in 0..MOST_ROUNDS {
        let before = sizes.clone();
        for (id, owner) in format.records.iter().enumerate().filter(|(_, owner)| is_wanted(owner)) {
            let fields = owner.fields.iter();
            sizes[id] =
                fields.fold(0, |end, field| end.saturating_add(size(&format, &sizes, &field.ty)));
        }
        if before == sizes {
            break;
        }
    }
    let (mut edits, mut records) = (Vec::new(), Vec::new());
    for (id, owner) in format.records.iter().enumerate().filter(|(_, owner)| is_wanted(owner)) {
        let (mut end, mut moved) = (0_u64, 0);
        let mut place = |found: u64, expected: u64, at: Span, missing: Option<Span>| {
            match missing {
                Some(table) => edits.extend(inserted(text, table, expected)),
                None if found != expected => edits.push((at, expected.to_string())),
                None => return,
            }
            moved += 1;
        };
        for field in &owner.fields {
            place(field.offset, end, field.offset_at, field.offset_missing);
            end = end.saturating_add(size(&format, &sizes, &field.ty));
        }
        if let Some(tail) = &owner.tail {
            place(tail.offset, end, tail.offset_at, tail.offset_missing);
        }
        if owner.size_missing.is_none() && owner.size != end {
            edits.push((owner.size_at, end.to_string()));
        }
        if moved > 0 || owner.size != end {
            records.push(RenumberedRecord {
                name: owner.name.clone(),
                moved,
                size: (owner.size, sizes[id]),
            });
        }
    }
    Ok(Renumbered { text: apply(text, edits), records })
}

/// Whether the table at `at` lacks only an offset or a size.
fn is_number_missing(format: &Format, at: Span) -> bool {
    format.records.iter().any(|record| {
        let tail = record.tail.as_ref().and_then(|tail| tail.offset_missing);
        let mut fields = record.fields.iter();
        record.size_missing == Some(at)
            || tail == Some(at)
            || fields.any(|field| field.offset_missing == Some(at) && field.type_missing.is_none())
    })
}

/// The key in a table `{ .. }` that lacks it.
fn inserted(text: &str, table: Span, offset: u64) -> Option<(Span, String)> {
    let brace = text.get(table.start..table.end)?.find('{')? + table.start + 1;
    Some((Span::new(brace, brace), format!(" offset = {offset},")))
}

fn size(format: &Format, sizes: &[u64], ty: &Type) -> u64 {
    match ty {
        Type::Record(id) => sizes[*id],
        Type::Array(element, length) => size(format, sizes, element).saturating_mul(*length),
        ty => format.size_of(ty),
    }
}
