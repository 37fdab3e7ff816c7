//! Names and texts: changes that affect programs but not files.

use std::collections::HashSet;

use super::Context;
use super::change::{Change, ok, wrong};
use super::{Needs, Rule};
use crate::model::{Evolution, Format};
use crate::source::Span;

/// What every element has.
pub(super) struct Side<'a> {
    pub(super) name: &'a str,
    pub(super) doc: &'a str,
    pub(super) evolution: &'a Evolution,
    pub(super) at: Span,
}

macro_rules! side {
    ($element:expr) => {{
        let element = $element;
        $crate::diff::names::Side {
            name: &element.name,
            doc: &element.doc,
            evolution: &element.evolution,
            at: element.at,
        }
    }};
}
pub(super) use side;

/// Changes that any element of both schemas can have. `what` is its new full name.
pub(super) fn element(what: &str, old: &Side<'_>, new: &Side<'_>, out: &mut Vec<Change>) {
    if old.name != new.name {
        out.push(renamed(what, old, new));
    }
    if old.doc != new.doc {
        out.push(Change::new(Rule::Docs, what, "its doc changed").at(old.at, new.at));
    }
    let (before, now) = (old.evolution, new.evolution);
    if before.deprecated != now.deprecated {
        let change = match (&before.deprecated, &now.deprecated) {
            (None, Some(instead)) => format!("deprecated: {instead}"),
            (Some(_), None) => "no longer deprecated".to_owned(),
            _ => "the deprecation text changed".to_owned(),
        };
        out.push(Change::new(Rule::Deprecated, what, change).at(old.at, new.at));
    }
    since(what, old, new, out);
    if before.semantics != now.semantics {
        let change = Change::new(
            Rule::Semantics,
            what,
            format!("its meaning changed: semantics {} -> {}", before.semantics, now.semantics),
        )
        .at(before.semantics_at.unwrap_or(old.at), now.semantics_at.unwrap_or(new.at))
        .read(wrong("it uses the old meaning"), wrong("it uses the new meaning"));
        out.push(if now.semantics > before.semantics {
            change.version("keep the meaning and add an element for the new one")
        } else {
            change
                .needs(Needs::Unchanged, Err("`semantics` only increases".to_owned()))
                .fix(format!("write `semantics = {}` or more", before.semantics))
        });
    }
}

/// The revision that added an element is frozen with its release, also when it is removed later.
pub(super) fn since(what: &str, old: &Side<'_>, new: &Side<'_>, out: &mut Vec<Change>) {
    let (before, now) = (old.evolution, new.evolution);
    if before.since != now.since {
        let number = |since: u32| match since {
            0 => "none".to_owned(),
            since => since.to_string(),
        };
        let (was, is) = (number(before.since), number(now.since));
        let fix = match before.since {
            0 => "leave `since` out".to_owned(),
            since => format!("write `since = {since}`"),
        };
        out.push(
            Change::new(Rule::Since, what, format!("`since` changed: {was} -> {is}"))
                .at(before.since_at.unwrap_or(old.at), now.since_at.unwrap_or(new.at))
                .needs(
                    Needs::Unchanged,
                    Err("it is frozen by the release of the element".to_owned()),
                )
                .fix(format!("{fix}: the revision that added it")),
        );
    }
}

fn renamed(what: &str, old: &Side<'_>, new: &Side<'_>) -> Change {
    let given = if new.evolution.was.iter().any(|was| was == old.name) {
        Ok(())
    } else {
        Err(format!("`was` does not name {}", old.name))
    };
    let mut was: Vec<&str> = new.evolution.was.iter().map(String::as_str).collect();
    was.push(old.name);
    let was = match was.as_slice() {
        [one] => format!("\"{one}\""),
        several => format!("[\"{}\"]", several.join("\", \"")),
    };
    Change::new(Rule::Renamed, what, format!("renamed: {} -> {}", old.name, new.name))
        .at(old.at, new.at)
        .read(ok("names are not stored in files"), ok("names are not stored in files"))
        .needs(Needs::Was, given)
        .fix(format!("add `was = {was}`; if it is another element, keep {} as a tombstone and put the new one elsewhere", old.name))
        .breaks_sources()
}

/// Types, constants and files: those on both sides, those that are new, those that went, and
/// their order.
pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    macro_rules! kind {
        ($list:ident, $word:literal) => {
            let (olds, news) = (&cx.old.$list, &cx.new.$list);
            let old_names: HashSet<&str> = olds.iter().map(|e| e.name.as_str()).collect();
            let new_names: HashSet<&str> = news.iter().map(|e| e.name.as_str()).collect();
            for (a, b) in &cx.pairs.$list {
                let (old, new) = (&olds[*a], &news[*b]);
                let what = format!("{} {}", $word, new.name);
                let elsewhere =
                    new_names.contains(old.name.as_str()) || old_names.contains(new.name.as_str());
                if old.name != new.name && elsewhere {
                    out.push(other(&what, &side!(old), &side!(new)));
                } else {
                    element(&what, &side!(old), &side!(new), out);
                }
            }
            let kept: HashSet<usize> = cx.pairs.$list.iter().map(|pair| pair.0).collect();
            let known: HashSet<usize> = cx.pairs.$list.iter().map(|pair| pair.1).collect();
            if $word != "file" {
                for (_, new) in news.iter().enumerate().filter(|(id, _)| !known.contains(id)) {
                    out.push(
                        Change::new(Rule::TypeAdded, format!("{} {}", $word, new.name), "added")
                            .at(None, new.at)
                            .added(cx, &new.evolution),
                    );
                }
                for (_, old) in olds.iter().enumerate().filter(|(id, _)| !kept.contains(id)) {
                    out.push(
                        Change::new(
                            Rule::TypeRemoved,
                            format!("{} {}", $word, old.name),
                            "removed",
                        )
                        .at(old.at, None)
                        .breaks_sources(),
                    );
                }
            }
            order(
                $word,
                &cx.pairs.$list,
                |at| (olds[at].name.as_str(), olds[at].at),
                |at| (news[at].name.as_str(), news[at].at),
                out,
            );
        };
    }
    kind!(constants, "constant");
    kind!(enums, "enum");
    kind!(flags, "flags");
    kind!(records, "record");
    kind!(files, "file");
    format_names(cx.old, cx.new, out);
}

fn other(what: &str, old: &Side<'_>, new: &Side<'_>) -> Change {
    Change::new(
        Rule::OtherType,
        what,
        format!("has the place of {}; only the structure matters, not the name", old.name),
    )
    .at(old.at, new.at)
    .breaks_sources()
}

/// Reports that the elements of `pairs` are declared in another order; once per kind.
pub(super) fn order<'a>(
    what: &str,
    pairs: &[(usize, usize)],
    old: impl Fn(usize) -> (&'a str, Span),
    new: impl Fn(usize) -> (&'a str, Span),
    out: &mut Vec<Change>,
) {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    // One old element may match two new ones: only the first of each is used.
    sorted.dedup_by_key(|pair| pair.0);
    let Some(swapped) = sorted.windows(2).find(|two| two[0].1 > two[1].1) else { return };
    let (first, second) = (swapped[0], swapped[1]);
    out.push(
        Change::new(
            Rule::Order,
            format!("{what} {}", new(second.1).0),
            format!("declared before {}, was after it", new(first.1).0),
        )
        .at(old(second.0).1, new(second.1).1),
    );
}

/// Names of the format in programs.
fn format_names(old: &Format, new: &Format, out: &mut Vec<Change>) {
    let names = [
        ("name", &old.name, &new.name, old.at, new.at),
        ("c.prefix", &old.c.prefix, &new.c.prefix, old.c.prefix_at, new.c.prefix_at),
        (
            "c.type_prefix",
            &old.c.type_prefix,
            &new.c.type_prefix,
            old.c.type_prefix_at,
            new.c.type_prefix_at,
        ),
        ("c.header", &old.c.header, &new.c.header, old.c.header_at, new.c.header_at),
    ];
    for (key, was, is, old_at, new_at) in names {
        if was != is {
            out.push(
                Change::new(
                    Rule::SourceNames,
                    "[format]",
                    format!("`{key}` changed: {was} -> {is}"),
                )
                .at(old_at, new_at)
                .breaks_sources(),
            );
        }
    }
    for (key, was, is) in [("title", &old.title, &new.title), ("doc", &old.doc, &new.doc)] {
        if was != is {
            out.push(
                Change::new(Rule::Docs, "[format]", format!("its {key} changed"))
                    .at(old.at, new.at),
            );
        }
    }
}
