//! Records as types: an attribute per field, and instances for sentinels, guards and flags.

use std::fmt::Write as _;

use super::names::Names;
use super::{Place, docs, enums, values, yaml};
use crate::model::{Field, Format, Int, RecordId, Type};

/// The type of a record. `place` says what bounds it.
pub(super) fn emit(format: &Format, names: &Names, id: RecordId, place: &Place, out: &mut String) {
    let record = &format.records[id];
    let own = &names.records[id];
    let _ = writeln!(out, "  {}:\n    -orig-id: {}", yaml::name(&names.types[id]), record.name);
    out.push_str(&yaml::text(4, "doc", &docs::record(record)));
    out.push_str("    seq:\n");
    for (at, (field, name)) in record.fields.iter().zip(&own.fields).enumerate() {
        let _ = writeln!(out, "      - id: {}", yaml::name(name));
        if *name != field.name {
            let _ = writeln!(out, "        -orig-id: {}", yaml::name(&field.name));
        }
        let live = field.is_live();
        let in_data = is_in_data(field, at, place);
        let guard = guard(format, names, id, field, place);
        // A record that says nothing is not read: its fields would be judged.
        let skipped = guard.as_ref().filter(|_| live && is_of_own_type(&field.ty));
        if live && matches!(skipped, Some(Guard::Unknown)) {
            let _ = writeln!(out, "        size: {}", field.size);
        } else if live {
            // Flags that come later are not known yet: nothing is judged.
            let is_later = field.guard.is_some_and(|it| it.record == id && it.field > at);
            let guard = if is_later { Some(&Guard::Unknown) } else { guard.as_ref() };
            let legal = legal(format, names, field, guard);
            // `contents` says how many bytes it takes.
            if !matches!(legal, Some(values::Legal::Contents(_))) {
                out.push_str(&ty(format, names, &field.ty, "        "));
            }
            out.push_str(&legal.map_or(String::new(), |legal| legal.attribute("        ")));
        } else if let (Type::Int(int), true) = (&field.ty, field.reserved) {
            let _ = writeln!(out, "        type: {}", self::int(*int));
        } else {
            let _ = writeln!(out, "        size: {}", field.size);
        }
        let tests = in_data.iter().chain(match skipped {
            Some(Guard::Set(test)) => Some(test),
            _ => None,
        });
        let tests: Vec<&str> = tests.map(String::as_str).collect();
        if !tests.is_empty() {
            let _ = writeln!(out, "        if: {}", yaml::quoted(&tests.join(" and ")));
        }
        out.push_str(&yaml::text(8, "doc", &docs::field(format, field)));
        if let Some(Guard::Set(test)) = skipped {
            let tests: Vec<String> = in_data.into_iter().chain([format!("not ({test})")]).collect();
            let _ = writeln!(
                out,
                "      - id: {}\n        size: {}\n        if: {}\n        doc: {}",
                yaml::name(&own.absent[at]),
                field.size,
                yaml::quoted(&tests.join(" and ")),
                yaml::quoted(&format!("The bytes of {}, which holds no value.", field.name))
            );
        }
    }
    if let (Some(tail), Some(name)) = (&record.tail, &own.tail) {
        let _ = writeln!(out, "      - id: {}", yaml::name(name));
        if *name != tail.name {
            let _ = writeln!(out, "        -orig-id: {}", yaml::name(&tail.name));
        }
        let _ = writeln!(out, "        size: {}", yaml::expression(&own.fields[tail.count]));
        out.push_str(&yaml::text(8, "doc", &docs::tail(record, tail)));
    }
    if let (Some(trailer), Some(name), true) = (record.trailer, &own.trailer, place.is_payload) {
        let _ = writeln!(
            out,
            "      - id: {}\n        type: {}\n        if: {}",
            yaml::name(name),
            yaml::name(&names.types[trailer]),
            yaml::quoted(&format!("_io.size - _io.pos >= {}", format.records[trailer].size))
        );
    }
    let instances = instances(format, names, id, place);
    if !instances.is_empty() {
        out.push_str("    instances:\n");
        out.push_str(&instances);
    }
}

/// The type that holds an array inside an array.
pub(super) fn array(format: &Format, names: &Names, name: &str, of: &Type, out: &mut String) {
    let _ = writeln!(out, "  {}:\n    seq:\n      - id: items", yaml::name(name));
    out.push_str(&ty(format, names, of, "        "));
    if let Type::Array(element, _) = of
        && let Some(legal) = values::listed(format, names, element)
    {
        out.push_str(&legal.attribute("        "));
    }
}

/// The lines that say what an attribute holds.
fn ty(format: &Format, names: &Names, ty: &Type, margin: &str) -> String {
    match ty {
        Type::Int(int) => format!("{margin}type: {}\n", self::int(*int)),
        Type::Float(bytes) => format!("{margin}type: f{bytes}\n"),
        Type::Flags(id) => format!("{margin}type: {}\n", self::int(format.flags[*id].int)),
        Type::Enum(id) => {
            let mut out = format!("{margin}type: {}\n", self::int(format.enums[*id].int));
            if enums::has_values(names, *id) {
                let _ = writeln!(out, "{margin}enum: {}", yaml::name(&names.enums[*id]));
            }
            out
        }
        Type::Record(id) => format!("{margin}type: {}\n", yaml::name(&names.types[*id])),
        Type::Array(element, length) => {
            if ty.byte_array().is_some() {
                return format!("{margin}size: {length}\n");
            }
            let mut out = match (&**element, element.byte_array()) {
                (_, Some(bytes)) => format!("{margin}size: {bytes}\n"),
                (Type::Array(..), None) => {
                    let name = &names.arrays[&format.type_name(element)];
                    format!("{margin}type: {}\n", yaml::name(name))
                }
                _ => self::ty(format, names, element, margin),
            };
            let _ = write!(out, "{margin}repeat: expr\n{margin}repeat-expr: {length}\n");
            out
        }
    }
}

/// The type of an integer.
pub(super) fn int(int: Int) -> String {
    format!("{}{}", if int.signed { 's' } else { 'u' }, int.bytes)
}

/// An instance per flag, and one per field that can hold nothing.
fn instances(format: &Format, names: &Names, id: RecordId, place: &Place) -> String {
    let mut out = String::new();
    let own = &names.records[id];
    for (at, field) in format.records[id].fields.iter().enumerate() {
        if !field.is_live() {
            continue;
        }
        if let Type::Flags(flags) = field.ty {
            let there = is_in_data(field, at, place).map_or(String::new(), |test| test + " and ");
            for (bit, name) in format.flags[flags].bits.iter().zip(&own.bits[at]) {
                let test = there.clone() + &is_set(&own.fields[at], bit.bit);
                let _ = writeln!(
                    out,
                    "      {}:\n        value: {}",
                    yaml::name(name),
                    yaml::quoted(&test)
                );
                out.push_str(&yaml::text(8, "doc", &docs::named(&bit.doc, &bit.evolution)));
            }
        }
        let Some(test) = is_there(format, names, id, at, field, place) else { continue };
        let _ = writeln!(
            out,
            "      {}:\n        value: {}",
            yaml::name(&own.has[at]),
            yaml::quoted(&test)
        );
        let doc = format!("Whether {} holds a value.", field.name);
        out.push_str(&yaml::text(8, "doc", &doc));
    }
    out
}

/// What a guard says here.
enum Guard {
    /// The field holds a value where this is true.
    Set(String),
    /// The flags are in a record that is not known here.
    Unknown,
}

/// The guard of a field as an expression.
fn guard(
    format: &Format,
    names: &Names,
    id: RecordId,
    field: &Field,
    place: &Place,
) -> Option<Guard> {
    let guard = field.guard.as_ref()?;
    let owner = &format.records[guard.record].fields[guard.field];
    let (bit, _) = format.guard_bit(guard)?;
    let from = if guard.record == id {
        ""
    } else if place.header == Some(guard.record) {
        "_root.header."
    } else {
        return Some(Guard::Unknown);
    };
    let own = &names.records[guard.record];
    // The flags may be missing themselves; the bit's instance knows.
    Some(Guard::Set(if owner.evolution.since > 0 {
        format!("{from}{}", own.bits[guard.field][guard.bit])
    } else {
        is_set(&format!("{from}{}", own.fields[guard.field]), bit.bit)
    }))
}

/// What the value of a field must be, unless the field is absent; `None` if that is anything, or if
/// nothing says whether it is absent.
fn legal(
    format: &Format,
    names: &Names,
    field: &Field,
    guard: Option<&Guard>,
) -> Option<values::Legal> {
    let legal = values::legal(format, names, field)?;
    let mut absent = Vec::new();
    match guard {
        Some(Guard::Unknown) => return None,
        Some(Guard::Set(test)) => absent.push(format!("not ({test})")),
        None => {}
    }
    // An array's elements are judged one by one, and no sentinel is one of them.
    if let Some(sentinel) = field.sentinel.as_ref().filter(|_| !matches!(field.ty, Type::Array(..)))
    {
        absent.push(values::equal(format, names, "_", &field.ty, sentinel));
    }
    Some(legal.unless(&absent))
}

/// Whether Kaitai reads the type by a type of the specification, which judges what it reads.
fn is_of_own_type(ty: &Type) -> bool {
    match ty {
        Type::Record(_) => true,
        Type::Array(element, _) => {
            matches!(**element, Type::Record(_))
                || (matches!(**element, Type::Array(..)) && element.byte_array().is_none())
        }
        Type::Int(_) | Type::Float(_) | Type::Enum(_) | Type::Flags(_) => false,
    }
}

/// The instance that says whether a field holds a value, if the field can be without one.
pub(super) fn has<'a>(
    format: &Format,
    names: &'a Names,
    id: RecordId,
    at: usize,
    place: &Place,
) -> Option<&'a str> {
    let field = &format.records[id].fields[at];
    is_there(format, names, id, at, field, place).map(|_| names.records[id].has[at].as_str())
}

/// The expression that says whether the data reach as far as a field that was added later: data
/// of an earlier revision may end before it.
fn is_in_data(field: &Field, at: usize, place: &Place) -> Option<String> {
    let (bound, known_from) = place.bound.as_ref()?;
    (field.evolution.since > 0 && at >= *known_from).then(|| format!("{bound} >= {}", field.end()))
}

/// Whether a bit is set. Up to the 31st a mask, which the languages of 32-bit operators take as
/// well, above a shift, because no mask of the 64th fits their signed numbers.
fn is_set(flags: &str, bit: u32) -> String {
    if bit < 31 {
        format!("({flags} & {:#x}) != 0", 1_u64 << bit)
    } else {
        format!("(({flags} >> {bit}) & 1) != 0")
    }
}

/// The expression that says whether a field holds a value, where it can hold none.
fn is_there(
    format: &Format,
    names: &Names,
    id: RecordId,
    at: usize,
    field: &Field,
    place: &Place,
) -> Option<String> {
    let mut tests: Vec<String> = is_in_data(field, at, place).into_iter().collect();
    let optional = !tests.is_empty();
    if let Some(Guard::Set(test)) = guard(format, names, id, field, place) {
        tests.push(test);
    }
    if let Some(sentinel) = &field.sentinel {
        let name = &names.records[id].fields[at];
        tests.push(values::differs(format, names, name, &field.ty, sentinel));
    }
    // A field that an earlier revision lacks says so by not being there. What says something of the
    // file is asked for by name.
    if tests.is_empty() || (optional && tests.len() == 1 && field.role.is_none()) {
        return None;
    }
    Some(tests.join(" and "))
}
