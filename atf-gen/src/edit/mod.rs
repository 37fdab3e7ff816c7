//! Edits a schema's text as a person would, and keeps everything else: comments, order,
//! spacing. Called by the command.

mod add_field;
mod renumber;
mod toml_text;

pub use add_field::{NewField, Refused, WithField, add_field};
pub use renumber::{Renumbered, RenumberedRecord, renumber};
