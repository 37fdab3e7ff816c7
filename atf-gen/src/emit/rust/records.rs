//! Records: structs of alignment 1, with the proof that they lie as the schema says.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::doc;
use super::{field_const, fields, ident, size, value_const};
use crate::emit::case::snake;
use crate::model::{EnumId, Field, Format, Record, RecordId, Tail, Type};

pub(super) fn emit(format: &Format, id: RecordId) -> TokenStream {
    let record = &format.records[id];
    let name = ident(&record.name);
    let text = &record.name;
    let bytes = size(record.size);
    let mut facts = format!("{} bytes", record.size);
    if let Some(tail) = &record.tail {
        facts.push_str(&format!(
            ", then as many bytes of `{}` as `{}` says",
            tail.name, record.fields[tail.count].name
        ));
    }
    facts.push('.');
    let fallback = format!("The record {text}.");
    let docs = doc(&[if record.doc.is_empty() { &fallback } else { &record.doc }, &facts]);
    let comparable = if format.holds_float(&Type::Record(id)) {
        TokenStream::new()
    } else {
        quote!(PartialEq, Eq, Hash,)
    };
    let members = record.fields.iter().map(|field| {
        let (ident, ty) = (ident(&field.name), fields::rust_type(format, &field.ty));
        let docs = doc(&[field_doc(field), &field_facts(format, field)]);
        quote! { #docs pub #ident: #ty, }
    });
    let initial = record.fields.iter().map(|field| {
        let (ident, value) = (ident(&field.name), fields::initial(format, field));
        quote! { #ident: #value, }
    });
    let constants = record.fields.iter().filter_map(|field| constant(format, field));
    let reflected = record.fields.iter().map(|field| fields::reflection(format, field));
    let names = record.fields.iter().filter_map(|field| element_names(format, field));
    let tail_const = record.tail.as_ref().map(|tail| tail_const(record, tail));
    let split = record.tail.as_ref().map(|tail| split_tail(record, tail));
    let tail = fields::option(record.tail.as_ref().map(|tail| {
        let name = ident(&field_const(&tail.name));
        quote!(Self::#name)
    }));
    let asserts = asserts(record);
    quote! {
        #docs
        #[derive(
            Clone, Copy, Debug, #comparable
            ::zerocopy::FromBytes, ::zerocopy::IntoBytes, ::zerocopy::KnownLayout,
            ::zerocopy::Immutable, ::zerocopy::Unaligned,
        )]
        #[repr(C)]
        pub struct #name { #(#members)* }

        impl #name {
            /// A fresh record: constants and defaults filled in, all else zero.
            pub const INIT: Self = Self { #(#initial)* };
            #(#constants)*
            #tail_const
            #(#names)*
            #split
        }

        impl ::core::default::Default for #name {
            fn default() -> Self {
                Self::INIT
            }
        }

        impl Record for #name {
            const NAME: &'static str = #text;
            const SIZE: usize = #bytes;
            const FIELDS: &'static [Field] = &[#(#reflected),*];
            const TAIL: ::core::option::Option<CountedTail> = #tail;
        }

        #asserts
    }
}

pub(super) fn field_doc(field: &Field) -> &str {
    match (field.doc.is_empty(), field.reserved) {
        (false, _) => &field.doc,
        (true, true) => "Reserved: zero.",
        (true, false) => "A field of the record.",
    }
}

/// What the schema says of a field beside its meaning.
fn field_facts(format: &Format, field: &Field) -> String {
    let mut facts = format!(
        "Offset {}, {} byte{}",
        field.offset,
        field.size,
        if field.size == 1 { "" } else { "s" }
    );
    if let Some(unit) = &field.unit {
        facts.push_str(&format!("; in {unit}"));
    }
    if field.reserved {
        facts.push_str("; reserved, zero");
    }
    let value = |value: &crate::model::Value| {
        format!("`{}`", crate::emit::value::text(format, &field.ty, value))
    };
    if let Some(constant) = &field.constant {
        facts.push_str(&format!("; always {}", value(constant)));
    }
    if let Some(default) = &field.default {
        facts.push_str(&format!("; {} by default", value(default)));
    }
    if let Some(sentinel) = &field.sentinel {
        facts.push_str(&format!("; {} means none", value(sentinel)));
    }
    if let Some(max) = &field.max {
        facts.push_str(&format!("; at most {}", value(max)));
    }
    if let Some(role) = &field.role {
        facts.push_str(&format!("; {}", format.role_text(role.kind)));
        if role.authoritative {
            facts.push_str(", authoritative");
        }
    }
    facts.push('.');
    facts
}

/// The value of a constant field, as a constant of the record.
fn constant(format: &Format, field: &Field) -> Option<TokenStream> {
    let value = field.constant.as_ref()?;
    let ty = fields::const_type(format, &field.ty);
    let name = ident(&field_const(&field.name));
    let expression = fields::const_value(format, &field.ty, value);
    let docs = doc(&[&format!("The only legal value of `{}`.", field.name)]);
    Some(quote! { #docs pub const #name: #ty = #expression; })
}

fn tail_const(record: &Record, tail: &Tail) -> TokenStream {
    let ident = ident(&field_const(&tail.name));
    let (name, count) = (&tail.name, &record.fields[tail.count].name);
    let text = if tail.doc.is_empty() { "Bytes behind the record." } else { &tail.doc };
    let docs =
        doc(&[text, &format!("Starts at offset {}; `{count}` counts its bytes.", tail.offset)]);
    let offset = size(tail.offset);
    quote! {
        #docs
        pub const #ident: CountedTail = CountedTail { name: #name, offset: #offset, count: #count, doc: #text };
    }
}

fn split_tail(record: &Record, tail: &Tail) -> TokenStream {
    let counter = &record.fields[tail.count];
    let count = ident(&counter.name);
    // Up to two bytes fit any `usize`; more may not.
    let read = match counter.size {
        1 => quote!(::core::convert::From::from(head.#count)),
        2 => quote!(::core::convert::From::from(head.#count.get())),
        _ => quote!(::core::convert::TryFrom::try_from(head.#count.get()).ok()?),
    };
    let docs = doc(&[
        &format!("Splits `bytes` into the record, its `{}`, and what is left.", tail.name),
        "`None` when the bytes end before the record does, or before its tail does.",
    ]);
    quote! {
        #docs
        #[must_use]
        pub fn split_tail(bytes: &[u8]) -> ::core::option::Option<(&Self, &[u8], &[u8])> {
            let (head, behind) = <Self as ::zerocopy::FromBytes>::ref_from_prefix(bytes).ok()?;
            let (tail, rest) = behind.split_at_checked(#read)?;
            ::core::option::Option::Some((head, tail, rest))
        }
    }
}

/// The function that gives an array's elements their names.
fn element_names(format: &Format, field: &Field) -> Option<TokenStream> {
    if field.element_names.is_empty() {
        return None;
    }
    let mut enums: Vec<EnumId> = Vec::new();
    for case in field.element_names.iter().flat_map(|list| &list.when) {
        if !enums.contains(&case.id) {
            enums.push(case.id);
        }
    }
    let arguments: Vec<_> = enums.iter().map(|id| ident(&snake(&format.enums[*id].name))).collect();
    let types = enums.iter().map(|id| ident(&format.enums[*id].name));
    let arms = field.element_names.iter().map(|list| {
        let patterns = enums.iter().map(|id| match list.when.iter().find(|case| case.id == *id) {
            None => quote!(_),
            Some(case) => {
                let ty = ident(&format.enums[*id].name);
                let values = case.values.iter().map(|at| {
                    let value = ident(&value_const(&format.enums[*id].values[*at].name));
                    quote!(#ty::#value)
                });
                quote!(#(#values)|*)
            }
        });
        let names = &list.names;
        quote! { (#(#patterns,)*) => &[#(#names),*], }
    });
    let function = ident(&format!("{}_names", field.name));
    let docs = doc(&[
        &format!("Names of the first elements of `{}`, as many as have one.", field.name),
        "Empty when the schema gives none for these values.",
    ]);
    let body = match field.element_names.as_slice() {
        [always] if always.when.is_empty() => {
            let names = &always.names;
            quote!(&[#(#names),*])
        }
        _ => quote! {
            match (#(#arguments,)*) {
                #(#arms)*
                _ => &[],
            }
        },
    };
    Some(quote! {
        #docs
        #[must_use]
        pub const fn #function(#(#arguments: #types),*) -> &'static [&'static str] {
            #body
        }
    })
}

fn asserts(record: &Record) -> TokenStream {
    let name = ident(&record.name);
    let bytes = size(record.size);
    let size_message = format!("size of {}", record.name);
    let align_message = format!("alignment of {}", record.name);
    let offsets = record.fields.iter().map(|field| {
        let (ident, offset) = (ident(&field.name), size(field.offset));
        let message = format!("offset of {}.{}", record.name, field.name);
        quote! { ::core::assert!(::core::mem::offset_of!(#name, #ident) == #offset, #message); }
    });
    quote! {
        const _: () = {
            ::core::assert!(::core::mem::size_of::<#name>() == #bytes, #size_message);
            ::core::assert!(::core::mem::align_of::<#name>() == 1, #align_message);
            #(#offsets)*
        };
    }
}
