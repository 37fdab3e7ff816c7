//! Enums: newtypes over the integer as it is on disk, so that any value can be held.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::doc;
use super::{ident, native, value_const};
use crate::model::{Enum, EnumValue};

pub(super) fn emit(declared: &Enum) -> TokenStream {
    let name = ident(&declared.name);
    let number = native(false, declared.int.bytes);
    let stored = stored(declared.int.bytes);
    let (wrap, unwrap) = wrapping(declared.int.bytes);
    let open = declared.open;
    let openness = if open {
        "Open: a value without a name is kept as its number."
    } else {
        "Closed: a value without a name is an error of the data."
    };
    let fallback = format!("Values of {}.", declared.name);
    let docs = doc(&[if declared.doc.is_empty() { &fallback } else { &declared.doc }, openness]);
    let consts = declared.values.iter().map(|value| {
        let ident = ident(&value_const(&value.name));
        let docs = doc(&[value_doc(value), &format!("`{}`, {}.", value.name, value.value)]);
        let literal = Literal::u64_unsuffixed(value.value);
        quote! { #docs pub const #ident: Self = Self::new(#literal); }
    });
    let values = declared.values.iter().map(|value| {
        let (name, doc) = (&value.name, value_doc(value));
        let literal = Literal::u64_unsuffixed(value.value);
        quote! { EnumValue { name: #name, value: #literal, doc: #doc } }
    });
    let names = declared.values.iter().map(|value| {
        let (ident, name) = (ident(&value_const(&value.name)), &value.name);
        quote! { Self::#ident => ::core::option::Option::Some(#name), }
    });
    let from_names = declared.values.iter().map(|value| {
        let (ident, name) = (ident(&value_const(&value.name)), &value.name);
        quote! { #name => ::core::option::Option::Some(Self::#ident), }
    });
    let host = host(declared);
    let debug_known = format!("{}({{name}})", declared.name);
    let debug_unknown = format!("{}({{}})", declared.name);
    quote! {
        #docs
        #[derive(
            Clone, Copy, PartialEq, Eq, Hash,
            ::zerocopy::FromBytes, ::zerocopy::IntoBytes, ::zerocopy::KnownLayout,
            ::zerocopy::Immutable, ::zerocopy::Unaligned,
        )]
        #[repr(transparent)]
        pub struct #name(#stored);

        impl #name {
            #(#consts)*
            /// Whether a value without a name is kept rather than refused.
            pub const OPEN: bool = #open;
            /// The values that have a name, as the schema lists them.
            pub const VALUES: &'static [EnumValue] = &[#(#values),*];

            /// The value of that number, with a name or without.
            #[must_use]
            pub const fn new(value: #number) -> Self {
                Self(#wrap)
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> #number {
                #unwrap
            }

            /// The value's name, or `None` when the schema has none for it.
            #[must_use]
            pub const fn name(self) -> ::core::option::Option<&'static str> {
                match self {
                    #(#names)*
                    _ => ::core::option::Option::None,
                }
            }

            /// The value of that name.
            #[must_use]
            pub fn from_name(name: &str) -> ::core::option::Option<Self> {
                match name {
                    #(#from_names)*
                    _ => ::core::option::Option::None,
                }
            }

            /// Whether the schema has a name for the value.
            #[must_use]
            pub const fn is_known(self) -> bool {
                self.name().is_some()
            }

            #host
        }

        impl ::core::fmt::Display for #name {
            /// The name, or the number of a value that has none.
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.name() {
                    ::core::option::Option::Some(name) => f.pad(name),
                    ::core::option::Option::None => ::core::fmt::Display::fmt(&self.get(), f),
                }
            }
        }

        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.name() {
                    ::core::option::Option::Some(name) => ::core::write!(f, #debug_known),
                    ::core::option::Option::None => ::core::write!(f, #debug_unknown, self.get()),
                }
            }
        }

        impl ::core::convert::From<#number> for #name {
            fn from(value: #number) -> Self {
                Self::new(value)
            }
        }

        impl ::core::convert::From<#name> for #number {
            fn from(value: #name) -> Self {
                value.get()
            }
        }
    }
}

fn value_doc(value: &EnumValue) -> &str {
    if value.doc.is_empty() { "A value of the format." } else { &value.doc }
}

/// How an unsigned integer of so many bytes is stored.
pub(super) fn stored(bytes: u8) -> TokenStream {
    match bytes {
        1 => quote!(u8),
        2 => quote!(::zerocopy::little_endian::U16),
        4 => quote!(::zerocopy::little_endian::U32),
        _ => quote!(::zerocopy::little_endian::U64),
    }
}

/// From the native `value` to what is stored, and from `self.0` back.
pub(super) fn wrapping(bytes: u8) -> (TokenStream, TokenStream) {
    if bytes == 1 {
        return (quote!(value), quote!(self.0));
    }
    let stored = stored(bytes);
    (quote!(#stored::new(value)), quote!(self.0.get()))
}

/// `host()`, when any value says where it holds. The first that holds counts.
fn host(declared: &Enum) -> TokenStream {
    let cases: Vec<(TokenStream, &EnumValue)> = declared
        .values
        .iter()
        .filter_map(|value| Some((value.detect_rust.as_ref()?.parse().ok()?, value)))
        .collect();
    if cases.is_empty() {
        return TokenStream::new();
    }
    let arms = cases.iter().map(|(predicate, value)| {
        let ident = ident(&value_const(&value.name));
        quote! {
            if ::core::cfg!(#predicate) {
                return ::core::option::Option::Some(Self::#ident);
            }
        }
    });
    quote! {
        /// The value that holds for the machine this is compiled for, or `None` when the
        /// schema has none for it.
        #[must_use]
        pub const fn host() -> ::core::option::Option<Self> {
            #(#arms)*
            ::core::option::Option::None
        }
    }
}
