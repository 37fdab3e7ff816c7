//! Bytes that got or lost a meaning: fields added in reserved bytes, removed fields, and the
//! tombstones that keep bytes from being reused.
//!
//! Bytes are compared by offset: renaming, splitting or joining reserved fields is not a change.

use std::collections::HashSet;

use super::change::{Change, ok, refuse, wrong};
use super::fields::{Relation, must_understand, not_understood, relation, same_bit};
use super::names::{self, side};
use super::uses::Use;
use super::values::removal_changed;
use super::{Context, Needs, Rule, Verdict};
use crate::model::{Field, FieldRef, Guard, Record, RecordId, Type};

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    for (a, b) in &cx.pairs.records {
        let pair = Pair {
            cx,
            old: &cx.old.records[*a],
            new: &cx.new.records[*b],
            checked: is_checked(cx, *b),
        };
        let fields = cx.pairs.fields(*a, *b);
        for (x, y) in fields {
            let (x, y) = (&pair.old.fields[*x], &pair.new.fields[*y]);
            match (x.is_live(), y.is_live()) {
                (true, true) => {}
                (true, false) => {
                    names::since(&pair.what(y), &side!(x), &side!(y), out);
                    pair.removed(x, Some(y), out);
                }
                (false, true) => pair.revived(x, y, out),
                (false, false) => {
                    names::since(&pair.what(y), &side!(x), &side!(y), out);
                    pair.both_gone(x, y, out);
                }
            }
        }
        let kept: HashSet<usize> = fields.iter().map(|pair| pair.0).collect();
        let known: HashSet<usize> = fields.iter().map(|pair| pair.1).collect();
        for (_, field) in pair.new.fields.iter().enumerate().filter(|(at, _)| !known.contains(at)) {
            if field.is_live() {
                pair.added(field, out);
            }
        }
        for (_, field) in pair.old.fields.iter().enumerate().filter(|(at, _)| !kept.contains(at)) {
            match (field.is_live(), field.reserved) {
                (true, _) => pair.removed(field, None, out),
                (false, false) => pair.deleted(field, out),
                (false, true) => {}
            }
        }
    }
}

/// Whether readers check the constants of a record.
fn is_checked(cx: &Context<'_>, record: RecordId) -> bool {
    cx.uses[record].iter().any(|found| matches!(found, Use::Header(_) | Use::Footer(_)))
}

/// The fields that have bytes in `start..end`.
fn within(record: &Record, start: u64, end: u64) -> &[Field] {
    let from = record.fields.partition_point(|field| field.end() <= start);
    let to = record.fields.partition_point(|field| field.offset < end);
    record.fields.get(from..to).unwrap_or_default()
}

struct Pair<'a> {
    cx: &'a Context<'a>,
    old: &'a Record,
    new: &'a Record,
    checked: bool,
}

impl Pair<'_> {
    fn what(&self, field: &Field) -> String {
        format!("record {}, field {}", self.new.name, field.name)
    }

    /// A live field that did not exist before.
    fn added(&self, field: &Field, out: &mut Vec<Change>) {
        // After the old end: part of the record's growth.
        if field.offset >= self.old.size {
            if let Some(bit) = must_understand(self.cx.new, &field.ty) {
                out.push(not_understood(&self.what(field), bit).at(None, field.at));
            }
            return;
        }
        let what = self.what(field);
        let range = format!("bytes {}..{}", field.offset, field.end());
        let before = within(self.old, field.offset, field.end());
        let harm = |rule, text: String, old: Option<&Field>| {
            Change::new(rule, &what, text)
                .at(old.map(|old| old.at), field.at)
                .read(
                    wrong("it reads the bytes as the old field"),
                    wrong("old files have other data in the bytes"),
                )
                .version("place the field in reserved bytes")
        };
        if let Some(live) = before.iter().find(|old| old.is_live()) {
            let text = format!("added in {range}, which were used by {}", live.name);
            out.push(harm(Rule::FieldOverwritten, text, Some(live)));
        } else if let Some(gone) = before.iter().find(|old| !old.reserved) {
            let text = format!("added in {range}, which belong to the removed {}", gone.name);
            out.push(harm(Rule::FieldRevived, text, Some(gone)));
        } else if field.end() > self.old.size {
            let text = format!(
                "added in {range}, but old files have only {}",
                self.old.size - field.offset
            );
            out.push(harm(Rule::FieldOverwritten, text, before.first()));
        } else {
            out.push(self.carved(field, before.first(), &range));
        }
    }

    /// A live field in bytes that were reserved.
    fn carved(&self, field: &Field, before: Option<&Field>, range: &str) -> Change {
        let cx = self.cx;
        let used = self.retyped(field);
        let change = |rule, more: &str| {
            let mut text = format!("added in reserved {range}{more}");
            if let Some((was, is)) = &used {
                let is = is.as_ref().map_or("gone".to_owned(), |is| format!("a {is}"));
                text.push_str(&format!("; {}, a {}, is {is}", was.name, cx.old.type_name(&was.ty)));
            }
            let change = Change::new(rule, self.what(field), text)
                .at(before.map(|before| before.at), field.at);
            if used.is_some() { change.breaks_sources() } else { change }
        };
        let skips = || {
            ok("it skips the bytes; a check of reserved bytes reports damage or a newer revision")
        };
        if let Some(bit) = must_understand(cx.new, &field.ty) {
            return change(Rule::BitMustUnderstand, "")
                .read(
                    wrong(format!("it does not know {bit}, which must be understood")),
                    ok("every flag is clear"),
                )
                .version("leave `must_understand` out");
        }
        let guarded = self.guarded(field);
        if guarded.is_none()
            && let Some(constant) = field.constant.as_ref().filter(|constant| !constant.is_zero())
        {
            let text = crate::emit::value::text(cx.new, &field.ty, constant);
            let verdict: Verdict = if self.checked {
                refuse(format!("it checks for {text} and finds zero"))
            } else {
                wrong(format!("it relies on {text}, and the bytes are zero"))
            };
            return change(Rule::Constant, &format!(": constant {text}"))
                .read(skips(), verdict)
                .version("replace the constant by `sentinel = 0`");
        }
        let absent = if let Type::Flags(_) = field.ty {
            Some("every flag is clear".to_owned())
        } else if field.constant.as_ref().is_some_and(crate::model::Value::is_zero) {
            Some("the constant is zero".to_owned())
        } else if field.sentinel.as_ref().is_some_and(crate::model::Value::is_zero) {
            Some("zero is its sentinel: absent".to_owned())
        } else {
            guarded
        };
        match absent {
            Some(why) => change(Rule::FieldAdded, "; zero means absent")
                .read(skips(), ok(why))
                .added(cx, &field.evolution),
            None => change(Rule::FieldAddedReal, "; zero is a real value")
                .read(skips(), wrong("it reads the zero of old files as a value"))
                .needs(
                    Needs::Guard,
                    Err("neither a sentinel of zero nor a guard of the same revision marks it as absent".to_owned()),
                )
                .fix(format!(
                    "write `sentinel = 0` if zero can mean absent, or `guard = \"flags.bit\"` with a bit of revision {}",
                    cx.next_revision()
                )),
        }
    }

    /// A reserved field that gave up bytes to this one and has another type for programs now, or is gone.
    /// A name with an underscore in front is for no program.
    fn retyped(&self, field: &Field) -> Option<(&Field, Option<String>)> {
        let cx = self.cx;
        within(self.old, field.offset, field.end())
            .iter()
            .filter(|was| was.reserved && !was.name.starts_with('_'))
            .find_map(|was| {
                let is = self.new.fields.iter().find(|it| it.name == was.name);
                let is = is.map(|it| cx.new.type_name(&it.ty));
                (is.as_deref() != Some(cx.old.type_name(&was.ty).as_str())).then_some((was, is))
            })
    }

    /// Why a guard says that the field is absent from old files.
    fn guarded(&self, field: &Field) -> Option<String> {
        let guard = field.guard.as_ref()?;
        let flags = &self.cx.new.records[guard.record].fields[guard.field];
        let Type::Flags(id) = flags.ty else { return None };
        let bit = self.cx.new.flags[id].bits.get(guard.bit)?;
        // If old files may have set the bit, or have something else in its place, it does not show whether the field is absent.
        let pair = self.cx.pairs.records.iter().filter(|pair| pair.1 == guard.record);
        for (a, _) in pair {
            let place = u64::from(bit.bit / 8) + flags.offset;
            let old = &self.cx.old.records[*a];
            let used = within(old, place, place + 1).iter().any(|old| match old.ty {
                _ if old.reserved => false,
                Type::Flags(old_id) if old.offset == flags.offset => {
                    let was = &self.cx.old.flags[old_id];
                    was.bits.iter().any(|old_bit| old_bit.bit == bit.bit)
                        || was.tombstones.iter().any(|gone| gone.number == u64::from(bit.bit))
                }
                _ => true,
            });
            if used {
                return None;
            }
        }
        Some(format!("{}.{} is clear: absent", flags.name, bit.name))
    }

    /// A field that is no longer live; `tombstone` is its replacement.
    fn removed(&self, field: &Field, tombstone: Option<&Field>, out: &mut Vec<Change>) {
        let cx = self.cx;
        // Cut off with the end of the record, which is reported.
        if tombstone.is_none() && field.offset >= self.new.size {
            return;
        }
        let what = self.what(field);
        let range = format!("bytes {}..{}", field.offset, field.end());
        let next = cx.next_revision();
        let keep =
            format!("keep it and add `removed = {next}`, with `revision = {next}` under [format]");
        if let Some(tombstone) = tombstone
            && !same_place(cx, field, tombstone)
        {
            out.push(
                Change::new(
                    Rule::FieldRevived,
                    what,
                    format!(
                        "removed, and its tombstone is at bytes {}..{} instead of {}..{}",
                        tombstone.offset,
                        tombstone.end(),
                        field.offset,
                        field.end()
                    ),
                )
                .at(field.at, tombstone.at)
                .read(
                    wrong("it reads the wrong bytes as the field"),
                    wrong("old files have it in other bytes"),
                )
                .version("restore offset and type of the tombstone")
                .breaks_sources(),
            );
            return;
        }
        let over = within(self.new, field.offset, field.end());
        if tombstone.is_none() {
            let taken = over.iter().find(|new| new.is_live());
            if taken.is_some() || field.end() > self.new.size {
                let by = taken.map_or("the end of the record", |taken| taken.name.as_str());
                out.push(
                    Change::new(
                        Rule::FieldOverwritten,
                        what,
                        format!("removed; {range} are now used by {by}"),
                    )
                    .at(field.at, taken.map(|taken| taken.at))
                    .read(
                        wrong("it reads the wrong bytes as the field"),
                        wrong("it misreads the field"),
                    )
                    .version("keep its bytes reserved")
                    .breaks_sources(),
                );
                return;
            }
        }
        let now = tombstone.or(over.first()).map(|now| now.at);
        let change = |rule, text: &str| {
            Change::new(rule, &what, format!("removed: {range}; {text}"))
                .at(field.at, now)
                .breaks_sources()
        };
        let ignores = || ok("it does not look at the bytes");
        if field.constant.is_some() {
            let verdict = if self.checked {
                refuse("the constant is gone")
            } else {
                wrong("the constant is gone")
            };
            out.push(
                change(Rule::FieldRemovedReal, "it was a constant")
                    .read(verdict, ignores())
                    .version("keep the constant"),
            );
            return;
        }
        // What new files hold there: the tombstone's sentinel, or zero.
        let holds = tombstone.and_then(|tombstone| tombstone.sentinel.as_ref());
        let zero = || vec![0; usize::try_from(field.size).unwrap_or(0)];
        let written = holds.map_or_else(zero, |value| value.bytes.clone());
        let absent = if field.guard.is_some() && !self.guards_others(field) {
            Some("its guard is clear")
        } else if let Type::Flags(_) = field.ty {
            Some("every flag is clear")
        } else if field.sentinel.as_ref().is_some_and(|sentinel| sentinel.bytes == written) {
            Some("the bytes hold its sentinel: absent")
        } else {
            None
        };
        out.push(match absent {
            Some(why) => {
                let given = match tombstone {
                    Some(tombstone) => cx.removed(&tombstone.evolution),
                    None => Err("no tombstone reserves its name and bytes".to_owned()),
                };
                change(Rule::FieldRemoved, "absent for old readers")
                    .read(ok(why), ignores())
                    .needs(Needs::Tombstone, given)
                    .fix(keep)
            }
            None if field.sentinel.is_some() => {
                change(Rule::FieldRemovedReal, "the bytes do not hold its sentinel")
                    .read(wrong("it reads the bytes as a value"), ignores())
                    .version(format!("{keep}, and keep its `sentinel`"))
            }
            None => change(Rule::FieldRemovedReal, "zero is a real value")
                .read(wrong("it reads the zero of new files as a value"), ignores())
                .version("keep it and add `deprecated`"),
        });
    }

    /// Whether the guard of a removed field still guards another field.
    fn guards_others(&self, field: &Field) -> bool {
        let Some(guard) = &field.guard else { return false };
        let others = self.cx.new.records.iter().flat_map(|record| &record.fields);
        others.filter(|other| other.is_live()).filter_map(|other| other.guard.as_ref()).any(
            |other| {
                let place = |guard: &Guard| FieldRef { record: guard.record, field: guard.field };
                self.cx.pairs.are_fields(place(guard), place(other))
                    && same_bit(self.cx, guard, other)
            },
        )
    }

    /// A removed field that is live again.
    fn revived(&self, old: &Field, new: &Field, out: &mut Vec<Change>) {
        out.push(
            Change::new(
                Rule::FieldRevived,
                self.what(new),
                format!("used again in bytes {}..{} after it was removed", new.offset, new.end()),
            )
            .at(old.at, new.at)
            .read(
                wrong("it ignores the bytes, or reads them with their old meaning"),
                wrong("old files may have the old meaning"),
            )
            .version("restore the tombstone and add a field with another name"),
        );
    }

    /// A removed field that stays removed.
    fn both_gone(&self, old: &Field, new: &Field, out: &mut Vec<Change>) {
        let what = self.what(new);
        if !same_place(self.cx, old, new) {
            out.push(
                Change::new(Rule::FieldRevived, what, "its tombstone changed")
                    .at(old.at, new.at)
                    .read(
                        wrong("the bytes could be reused"),
                        wrong("old files may have the old meaning in the bytes"),
                    )
                    .version("restore the tombstone"),
            );
            return;
        }
        let bytes = |field: &Field| field.sentinel.as_ref().map(|value| value.bytes.clone());
        if bytes(old) != bytes(new) {
            out.push(
                Change::new(Rule::Sentinel, &what, "the sentinel of its tombstone changed")
                    .at(old.at, new.at)
                    .read(wrong("readers from before the removal read it as a value"), ok(""))
                    .version("put the sentinel back"),
            );
        }
        if old.evolution.removed != new.evolution.removed {
            out.push(removal_changed(&what, &old.evolution, &new.evolution, old.at, new.at));
        }
    }

    /// A tombstone that was deleted.
    fn deleted(&self, field: &Field, out: &mut Vec<Change>) {
        let over = within(self.new, field.offset, field.end());
        // A field that is new in the bytes is reported itself.
        if over.iter().any(Field::is_live) || field.offset >= self.new.size {
            return;
        }
        out.push(
            Change::new(Rule::FieldRevived, self.what(field), "its tombstone was deleted")
                .at(field.at, over.first().map(|over| over.at))
                .read(
                    wrong("the bytes could be reused"),
                    wrong("old files may have the old meaning in the bytes"),
                )
                .version("restore the tombstone"),
        );
    }
}

fn same_place(cx: &Context<'_>, old: &Field, new: &Field) -> bool {
    (old.offset, old.size) == (new.offset, new.size)
        && matches!(relation(cx, &old.ty, &new.ty), Relation::Same | Relation::Alike)
}
