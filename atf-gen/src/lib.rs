//! Generates everything that depends on the layout of a binary format from one TOML schema.
//!
//! ```text
//! TOML -> parse (with places) -> model (names resolved) -> check -> emit
//! ```
//!
//! [`load`] does all steps but the last and reports all errors of the schema at once;
//! the functions of [`emit`] turn the model into Rust, C, tables. The proc-macros of the
//! sister crate and the command use the same functions, so that the compiled and the printed
//! code cannot differ.
//!
//! ```
//! let schema = r#"
//! [format]
//! name = "tiny"
//! version = 1
//! endian = "little"
//!
//! [[record]]
//! name = "Point"
//! size = 4
//! fields = [
//!   { offset = 0, name = "x", type = "u16" },
//!   { offset = 3, name = "y", type = "u16" },
//! ]
//! "#;
//! let wrong = atf_gen::load("tiny.toml", schema.as_bytes()).unwrap_err();
//! assert_eq!(
//!     wrong.headline(&wrong.list()[0]),
//!     "tiny.toml:12:14: record Point, field y: expected offset 2, found 3 (a gap of 1 byte after x)"
//! );
//! ```

#![forbid(unsafe_code)]
#![warn(missing_debug_implementations)]
// What docs/api-guidelines.md says of a lint.
#![warn(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs
)]

#[cfg(feature = "cli")]
pub mod annotate;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
#[cfg(feature = "cli")]
pub mod diff;
#[cfg(feature = "cli")]
pub mod edit;
pub mod emit;
pub mod model;
pub mod source;

mod check;
mod parse;
mod toml;

use diagnostic::Diagnostics;
use model::Format;
use source::Source;

/// Reads a schema and checks it.
///
/// `name` is the schema's name in diagnostics, usually its path as given by the user. Generated
/// files name its last part as their source.
///
/// # Errors
///
/// All errors of the schema, in the order of its lines. Never panics, for any bytes.
pub fn load(name: impl Into<String>, bytes: &[u8]) -> Result<Format, Diagnostics> {
    load_but_for(name, bytes, |_, _| false)
}

/// Reads a schema that may have the mistakes that are `forgiven`.
fn load_but_for(
    name: impl Into<String>,
    bytes: &[u8],
    forgiven: impl Fn(&Format, &diagnostic::Diagnostic) -> bool,
) -> Result<Format, Diagnostics> {
    let source = Source::new(name, bytes)?;
    let mut diagnostics = Diagnostics::new(source.clone());
    let format = parse::parse(&source, &mut diagnostics).map(|schema| {
        let format = model::resolve::resolve(&schema, source.file_name(), &mut diagnostics);
        check::check(&format, &mut diagnostics);
        format
    });
    diagnostics.sort();
    if let Some(format) = &format {
        diagnostics.forget(|diagnostic| forgiven(format, diagnostic));
    }
    match format {
        Some(mut format) if diagnostics.is_empty() => {
            format.hash_layouts();
            Ok(format)
        }
        _ => Err(diagnostics),
    }
}

/// The copies that a schema names, even if the rest of it is invalid.
#[cfg(feature = "cli")]
fn copies(bytes: &[u8]) -> Vec<String> {
    let Ok(source) = Source::new("", bytes) else { return Vec::new() };
    let mut ignored = Diagnostics::new(source.clone());
    let schema = parse::parse(&source, &mut ignored);
    schema.map_or_else(Vec::new, |schema| {
        schema.format.copies.into_iter().map(|copy| copy.value).collect()
    })
}
