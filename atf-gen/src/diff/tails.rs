//! What follows a record's fields: a counted tail and its trailer.

use super::change::{Change, ok, wrong};
use super::names::{self, side};
use super::uses::{self, Use};
use super::{Context, Needs, Rule, fields};
use crate::model::{FieldRef, Record, RecordId, Type};

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    for (a, b) in &cx.pairs.records {
        let (old, new) = (&cx.old.records[*a], &cx.new.records[*b]);
        tail(cx, (*a, old), (*b, new), out);
        trailer(cx, old, (*b, new), out);
    }
}

fn harm(element: String, change: String) -> Change {
    Change::new(Rule::Tail, element, change)
        .read(
            wrong("it reads the wrong bytes as the tail"),
            wrong("it reads the wrong bytes as the tail"),
        )
        .version("put it back")
}

fn tail(
    cx: &Context<'_>,
    (a, old): (RecordId, &Record),
    (b, new): (RecordId, &Record),
    out: &mut Vec<Change>,
) {
    let what = |name: &str| format!("record {}, field {name}", new.name);
    match (&old.tail, &new.tail) {
        (None, None) => {}
        (Some(was), None) => {
            out.push(harm(what(&was.name), "counted tail removed".to_owned()).at(was.at, new.at));
        }
        (None, Some(is)) => {
            out.push(harm(what(&is.name), "counted tail added".to_owned()).at(old.at, is.at));
        }
        (Some(was), Some(is)) => {
            let element = what(&is.name);
            names::element(&element, &side!(was), &side!(is), out);
            fields::unit(&element, was.unit.as_deref(), is.unit.as_deref(), (was.at, is.at), out);
            let count = |record, field| FieldRef { record, field };
            if !cx.pairs.are_fields(count(a, was.count), count(b, is.count)) {
                let (from, to) = (&old.fields[was.count].name, &new.fields[is.count].name);
                out.push(harm(element, format!("counted by {from} -> {to}")).at(was.at, is.at));
            }
        }
    }
}

fn trailer(cx: &Context<'_>, old: &Record, (id, new): (RecordId, &Record), out: &mut Vec<Change>) {
    let what = format!("record {}", new.name);
    let at = (old.trailer_at.unwrap_or(old.at), new.trailer_at.unwrap_or(new.at));
    match (old.trailer, new.trailer) {
        (None, None) => {}
        (Some(was), Some(is)) if cx.pairs.are_records(was, is) => {}
        (Some(was), Some(is)) => {
            let (was, is) = (&cx.old.records[was].name, &cx.new.records[is].name);
            out.push(harm(what, format!("trailer: {was} -> {is}")).at(at.0, at.1));
        }
        (Some(was), None) => out.push(
            Change::new(
                Rule::Tail,
                what,
                format!("{} removed after the tail", cx.old.records[was].name),
            )
            .at(at.0, at.1)
            .read(ok("the length shows that it is absent"), ok("it skips it by the length"))
            .version("keep it: otherwise its bytes could be reused"),
        ),
        (None, Some(is)) => {
            if let Some(bit) = fields::must_understand(cx.new, &Type::Record(is)) {
                out.push(fields::not_understood(&what, bit).at(at.0, at.1));
            }
            out.push(added(cx, what, id, is).at(at.0, at.1));
        }
    }
}

fn added(cx: &Context<'_>, what: String, id: RecordId, trailer: RecordId) -> Change {
    let name = &cx.new.records[trailer].name;
    let told = cx.uses[id].iter().all(|found| match found {
        Use::Payload(file) | Use::Event(file) => uses::tells_length(cx.new, *file),
        _ => false,
    });
    if !told || cx.uses[id].is_empty() {
        return harm(
            what,
            format!("{name} added after the tail; no length shows that it is absent"),
        );
    }
    let change = Change::new(Rule::AfterTail, what, format!("{name} added after the tail")).read(
        ok("it skips them by the event's length"),
        ok("the event's length tells its absence"),
    );
    if cx.pairs.records.iter().any(|pair| pair.1 == trailer) {
        // `since` of an existing record says when it was added, not when it became the trailer.
        return change.needs(Needs::Revision, cx.revised()).fix(cx.how_to_add());
    }
    change.added(cx, &cx.new.records[trailer].evolution)
}
