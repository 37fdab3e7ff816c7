//! Values of an enum or bits of flags: added, removed, renumbered, and the tombstones of
//! earlier removals.

use std::collections::{HashMap, HashSet};

use super::change::{Change, ok, wrong};
use super::names::{self, Side};
use super::{Context, Needs, Rule, Verdict, pair};
use crate::model::{Evolution, Tombstone};
use crate::source::Span;

/// A value, a bit, or a tombstone of one.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) name: &'a str,
    pub(super) number: u64,
    pub(super) doc: &'a str,
    pub(super) evolution: &'a Evolution,
    pub(super) at: Span,
    pub(super) number_at: Span,
}

impl<'a> Item<'a> {
    fn side(&self) -> Side<'a> {
        Side { name: self.name, doc: self.doc, evolution: self.evolution, at: self.at }
    }

    pub(super) fn of_tombstone(tombstone: &'a Tombstone) -> Self {
        Self {
            name: &tombstone.name,
            number: tombstone.number,
            doc: &tombstone.doc,
            evolution: &tombstone.evolution,
            at: tombstone.at,
            number_at: tombstone.number_at,
        }
    }
}

/// Live and removed items of one type.
pub(super) struct Items<'a> {
    pub(super) live: Vec<Item<'a>>,
    pub(super) gone: Vec<Item<'a>>,
}

/// The rules for values, or for bits.
pub(super) struct Words<'a> {
    /// `enum Sky, value`: the prefix of a name.
    pub(super) what: String,
    /// `value` or `bit`.
    pub(super) noun: &'static str,
    pub(super) moved: Rule,
    pub(super) removed: Rule,
    /// What becomes of readers when one is removed, with its tombstone.
    pub(super) when_removed: (Verdict, Verdict),
    /// Whether a removal needs more than a tombstone.
    pub(super) removal_needs_version: bool,
    /// Those whose removal harms readers, by name.
    pub(super) harmful: HashMap<&'a str, (Verdict, Verdict)>,
}

/// Looks at all of it. Returns the pairs of live items and the positions of new ones.
pub(super) fn check(
    cx: &Context<'_>,
    words: &Words<'_>,
    old: &Items<'_>,
    new: &Items<'_>,
    out: &mut Vec<Change>,
) -> (Vec<(usize, usize)>, Vec<usize>) {
    let olds: Vec<_> = old.live.iter().enumerate().map(|(at, item)| (at, item.name)).collect();
    let news: Vec<_> =
        new.live.iter().enumerate().map(|(at, item)| (at, item.name, item.evolution)).collect();
    let pairs = pair::match_up(
        &olds,
        &news,
        |at| Some(old.live[at].number),
        |at| Some(new.live[at].number),
    );
    let what = |name: &str| format!("{} {name}", words.what);
    for (a, b) in &pairs {
        let (old, new) = (&old.live[*a], &new.live[*b]);
        names::element(&what(new.name), &old.side(), &new.side(), out);
        if old.number != new.number {
            out.push(
                Change::new(
                    words.moved,
                    what(new.name),
                    format!("{} -> {}", old.number, new.number),
                )
                .at(old.number_at, new.number_at)
                .read(
                    wrong(format!("it misreads {}", new.number)),
                    wrong(format!("it misreads {}", old.number)),
                )
                .version(format!("write {} again", old.number)),
            );
        }
    }
    names::order(
        &words.what,
        &pairs,
        |at| (old.live[at].name, old.live[at].at),
        |at| (new.live[at].name, new.live[at].at),
        out,
    );
    removed(cx, words, old, new, &pairs, out);
    let fresh = added(words, old, new, &pairs, out);
    tombstones(words, old, new, out);
    (pairs, fresh)
}

/// Items that are no longer live.
fn removed(
    cx: &Context<'_>,
    words: &Words<'_>,
    old: &Items<'_>,
    new: &Items<'_>,
    pairs: &[(usize, usize)],
    out: &mut Vec<Change>,
) {
    let gone: HashMap<&str, &Item<'_>> = new.gone.iter().map(|item| (item.name, item)).collect();
    let kept: HashSet<usize> = pairs.iter().map(|pair| pair.0).collect();
    for (_, item) in old.live.iter().enumerate().filter(|(at, _)| !kept.contains(at)) {
        let what = format!("{} {}", words.what, item.name);
        let tombstone = gone.get(item.name);
        if let Some(tombstone) = tombstone {
            names::since(&what, &item.side(), &tombstone.side(), out);
        }
        let given = match tombstone {
            None => Err("no tombstone reserves its name and number".to_owned()),
            Some(tombstone) if tombstone.number != item.number => {
                Err(format!("its tombstone has the number {}", tombstone.number))
            }
            Some(tombstone) => cx.removed(tombstone.evolution),
        };
        let next = cx.next_revision();
        let harmful = words.harmful.get(item.name);
        let (old_reader, new_reader) = harmful.unwrap_or(&words.when_removed);
        let change =
            Change::new(words.removed, what, format!("{} {} removed", words.noun, item.number))
                .at(item.at, tombstone.map(|tombstone| tombstone.at))
                .read(old_reader.clone(), new_reader.clone())
                .breaks_sources();
        out.push(if words.removal_needs_version || harmful.is_some() {
            change.version("keep it and add `deprecated`")
        } else {
            change.needs(Needs::Tombstone, given).fix(format!(
                "keep its entry with {} and add `removed = {next}`, with `revision = {next}` under [format]",
                item.number
            ))
        });
    }
}

/// Items that were not live before; those that nothing speaks against are returned.
fn added(
    words: &Words<'_>,
    old: &Items<'_>,
    new: &Items<'_>,
    pairs: &[(usize, usize)],
    out: &mut Vec<Change>,
) -> Vec<usize> {
    let names: HashMap<&str, &Item<'_>> = old.gone.iter().map(|item| (item.name, item)).collect();
    let numbers: HashMap<u64, &Item<'_>> =
        old.gone.iter().map(|item| (item.number, item)).collect();
    let known: HashSet<usize> = pairs.iter().map(|pair| pair.1).collect();
    let mut fresh = Vec::new();
    for (at, item) in new.live.iter().enumerate().filter(|(at, _)| !known.contains(at)) {
        let grave = names.get(item.name).or_else(|| numbers.get(&item.number));
        let Some(grave) = grave else {
            fresh.push(at);
            continue;
        };
        out.push(
            Change::new(
                Rule::ValueRevived,
                format!("{} {}", words.what, item.name),
                format!(
                    "{} {}, but {} was {} and removed",
                    words.noun, item.number, grave.name, grave.number
                ),
            )
            .at(grave.at, item.at)
            .read(
                wrong(format!("it may use the old meaning of the {}", words.noun)),
                wrong(format!("old files may contain {} with its old meaning", grave.number)),
            )
            .version("use a name and a number that were never used, and restore the tombstone"),
        );
    }
    fresh
}

/// Tombstones of the old schema, which stay for good.
fn tombstones(words: &Words<'_>, old: &Items<'_>, new: &Items<'_>, out: &mut Vec<Change>) {
    let gone: HashMap<&str, &Item<'_>> = new.gone.iter().map(|item| (item.name, item)).collect();
    let names: HashSet<&str> = new.live.iter().map(|item| item.name).collect();
    let numbers: HashSet<u64> = new.live.iter().map(|item| item.number).collect();
    let live = |item: &Item<'_>| names.contains(item.name) || numbers.contains(&item.number);
    for item in &old.gone {
        let what = format!("{} {}", words.what, item.name);
        match gone.get(item.name) {
            Some(now) if now.number == item.number => {
                names::since(&what, &item.side(), &now.side(), out);
                if now.evolution.removed != item.evolution.removed {
                    out.push(removal_changed(
                        &what,
                        item.evolution,
                        now.evolution,
                        item.at,
                        now.at,
                    ));
                }
            }
            // Reported as used again.
            None if live(item) => {}
            now => out.push(
                Change::new(
                    Rule::TombstoneGone,
                    what,
                    match now {
                        Some(now) => format!("tombstone {} -> {}", item.number, now.number),
                        None => format!("tombstone {} deleted", item.number),
                    },
                )
                .at(item.at, now.map(|now| now.at))
                .read(
                    wrong(format!("{} could be reused", item.number)),
                    wrong(format!("old files may contain {} with its old meaning", item.number)),
                )
                .version("restore the tombstone"),
            ),
        }
    }
}

/// The revision that removed something is frozen with its release.
pub(super) fn removal_changed(
    what: &str,
    old: &Evolution,
    new: &Evolution,
    old_at: Span,
    new_at: Span,
) -> Change {
    let number = |removed: Option<u32>| removed.map_or("none".to_owned(), |n| n.to_string());
    let (was, is) = (number(old.removed), number(new.removed));
    Change::new(Rule::Since, what, format!("`removed` changed: {was} -> {is}"))
        .at(old.removed_at.unwrap_or(old_at), new.removed_at.unwrap_or(new_at))
        .read(ok(""), ok(""))
        .needs(Needs::Unchanged, Err("it is frozen by the release".to_owned()))
        .fix(format!("write `removed = {was}`"))
}
