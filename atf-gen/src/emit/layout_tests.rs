//! Tests that measure the compiled types and show what they found as tables.
//!
//! The file is included by a test that says which module holds the types (`format`) and what
//! to do with a table (`assert_layout(name, table)`), usually to compare it with a reviewed
//! snapshot. Offsets and sizes come from the compiler; nothing here can agree with the
//! schema by accident.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::layout::facts;
use super::{case, rust};
use crate::model::{Format, Record};

/// The tests.
#[must_use]
pub fn tokens(format: &Format) -> TokenStream {
    let records = format.records.iter().map(|at| record(format, at));
    let enums = format.enums.iter().map(|declared| {
        let values = declared.values.iter().map(|value| (value.name.as_str(), value.doc.as_str()));
        numbers(&declared.name, values, rust::value_const)
    });
    let flags = format.flags.iter().map(|declared| {
        let bits = declared.bits.iter().map(|bit| (bit.name.as_str(), bit.doc.as_str()));
        numbers(&declared.name, bits, rust::bit_const)
    });
    let constants = constants(format);
    let support = support();
    quote! { #support #constants #(#enums)* #(#flags)* #(#records)* }
}

/// The same as text, headed by where it came from and what it needs.
#[cfg(feature = "cli")]
#[must_use]
pub fn text(format: &Format) -> String {
    let file = syn::parse2(tokens(format)).expect("what is emitted parses as Rust");
    format!(
        "// {}\n// Included by a test that has the types as `format` and a function `assert_layout(name, table)`.\n\n{}",
        super::mark(&format.source_name),
        prettyplease::unparse(&file)
    )
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

fn support() -> TokenStream {
    quote! {
        /// One row of a record's table: offset, size, type, field, unit, meaning.
        type LayoutRow = (usize, usize, &'static str, &'static str, &'static str, &'static str);

        /// Bytes of the field that `_get` borrows, as the compiler laid it out.
        fn field_size<T, F>(_get: fn(&T) -> &F) -> usize {
            ::core::mem::size_of::<F>()
        }

        fn layout_table(name: &str, size: usize, rows: &[LayoutRow]) -> String {
            let mut out = ::std::format!("{name}, {size} bytes\n\noffset size type             field            unit    meaning\n");
            for (offset, size, ty, field, unit, meaning) in rows {
                let line = ::std::format!("{offset:>6} {size:>4} {ty:<16} {field:<16} {unit:<7} {meaning}");
                out.push_str(line.trim_end());
                out.push('\n');
            }
            out
        }

        fn number_table(name: &str, rows: &[(u64, &str, &str)]) -> String {
            let mut out = ::std::format!("{name}\n\n     value name                 meaning\n");
            for (value, name, meaning) in rows {
                let line = ::std::format!("{value:>10} {name:<20} {meaning}");
                out.push_str(line.trim_end());
                out.push('\n');
            }
            out
        }
    }
}

fn record(format: &Format, record: &Record) -> TokenStream {
    let (name, ty) = (&record.name, ident(&record.name));
    let test = ident(&format!("{}_lies_as_reviewed", case::snake(&record.name)));
    let rows = record.fields.iter().map(|field| {
        let member = ident(&field.name);
        let (text, ty_name) = (&field.name, format.type_name(&field.ty));
        let unit = field.unit.as_deref().unwrap_or("");
        let facts = facts(format, field);
        let mut meaning = field.doc.replace('\n', " ");
        if !facts.is_empty() {
            meaning = format!("{meaning} [{facts}]").trim().to_owned();
        }
        quote! {
            (
                ::core::mem::offset_of!(format::#ty, #member),
                field_size(|record: &format::#ty| &record.#member),
                #ty_name,
                #text,
                #unit,
                #meaning,
            )
        }
    });
    let tail = record.tail.as_ref().map(|tail| {
        let ident = ident(&rust::field_const(&tail.name));
        quote! {
            let tail = format::#ty::#ident;
            table.push_str(&::std::format!("{:>6}    * [u8; {}] {}\n", tail.offset, tail.count, tail.name));
        }
    });
    let binding = if tail.is_some() { quote!(let mut table) } else { quote!(let table) };
    quote! {
        #[test]
        fn #test() {
            #binding = layout_table(#name, ::core::mem::size_of::<format::#ty>(), &[#(#rows),*]);
            #tail
            assert_layout(#name, &table);
        }
    }
}

fn numbers<'a>(
    name: &str,
    values: impl Iterator<Item = (&'a str, &'a str)>,
    const_name: fn(&str) -> String,
) -> TokenStream {
    let ty = ident(name);
    let test = ident(&format!("{}_numbers_are_as_reviewed", case::snake(name)));
    let rows = values.map(|(value, doc)| {
        let constant = ident(&const_name(value));
        let doc = doc.replace('\n', " ");
        quote! { (u64::from(format::#ty::#constant.get()), #value, #doc) }
    });
    quote! {
        #[test]
        #[allow(clippy::useless_conversion, reason = "widths differ from type to type")]
        fn #test() {
            assert_layout(#name, &number_table(#name, &[#(#rows),*]));
        }
    }
}

fn constants(format: &Format) -> TokenStream {
    let rows = format.constants.iter().map(|constant| {
        let (name, value) = (&constant.name, ident(&constant.name));
        quote! { table.push_str(&::std::format!("{} = {}\n", #name, format::#value)); }
    });
    quote! {
        #[test]
        fn format_and_constants_are_as_reviewed() {
            let mut table = ::std::format!(
                "{}, version {}, revision {}, reads {:?}\n",
                format::FORMAT_NAME, format::FORMAT_VERSION, format::FORMAT_REVISION, format::READS
            );
            #(#rows)*
            for file in format::FILES {
                table.push_str(&::std::format!(
                    "file {} at {}: {} / {} / {}, {:?}, footer at {:?}{}\n",
                    file.name,
                    file.path,
                    file.header.unwrap_or("-"),
                    file.event.unwrap_or("-"),
                    file.footer.unwrap_or("-"),
                    file.framing,
                    file.footer_at,
                    if file.optional { ", optional" } else { "" },
                ));
            }
            assert_layout("format", &table);
        }
    }
}
