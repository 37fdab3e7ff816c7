//! Doc comments out of free text: what has a meaning in rustdoc is escaped, so that no
//! schema can break the documentation or start a doctest.

use proc_macro2::TokenStream;
use quote::quote;

/// Doc attributes of some paragraphs; empty ones are left out.
pub(super) fn doc(paragraphs: &[&str]) -> TokenStream {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.trim().is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines
            .extend(escape(paragraph).lines().map(|line| format!(" {line}").trim_end().to_owned()));
    }
    quote! { #(#[doc = #lines])* }
}

/// `text` so that rustdoc shows it as it is, but for code between single backticks.
fn escape(text: &str) -> String {
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
    out
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
