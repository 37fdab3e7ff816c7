//! What the compiler that a macro runs in was told. A macro is not; its process has the arguments.

/// Whether the crate that is being compiled can name `zerocopy`: only then can a field be of one
/// of its types under another name, and only then can the proof name them.
///
/// Where the arguments are others (an editor's macro server, an argument file) the answer is no.
pub(crate) fn knows_zerocopy() -> bool {
    arguments().any(|argument| argument.trim_start_matches("--extern=").starts_with("zerocopy="))
}

/// Whether `zerocopy` is missing for sure: the arguments are those of the compiler, and complete.
pub(crate) fn lacks_zerocopy() -> bool {
    let is_compiler = arguments().any(|argument| argument.starts_with("--crate-name"));
    // A file of arguments may have it, and another crate may be called so inside the crate.
    let is_complete = !arguments().skip(1).any(|argument| argument.starts_with('@'));
    is_compiler && is_complete && !knows_zerocopy()
}

fn arguments() -> impl Iterator<Item = String> {
    std::env::args_os().filter_map(|argument| argument.into_string().ok())
}
