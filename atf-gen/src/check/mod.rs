//! One file per rule. Each rule reads the resolved model and reports violations. The rules do
//! not depend on each other.

mod collisions;
mod cycles;
mod detect;
mod duplicates;
mod element_names;
mod evolution;
mod framing;
mod layout;
mod limits;
mod name_case;
mod numbers;
mod paths;
mod payloads;
mod presence;
mod reserved_words;
mod roles;

use crate::diagnostic::Diagnostics;
use crate::model::Format;
use crate::source::Span;

/// Runs every rule.
pub(crate) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    let rules: &[fn(&Format, &mut Diagnostics)] = &[
        name_case::check,
        duplicates::check,
        reserved_words::check,
        collisions::check,
        numbers::check,
        cycles::check,
        layout::check,
        limits::check,
        element_names::check,
        roles::check,
        framing::check,
        payloads::check,
        paths::check,
        detect::check,
        evolution::check,
        presence::check,
    ];
    for rule in rules {
        rule(format, diagnostics);
    }
}

/// A name of the schema, and its element.
struct Named<'a> {
    what: What<'a>,
    name: &'a str,
    at: Span,
    kind: Kind,
}

/// An element as messages call it: `record Foo`, `enum Bar, value baz`. The text is made only when it is
/// needed, because a schema may have a hundred thousand of them.
#[derive(Clone, Copy)]
struct What<'a> {
    kind: &'static str,
    name: &'a str,
    inner: Option<(&'static str, &'a str)>,
}

impl<'a> What<'a> {
    const fn new(kind: &'static str, name: &'a str) -> Self {
        Self { kind, name, inner: None }
    }

    const fn inner(self, kind: &'static str, name: &'a str) -> Self {
        Self { inner: Some((kind, name)), ..self }
    }
}

impl std::fmt::Display for What<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.name)?;
        match self.inner {
            Some((kind, name)) => write!(f, ", {kind} {name}"),
            None => Ok(()),
        }
    }
}

/// Kinds of elements, by how their names are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Type,
    Constant,
    Field,
    Value,
    File,
}

/// Every name of the schema, in its order by kind.
fn names(format: &Format) -> Vec<Named<'_>> {
    let mut names = Vec::new();
    let mut add = |what, name, at, kind| names.push(Named { what, name, at, kind });
    for constant in &format.constants {
        let name = constant.name.as_str();
        add(What::new("constant", name), name, constant.at, Kind::Constant);
    }
    for declared in &format.enums {
        let what = What::new("enum", &declared.name);
        add(what, &declared.name, declared.at, Kind::Type);
        for value in &declared.values {
            add(what.inner("value", &value.name), &value.name, value.at, Kind::Value);
        }
        for gone in &declared.tombstones {
            let what = What::new("enum", &declared.name).inner("value", &gone.name);
            add(what, &gone.name, gone.at, Kind::Value);
        }
    }
    for declared in &format.flags {
        let what = What::new("flags", &declared.name);
        add(what, &declared.name, declared.at, Kind::Type);
        for bit in &declared.bits {
            add(what.inner("bit", &bit.name), &bit.name, bit.at, Kind::Value);
        }
        for gone in &declared.tombstones {
            let what = What::new("flags", &declared.name).inner("bit", &gone.name);
            add(what, &gone.name, gone.at, Kind::Value);
        }
    }
    for record in &format.records {
        let what = What::new("record", &record.name);
        add(what, &record.name, record.at, Kind::Type);
        let fields = record.fields.iter().map(|field| (&field.name, field.at));
        let tail = record.tail.iter().map(|tail| (&tail.name, tail.at));
        for (name, at) in fields.chain(tail) {
            add(what.inner("field", name), name, at, Kind::Field);
        }
    }
    for file in &format.files {
        add(What::new("file", &file.name), &file.name, file.at, Kind::File);
    }
    names
}
