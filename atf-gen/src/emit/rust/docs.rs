//! Doc comments from free text, escaped for rustdoc, so that no schema can break the
//! documentation or start a doctest.

use std::borrow::Cow;

use crate::model::Field;

/// Doc comments of some paragraphs, a line each; empty ones are left out.
pub(super) fn doc(paragraphs: &[&str]) -> String {
    let mut out = String::new();
    doc_into(&mut out, "", paragraphs);
    out
}

/// The same, appended to `out` with `indent` in front of each line.
pub(super) fn doc_into(out: &mut String, indent: &str, paragraphs: &[&str]) {
    let mut first = true;
    for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.trim().is_empty()) {
        if !first {
            out.push_str(indent);
            out.push_str("///\n");
        }
        first = false;
        for line in escape(paragraph).lines() {
            let line = line.trim_end();
            out.push_str(indent);
            out.push_str(if line.is_empty() { "///" } else { "/// " });
            out.push_str(line);
            out.push('\n');
        }
    }
}

/// What a field means: its `doc`, or a sentence in its place.
pub(super) fn field_doc(field: &Field) -> &str {
    if field.evolution.removed.is_some() && field.doc.is_empty() {
        return "A field that was removed.";
    }
    match (field.doc.is_empty(), field.reserved) {
        (false, _) => &field.doc,
        (true, true) => "Reserved: zero.",
        (true, false) => "A field of the record.",
    }
}

/// `text` so that rustdoc shows it literally, except code between single backticks.
fn escape(text: &str) -> Cow<'_, str> {
    // Most text is plain; what could mean something holds one of these or starts with it.
    if !text.contains(['`', '[', ']', '<', '>', '\\', '/', '\n'])
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(char::is_whitespace)
    {
        return Cow::Borrowed(text);
    }
    let fenced = text.contains("``") || text.matches('`').count() % 2 == 1;
    let mut out = String::new();
    let mut code = false;
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let line = line.trim();
        let mut escape_next_dot = !code && line.starts_with(|c: char| c.is_ascii_digit());
        for (column, c) in line.chars().enumerate() {
            match c {
                '`' if fenced => out.push_str("\\`"),
                '`' => {
                    code = !code;
                    out.push('`');
                }
                _ if code => out.push(c),
                '[' | ']' | '<' | '>' | '\\' => {
                    out.push('\\');
                    out.push(c);
                }
                '-' | '+' | '*' | '#' | '|' | '=' | '~' if column == 0 => {
                    out.push('\\');
                    out.push(c);
                }
                // "1. " would start a list.
                '.' | ')' if escape_next_dot => {
                    out.push('\\');
                    out.push(c);
                }
                // Two slashes after a colon would be a bare link.
                '/' if out.ends_with(":/") => out.push_str("\u{200b}/"),
                _ => out.push(c),
            }
            escape_next_dot &= c.is_ascii_digit();
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_rustdoc_would_read_is_escaped_outside_of_code() {
        assert_eq!(escape("`a[0]` is <b>[c]"), "`a[0]` is \\<b\\>\\[c\\]");
        assert_eq!(escape("    indented"), "indented");
        assert_eq!(
            escape("# no heading\n- no list\n1. none"),
            "\\# no heading\n\\- no list\n1\\. none"
        );
        assert_eq!(escape("one ` backtick [x]"), "one \\` backtick \\[x\\]");
        assert_eq!(escape("```\ncode\n```"), "\\`\\`\\`\ncode\n\\`\\`\\`");
    }
}
