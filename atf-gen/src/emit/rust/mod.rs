//! Rust: the same tokens for the proc-macro and for the text.
//!
//! The output stands in a module of its own and needs no crate but `zerocopy`. Integers are
//! little-endian with alignment 1, so that records can be borrowed from bytes on any host.

mod consts;
mod docs;
mod enums;
mod fields;
mod files;
mod flags;
mod records;
mod support;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

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
    "Record",
    "Value",
];
/// Constants that every format defines.
pub(crate) const CONST_NAMES: &[&str] =
    &["FILES", "FORMAT_NAME", "FORMAT_REVISION", "FORMAT_VERSION", "READS"];
/// Constants that every enum defines.
const ENUM_NAMES: &[&str] = &["OPEN", "VALUES"];
/// Constants that every set of flags defines.
const FLAGS_NAMES: &[&str] = &["KNOWN", "OPEN", "VALUES"];
/// Constants that every record defines.
const RECORD_NAMES: &[&str] = &["FIELDS", "INIT", "NAME", "SIZE", "TAIL"];

/// Everything that a program needs to know of the format.
#[must_use]
pub fn tokens(format: &Format) -> TokenStream {
    let head = consts::emit(format);
    let enums = format.enums.iter().map(enums::emit);
    let flags = format.flags.iter().map(|flags| flags::emit(format, flags));
    let records = (0..format.records.len()).map(|id| records::emit(format, id));
    let files = files::emit(format);
    let support = support::emit();
    quote! { #head #(#enums)* #(#flags)* #(#records)* #files #support }
}

/// The same as text, headed by where it came from.
#[cfg(feature = "cli")]
#[must_use]
pub fn text(format: &Format) -> String {
    let file = syn::parse2(tokens(format)).expect("what is emitted parses as Rust");
    format!("// {}\n\n{}", super::mark(&format.source_name), prettyplease::unparse(&file))
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
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

/// Upper snake case, and out of the way of what every type of the kind defines.
fn aside(name: &str, taken: &[&str]) -> String {
    let name = super::case::upper(name);
    if taken.contains(&name.as_str()) { format!("{name}_VALUE") } else { name }
}

/// The native integer of so many bytes.
fn native(signed: bool, bytes: u8) -> Ident {
    ident(&format!("{}{}", if signed { 'i' } else { 'u' }, u32::from(bytes) * 8))
}

fn size(value: u64) -> Literal {
    Literal::u64_unsuffixed(value)
}
