//! A name is given once.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Format;
use crate::parse::table::shorten;
use crate::source::Span;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    // Types share one set of names: a field says no more than the name.
    let types = format
        .enums
        .iter()
        .map(|declared| (format!("enum {}", declared.name), declared.name.as_str(), declared.at))
        .chain(format.flags.iter().map(|declared| {
            (format!("flags {}", declared.name), declared.name.as_str(), declared.at)
        }))
        .chain(
            format
                .records
                .iter()
                .map(|record| (format!("record {}", record.name), record.name.as_str(), record.at)),
        );
    once(types, diagnostics);
    once(
        format.constants.iter().map(|constant| {
            (format!("constant {}", constant.name), constant.name.as_str(), constant.at)
        }),
        diagnostics,
    );
    once(
        format
            .files
            .iter()
            .map(|file| (format!("file {}", file.name), file.name.as_str(), file.at)),
        diagnostics,
    );
    for declared in &format.enums {
        let values = declared.values.iter().map(|value| {
            (format!("enum {}, value {}", declared.name, value.name), value.name.as_str(), value.at)
        });
        let gone = declared.tombstones.iter().map(|value| {
            (format!("enum {}, value {}", declared.name, value.name), value.name.as_str(), value.at)
        });
        once(in_order(values.chain(gone)), diagnostics);
    }
    for declared in &format.flags {
        let bits = declared.bits.iter().map(|bit| {
            (format!("flags {}, bit {}", declared.name, bit.name), bit.name.as_str(), bit.at)
        });
        let gone = declared.tombstones.iter().map(|bit| {
            (format!("flags {}, bit {}", declared.name, bit.name), bit.name.as_str(), bit.at)
        });
        once(in_order(bits.chain(gone)), diagnostics);
    }
    for record in &format.records {
        let fields = record.fields.iter().map(|field| (field.name.as_str(), field.at));
        let tail = record.tail.iter().map(|tail| (tail.name.as_str(), tail.at));
        let named = fields
            .chain(tail)
            .map(|(name, at)| (format!("record {}, field {name}", record.name), name, at));
        once(named, diagnostics);
    }
}

/// The names in the order in which the schema gives them.
fn in_order<'a>(
    names: impl Iterator<Item = (String, &'a str, Span)>,
) -> impl Iterator<Item = (String, &'a str, Span)> {
    let mut names: Vec<_> = names.collect();
    names.sort_by_key(|(_, _, at)| *at);
    names.into_iter()
}

fn once<'a>(names: impl Iterator<Item = (String, &'a str, Span)>, diagnostics: &mut Diagnostics) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for (what, name, at) in names {
        if let Some(first) = seen.get(name) {
            diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateName,
                    at,
                    format!(
                        "{}: expected a name of its own, found one that is taken",
                        shorten(&what)
                    ),
                )
                .label("given again")
                .second(*first, "first given here")
                .help("rename one of the two"),
            );
        } else {
            seen.insert(name, at);
        }
    }
}
