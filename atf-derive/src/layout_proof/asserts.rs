//! Asserts that the compiler evaluates, each at the field that causes the error.

use atf_gen::model::Record;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{Pair, Schema, kinds};

/// Digits of the largest `usize`.
const DIGITS: usize = 20;

pub(super) fn emit(
    schema: &Schema,
    record: &Record,
    name: &Ident,
    pairs: &[Pair<'_>],
) -> TokenStream {
    let mut checks = Vec::new();
    // The previous field in the schema: this field is reported only if that one is right.
    let mut before: Option<TokenStream> = None;
    for Pair { declared, own } in pairs {
        let (Some(ident), ty) = (own.ident.as_ref(), &own.ty) else { continue };
        let (offset, size) = (number(declared.offset), number(declared.size));
        let what = format!("record {}, field {}", record.name, declared.name);
        checks.push(assert(
            ident.span(),
            &quote!(::core::mem::offset_of!(#name, #ident)),
            &offset,
            before.as_ref(),
            &format!("{what}: expected offset {}, found ", declared.offset),
            &format!(" ({})", schema.place(declared.offset_at)),
        ));
        checks.push(assert(
            ty.span(),
            &quote!(::core::mem::size_of::<#ty>()),
            &size,
            None,
            &format!(
                "{what}: expected {} bytes for {}, found ",
                declared.size,
                schema.format.type_name(&declared.ty)
            ),
            &format!(" ({})", schema.place(declared.type_at)),
        ));
        checks.push(kinds::proof(schema, record, declared, own));
        before = Some(quote! {
            ::core::mem::offset_of!(#name, #ident) == #offset && ::core::mem::size_of::<#ty>() == #size
        });
    }
    checks.push(assert(
        name.span(),
        &quote!(::core::mem::size_of::<#name>()),
        &number(record.size),
        before.as_ref(),
        &format!("record {}: expected size {}, found ", record.name, record.size),
        &format!(" ({})", schema.place(record.size_at)),
    ));
    let kinds = kinds::table();
    quote! {
        const _: () = {
            #kinds

            /// `before`, the number, `after`, and how many bytes that is.
            const fn message<const N: usize>(before: &str, number: usize, after: &str) -> ([u8; N], usize) {
                let mut out = [0; N];
                let mut at = 0;
                let mut from = 0;
                while from < before.len() {
                    out[at] = before.as_bytes()[from];
                    at += 1;
                    from += 1;
                }
                let mut step = 1;
                while number / step >= 10 {
                    step *= 10;
                }
                while step > 0 {
                    out[at] = b'0' + (number / step % 10) as u8;
                    at += 1;
                    step /= 10;
                }
                from = 0;
                while from < after.len() {
                    out[at] = after.as_bytes()[from];
                    at += 1;
                    from += 1;
                }
                (out, at)
            }

            const fn text<const N: usize>(message: &([u8; N], usize)) -> &str {
                match ::core::str::from_utf8(message.0.split_at(message.1).0) {
                    ::core::result::Result::Ok(text) => text,
                    ::core::result::Result::Err(_) => "a wrong layout",
                }
            }

            #(#checks)*
        };
    }
}

fn number(value: u64) -> TokenStream {
    let literal = proc_macro2::Literal::u64_unsuffixed(value);
    quote!(#literal)
}

/// Fails at `at` if `found` is not `expected`, unless an earlier field is wrong.
fn assert(
    at: Span,
    found: &TokenStream,
    expected: &TokenStream,
    only_if: Option<&TokenStream>,
    before: &str,
    after: &str,
) -> TokenStream {
    let room = before.len() + DIGITS + after.len();
    let condition = match only_if {
        Some(only_if) => quote!(FOUND != #expected && (#only_if)),
        None => quote!(FOUND != #expected),
    };
    let fail = quote_spanned! { at=> ::core::panic!("{}", MESSAGE) };
    quote! {
        const _: () = {
            const FOUND: usize = #found;
            const MESSAGE: &str = text(&message::<#room>(#before, FOUND, #after));
            if #condition {
                #fail
            }
        };
    }
}
