//! Commands to run next, such that they can be pasted into a shell.

use std::path::{Component, Path, PathBuf};

/// How this program was called: the name, or the path if it is not on the PATH.
pub(crate) fn program() -> String {
    let name = std::env::args_os().next().unwrap_or_else(|| "atf".into());
    word(Path::new(&name))
}

/// A path as one word of a shell's command line. A path that is not UTF-8 is shown as far as it
/// can be.
pub(crate) fn word(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+=:@%,".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.into_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The command that repairs the trace at `path`, with a place beside it for the copy.
pub(crate) fn recover_command(path: &Path) -> String {
    format!("atf recover {} --out {}", word(path), word(&beside(path)))
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().map(ToOwned::to_owned).unwrap_or_default();
    name.push(if name.is_empty() { "recovered" } else { ".recovered" });
    match path.components().next_back() {
        // No name to put something behind: `.`, `..` and `/`.
        Some(Component::Normal(_)) => path.with_file_name(name),
        _ => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_split_them() {
        assert_eq!(word(Path::new("ada_traces/pid_1")), "ada_traces/pid_1");
        assert_eq!(word(Path::new("my traces/it's")), r"'my traces/it'\''s'");
    }

    #[test]
    fn the_copy_goes_beside_the_trace() {
        assert_eq!(recover_command(Path::new("a/b/")), "atf recover a/b/ --out a/b.recovered");
        assert_eq!(recover_command(Path::new(".")), "atf recover . --out recovered");
        assert_eq!(recover_command(Path::new("..")), "atf recover .. --out recovered");
    }
}
