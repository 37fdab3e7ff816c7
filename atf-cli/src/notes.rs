//! What is said to people beside a command's output. It goes to stderr, and a stderr that is
//! closed is nobody's problem.

use std::fmt::Display;
use std::io::{Write, stderr};

/// Says why the command fails.
pub(crate) fn error(text: impl Display) {
    let _ = writeln!(stderr(), "error: {text}");
}

/// Says something that is worth knowing and does not stop the command.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(stderr(), "note: {text}");
}

/// Says what to do next.
pub(crate) fn hint(text: impl Display) {
    let _ = writeln!(stderr(), "hint: {text}");
}
