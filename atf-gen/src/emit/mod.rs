//! One file per target. Each takes the model and gives text (or tokens); none sees the
//! TOML, none sees another.

pub mod case;
pub mod rust;
pub mod value;

/// How people regenerate what is generated.
pub const COMMAND: &str = "cargo run -p atf-gen -- generate";

/// The sentence that heads every generated file.
///
/// It holds the schema's file name and no path, so that the same schema gives the same
/// bytes on every machine.
#[must_use]
pub fn mark(source_name: &str) -> String {
    format!("Generated from {source_name} by `{COMMAND}`; do not edit.")
}
