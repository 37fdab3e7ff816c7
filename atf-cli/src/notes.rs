//! Messages to the user beside a command's output. They go to stderr, with control characters
//! escaped: file names and file contents may hold any. Errors of writing to stderr are ignored.

use std::fmt::Display;
use std::io::{Write, stderr};

use crate::values::printable;

/// Prints why the command failed.
pub(crate) fn error(text: impl Display) {
    print("error", text);
}

/// Prints an observation that does not stop the command.
pub(crate) fn note(text: impl Display) {
    print("note", text);
}

/// Prints what the user can do next.
pub(crate) fn hint(text: impl Display) {
    print("hint", text);
}

fn print(label: &str, text: impl Display) {
    let _ = writeln!(stderr(), "{label}: {}", printable(&text.to_string()));
}
