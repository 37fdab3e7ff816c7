//! Enums: their values, whether they are open, and their integer type.

use std::collections::{HashMap, HashSet};

use super::change::{Change, ok, refuse, wrong};
use super::values::{self, Item, Items, Words};
use super::{Context, Rule};
use crate::model::{Enum, EnumId, EnumValue, Framing, Int, Type};
use crate::source::Span;

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    let selecting: HashSet<EnumId> = cx
        .new
        .files
        .iter()
        .filter(|file| file.framing == Framing::LengthPrefixed)
        .flat_map(|file| file.payloads.iter().flat_map(|payload| &payload.when))
        .map(|(_, case)| case.id)
        .collect();
    for (a, b) in &cx.pairs.enums {
        let (old, new) = (&cx.old.enums[*a], &cx.new.enums[*b]);
        pair(cx, old, new, selecting.contains(b), out);
    }
}

fn pair(cx: &Context<'_>, old: &Enum, new: &Enum, selects: bool, out: &mut Vec<Change>) {
    let what = format!("enum {}", new.name);
    width(cx, &what, (old.int, old.type_at), (new.int, new.type_at), out);
    openness(&what, (old.open, old.open_at), (new.open, new.open_at), out);
    // A new name changes the prefix as well: one finding is enough.
    if old.name == new.name && old.c_prefix != new.c_prefix {
        out.push(
            Change::new(
                Rule::SourceNames,
                &what,
                format!("`c_prefix` changed: {} -> {}", old.c_prefix, new.c_prefix),
            )
            .at(old.c_prefix_at, new.c_prefix_at)
            .breaks_sources(),
        );
    }
    let words = Words {
        what: format!("{what}, value"),
        noun: "value",
        moved: Rule::ValueRenumbered,
        removed: Rule::ValueRemoved,
        when_removed: (
            ok("the value is no longer written"),
            if new.open { ok("kept as unknown") } else { refuse("it does not know the value") },
        ),
        removal_needs_version: !new.open,
        harmful: HashMap::new(),
    };
    let (pairs, fresh) = values::check(cx, &words, &items(old), &items(new), out);
    for (a, b) in pairs {
        detection(&what, &old.values[a], &new.values[b], out);
    }
    for at in fresh {
        let value = &new.values[at];
        let rule = match (old.open, selects) {
            (true, true) => Rule::EventTypeAdded,
            (true, false) => Rule::ValueAdded,
            (false, _) => Rule::ValueAddedClosed,
        };
        let element = format!("{what}, value {}", value.name);
        let change =
            Change::new(rule, element, format!("value {} added", value.value)).at(None, value.at);
        out.push(match (old.open, selects) {
            (true, true) => change
                .read(ok("it skips the event by its length"), ok(""))
                .added(cx, &value.evolution),
            (true, false) => change.read(ok("kept as unknown"), ok("")).added(cx, &value.evolution),
            (false, _) => change
                .read(refuse("the enum is closed"), ok(""))
                .version("remove the value: the enum is closed"),
        });
    }
}

fn items(declared: &Enum) -> Items<'_> {
    Items {
        live: declared
            .values
            .iter()
            .map(|value| Item {
                name: &value.name,
                number: value.value,
                doc: &value.doc,
                evolution: &value.evolution,
                at: value.at,
                number_at: value.value_at,
            })
            .collect(),
        gone: declared.tombstones.iter().map(Item::of_tombstone).collect(),
    }
}

fn detection(what: &str, old: &EnumValue, new: &EnumValue, out: &mut Vec<Change>) {
    if (&old.detect_rust, &old.detect_c) != (&new.detect_rust, &new.detect_c) {
        out.push(
            Change::new(
                Rule::SourceNames,
                format!("{what}, value {}", new.name),
                "the detection of the host changed",
            )
            .at(old.at, new.at)
            .breaks_sources(),
        );
    }
}

/// The integer type of an enum or of flags.
pub(super) fn width(
    cx: &Context<'_>,
    what: &str,
    old: (Int, Span),
    new: (Int, Span),
    out: &mut Vec<Change>,
) {
    if old.0 != new.0 {
        let (was, is) = (cx.old.type_name(&Type::Int(old.0)), cx.new.type_name(&Type::Int(new.0)));
        out.push(
            Change::new(Rule::Width, what, format!("stored as {was} -> {is}"))
                .at(old.1, new.1)
                .read(wrong(format!("it reads {was}")), wrong(format!("it reads {is}")))
                .version(format!("write `type = \"{was}\"` again"))
                .breaks_sources(),
        );
    }
}

/// Whether an enum or flags keep values without a name.
pub(super) fn openness(what: &str, old: (bool, Span), new: (bool, Span), out: &mut Vec<Change>) {
    if old.0 == new.0 {
        return;
    }
    let change = Change::new(
        Rule::Openness,
        what,
        if new.0 {
            "opened: unknown values are kept"
        } else {
            "closed: unknown values are refused"
        },
    )
    .at(old.1, new.1);
    out.push(if new.0 {
        change.read(refuse("it refuses unknown values"), ok("")).version("leave it closed")
    } else {
        change
            .read(ok(""), refuse("it refuses unknown values"))
            .version("write `open = true` again")
    });
}
