//! Names in the header. All names are made here, so that the check for collisions sees the
//! names of the header.

use crate::emit::case;
use crate::model::{Constant, Enum, Field, FlagBit, Flags, Format, Record, Tail, ValueSource};
use crate::source::Span;

/// A name of the header, and the element of the schema that it comes from.
pub(crate) struct Made {
    /// The element, for messages.
    pub(crate) what: String,
    /// What the schema calls it.
    pub(crate) origin: String,
    /// The name in C.
    pub(crate) name: String,
    /// Its place.
    pub(crate) at: Span,
}

pub(super) fn constant(format: &Format, constant: &Constant) -> String {
    format!("{}_{}", format.c.prefix, constant.name)
}

pub(super) fn value(declared: &Enum, name: &str) -> String {
    format!("{}_{}", declared.c_prefix, case::upper(name))
}

pub(super) fn host(declared: &Enum) -> String {
    format!("{}_HOST", declared.c_prefix)
}

pub(super) fn bit(declared: &Flags, bit: &FlagBit) -> String {
    format!("{}_{}", declared.c_prefix, case::upper(&bit.name))
}

/// Macro of the bits that every reader must know.
pub(super) fn must_understand(declared: &Flags) -> String {
    format!("{}_MUST_UNDERSTAND", declared.c_prefix)
}

pub(super) fn bit_test(declared: &Flags, the_bit: &FlagBit) -> String {
    format!("{}_is_set", bit(declared, the_bit).to_ascii_lowercase())
}

/// The type of a record.
pub(super) fn ty(format: &Format, record: &Record) -> String {
    format!("{}{}", format.c.type_prefix, record.name)
}

/// What makes a compiler take a record's fields for unaligned, wherever they are used.
pub(super) fn packed(format: &Format) -> String {
    format!("{}_PACKED", format.c.prefix)
}

/// Function that gives a field's value. One that would be called as another function of the record gets a suffix.
pub(super) fn value_of(format: &Format, the_record: &Record, field: &Field) -> String {
    let name = field.name.trim_start_matches('_');
    let is_tail =
        the_record.tail.as_ref().is_some_and(|tail| tail.name.trim_start_matches('_') == name);
    let is_has = name.strip_prefix("has_").is_some_and(|other| {
        the_record
            .fields
            .iter()
            .any(|it| it.is_optional() && it.name.trim_start_matches('_') == other)
    });
    let is_other = name != field.name && the_record.fields.iter().any(|it| it.name == name);
    let taken = is_tail || is_has || is_other || matches!(name, "init" | "read_start" | "trailer");
    let suffix = if taken { "_value" } else { "" };
    format!("{}_{name}{suffix}", record(format, the_record).to_ascii_lowercase())
}

fn record(format: &Format, record: &Record) -> String {
    case::prefixed(&format.c.prefix, &record.name)
}

pub(super) fn size(format: &Format, the_record: &Record) -> String {
    of_record(format, the_record, "SIZE")
}

/// The ends of the names of the macros that every record has.
const OF_EVERY_RECORD: &[&str] = &["SIZE", "CORE_SIZE", "LAYOUT_HASH", "CORE_HASH"];

/// The macro of a record whose name ends like this.
pub(super) fn of_record(format: &Format, the_record: &Record, end: &str) -> String {
    format!("{}_{end}", record(format, the_record))
}

/// Macro of a field's constant; that of a field called `size` is not the record's own size.
pub(super) fn field(format: &Format, the_record: &Record, field: &Field) -> String {
    let name = match case::upper(&field.name) {
        name if OF_EVERY_RECORD.contains(&name.as_str()) => format!("{name}_VALUE"),
        name => name,
    };
    format!("{}_{name}", record(format, the_record))
}

/// Macro of a field's default.
pub(super) fn field_default(format: &Format, the_record: &Record, the_field: &Field) -> String {
    format!("{}_DEFAULT", field(format, the_record, the_field))
}

/// Macro of a field's sentinel, unless that is a constant of the schema.
pub(super) fn field_none(format: &Format, the_record: &Record, the_field: &Field) -> String {
    format!("{}_NONE", field(format, the_record, the_field))
}

pub(super) fn init(format: &Format, the_record: &Record) -> String {
    format!("{}_init", record(format, the_record).to_ascii_lowercase())
}

/// Function that reads a record of which the last fields may be missing.
pub(super) fn read_start(format: &Format, the_record: &Record) -> String {
    format!("{}_read_start", record(format, the_record).to_ascii_lowercase())
}

pub(super) fn has(format: &Format, the_record: &Record, field: &Field) -> String {
    format!(
        "{}_has_{}",
        record(format, the_record).to_ascii_lowercase(),
        field.name.trim_start_matches('_')
    )
}

/// Function that computes a checksum of its own record.
pub(super) fn computed(format: &Format, the_record: &Record, field: &Field) -> String {
    format!(
        "{}_computed_{}",
        record(format, the_record).to_ascii_lowercase(),
        field.name.trim_start_matches('_')
    )
}

/// The function that those call.
pub(super) fn crc32(format: &Format) -> String {
    format!("{}_crc32", format.c.prefix.to_ascii_lowercase())
}

pub(super) fn tail(format: &Format, the_record: &Record, tail: &Tail) -> String {
    format!(
        "{}_{}",
        record(format, the_record).to_ascii_lowercase(),
        tail.name.trim_start_matches('_')
    )
}

/// Function that finds the trailer.
pub(super) fn trailer(format: &Format, the_record: &Record) -> String {
    format!("{}_trailer", record(format, the_record).to_ascii_lowercase())
}

/// Every name that the header defines.
pub(crate) fn names(format: &Format) -> Vec<Made> {
    let mut names = Vec::new();
    let mut add = |what: String, origin: &str, name: String, at: Span| {
        names.push(Made { what, origin: origin.to_owned(), name, at });
    };
    let guard = case::upper(&format.c.header.replace(['.', '-'], "_"));
    add("[format.c]: `header`".to_owned(), "header", guard, format.c.header_at);
    for own in ["STATIC_ASSERT", "PACKED", "FORMAT_VERSION", "FORMAT_REVISION"] {
        let name = format!("{}_{own}", format.c.prefix);
        add("[format.c]: `prefix`".to_owned(), own, name, format.c.prefix_at);
    }
    if format.has_own_checksums() {
        add("[format.c]: `prefix`".to_owned(), "crc32", crc32(format), format.c.prefix_at);
    }
    for the_constant in &format.constants {
        let what = format!("constant {}", the_constant.name);
        add(what, &the_constant.name, constant(format, the_constant), the_constant.at);
    }
    for declared in &format.enums {
        for the_value in &declared.values {
            let what = format!("enum {}, value {}", declared.name, the_value.name);
            let origin = format!("{}.{}", declared.name, the_value.name);
            add(what, &origin, value(declared, &the_value.name), the_value.at);
        }
        let what = format!("enum {}", declared.name);
        add(what, &declared.name, host(declared), declared.at);
    }
    for declared in &format.flags {
        for the_bit in &declared.bits {
            let what = format!("flags {}, bit {}", declared.name, the_bit.name);
            let origin = format!("{}.{}", declared.name, the_bit.name);
            add(what.clone(), &origin, bit(declared, the_bit), the_bit.at);
            add(what, &origin, bit_test(declared, the_bit), the_bit.at);
        }
        let what = format!("flags {}", declared.name);
        add(what, &declared.name, must_understand(declared), declared.at);
    }
    for the_record in &format.records {
        let what = format!("record {}", the_record.name);
        let made = OF_EVERY_RECORD.iter().map(|end| of_record(format, the_record, end));
        let short = the_record.can_be_short().then(|| read_start(format, the_record));
        for name in made.chain([ty(format, the_record), init(format, the_record)]).chain(short) {
            add(what.clone(), &the_record.name, name, the_record.at);
        }
        for the_field in &the_record.fields {
            let mut field_name = |name| {
                let what = format!("record {}, field {}", the_record.name, the_field.name);
                let origin = format!("{}.{}", the_record.name, the_field.name);
                add(what, &origin, name, the_field.at);
            };
            if the_field.constant.is_some() {
                field_name(field(format, the_record, the_field));
            }
            // What was removed is not offered.
            if !the_field.is_live() {
                continue;
            }
            field_name(value_of(format, the_record, the_field));
            if the_field.default.is_some() {
                field_name(field_default(format, the_record, the_field));
            }
            if the_field.is_optional() {
                field_name(has(format, the_record, the_field));
            }
            if the_field.own_checksum().is_some() {
                field_name(computed(format, the_record, the_field));
            }
            if let Some(sentinel) = &the_field.sentinel
                && !matches!(sentinel.from, ValueSource::Constant(_))
            {
                field_name(field_none(format, the_record, the_field));
            }
        }
        if let Some(the_tail) = &the_record.tail {
            let what = format!("record {}, field {}", the_record.name, the_tail.name);
            let origin = format!("{}.{}", the_record.name, the_tail.name);
            add(what, &origin, tail(format, the_record, the_tail), the_tail.at);
        }
        if let Some(at) = the_record.trailer_at {
            let what = format!("record {}: `trailer`", the_record.name);
            add(what, &the_record.name, trailer(format, the_record), at);
        }
    }
    names
}
