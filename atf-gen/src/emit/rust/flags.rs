//! Flags: newtypes over the integer as it is on disk, unnamed bits kept.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::doc;
use super::enums::{stored, wrapping};
use super::{bit_const, ident, native};
use crate::model::{Flags, Format};

pub(super) fn emit(format: &Format, declared: &Flags) -> TokenStream {
    let name = ident(&declared.name);
    let number = native(false, declared.int.bytes);
    let stored = stored(declared.int.bytes);
    let (wrap, unwrap) = wrapping(declared.int.bytes);
    let open = declared.open;
    let openness = if open {
        "Open: a bit without a name is kept."
    } else {
        "Closed: a bit without a name is an error of the data."
    };
    let fallback = format!("Flags of {}.", declared.name);
    let docs = doc(&[if declared.doc.is_empty() { &fallback } else { &declared.doc }, openness]);
    let text = |at: usize| {
        let bit = &declared.bits[at];
        if bit.doc.is_empty() { "A flag of the format." } else { &bit.doc }
    };
    let consts = declared.bits.iter().enumerate().map(|(at, bit)| {
        let ident = ident(&bit_const(&bit.name));
        let mut fact = format!("`{}`, bit {}.", bit.name, bit.bit);
        if let Some(file) = bit.present {
            fact.push_str(&format!(" Set when the file `{}` is there.", format.files[file].name));
        }
        let docs = doc(&[text(at), &fact]);
        let mask = Literal::u64_unsuffixed(bit.mask());
        quote! { #docs pub const #ident: Self = Self::new(#mask); }
    });
    let values = declared.bits.iter().enumerate().map(|(at, bit)| {
        let (name, doc) = (&bit.name, text(at));
        let mask = Literal::u64_unsuffixed(bit.mask());
        quote! { EnumValue { name: #name, value: #mask, doc: #doc } }
    });
    let known = Literal::u64_unsuffixed(declared.bits.iter().fold(0, |all, bit| all | bit.mask()));
    let debug = format!("{}({{self}})", declared.name);
    let widen =
        if declared.int.bytes == 8 { quote!(self.get()) } else { quote!(u64::from(self.get())) };
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
            /// Whether a bit without a name is kept rather than refused.
            pub const OPEN: bool = #open;
            /// The bits that have a name, each as its mask.
            pub const VALUES: &'static [EnumValue] = &[#(#values),*];
            /// All bits that have a name.
            pub const KNOWN: Self = Self::new(#known);

            /// The flags whose bits are set in `value`.
            #[must_use]
            pub const fn new(value: #number) -> Self {
                Self(#wrap)
            }

            /// No flag at all.
            #[must_use]
            pub const fn empty() -> Self {
                Self::new(0)
            }

            /// The bits.
            #[must_use]
            pub const fn get(self) -> #number {
                #unwrap
            }

            /// Whether no bit is set.
            #[must_use]
            pub const fn is_empty(self) -> bool {
                self.get() == 0
            }

            /// Whether every bit of `other` is set.
            #[must_use]
            pub const fn contains(self, other: Self) -> bool {
                self.get() & other.get() == other.get()
            }

            /// These flags and those of `other`.
            #[must_use]
            pub const fn with(self, other: Self) -> Self {
                Self::new(self.get() | other.get())
            }

            /// These flags but those of `other`.
            #[must_use]
            pub const fn without(self, other: Self) -> Self {
                Self::new(self.get() & !other.get())
            }

            /// The set bits that have no name.
            #[must_use]
            pub const fn unknown_bits(self) -> #number {
                self.get() & !Self::KNOWN.get()
            }
        }

        impl ::core::ops::BitOr for #name {
            type Output = Self;
            fn bitor(self, other: Self) -> Self {
                self.with(other)
            }
        }

        impl ::core::fmt::Display for #name {
            /// The names of the set bits with `|` between them, unnamed bits as a number; `0` when none is set.
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut between = "";
                for flag in Self::VALUES {
                    if #widen & flag.value != 0 {
                        ::core::write!(f, "{between}{}", flag.name)?;
                        between = "|";
                    }
                }
                if self.unknown_bits() != 0 || self.is_empty() {
                    ::core::write!(f, "{between}{:#x}", self.unknown_bits())?;
                }
                ::core::result::Result::Ok(())
            }
        }

        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::write!(f, #debug)
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
