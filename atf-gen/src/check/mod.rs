//! One file per rule. Each reads the resolved model and reports what breaks the rule;
//! none depends on another having run.

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
mod reserved_words;
mod roles;
mod text;

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
        text::check,
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
    ];
    for rule in rules {
        rule(format, diagnostics);
    }
}

/// A name that the schema gives, and what it names.
struct Named<'a> {
    /// `record Foo`, `enum Bar, value baz`.
    what: String,
    name: &'a str,
    at: Span,
    kind: Kind,
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
    let mut add = |what: String, name, at, kind| names.push(Named { what, name, at, kind });
    for constant in &format.constants {
        add(
            format!("constant {}", constant.name),
            constant.name.as_str(),
            constant.at,
            Kind::Constant,
        );
    }
    for declared in &format.enums {
        add(format!("enum {}", declared.name), &declared.name, declared.at, Kind::Type);
        for value in &declared.values {
            let what = format!("enum {}, value {}", declared.name, value.name);
            add(what, &value.name, value.at, Kind::Value);
        }
    }
    for declared in &format.flags {
        add(format!("flags {}", declared.name), &declared.name, declared.at, Kind::Type);
        for bit in &declared.bits {
            add(
                format!("flags {}, bit {}", declared.name, bit.name),
                &bit.name,
                bit.at,
                Kind::Value,
            );
        }
    }
    for record in &format.records {
        add(format!("record {}", record.name), &record.name, record.at, Kind::Type);
        let fields = record.fields.iter().map(|field| (&field.name, field.at));
        let tail = record.tail.iter().map(|tail| (&tail.name, tail.at));
        for (name, at) in fields.chain(tail) {
            add(format!("record {}, field {name}", record.name), name, at, Kind::Field);
        }
    }
    for file in &format.files {
        add(format!("file {}", file.name), &file.name, file.at, Kind::File);
    }
    names
}
