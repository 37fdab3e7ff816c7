//! Messages to the user beside a command's output. They go to stderr, with control characters
//! escaped: file names and file contents may hold any. Errors of writing to stderr are ignored.

use std::fmt::Display;
use std::io::{Write, stderr};
use std::path::Path;

use crate::escape::printable;
use crate::shell;

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

/// Prints that a folder has more entries than are searched for sessions.
pub(crate) fn folder_is_too_large(folder: &Path) {
    let folder = folder.display();
    note(format_args!(
        "{folder}: only the first 100 000 entries were searched; there may be more sessions"
    ));
}

/// Prints how to name one session of a folder. The newest is known only if the whole folder was searched.
pub(crate) fn choose_session(folder: &Path, is_complete: bool) {
    if !is_complete {
        folder_is_too_large(folder);
        return hint("name one of them");
    }
    let latest = if folder == Path::new(".") { "@latest".into() } else { folder.join("@latest") };
    hint(format_args!(
        "name one of them, or {} for the newest, the last one",
        shell::word(&latest)
    ));
}

/// Prints text as it is, with its line breaks: the caller has escaped what comes from files. Only `atf record` does, which
/// needs Linux.
#[cfg(target_os = "linux")]
pub(crate) fn text(text: impl Display) {
    let _ = write!(stderr(), "{text}");
}

/// Prints one line of a list that belongs to the error before it.
pub(crate) fn listed(text: impl Display) {
    let _ = writeln!(stderr(), "  {}", printable(&text.to_string()));
}

fn print(label: &str, text: impl Display) {
    let _ = writeln!(stderr(), "{label}: {}", printable(&text.to_string()));
}
