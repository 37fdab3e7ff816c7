//! Text as YAML that every parser of YAML 1.1 and 1.2 reads as that text.

use std::fmt::Write as _;

/// `text` as a double-quoted scalar.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            _ if is_plain(c) => out.push(c),
            _ => out.push_str(&escaped(c)),
        }
    }
    out.push('"');
    out
}

/// An expression as a scalar: plain where no parser can take it for anything else.
pub(super) fn expression(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.contains(['.', '=', ' '])
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.()<>=&-+/ ".contains(c));
    if plain || (is_word(text) && !is_boolean(text)) { text.to_owned() } else { quoted(text) }
}

/// A name as a scalar: quoted where YAML 1.1 reads a boolean or nothing.
pub(super) fn name(text: &str) -> String {
    if is_boolean(text) { quoted(text) } else { text.to_owned() }
}

/// `key: text` at `indent`; several lines become a block. Nothing for no text.
///
/// The compiler copies text between the quotes of a docstring of Python, and escapes nothing.
pub(super) fn text(indent: usize, key: &str, text: &str) -> String {
    let mut text = text.trim().replace("\"\"\"", "'''");
    if text.ends_with(['"', '\\']) {
        text.push('.');
    }
    if text.is_empty() {
        return String::new();
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let margin = " ".repeat(indent);
    if lines.len() == 1 || !lines.iter().all(|line| line.chars().all(is_plain)) {
        return format!("{margin}{key}: {}\n", quoted(&lines.join("\n")));
    }
    let mut out = format!("{margin}{key}: |-\n");
    for line in lines {
        if !line.is_empty() {
            let _ = write!(out, "{margin}  {line}");
        }
        out.push('\n');
    }
    out
}

/// Comment lines at `indent`.
pub(super) fn comment(indent: usize, text: &str) -> String {
    let margin = " ".repeat(indent);
    let mut out = String::new();
    for line in text.trim().lines() {
        let mut harmless = String::new();
        for c in line.trim().chars() {
            if is_plain(c) {
                harmless.push(c);
            } else {
                harmless.push_str(&escaped(c));
            }
        }
        out.push_str(format!("{margin}# {harmless}").trim_end());
        out.push('\n');
    }
    out
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_boolean(text: &str) -> bool {
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&text)
}

/// Whether every parser takes the character as it is: no break of a line, nothing invisible,
/// nothing beyond the first plane.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{1fff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{2070}'..='\u{d7ff}')
}

fn escaped(c: char) -> String {
    let code = u32::from(c);
    if code > 0xFFFF { format!("\\U{code:08X}") } else { format!("\\u{code:04X}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_scalar() {
        assert_eq!(quoted("a \"b\" \\ c\n\td"), r#""a \"b\" \\ c\n\u0009d""#);
        assert_eq!(quoted("größer — \u{1f600}\u{2028}"), r#""größer — \U0001F600\u2028""#);
        assert_eq!(text(2, "doc", "one: # line"), "  doc: \"one: # line\"\n");
        assert_eq!(text(2, "doc", "two\n\n  lines: "), "  doc: |-\n    two\n\n      lines:\n");
        assert_eq!(text(2, "doc", "two\n\tlines"), "  doc: \"two\\n\\u0009lines\"\n");
        assert_eq!(text(2, "doc", "  "), "");
        assert_eq!(comment(2, "a\nb\u{85}c\n"), "  # a\n  # b\\u0085c\n");
    }

    #[test]
    fn expressions_and_names_stay_what_they_are() {
        assert_eq!(expression("a.b >= 3 and (c != 1)"), "\"a.b >= 3 and (c != 1)\"");
        assert_eq!(expression("_io.size - 64"), "_io.size - 64");
        assert_eq!(expression("kind::call"), "\"kind::call\"");
        assert_eq!(expression("64"), "\"64\"");
        assert_eq!(expression("total"), "total");
        assert_eq!((name("no"), name("nothing")), ("\"no\"".to_owned(), "nothing".to_owned()));
    }
}
