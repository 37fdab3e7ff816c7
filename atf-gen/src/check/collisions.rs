//! Names that differ in the schema must differ in every target language too, after a change of
//! case or with a prefix, and must not collide with names that the target defines.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::emit::{c, case, python, rust};
use crate::model::{Field, Format, Record};
use crate::source::Span;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    let mut types = Scope::new("Rust", rust::TYPE_NAMES);
    for (what, name, at) in type_names(format) {
        types.add(what, name, name.to_owned(), at, diagnostics);
    }
    let mut values = Scope::new("Rust", rust::CONST_NAMES);
    for constant in &format.constants {
        let what = format!("constant {}", constant.name);
        values.add(what, &constant.name, constant.name.clone(), constant.at, diagnostics);
    }
    for file in &format.files {
        let made = format!("{}_FILE", case::upper(&file.name));
        values.add(format!("file {}", file.name), &file.name, made, file.at, diagnostics);
    }
    for declared in &format.enums {
        let mut scope = Scope::new("Rust", &[]);
        for value in &declared.values {
            let what = format!("enum {}, value {}", declared.name, value.name);
            scope.add(what, &value.name, rust::value_const(&value.name), value.at, diagnostics);
        }
    }
    for declared in &format.flags {
        let mut scope = Scope::new("Rust", &[]);
        for bit in &declared.bits {
            let what = format!("flags {}, bit {}", declared.name, bit.name);
            scope.add(what, &bit.name, rust::bit_const(&bit.name), bit.at, diagnostics);
        }
    }
    for record in &format.records {
        let mut scope = Scope::new("Rust", &[]);
        let constants = record.fields.iter().filter(|field| field.constant.is_some());
        let tail = record.tail.iter().map(|tail| (&tail.name, tail.at));
        for (name, at) in constants.map(|field| (&field.name, field.at)).chain(tail) {
            let what = format!("record {}, field {name}", record.name);
            scope.add(what, name, rust::field_const(name), at, diagnostics);
        }
        members(record, diagnostics);
        functions(record, diagnostics);
        arguments(format, record, diagnostics);
    }
    let mut scope = Scope::new("C", &[]);
    for made in c::names(format) {
        scope.add(made.what, &made.origin, made.name, made.at, diagnostics);
    }
    python(format, diagnostics);
}

fn python(format: &Format, diagnostics: &mut Diagnostics) {
    // Inside a record's class its own constants would be taken for a type of such a name.
    let mut types = Scope::new("Python", python::RECORD_NAMES);
    for (what, name, at) in type_names(format) {
        types.add(what, name, name.to_owned(), at, diagnostics);
    }
    let mut module = Scope::new("Python", python::MODULE_NAMES);
    for made in python::module_names(format) {
        module.add(made.what, &made.origin, made.name, made.at, diagnostics);
    }
    let mut names = HashSet::new();
    for record in &format.records {
        // Nearly every record is fine, and then no text has to be made.
        names.clear();
        if python::plain_record_names(record)
            .all(|name| !python::METHOD_NAMES.contains(&&*name) && names.insert(name))
        {
            continue;
        }
        let mut scope = Scope::new("Python", python::METHOD_NAMES);
        for made in python::record_names(record) {
            scope.add(made.what, &made.origin, made.name, made.at, diagnostics);
        }
    }
}

/// Removed fields have another name in programs than in the schema.
fn members(record: &Record, diagnostics: &mut Diagnostics) {
    if record.fields.iter().all(|field| field.evolution.removed.is_none()) {
        return;
    }
    let mut scope = Scope::new("Rust and C", &[]);
    for field in &record.fields {
        let what = format!("record {}, field {}", record.name, field.name);
        scope.add(what, &field.name, field.member().into_owned(), field.at, diagnostics);
    }
}

/// The functions that fields give their record.
fn functions(record: &Record, diagnostics: &mut Diagnostics) {
    let mut scope = Scope::new("Rust", rust::RECORD_FUNCTIONS);
    let has_function = |field: &&Field| {
        field.is_optional()
            || field.is_live() && !field.element_names.is_empty()
            || field.own_checksum().is_some()
    };
    for field in record.fields.iter().filter(has_function) {
        let what = format!("record {}, field {}", record.name, field.name);
        if field.is_optional() {
            let made = rust::has_function(&field.name);
            scope.add(what.clone(), &field.name, made, field.at, diagnostics);
        }
        if field.own_checksum().is_some() {
            let made = rust::computed_function(&field.name);
            scope.add(what.clone(), &field.name, made, field.at, diagnostics);
        }
        if !field.element_names.is_empty() {
            let made = rust::names_function(&field.name);
            scope.add(what, &field.name, made, field.at, diagnostics);
        }
    }
}

/// The functions that name an array's elements take one argument per enum.
fn arguments(format: &Format, record: &Record, diagnostics: &mut Diagnostics) {
    for field in &record.fields {
        let mut scope = Scope::new("Rust and Python", &[]);
        for list in &field.element_names {
            for case in &list.when {
                let name = &format.enums[case.id].name;
                let what = format!(
                    "record {}, field {}: `element_names` by {name}",
                    record.name, field.name
                );
                scope.add(what, name, case::snake(name), list.at, diagnostics);
            }
        }
    }
}

fn type_names(format: &Format) -> impl Iterator<Item = (String, &str, Span)> {
    let enums = format.enums.iter().map(|e| (format!("enum {}", e.name), e.name.as_str(), e.at));
    let flags = format.flags.iter().map(|f| (format!("flags {}", f.name), f.name.as_str(), f.at));
    let records =
        format.records.iter().map(|r| (format!("record {}", r.name), r.name.as_str(), r.at));
    enums.chain(flags).chain(records)
}

/// Names in one scope of a target.
struct Scope<'a> {
    language: &'a str,
    own: &'a [&'a str],
    seen: HashMap<String, (String, String, Span)>,
    /// Pairs of places that are reported already.
    met: HashSet<(Span, Span)>,
}

impl<'a> Scope<'a> {
    fn new(language: &'a str, own: &'a [&'a str]) -> Self {
        Self { language, own, seen: HashMap::new(), met: HashSet::new() }
    }

    /// Adds the name `made` of the element `what`, which the schema calls `origin`.
    fn add(
        &mut self,
        what: String,
        origin: &str,
        made: String,
        at: Span,
        diagnostics: &mut Diagnostics,
    ) {
        let language = self.language;
        if self.own.contains(&made.as_str()) {
            diagnostics.push(
                Diagnostic::new(
                    Code::NameCollision,
                    at,
                    format!(
                        "{}: the name becomes {made} in {language}, which every format defines",
                        shorten(&what)
                    ),
                )
                .help("rename it"),
            );
            return;
        }
        match self.seen.get(&made) {
            // A name that is given twice has its own rule.
            Some((_, first_origin, _)) if first_origin == origin => {}
            // If two elements have one name, so have the names that are made from it.
            Some((_, _, first_at)) if !self.met.insert((*first_at, at)) => {}
            Some((first, _, first_at)) => {
                diagnostics.push(
                    Diagnostic::new(
                        Code::NameCollision,
                        at,
                        format!(
                            "{}: the name becomes {made} in {language}, as that of {} does",
                            shorten(&what),
                            shorten(first)
                        ),
                    )
                    .second(*first_at, "the other")
                    .help("rename one of the two: targets change case and add prefixes"),
                );
            }
            None => {
                self.seen.insert(made, (what, origin.to_owned(), at));
            }
        }
    }
}
