//! Reads a page of explanations: the chapter of a code, its prose and its examples.

use crate::source::MAX_SCHEMA_BYTES;

/// A rule, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Topic {
    /// Its stable code.
    pub code: String,
    /// What it demands, in one sentence.
    pub rule: String,
    /// What it demands and why, as paragraphs of Markdown.
    pub text: String,
    /// A schema that breaks it, and this rule alone.
    pub wrong: Option<Example>,
    /// The same, corrected.
    pub right: Option<Example>,
}

/// A schema that shows something.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Example {
    /// As shown to the user.
    pub text: String,
    /// The file's bytes, which are not always text.
    pub bytes: Vec<u8>,
}

/// The start of an example that has no `[format]`.
const HEAD: &str = "[format]\nname = \"tiny\"\nversion = 1\nendian = \"little\"\n";

/// The text below the heading `## code` of `page`.
pub(super) fn chapter<'a>(page: &'a str, code: &str) -> Option<&'a str> {
    let heading = format!("## {code}\n");
    let start = match page.strip_prefix(heading.as_str()) {
        Some(rest) => page.len() - rest.len(),
        None => page.find(&format!("\n{heading}"))? + 1 + heading.len(),
    };
    let rest = &page[start..];
    Some(&rest[..rest.find("\n## ").map_or(rest.len(), |end| end + 1)])
}

/// Splits a chapter into its parts.
pub(super) fn topic(code: &str, rule: &str, chapter: &str) -> Topic {
    let mut pieces = chapter.split("```toml ");
    let text = pieces.next().unwrap_or_default().trim().to_owned();
    let mut topic =
        Topic { code: code.to_owned(), rule: rule.to_owned(), text, wrong: None, right: None };
    for piece in pieces {
        let Some((tags, rest)) = piece.split_once('\n') else { continue };
        let body = rest.split("```").next().unwrap_or_default();
        let mut tags = tags.split(' ');
        match tags.next() {
            Some("wrong") => topic.wrong = Some(example(body, tags.next())),
            Some("right") => topic.right = Some(example(body, tags.next())),
            _ => {}
        }
    }
    topic
}

/// An example as its tag says: `bare` as it is, `bytes` with `\xE9` for a byte, `filled` with
/// more letters than a schema may have.
fn example(body: &str, tag: Option<&str>) -> Example {
    let text = match (tag, body.contains("[format]")) {
        (Some("bare"), _) | (_, true) => body.to_owned(),
        (_, false) if body.is_empty() => HEAD.to_owned(),
        (_, false) => format!("{HEAD}\n{body}"),
    };
    let bytes = match tag {
        Some("bytes") => unescaped(&text),
        Some("filled") => {
            let mut bytes = text.clone().into_bytes();
            bytes.resize(MAX_SCHEMA_BYTES + 1, b'#');
            bytes
        }
        _ => text.clone().into_bytes(),
    };
    Example { text, bytes }
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut pieces = text.split("\\x");
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
        bytes.extend(u8::from_str_radix(digits, 16));
        bytes.extend(rest.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_ends_where_the_next_begins() {
        let page = "## A1\n\none\n\n## A2\n\ntwo\n";
        assert_eq!(chapter(page, "A1"), Some("\none\n\n"));
        assert_eq!(chapter(page, "A2"), Some("\ntwo\n"));
        assert_eq!(chapter(page, "A3"), None);
    }

    #[test]
    fn bytes_are_written_as_digits() {
        assert_eq!(unescaped("a\\xE9b"), b"a\xE9b");
    }
}
