//! Free text and values as Python: literals, docstrings, comments. No text of a schema can end them or add
//! code after them.

use std::fmt::Write as _;

use crate::model::Evolution;

/// Longest line, where the text has spaces to break at.
pub(super) const WIDTH: usize = 100;

/// A string literal.
pub(super) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            ' '..='~' => out.push(c),
            _ if c.is_alphanumeric() => out.push(c),
            _ if u32::from(c) <= 0xFFFF => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

/// A bytes literal.
pub(super) fn bytes(bytes: &[u8]) -> String {
    let mut out = String::from("b\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}

/// `values` as a tuple.
pub(super) fn tuple(values: &[String]) -> String {
    match values {
        [one] => format!("({one},)"),
        _ => format!("({})", values.join(", ")),
    }
}

/// A docstring of some paragraphs, indented by `indent`, with its line break.
pub(super) fn docstring(paragraphs: &[&str], indent: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.trim().is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let text = paragraph.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
        lines.extend(wrap(&plain(&text), WIDTH - indent.len() - 6));
    }
    if let Some(last) = lines.last_mut()
        && last.ends_with('"')
        && !last.ends_with("\\\"")
    {
        last.insert(last.len() - 1, '\\');
    }
    if let [line] = lines.as_slice() {
        return format!("{indent}\"\"\"{line}\"\"\"\n");
    }
    let mut out = format!("{indent}\"\"\"");
    for (at, line) in lines.iter().enumerate() {
        let before = if at == 0 || line.is_empty() { "" } else { indent };
        let _ = writeln!(out, "{before}{line}");
    }
    let _ = writeln!(out, "{indent}\"\"\"");
    out
}

/// Lines of a comment, indented by `indent`, that tools take for the meaning of the next line.
pub(super) fn comment(text: &str, indent: &str) -> String {
    let mut out = String::new();
    for line in wrap(&plain(text), WIDTH - indent.len() - 3) {
        let _ = writeln!(out, "{}", format!("{indent}#: {line}").trim_end());
    }
    out
}

/// `name(argument, ..)`, indented by `indent`, on one line or with an argument per line; `end` follows it.
pub(super) fn call(indent: &str, head: &str, arguments: &[String], end: &str) -> String {
    let line = format!("{indent}{head}({}){end}\n", arguments.join(", "));
    if line.trim_end().chars().count() <= WIDTH && !line.trim_end().contains('\n') {
        return line;
    }
    let mut out = format!("{indent}{head}(\n");
    for argument in arguments {
        let _ = writeln!(out, "{indent}    {argument},");
    }
    let _ = writeln!(out, "{indent}){end}");
    out
}

/// `key=` and a string that may be too long for a line; `indent` is that of the line.
pub(super) fn long_string(key: &str, text: &str, indent: &str) -> String {
    let line = format!("{key}={}", string(text));
    if indent.len() + line.chars().count() < WIDTH {
        return line;
    }
    let pieces = pieces(text, WIDTH - indent.len() - 8);
    let mut out = format!("{key}=(\n");
    for piece in pieces {
        let _ = writeln!(out, "{indent}    {}", string(piece));
    }
    let _ = write!(out, "{indent})");
    out
}

/// The text in pieces that end after a space; together they are the text.
fn pieces(text: &str, width: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let (mut end, mut letters) = (0, 0);
    for word in text.split_inclusive([' ', '\n']) {
        let more = word.chars().count();
        if end > start && letters + more > width {
            pieces.push(&text[start..end]);
            start = end;
            letters = 0;
        }
        end += word.len();
        letters += more;
    }
    pieces.push(&text[start..]);
    pieces
}

/// Text without characters that could end a line or hide text.
fn plain(text: &str) -> String {
    let is_kept = |c: char| c == '\n' || !(c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    text.chars().map(|c| if is_kept(c) { c } else { ' ' }).collect()
}

/// The text in lines of at most `width` letters, where it has spaces to break at.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for given in text.trim().lines() {
        let mut line = String::new();
        for word in given.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// Text that ends as a sentence does.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?']) {
        return text.to_owned();
    }
    format!("{text}.")
}

/// How an element came, changed and went, in words; nothing for one that was always there.
pub(super) fn history(evolution: &Evolution) -> String {
    let mut facts = Vec::new();
    if evolution.since > 0 {
        facts.push(format!("Since revision {}.", evolution.since));
    }
    if !evolution.was.is_empty() {
        facts.push(format!("Earlier called {}.", evolution.was.join(", ")));
    }
    if let Some(instead) = &evolution.deprecated {
        facts.push(sentence(&format!("Deprecated: {instead}")));
    }
    if let Some(revision) = evolution.removed {
        facts.push(format!("Removed in revision {revision}."));
    }
    facts.join(" ")
}

/// Meaning and history of an element on one line.
pub(super) fn about(doc: &str, evolution: &Evolution) -> String {
    let history = history(evolution);
    match (doc.trim().is_empty(), history.is_empty()) {
        (_, true) => doc.trim().to_owned(),
        (true, false) => history,
        (false, false) => format!("{} {history}", sentence(doc)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_literal() {
        assert_eq!(string("a\"b\\\n\u{7f}é\u{202e}"), "\"a\\\"b\\\\\\n\\u007fé\\u202e\"");
        assert_eq!(bytes(b"\x89P\"\\'\n"), "b\"\\x89P\\\"\\\\'\\x0a\"");
    }

    #[test]
    fn no_text_ends_its_docstring_or_its_comment() {
        assert_eq!(
            docstring(&["a \"\"\" b \\ \"\"\"\""], ""),
            "\"\"\"a \\\"\\\"\\\" b \\\\ \\\"\\\"\\\"\\\"\"\"\"\n"
        );
        assert_eq!(docstring(&["ends in \""], "  "), "  \"\"\"ends in \\\"\"\"\"\n");
        assert_eq!(comment("a\rb\u{2028}c\nd", ""), "#: a b c\n#: d\n");
    }

    #[test]
    fn long_text_is_broken_at_spaces_and_stays_the_same_string() {
        let text = "word ".repeat(40);
        let broken = long_string("doc", &text, "");
        assert!(broken.lines().all(|line| line.len() <= WIDTH), "{broken}");
        assert_eq!(pieces(&text, 30).concat(), text);
    }
}
