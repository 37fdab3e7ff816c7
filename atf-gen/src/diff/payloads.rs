//! The record that follows an event's header, by the values that select it.

use std::collections::BTreeMap;

use super::change::{Change, ok, wrong};
use super::{Context, Rule};
use crate::model::{Enum, File, Format, Payload, RecordId};
use crate::source::Span;

/// A condition in words, `kind = 3`; the record, the places of it, and what one value says.
struct Selected {
    record: RecordId,
    at: Span,
    /// The one value that selects it, by enum and number.
    value: Option<(usize, u64)>,
}

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    for (a, b) in &cx.pairs.files {
        let (old, new) = (&cx.old.files[*a], &cx.new.files[*b]);
        let (Some(old_event), Some(new_event)) = (old.event, new.event) else { continue };
        let today: BTreeMap<usize, &str> = cx
            .pairs
            .fields(old_event, new_event)
            .iter()
            .map(|(x, y)| (*x, cx.new.records[new_event].fields[*y].name.as_str()))
            .collect();
        let name = |field: usize| -> &str {
            let own = &cx.old.records[old_event].fields[field].name;
            today.get(&field).copied().unwrap_or(own)
        };
        let was = selected(cx.old, old, name);
        let is = selected(cx.new, new, |field| &cx.new.records[new_event].fields[field].name);
        compare(cx, new, &was, &is, out);
    }
}

fn compare(
    cx: &Context<'_>,
    file: &File,
    was: &BTreeMap<String, Selected>,
    is: &BTreeMap<String, Selected>,
    out: &mut Vec<Change>,
) {
    for (when, old) in was {
        let what = format!("file {}, payload when {when}", file.name);
        let old_name = &cx.old.records[old.record].name;
        let Some(new) = is.get(when) else {
            // A value that is gone selects nothing any more; that is reported of the value.
            if old.value.is_none_or(|value| lives(cx, value)) {
                out.push(
                    Change::new(Rule::PayloadGone, what, format!("{old_name} no longer declared"))
                        .at(old.at, file.at)
                        .read(wrong(format!("it reads the bytes as {old_name}")), ok("any bytes"))
                        .version(format!("declare {old_name} again")),
                );
            }
            continue;
        };
        if !cx.pairs.are_records(old.record, new.record) {
            let new_name = &cx.new.records[new.record].name;
            out.push(
                Change::new(Rule::PayloadSwapped, what, format!("{old_name} -> {new_name}"))
                    .at(old.at, new.at)
                    .read(
                        wrong(format!("it reads the bytes as {old_name}")),
                        wrong(format!("it reads the bytes as {new_name}")),
                    )
                    .version("use a new type of event"),
            );
        }
    }
    for (when, new) in is.iter().filter(|(when, _)| !was.contains_key(*when)) {
        // A payload of a new value is reported with the value.
        if new.value.is_some_and(|value| is_new(cx, value)) {
            continue;
        }
        let new_name = &cx.new.records[new.record].name;
        out.push(
            Change::new(
                Rule::PayloadOfKnown,
                format!("file {}, payload when {when}", file.name),
                format!("was any bytes, is now {new_name}"),
            )
            .at(None, new.at)
            .read(ok("any bytes"), wrong(format!("it reads any bytes as {new_name}")))
            .version("use a new type of event"),
        );
    }
}

/// Whether the old enum's value is live today.
fn lives(cx: &Context<'_>, (id, number): (usize, u64)) -> bool {
    let mut today = cx.pairs.enums.iter().filter(|pair| pair.0 == id);
    let has = |declared: &Enum| declared.values.iter().any(|value| value.value == number);
    today.all(|pair| has(&cx.new.enums[pair.1]))
}

/// Whether the new enum's value had no name before.
fn is_new(cx: &Context<'_>, (id, number): (usize, u64)) -> bool {
    let before = cx.pairs.enums.iter().find(|pair| pair.1 == id);
    before.is_some_and(|pair| cx.old.enums[pair.0].values.iter().all(|value| value.value != number))
}

/// The payloads of a file by what selects them. Where one field decides, each value by itself.
fn selected<'a>(
    format: &Format,
    file: &File,
    name: impl Fn(usize) -> &'a str,
) -> BTreeMap<String, Selected> {
    let mut map = BTreeMap::new();
    for payload in &file.payloads {
        let Payload { record, when, at, .. } = payload;
        let (record, at) = (*record, *at);
        if let [(field, case)] = when.as_slice() {
            for value in &case.values {
                let number = format.enums[case.id].values[*value].value;
                map.entry(format!("{} = {number}", name(*field))).or_insert(Selected {
                    record,
                    at,
                    value: Some((case.id, number)),
                });
            }
            continue;
        }
        let mut all: Vec<String> = when
            .iter()
            .map(|(field, case)| {
                let mut numbers: Vec<u64> = case
                    .values
                    .iter()
                    .map(|value| format.enums[case.id].values[*value].value)
                    .collect();
                numbers.sort_unstable();
                format!("{} = {numbers:?}", name(*field))
            })
            .collect();
        all.sort_unstable();
        let text = if all.is_empty() { "always".to_owned() } else { all.join(" and ") };
        map.entry(text).or_insert(Selected { record, at, value: None });
    }
    map
}
