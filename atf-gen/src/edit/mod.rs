//! Changes a schema's text where a person would, and leaves everything else as it was written:
//! comments, order, spacing. Called by the command; text in, text out.

mod add_field;
mod toml_text;

pub use add_field::{NewField, Refused, WithField, add_field};
