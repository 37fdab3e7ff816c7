//! A name is used once.

use std::collections::HashMap;

use super::What;
use crate::diagnostic::shorten;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Format;
use crate::source::Span;

pub(super) fn check(format: &Format, diagnostics: &mut Diagnostics) {
    // Types share one set of names: a field says no more than the name.
    let enums = format.enums.iter().map(|e| (What::new("enum", &e.name), &*e.name, e.at));
    let flags = format.flags.iter().map(|f| (What::new("flags", &f.name), &*f.name, f.at));
    let records = format.records.iter().map(|r| (What::new("record", &r.name), &*r.name, r.at));
    once(enums.chain(flags).chain(records), diagnostics);
    let constants = format.constants.iter();
    once(constants.map(|c| (What::new("constant", &c.name), &*c.name, c.at)), diagnostics);
    let files = format.files.iter();
    once(files.map(|file| (What::new("file", &file.name), &*file.name, file.at)), diagnostics);
    for declared in &format.enums {
        let what = What::new("enum", &declared.name);
        let values = declared.values.iter().map(|v| (what.inner("value", &v.name), &*v.name, v.at));
        let gone = declared.tombstones.iter();
        let gone = gone.map(|v| (what.inner("value", &v.name), &*v.name, v.at));
        once(in_order(values.chain(gone)), diagnostics);
    }
    for declared in &format.flags {
        let what = What::new("flags", &declared.name);
        let bits =
            declared.bits.iter().map(|bit| (what.inner("bit", &bit.name), &*bit.name, bit.at));
        let gone = declared.tombstones.iter();
        let gone = gone.map(|bit| (what.inner("bit", &bit.name), &*bit.name, bit.at));
        once(in_order(bits.chain(gone)), diagnostics);
    }
    for record in &format.records {
        let what = What::new("record", &record.name);
        let fields = record.fields.iter().map(|field| (field.name.as_str(), field.at));
        let tail = record.tail.iter().map(|tail| (tail.name.as_str(), tail.at));
        let named = fields.chain(tail).map(|(name, at)| (what.inner("field", name), name, at));
        once(named, diagnostics);
    }
}

/// The names in the order in which the schema gives them.
fn in_order<'a>(
    names: impl Iterator<Item = (What<'a>, &'a str, Span)>,
) -> impl Iterator<Item = (What<'a>, &'a str, Span)> {
    let mut names: Vec<_> = names.collect();
    names.sort_by_key(|(_, _, at)| *at);
    names.into_iter()
}

fn once<'a>(names: impl Iterator<Item = (What<'a>, &'a str, Span)>, diagnostics: &mut Diagnostics) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for (what, name, at) in names {
        if let Some(first) = seen.get(name) {
            diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateName,
                    at,
                    format!("{}: the name is already used", shorten(&what.to_string())),
                )
                .label("given again")
                .second(*first, "first used here")
                .help("rename one of the two"),
            );
        } else {
            seen.insert(name, at);
        }
    }
}
