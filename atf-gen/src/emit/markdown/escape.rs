//! Free text as Markdown: shown literally, except code between backticks.

/// Text of a paragraph or of a cell of a table. Lines are joined.
pub(super) fn inline(text: &str) -> String {
    // Most text is words, which mean themselves.
    let is_words = |byte: u8| byte.is_ascii_alphanumeric() || b" .,;()".contains(&byte);
    if text.bytes().all(is_words)
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(' ')
        && !text.contains("  ")
    {
        return text.to_owned();
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].chars().take_while(|c| *c == '`').count();
        let body = &rest[start + ticks..];
        plain(&rest[..start], &mut out);
        match closing(body, ticks) {
            Some(end) => {
                out.push_str(&code(body[..end].trim()));
                rest = &body[end + ticks..];
            }
            None => {
                out.push_str(&"\\`".repeat(ticks));
                rest = body;
            }
        }
    }
    plain(rest, &mut out);
    at_start(out)
}

/// Paragraphs, as empty lines part them.
pub(super) fn paragraphs(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut open = String::new();
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() {
            if !open.is_empty() {
                out.push(inline(&open));
                open.clear();
            }
        } else {
            open.push_str(line);
            open.push(' ');
        }
    }
    out.join("\n\n")
}

/// `text` as code, in a table too.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    // A bar parts the cells of a table even inside code, and what escapes it there shows
    // outside of one; entities mean the same in both.
    if text.contains(['|', '`', '\\']) {
        let mut out = String::from("<code>");
        for c in text.chars() {
            if c.is_alphanumeric() || " ,.;:()/".contains(c) {
                out.push(c);
            } else {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
        }
        out.push_str("</code>");
        return out;
    }
    format!("`{text}`")
}

/// Where the run of exactly `ticks` backticks starts that closes code.
fn closing(body: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = body[at..].find('`') {
        let start = at + found;
        let run = body[start..].chars().take_while(|c| *c == '`').count();
        if run == ticks {
            return Some(start);
        }
        at = start + run;
    }
    None
}

fn plain(text: &str, out: &mut String) {
    let chars: Vec<char> = text.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(at + 1);
        let escaped = match c {
            '\\' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '&' => true,
            // Inside a word it means nothing.
            '_' => {
                !(before.is_some_and(char::is_alphanumeric)
                    && after.is_some_and(|c| c.is_alphanumeric()))
            }
            // `:tada:` would be a picture.
            ':' => after.is_some_and(char::is_ascii_alphanumeric),
            // Some viewers link names after it.
            '@' => true,
            '!' => after == Some(&'['),
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(*c);
    }
}

/// What would start a heading, a list or a rule at the start of a line does not.
fn at_start(text: String) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let behind = text[digits..].chars().next();
    if digits > 0 && behind.is_some_and(|c| c == '.' || c == ')') {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    if text.starts_with(['#', '+', '-', '=']) {
        return format!("\\{text}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_as_it_is() {
        assert_eq!(
            inline("a | b <br> _c_ entry_count *d*"),
            "a \\| b \\<br\\> \\_c\\_ entry_count \\*d\\*"
        );
        assert_eq!(inline("1. one"), "1\\. one");
        assert_eq!(inline("# one\n  two"), "\\# one two");
        assert_eq!(
            inline("![x](y) &amp; C:\\ 5 : 6 :tada: $x$"),
            "\\!\\[x\\](y) \\&amp; C:\\\\ 5 : 6 \\:tada: \\$x\\$"
        );
        assert_eq!(inline(""), "");
    }

    #[test]
    fn code_stays_code() {
        assert_eq!(inline("`a_b` and `*c*`"), "`a_b` and `*c*`");
        assert_eq!(inline("`a | b`."), "<code>a &#124; b</code>.");
        assert_eq!(inline("``a`b``"), "<code>a&#96;b</code>");
        assert_eq!(inline("one ` tick, ``two"), "one \\` tick, \\`\\`two");
    }

    #[test]
    fn empty_lines_part_paragraphs() {
        assert_eq!(paragraphs("a\nb\n\n\n- c\n"), "a b\n\n\\- c");
    }
}
