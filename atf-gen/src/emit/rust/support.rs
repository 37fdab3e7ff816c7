//! The part that is the same for every format: the types of the reflection.

/// The text, the same in every output.
pub(super) const TEXT: &str = include_str!("support.rs.txt");
