//! What is said to people beside a command's output. It goes to stderr, and a stderr that is
//! closed is nobody's problem. Names of files and what stands in them go out with control characters
//! made visible.

use std::fmt::Display;
use std::io::{Write, stderr};

use crate::values::printable;

/// Says why the command fails.
pub(crate) fn error(text: impl Display) {
    say("error", text);
}

/// Says something that is worth knowing and does not stop the command.
pub(crate) fn note(text: impl Display) {
    say("note", text);
}

/// Says what to do next.
pub(crate) fn hint(text: impl Display) {
    say("hint", text);
}

fn say(what: &str, text: impl Display) {
    let _ = writeln!(stderr(), "{what}: {}", printable(&text.to_string()));
}
