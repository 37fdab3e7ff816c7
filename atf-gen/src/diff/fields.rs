//! Fields that both schemas have: their offsets, types and values.

use super::change::{Change, ok, refuse, wrong};
use super::names::{self, side};
use super::uses::Use;
use super::{Context, Needs, Rule, element_names};
use crate::emit::value;
use crate::model::{Field, FieldRef, Format, RecordId, RoleKind, Section, Type, Value};

/// A field of both schemas, with its records.
pub(super) struct Both<'a> {
    pub(super) what: String,
    pub(super) records: (RecordId, RecordId),
    pub(super) old: &'a Field,
    pub(super) new: &'a Field,
}

/// Every field that is on both sides and live on both.
pub(super) fn live<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = Both<'a>> {
    cx.pairs.records.iter().flat_map(move |(a, b)| {
        let (old, new) = (&cx.old.records[*a], &cx.new.records[*b]);
        cx.pairs
            .fields(*a, *b)
            .iter()
            .map(move |(x, y)| Both {
                what: format!("record {}, field {}", new.name, new.fields[*y].name),
                records: (*a, *b),
                old: &old.fields[*x],
                new: &new.fields[*y],
            })
            .filter(|both| both.old.is_live() && both.new.is_live())
    })
}

pub(super) fn check(cx: &Context<'_>, out: &mut Vec<Change>) {
    for both in live(cx) {
        let Both { what, old, new, .. } = &both;
        names::element(what, &side!(old), &side!(new), out);
        if old.offset != new.offset {
            out.push(
                Change::new(
                    Rule::FieldMoved,
                    what,
                    format!("moved: offset {} -> {}", old.offset, new.offset),
                )
                .at(old.offset_at, new.offset_at)
                .read(
                    wrong(format!("it reads bytes {}..{}", old.offset, old.end())),
                    wrong(format!("it reads bytes {}..{}", new.offset, new.end())),
                )
                .version(format!("move it back to offset {}", old.offset)),
            );
        }
        types(cx, &both, out);
        unit(what, old.unit.as_deref(), new.unit.as_deref(), (old.at, new.at), out);
        if old.size == new.size {
            constant(cx, &both, out);
            default(cx, &both, out);
            sentinel(cx, &both, out);
        }
        max(cx, &both, out);
        guard(cx, &both, out);
        element_names::check(cx, what, (old, new), out);
    }
}

/// What two types are to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// The same, or two whose difference is reported of the type.
    Same,
    /// Another name for the same numbers.
    Alike,
    /// The new one refuses numbers that the old one took.
    Closed,
    /// The old one refuses numbers that the new one takes.
    Opened,
    Length,
    Size,
    Kind,
}

pub(super) fn relation(cx: &Context<'_>, old: &Type, new: &Type) -> Relation {
    let same_size = cx.old.size_of(old) == cx.new.size_of(new);
    let unlike = if same_size { Relation::Kind } else { Relation::Size };
    let named = |condition: bool, open: bool, otherwise: Relation| match (condition, open) {
        (true, true) => Relation::Alike,
        (true, false) => otherwise,
        (false, _) => unlike,
    };
    match (old, new) {
        (Type::Int(a), Type::Int(b)) if a == b => Relation::Same,
        (Type::Float(a), Type::Float(b)) if a == b => Relation::Same,
        (Type::Enum(a), Type::Enum(b)) if cx.pairs.are_enums(*a, *b) => Relation::Same,
        (Type::Flags(a), Type::Flags(b)) if cx.pairs.are_flags(*a, *b) => Relation::Same,
        (Type::Record(a), Type::Record(b)) if cx.pairs.are_records(*a, *b) => Relation::Same,
        (Type::Int(a), Type::Enum(b)) => {
            let b = &cx.new.enums[*b];
            named(*a == b.int, b.open, Relation::Closed)
        }
        (Type::Int(a), Type::Flags(b)) => {
            let b = &cx.new.flags[*b];
            named(*a == b.int, b.open, Relation::Closed)
        }
        (Type::Enum(a), Type::Int(b)) => {
            let a = &cx.old.enums[*a];
            named(a.int == *b, a.open, Relation::Opened)
        }
        (Type::Flags(a), Type::Int(b)) => {
            let a = &cx.old.flags[*a];
            named(a.int == *b, a.open, Relation::Opened)
        }
        (Type::Array(a, n), Type::Array(b, m)) => match relation(cx, a, b) {
            unlike @ (Relation::Size | Relation::Kind) => unlike,
            _ if n != m => Relation::Length,
            inner => inner,
        },
        (Type::Int(_), Type::Int(_))
        | (Type::Float(_), Type::Float(_))
        | (Type::Enum(_), Type::Enum(_))
        | (Type::Flags(_), Type::Flags(_))
        | (Type::Record(_), Type::Record(_)) => unlike,
        _ => Relation::Kind,
    }
}

fn types(cx: &Context<'_>, both: &Both<'_>, out: &mut Vec<Change>) {
    let Both { what, old, new, .. } = both;
    let relation = relation(cx, &old.ty, &new.ty);
    if matches!(relation, Relation::Alike | Relation::Closed)
        && let Some(bit) = must_understand(cx.new, &new.ty)
    {
        out.push(not_understood(what, bit).at(old.type_at, new.type_at));
    }
    let (was, is) = (cx.old.type_name(&old.ty), cx.new.type_name(&new.ty));
    let change = |rule, text: &str| {
        Change::new(rule, what, format!("{text}: {was} -> {is}")).at(old.type_at, new.type_at)
    };
    let harm = |change: Change| {
        change
            .read(wrong(format!("it reads {was}")), wrong(format!("it reads {is}")))
            .version(format!("write `type = \"{was}\"` again"))
            .breaks_sources()
    };
    let numbers = || ok("the same numbers");
    let refusal = || refuse("it refuses unknown numbers");
    out.push(match relation {
        Relation::Same => return,
        Relation::Alike => change(Rule::OtherType, "another type of the same structure")
            .read(numbers(), numbers())
            .breaks_sources(),
        Relation::Closed => change(Rule::OtherType, "closed")
            .read(numbers(), refusal())
            .version("declare the type with `open = true`")
            .breaks_sources(),
        Relation::Opened => change(Rule::OtherType, "opened")
            .read(refusal(), numbers())
            .version(format!("write `type = \"{was}\"` again"))
            .breaks_sources(),
        Relation::Length => harm(change(Rule::ArrayLength, "another length")),
        Relation::Size => harm(change(Rule::FieldResized, "resized")),
        Relation::Kind => harm(change(Rule::FieldRetyped, "retyped")),
    });
}

/// The first bit inside a type that readers must understand, and its flags.
pub(super) fn must_understand<'a>(format: &'a Format, ty: &Type) -> Option<&'a str> {
    match ty {
        Type::Flags(id) => {
            let bit = format.flags[*id].bits.iter().find(|bit| bit.must_understand)?;
            Some(&bit.name)
        }
        Type::Array(element, _) => must_understand(format, element),
        Type::Record(id) => format.records[*id]
            .fields
            .iter()
            .filter(|field| field.is_live())
            .find_map(|field| must_understand(format, &field.ty)),
        Type::Int(_) | Type::Float(_) | Type::Enum(_) => None,
    }
}

/// A bit that must be understood is where old readers do not check it.
pub(super) fn not_understood(what: &str, bit: &str) -> Change {
    Change::new(Rule::BitMustUnderstand, what, format!("holds {bit}, which must be understood"))
        .read(
            wrong(format!("it does not know {bit}, which must be understood")),
            ok("old files do not have the bit set"),
        )
        .version("leave `must_understand` out")
}

/// Of fields and tails.
pub(super) fn unit(
    what: &str,
    old: Option<&str>,
    new: Option<&str>,
    at: (crate::source::Span, crate::source::Span),
    out: &mut Vec<Change>,
) {
    if old == new {
        return;
    }
    out.push(match (old, new) {
        (Some(was), Some(is)) => Change::new(Rule::Unit, what, format!("unit {was} -> {is}"))
            .at(at.0, at.1)
            .read(
                wrong(format!("it reads {is} as {was}")),
                wrong(format!("it reads {was} as {is}")),
            )
            .version(format!("write `unit = \"{was}\"` again and add a field for the new unit, or accept it in accepted.toml if {is} is another word for {was}")),
        (was, is) => {
            let text = |unit: Option<&str>| unit.unwrap_or("none").to_owned();
            Change::new(Rule::Docs, what, format!("unit {} -> {}", text(was), text(is)))
                .at(at.0, at.1)
                .warn("check that the unit itself is unchanged; if it changed, raise `semantics`")
        }
    });
}

fn text(format: &Format, field: &Field, value: Option<&Value>, otherwise: &str) -> String {
    value.map_or(otherwise.to_owned(), |given| value::text(format, &field.ty, given))
}

fn constant(cx: &Context<'_>, both: &Both<'_>, out: &mut Vec<Change>) {
    let Both { what, records, old, new } = both;
    let bytes = |field: &Field| field.constant.as_ref().map(|value| value.bytes.clone());
    if bytes(old) == bytes(new) {
        return;
    }
    // The number of the version is the version's own change.
    let version = |field: &Field| field.role.is_some_and(|role| role.kind == RoleKind::Version);
    if version(old) && version(new) && cx.old.version != cx.new.version {
        return;
    }
    let (was, is) = (
        text(cx.old, old, old.constant.as_ref(), "any value"),
        text(cx.new, new, new.constant.as_ref(), "any value"),
    );
    let checked =
        cx.uses[records.1].iter().any(|found| matches!(found, Use::Header(_) | Use::Footer(_)));
    let magic = checked
        && (old.offset, new.offset) == (0, 0)
        && old.ty.byte_array().is_some()
        && new.ty.byte_array().is_some()
        && old.constant.is_some()
        && new.constant.is_some();
    if magic {
        let given = if cx.old.name == cx.new.name {
            Err(format!("the format is still called {}", cx.new.name))
        } else {
            Ok(())
        };
        out.push(
            Change::new(Rule::Magic, what, format!("magic {was} -> {is}"))
                .at(old.at, new.at)
                .read(refuse("no file of its format"), refuse("no file of its format"))
                .needs(Needs::NewFormat, given)
                .fix(format!("write {was} again, or give the format a new `name`")),
        );
        return;
    }
    let judge = |own: Option<&Value>, expected: &str| match (own.is_some(), checked) {
        (false, _) => ok("it takes any value"),
        (true, true) => refuse(format!("it checks for {expected}")),
        (true, false) => wrong(format!("it relies on {expected}")),
    };
    out.push(
        Change::new(Rule::Constant, what, format!("constant {was} -> {is}"))
            .at(old.at, new.at)
            .read(judge(old.constant.as_ref(), &was), judge(new.constant.as_ref(), &is))
            .version(format!("put {was} back")),
    );
}

fn default(cx: &Context<'_>, both: &Both<'_>, out: &mut Vec<Change>) {
    let Both { what, old, new, .. } = both;
    // A constant is its own default.
    if old.constant.is_some() || new.constant.is_some() {
        return;
    }
    let bytes = |field: &Field| {
        let zero = vec![0; usize::try_from(field.size).unwrap_or(0)];
        field.default.as_ref().map_or(zero, |value| value.bytes.clone())
    };
    if bytes(old) == bytes(new) || follows(cx, both) {
        return;
    }
    let (was, is) = (
        text(cx.old, old, old.default.as_ref(), "zero"),
        text(cx.new, new, new.default.as_ref(), "zero"),
    );
    out.push(
        Change::new(Rule::Default, what, format!("default {was} -> {is}"))
            .at(old.at, new.at)
            .read(
                wrong(format!("it uses {was} if nothing is written")),
                wrong(format!("it uses {is} if nothing is written")),
            )
            .version(format!("put {was} back")),
    );
}

/// Whether a default is the size of a record on both sides, and so only follows it.
fn follows(cx: &Context<'_>, both: &Both<'_>) -> bool {
    let (Some(old), Some(new)) = (&both.old.role, &both.new.role) else { return false };
    let size = |format: &Format, own: RecordId, kind: RoleKind| {
        let own_size = format.records[own].size;
        match kind {
            RoleKind::Offset(_) => Some(own_size),
            RoleKind::Stride(Section::Events) => {
                let file = format.files.iter().find(|file| file.holds(own))?;
                Some(format.records[file.event?].size)
            }
            _ => None,
        }
    };
    let number = |field: &Field| field.default.as_ref().and_then(Value::number);
    let was = size(cx.old, both.records.0, old.kind);
    let is = size(cx.new, both.records.1, new.kind);
    was.is_some() && is.is_some() && number(both.old) == was && number(both.new) == is
}

fn sentinel(cx: &Context<'_>, both: &Both<'_>, out: &mut Vec<Change>) {
    let Both { what, old, new, .. } = both;
    let bytes = |field: &Field| field.sentinel.as_ref().map(|value| value.bytes.clone());
    if bytes(old) == bytes(new) {
        return;
    }
    let (was, is) = (
        text(cx.old, old, old.sentinel.as_ref(), "none"),
        text(cx.new, new, new.sentinel.as_ref(), "none"),
    );
    let judge = |own: &str, other: &str| match (own, other) {
        ("none", other) => wrong(format!("it reads {other} as a value")),
        (own, _) => wrong(format!("it treats {own} as absent")),
    };
    out.push(
        Change::new(Rule::Sentinel, what, format!("sentinel {was} -> {is}"))
            .at(old.at, new.at)
            .read(judge(&was, &is), judge(&is, &was))
            .version(match was.as_str() {
                "none" => "leave the sentinel out".to_owned(),
                was => format!("restore the sentinel {was}"),
            }),
    );
}

fn max(cx: &Context<'_>, both: &Both<'_>, out: &mut Vec<Change>) {
    let Both { what, old, new, .. } = both;
    let number = |field: &Field| field.max.as_ref().and_then(Value::number);
    let (was, is) = (number(old), number(new));
    if was == is {
        return;
    }
    let (was_text, is_text) =
        (text(cx.old, old, old.max.as_ref(), "none"), text(cx.new, new, new.max.as_ref(), "none"));
    let raised =
        is.unwrap_or(u64::MAX) > was.unwrap_or(u64::MAX) || (is.is_none() && was == Some(u64::MAX));
    let change =
        Change::new(Rule::Max, what, format!("max {was_text} -> {is_text}")).at(old.at, new.at);
    out.push(if raised {
        change
            .read(refuse(format!("it refuses more than {was_text}")), ok(""))
            .version(format!("put {was_text} back"))
    } else {
        change
            .read(ok(""), refuse(format!("it refuses more than {is_text}")))
            .version(format!("put {was_text} back"))
    });
}

fn guard(cx: &Context<'_>, both: &Both<'_>, out: &mut Vec<Change>) {
    let Both { what, old, new, .. } = both;
    let bit = |format: &Format, guard: &crate::model::Guard| match format.records[guard.record]
        .fields[guard.field]
        .ty
    {
        Type::Flags(id) => format.flags[id].bits.get(guard.bit).map(|bit| bit.name.clone()),
        _ => None,
    };
    let name = |format: &Format, guard: &Option<crate::model::Guard>| {
        let Some(guard) = guard else { return "none".to_owned() };
        let field = &format.records[guard.record].fields[guard.field].name;
        format!("{field}.{}", bit(format, guard).unwrap_or_default())
    };
    let same = match (&old.guard, &new.guard) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            let place =
                |guard: &crate::model::Guard| FieldRef { record: guard.record, field: guard.field };
            cx.pairs.are_fields(place(a), place(b)) && same_bit(cx, a, b)
        }
        _ => false,
    };
    if same {
        return;
    }
    let (was, is) = (name(cx.old, &old.guard), name(cx.new, &new.guard));
    let judge = |guard: &str| match guard {
        "none" => wrong("it always reads the field"),
        guard => wrong(format!("it goes by {guard}")),
    };
    out.push(
        Change::new(Rule::Guard, what, format!("guard {was} -> {is}"))
            .at(
                old.guard.map_or(old.at, |guard| guard.at),
                new.guard.map_or(new.at, |guard| guard.at),
            )
            .read(judge(&was), judge(&is))
            .version("put the guard back"),
    );
}

/// Whether two guards are one bit: the number counts, and a bit that moved is reported of itself.
pub(super) fn same_bit(cx: &Context<'_>, a: &crate::model::Guard, b: &crate::model::Guard) -> bool {
    let (Type::Flags(old), Type::Flags(new)) = (
        &cx.old.records[a.record].fields[a.field].ty,
        &cx.new.records[b.record].fields[b.field].ty,
    ) else {
        return false;
    };
    match (cx.old.flags[*old].bits.get(a.bit), cx.new.flags[*new].bits.get(b.bit)) {
        (Some(a), Some(b)) => a.bit == b.bit || a.name == b.name,
        _ => false,
    }
}
