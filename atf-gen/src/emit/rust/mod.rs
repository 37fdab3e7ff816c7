//! Rust: the same text for the proc-macro and for the file.
//!
//! The output is a module of its own and needs only the crate `zerocopy`. Integers are
//! little-endian with alignment 1, so that records can be borrowed from bytes on any host.
//!
//! Each part is a template that looks like its output. Text and not tokens, because a format
//! of ten thousand records is a hundred million bytes of Rust: to build tokens, to parse them
//! again and to lay them out took twenty times as long as to write the text.

mod checksums;
mod consts;
mod deprecated;
mod docs;
mod enums;
mod fields;
mod files;
mod flags;
mod names;
mod presence;
mod records;
mod support;

#[cfg(feature = "cli")]
pub(super) use deprecated::allowed as allow_deprecated;
pub(crate) use names::KEYWORDS;

use std::fmt::Write as _;

use proc_macro2::TokenStream;

use super::parallel;
use crate::model::Format;

/// Types that every format defines; a schema cannot use their names for its own.
pub(crate) const TYPE_NAMES: &[&str] = &[
    "CountedTail",
    "Elements",
    "EnumValue",
    "Field",
    "FieldKind",
    "FileLayout",
    "FooterAt",
    "Framing",
    "Guard",
    "Record",
    "Value",
];
/// Constants that every format defines.
pub(crate) const CONST_NAMES: &[&str] =
    &["FILES", "FORMAT_NAME", "FORMAT_REVISION", "FORMAT_VERSION", "READS"];
/// Constants that every enum defines.
const ENUM_NAMES: &[&str] = &["OPEN", "REMOVED", "VALUES"];
/// Constants that every set of flags defines.
const FLAGS_NAMES: &[&str] = &["KNOWN", "MUST_UNDERSTAND", "OPEN", "REMOVED", "VALUES"];
/// Constants that every record defines.
const RECORD_NAMES: &[&str] =
    &["CORE_HASH", "CORE_SIZE", "FIELDS", "INIT", "LAYOUT_HASH", "NAME", "SIZE", "TAIL"];

/// Everything that a program needs to know of the format.
///
/// # Panics
///
/// If the output is not Rust, which no schema can cause.
#[must_use]
pub fn tokens(format: &Format) -> TokenStream {
    body(format).parse().expect("what is emitted is Rust")
}

/// The same as text, with its origin at the top.
#[must_use]
pub fn text(format: &Format) -> String {
    let mut out = format!("// {}\n\n", super::mark(&format.source_name));
    out.push_str(&body(format));
    out
}

fn body(format: &Format) -> String {
    let mut out = String::new();
    let allowed = deprecated::allowed(format);
    consts::emit(&mut out, format);
    for declared in &format.enums {
        out.push('\n');
        enums::emit(&mut out, declared, allowed);
    }
    for declared in &format.flags {
        out.push('\n');
        flags::emit(&mut out, format, declared, allowed);
    }
    parallel::append(&mut out, format.records.len(), |out, id| {
        out.push('\n');
        records::emit(out, format, id, allowed);
    });
    files::emit(&mut out, format);
    out.push('\n');
    out.push_str(support::TEXT);
    checksums::function(&mut out, format);
    out
}

/// Name of the constant of an enum's value.
pub(crate) fn value_const(name: &str) -> String {
    aside(name, ENUM_NAMES)
}

/// Name of the constant of a flag.
pub(crate) fn bit_const(name: &str) -> String {
    aside(name, FLAGS_NAMES)
}

/// Name of the constant of a record's field or tail.
pub(crate) fn field_const(name: &str) -> String {
    aside(name, RECORD_NAMES)
}

/// Name of the function that says whether a field holds a value.
pub(crate) fn has_function(name: &str) -> String {
    format!("has_{}", name.trim_start_matches('_'))
}

/// Name of the function that gives an array's elements their names. To Rust, two underscores in a row
/// are not snake case.
pub(crate) fn names_function(name: &str) -> String {
    format!("{}_names", name.trim_end_matches('_'))
}

/// Name of the function that computes a checksum of its own record.
pub(crate) fn computed_function(name: &str) -> String {
    format!("computed_{}", name.trim_start_matches('_'))
}

/// Functions that records define beside those of their fields.
pub(crate) const RECORD_FUNCTIONS: &[&str] = &["split_tail", "trailer"];

/// Upper snake case, and out of the way of what every type of the kind defines.
fn aside(name: &str, taken: &[&str]) -> String {
    let name = super::case::upper(name);
    if taken.contains(&name.as_str()) { format!("{name}_VALUE") } else { name }
}

/// The native integer of so many bytes.
const fn native(signed: bool, bytes: u8) -> &'static str {
    match (signed, bytes) {
        (false, 1) => "u8",
        (false, 2) => "u16",
        (false, 4) => "u32",
        (false, _) => "u64",
        (true, 1) => "i8",
        (true, 2) => "i16",
        (true, 4) => "i32",
        (true, _) => "i64",
    }
}

/// A string literal.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            _ if c.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A byte string literal.
fn byte_string(bytes: &[u8]) -> String {
    let mut out = String::from("b\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02X}");
            }
        }
    }
    out.push('"');
    out
}

/// A list such as `&["a", "b"]`: on one line if it is short, else on several. `indent` is the
/// indent of the line that the list starts in, `used` the length of the other text in that line.
fn list(open: &str, items: &[String], close: &str, indent: usize, used: usize) -> String {
    const WIDTH: usize = 100;
    let long: usize = items.iter().map(|item| item.len() + 2).sum();
    if indent + used + open.len() + long + close.len() <= WIDTH {
        return format!("{open}{}{close}", items.join(", "));
    }
    let mut out = open.to_owned();
    let mut column = WIDTH;
    for item in items {
        if column + item.len() + 2 > WIDTH {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent + 4));
            column = indent + 4;
        } else {
            out.push(' ');
        }
        let _ = write!(out, "{item},");
        column += item.len() + 2;
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(close);
    out
}
