//! Differences that sizes do not show: sign, float or integer, byte order, `bool` and `char`.
//!
//! Types with well-known names are compared here, on the tokens. The compiler compares all types
//! again in [`proof`], after it resolved aliases and imports. Other types have no kind; only
//! their size is compared.

use atf_gen::model::{Field, Record, Type};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type as Own;
use syn::spanned::Spanned;

use super::Schema;
use crate::compiler;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unsigned,
    Signed,
    Float,
    BigEndian,
    Bool,
    Char,
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::Unsigned, Self::Signed, Self::Float, Self::BigEndian, Self::Bool, Self::Char];

    const fn word(self) -> &'static str {
        match self {
            Self::Unsigned => "an unsigned integer",
            Self::Signed => "a signed integer",
            Self::Float => "a float",
            Self::BigEndian => "a big-endian number",
            Self::Bool => "a bool, which not every byte is",
            Self::Char => "a char, which not every number is",
        }
    }

    /// Its number in [`proof`]; zero means no kind.
    const fn number(self) -> u8 {
        self as u8 + 1
    }
}

const NATIVE: [(&str, Kind); 16] = [
    ("u8", Kind::Unsigned),
    ("u16", Kind::Unsigned),
    ("u32", Kind::Unsigned),
    ("u64", Kind::Unsigned),
    ("u128", Kind::Unsigned),
    ("usize", Kind::Unsigned),
    ("i8", Kind::Signed),
    ("i16", Kind::Signed),
    ("i32", Kind::Signed),
    ("i64", Kind::Signed),
    ("i128", Kind::Signed),
    ("isize", Kind::Signed),
    ("f32", Kind::Float),
    ("f64", Kind::Float),
    ("bool", Kind::Bool),
    ("char", Kind::Char),
];

const ZEROCOPY: [(&str, Kind); 8] = [
    ("U16", Kind::Unsigned),
    ("U32", Kind::Unsigned),
    ("U64", Kind::Unsigned),
    ("I16", Kind::Signed),
    ("I32", Kind::Signed),
    ("I64", Kind::Signed),
    ("F32", Kind::Float),
    ("F64", Kind::Float),
];

/// Compares the kinds where both are known from the tokens.
pub(super) fn check(
    schema: &Schema,
    record: &Record,
    declared: &Field,
    own: &syn::Field,
) -> Result<(), syn::Error> {
    let (Some(expected), Some(found)) = (kind_of(&declared.ty), kind_of_own(&own.ty)) else {
        return Ok(());
    };
    if expected == found {
        return Ok(());
    }
    Err(syn::Error::new_spanned(&own.ty, message(schema, record, declared, expected, found)))
}

fn message(
    schema: &Schema,
    record: &Record,
    declared: &Field,
    expected: Kind,
    found: Kind,
) -> String {
    format!(
        "record {}, field {}: expected {} ({}{}), found {} ({})",
        record.name,
        declared.name,
        schema.format.type_name(&declared.ty),
        expected.word(),
        if found == Kind::BigEndian { ", little-endian" } else { "" },
        found.word(),
        schema.place(declared.type_at)
    )
}

fn kind_of(ty: &Type) -> Option<Kind> {
    match ty {
        Type::Int(int) if int.signed => Some(Kind::Signed),
        Type::Int(_) | Type::Enum(_) | Type::Flags(_) => Some(Kind::Unsigned),
        Type::Float(_) => Some(Kind::Float),
        Type::Array(element, _) => kind_of(element),
        // A record has no kind of its own.
        _ => None,
    }
}

fn kind_of_own(ty: &Own) -> Option<Kind> {
    match ty {
        Own::Path(path) => {
            let name = path.path.segments.last()?.ident.to_string();
            let find = |known: &[(&str, Kind)]| {
                known.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
            };
            find(&NATIVE).or_else(|| {
                let kind = find(&ZEROCOPY)?;
                Some(if says_big_endian(&path.path) { Kind::BigEndian } else { kind })
            })
        }
        Own::Array(array) => kind_of_own(&array.elem),
        Own::Paren(inner) => kind_of_own(&inner.elem),
        Own::Group(inner) => kind_of_own(&inner.elem),
        _ => None,
    }
}

/// Whether the path has a segment, or its last segment an argument, that names big-endian order.
fn says_big_endian(path: &syn::Path) -> bool {
    path.segments.iter().any(|segment| {
        let named = ["big_endian", "network_endian", "BigEndian", "NetworkEndian", "BE"]
            .iter()
            .any(|name| segment.ident == name);
        let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
            return named;
        };
        named
            || arguments.args.iter().any(|argument| match argument {
                syn::GenericArgument::Type(Own::Path(order)) => says_big_endian(&order.path),
                _ => false,
            })
    })
}

/// What [`proof`] asks: the kind of a type as a number, found by the compiler.
///
/// An associated constant of a type itself is taken before one of a trait, so that each known
/// type has its own number and every other type the trait's.
pub(super) fn table() -> TokenStream {
    let native = NATIVE.iter().map(|(name, kind)| {
        let name = Ident::new(name, Span::call_site());
        (quote!(::core::primitive::#name), *kind)
    });
    let zerocopy =
        ZEROCOPY.iter().filter(|_| compiler::knows_zerocopy()).flat_map(|(name, kind)| {
            let name = Ident::new(name, Span::call_site());
            [
                (quote!(::zerocopy::#name<::zerocopy::LittleEndian>), *kind),
                (quote!(::zerocopy::#name<::zerocopy::BigEndian>), Kind::BigEndian),
            ]
        });
    let kinds = native.chain(zerocopy).map(|(ty, kind)| {
        let number = kind.number();
        quote! {
            impl __AtfKind<#ty> { const KIND: u8 = #number; }
            impl<const N: usize> __AtfKind<[#ty; N]> { const KIND: u8 = #number; }
            impl<const N: usize, const M: usize> __AtfKind<[[#ty; N]; M]> {
                const KIND: u8 = #number;
            }
        }
    });
    quote! {
        struct __AtfKind<T>(::core::marker::PhantomData<T>);
        trait __AtfNoKind { const KIND: u8 = 0; }
        impl<T> __AtfNoKind for __AtfKind<T> {}
        #[allow(dead_code)]
        const _: () = { #(#kinds)* };
    }
}

/// Fails at the type of `own` when the compiler knows its kind and it is not that of `declared`.
pub(super) fn proof(
    schema: &Schema,
    record: &Record,
    declared: &Field,
    own: &syn::Field,
) -> TokenStream {
    let Some(expected) = kind_of(&declared.ty) else { return TokenStream::new() };
    let ty = &own.ty;
    let size = proc_macro2::Literal::u64_unsuffixed(declared.size);
    let arms = Kind::ALL.into_iter().filter(|found| *found != expected).map(|found| {
        let number = found.number();
        let message = message(schema, record, declared, expected, found);
        let fail = quote_spanned! { ty.span()=> ::core::panic!("{}", #message) };
        quote!(#number => #fail,)
    });
    // A type of another size is reported as that.
    quote! {
        const _: () = if ::core::mem::size_of::<#ty>() == #size {
            match <__AtfKind<#ty>>::KIND {
                #(#arms)*
                _ => {}
            }
        };
    }
}
