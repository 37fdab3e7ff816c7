//! What the module calls things. Each name is made here and nowhere else, so that the check for
//! collisions sees what the module will hold.

use std::borrow::Cow;

use super::RECORD_NAMES;
use crate::emit::case;
use crate::model::{Enum, Field, File, Format, Record};
use crate::source::Span;

/// Words that Python keeps for itself.
pub(crate) const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// A name of the module, and the element of the schema that it comes from.
pub(crate) struct Made {
    /// The element, for messages.
    pub(crate) what: String,
    /// What the schema calls it.
    pub(crate) origin: String,
    /// The name in Python.
    pub(crate) name: String,
    /// Where it is in the schema.
    pub(crate) at: Span,
}

/// The class of a file.
pub(super) fn file(file: &File) -> String {
    let words = file.name.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect::<String>()
        })
    });
    format!("{}File", words.collect::<String>())
}

/// The attribute that holds the only legal value of a field.
pub(super) fn field_const(field: &Field) -> String {
    let name = case::upper(&field.member());
    if RECORD_NAMES.contains(&name.as_str()) { format!("{name}_VALUE") } else { name }
}

/// The property that says whether a field holds a value.
pub(super) fn has(field: &Field) -> Option<String> {
    let is_own = field.guard.is_some() || field.sentinel.is_some();
    (is_own && field.is_live()).then(|| format!("has_{}", field.name.trim_start_matches('_')))
}

/// The property that computes a checksum of its own record.
pub(super) fn computed(field: &Field) -> Option<String> {
    field.own_checksum().map(|_| format!("computed_{}", field.name.trim_start_matches('_')))
}

/// The function that names the elements of an array.
pub(super) fn element_names(field: &Field) -> Option<String> {
    (!field.element_names.is_empty() && field.is_live())
        .then(|| format!("{}_names", field.name.trim_end_matches('_')))
}

/// The argument of that function for an enum.
pub(super) fn argument(declared: &Enum) -> String {
    let name = case::snake(&declared.name);
    // `Class` and `From` are good names of enums.
    if KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// Every name at the top of the module.
pub(crate) fn module(format: &Format) -> Vec<Made> {
    let mut names = Vec::new();
    let mut add = |what: String, origin: &str, name: String, at: Span| {
        names.push(Made { what, origin: origin.to_owned(), name, at });
    };
    for declared in &format.enums {
        add(format!("enum {}", declared.name), &declared.name, declared.name.clone(), declared.at);
    }
    for declared in &format.flags {
        add(format!("flags {}", declared.name), &declared.name, declared.name.clone(), declared.at);
    }
    for record in &format.records {
        add(format!("record {}", record.name), &record.name, record.name.clone(), record.at);
    }
    // Types are distinguished only by their names; a constant of a type's name
    // would take its place.
    for constant in &format.constants {
        let what = format!("constant {}", constant.name);
        add(what.clone(), &what, constant.name.clone(), constant.at);
    }
    for the_file in &format.files {
        let what = format!("file {}", the_file.name);
        add(what.clone(), &what, file(the_file), the_file.at);
    }
    names
}

/// Every name inside a record's class.
pub(crate) fn record(record: &Record) -> Vec<Made> {
    let mut names = Vec::new();
    for field in &record.fields {
        for name in of_field(field) {
            names.push(Made {
                what: format!("record {}, field {}", record.name, field.name),
                origin: field.name.clone(),
                name: name.into_owned(),
                at: field.at,
            });
        }
    }
    names
}

/// The same without the elements that they come from.
pub(crate) fn plain_record(record: &Record) -> impl Iterator<Item = Cow<'_, str>> {
    record.fields.iter().flat_map(of_field)
}

fn of_field(field: &Field) -> impl Iterator<Item = Cow<'_, str>> {
    let constant = field.constant.as_ref().map(|_| field_const(field));
    let made = [constant, has(field), computed(field), element_names(field)];
    std::iter::once(field.member()).chain(made.into_iter().flatten().map(Cow::Owned))
}
