//! Constants of the format itself, and those that the schema names.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::doc;
use super::{ident, native};
use crate::model::{Constant, Format, Int, RoleKind, Type, Value, ValueSource};

pub(super) fn emit(format: &Format) -> TokenStream {
    let name = &format.name;
    let bytes = version_bytes(format);
    let version_type = native(false, bytes);
    let version = Literal::u32_unsuffixed(format.version);
    let revision = Literal::u32_unsuffixed(format.revision);
    let reads = format.reads.iter().map(|read| Literal::u32_unsuffixed(*read));
    let title = format!("Name of the format: {}.", format.title);
    let name_doc = doc(&[&title, &format.doc]);
    let constants = format.constants.iter().map(constant);
    quote! {
        #name_doc
        pub const FORMAT_NAME: &str = #name;
        /// Version of the format, as it stands on disk.
        pub const FORMAT_VERSION: #version_type = #version;
        /// Counts compatible additions to the format; not on disk.
        pub const FORMAT_REVISION: u32 = #revision;
        /// Versions on disk that a reader of this format accepts.
        pub const READS: &[#version_type] = &[#(#reads),*];
        #(#constants)*
    }
}

/// Bytes of the version on disk, so that it compares with the field without a cast; four
/// when no field holds it or two differ, or when a version does not fit.
fn version_bytes(format: &Format) -> u8 {
    let mut fields = format
        .records
        .iter()
        .flat_map(|record| &record.fields)
        .filter(|field| field.role.is_some_and(|role| role.kind == RoleKind::Version));
    let Some(first) = fields.next() else { return 4 };
    let Type::Int(int) = first.ty else { return 4 };
    let fits = format.reads.iter().all(|read| int.holds(i128::from(*read)));
    if fits && fields.all(|field| field.ty == first.ty) { int.bytes } else { 4 }
}

fn constant(constant: &Constant) -> TokenStream {
    let name = ident(&constant.name);
    let docs =
        doc(&[if constant.doc.is_empty() { "A constant of the format." } else { &constant.doc }]);
    let (ty, value) = match (&constant.ty, &constant.value.from) {
        (Type::Int(int), ValueSource::Int(number)) => {
            (native(int.signed, int.bytes), number_literal(*int, *number))
        }
        (Type::Float(bytes), _) => {
            (ident(&format!("f{}", u32::from(*bytes) * 8)), float_literal(*bytes, &constant.value))
        }
        // A constant that is given by the name of another.
        (Type::Int(int), _) => {
            let number = constant.value.number().unwrap_or(0);
            (native(int.signed, int.bytes), number_literal(*int, sign(*int, number)))
        }
        _ => (ident("u8"), quote!(0)),
    };
    quote! { #docs pub const #name: #ty = #value; }
}

/// A float of so many bytes, in the fewest digits.
pub(super) fn float_literal(bytes: u8, value: &Value) -> TokenStream {
    let text = value.float().unwrap_or_default();
    let special = match text.as_str() {
        "NaN" => "NAN",
        "inf" => "INFINITY",
        "-inf" => "NEG_INFINITY",
        // Not `f64_unsuffixed`: it has no exponents, and three hundred zeros instead.
        _ => return text.parse().unwrap_or_default(),
    };
    let (ty, special) = (ident(&format!("f{}", u32::from(bytes) * 8)), ident(special));
    quote!(#ty::#special)
}

/// The number behind little-endian bytes of a possibly signed integer.
pub(super) fn sign(int: Int, raw: u64) -> i128 {
    let bits = u32::from(int.bytes) * 8;
    let raw = i128::from(raw);
    if int.signed && raw >> (bits - 1) & 1 == 1 { raw - (1 << bits) } else { raw }
}

/// A number as people read it: hexadecimal when all bits are set, else decimal.
pub(super) fn number_literal(int: Int, number: i128) -> TokenStream {
    let bits = u32::from(int.bytes) * 8;
    if int.bytes > 1 && !int.signed && number == (1_i128 << bits) - 1 {
        let digits = vec!["FFFF"; usize::from(int.bytes) / 2].join("_");
        return format!("0x{digits}").parse().unwrap_or_default();
    }
    let literal = Literal::u128_unsuffixed(number.unsigned_abs());
    if number < 0 { quote!(-#literal) } else { quote!(#literal) }
}
