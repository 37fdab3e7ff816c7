//! Names of functions, as people read them.
//!
//! [`Names`] takes them from a session's manifest and demangles each one when it is first asked for.

mod demangle;
mod table;

pub use demangle::demangle;
pub use table::{NameStyle, Names};
