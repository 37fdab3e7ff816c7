//! Suggested commands, quoted so that they can be pasted into a shell.

use std::path::{Component, Path, PathBuf};

/// The name or path under which this program was started.
pub(crate) fn program() -> String {
    let name = std::env::args_os().next().unwrap_or_else(|| "atf".into());
    word(Path::new(&name))
}

/// A path as one word of a shell command.
pub(crate) fn word(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let Some(text) = path.to_str().filter(|text| !text.contains(char::is_control)) else {
        return escaped(bytes);
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+=:@%,".contains(&byte);
    if !text.is_empty() && bytes.iter().copied().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Bytes in `$'...'` quotes. Octal escapes, because a shell reads exactly three digits of them.
fn escaped(bytes: &[u8]) -> String {
    let escape = |&byte: &u8| match byte {
        b'\'' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    };
    format!("$'{}'", bytes.iter().map(escape).collect::<String>())
}

/// The command that writes a repaired copy of `path` next to it.
pub(crate) fn recover_command(path: &Path) -> String {
    format!("atf recover {} --out {}", word(path), word(&copy_path(path)))
}

fn copy_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().map(ToOwned::to_owned).unwrap_or_default();
    name.push(if name.is_empty() { "recovered" } else { ".recovered" });
    match path.components().next_back() {
        // `.`, `..` and `/` have no name to which a suffix could be added.
        Some(Component::Normal(_)) => path.with_file_name(name),
        _ => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_a_shell_would_split_are_quoted() {
        assert_eq!(word(Path::new("ada_traces/pid_1")), "ada_traces/pid_1");
        assert_eq!(word(Path::new("my traces/it's")), r"'my traces/it'\''s'");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(word(Path::new("it's\n\u{1b}1\\ü")), r"$'it\'s\012\0331\\\303\274'");
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_not_utf8_are_escaped() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"a\xFF7"));
        assert_eq!(recover_command(path), r"atf recover $'a\3777' --out $'a\3777.recovered'");
    }

    #[test]
    fn copy_is_next_to_the_trace() {
        assert_eq!(recover_command(Path::new("a/b/")), "atf recover a/b/ --out a/b.recovered");
        assert_eq!(recover_command(Path::new(".")), "atf recover . --out recovered");
        assert_eq!(recover_command(Path::new("..")), "atf recover .. --out recovered");
    }
}
