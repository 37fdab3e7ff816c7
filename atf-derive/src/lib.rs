//! A binary format's TOML schema, expanded at compile time.
//!
//! [`schema!`] turns a schema into Rust types. [`macro@AtfLayout`] checks at compile time that your
//! own struct has the memory layout of a record. The work is done by the generator's library,
//! whose command prints the same Rust as text.
//!
//! A proc-macro cannot watch a file, so the expansion includes the schema's bytes: cargo rebuilds
//! when they change.

#![forbid(unsafe_code)]

mod compiler;
mod layout_proof;
mod locate;

use proc_macro::TokenStream;
use quote::quote;

/// Expands to the Rust types of a format: a struct per record with asserts on its size and every
/// offset, a type per enum and set of flags, constants, the files, and a description of all
/// fields.
///
/// The path is relative to the folder of the calling crate's `Cargo.toml`. If there is no such
/// file, as in a packaged crate whose schema is outside of the package, the file of the same name
/// in the crate's folder `schema` is used.
///
/// The calling crate needs `zerocopy` with its feature `derive`.
///
/// ```
/// mod format {
///     atf_derive::schema!("tests/ui/point.toml");
/// }
///
/// let mut point = format::Point::INIT;
/// point.x = (-3).into();
/// assert_eq!(<format::Point as format::Record>::SIZE, 24);
/// assert_eq!(zerocopy::IntoBytes::as_bytes(&point)[4..8], [0xFD, 0xFF, 0xFF, 0xFF]);
/// ```
///
/// # Errors
///
/// An error in the schema is a compile error that shows the schema's own line. A crate that does not depend on
/// `zerocopy` is told how to add it.
#[proc_macro]
pub fn schema(input: TokenStream) -> TokenStream {
    let path = syn::parse_macro_input!(input as syn::LitStr);
    let schema = match locate::load(&path) {
        Ok(schema) => schema,
        Err(error) => return error.into_compile_error().into(),
    };
    let rebuild = schema.rebuild();
    if compiler::lacks_zerocopy() {
        let error = syn::Error::new(
            path.span(),
            "schema!: expected the dependency zerocopy with its feature derive, found none: `cargo add zerocopy --features derive`",
        );
        let error = error.into_compile_error();
        return quote!(#error #rebuild).into();
    }
    let tokens = atf_gen::emit::rust::tokens(&schema.format);
    quote!(#tokens #rebuild).into()
}

/// Checks at compile time that your own struct has the memory layout of a record.
///
/// The struct needs `#[repr(C)]` or `#[repr(C, packed)]` and one field for each field of the record,
/// with the same name or with `#[atf(field = "name in the schema")]`. Compilation fails at a field
/// that is missing, that the record does not have, that has another offset, or whose size, sign,
/// kind or byte order differs. `bool` and `char` are rejected, because they cannot hold every
/// number. Aliases are resolved; of other types only the size is compared. A counted tail is not a
/// field: leave it out.
///
/// ```
/// #[derive(atf_derive::AtfLayout)]
/// #[atf(schema = "tests/ui/point.toml", record = "Point")]
/// #[repr(C, packed)]
/// struct Point {
///     id: u32,
///     #[atf(field = "x")]
///     left: i32,
///     weight: f32,
///     time: u64,
///     label_len: u32,
/// }
/// ```
///
/// Without `packed` the compiler aligns `time`, which is an error at `time`:
///
/// ```compile_fail
/// #[derive(atf_derive::AtfLayout)]
/// #[atf(schema = "tests/ui/point.toml", record = "Point")]
/// #[repr(C)]
/// struct Point {
///     id: u32,
///     x: i32,
///     weight: f32,
///     time: u64,
///     label_len: u32,
/// }
/// ```
#[proc_macro_derive(AtfLayout, attributes(atf))]
pub fn atf_layout(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    match layout_proof::expand(&input) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}
