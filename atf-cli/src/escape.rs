//! Text from files, made safe for the terminal: nothing in it can move the cursor, hide text, or change the order
//! in which text is shown.

use std::borrow::Cow;
use std::path::Path;

/// Characters that are not seen, or that reorder what is seen, besides the control characters: soft hyphen,
/// joiners, fillers, the marks, embeddings, overrides and isolates of the bidirectional algorithm, line and
/// paragraph separators, invisible operators, variation selectors, byte order mark, annotations, and tags.
const HIDDEN: &[(char, char)] = &[
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2028}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

fn is_hidden(character: char) -> bool {
    character.is_control()
        || (!character.is_ascii()
            && HIDDEN.iter().any(|&(first, last)| (first..=last).contains(&character)))
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut printable = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_escaped(character) {
            printable.extend(character.escape_default());
        } else {
            printable.push(character);
        }
    }
    Cow::Owned(printable)
}

/// Text with control characters and hidden characters escaped.
pub(crate) fn printable(text: &str) -> String {
    escaped(text, is_hidden).into_owned()
}

/// A name of a function or module: as [`printable`], also with `\` escaped, so that an escape cannot be mistaken
/// for a part of the name. An empty name is shown as `""`.
pub(crate) fn name(text: &str) -> Cow<'_, str> {
    if text.is_empty() {
        return Cow::Borrowed("\"\"");
    }
    escaped(text, |character| character == '\\' || is_hidden(character))
}

/// A path: [`printable`], with invalid UTF-8 replaced.
pub(crate) fn printable_path(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(
            printable("größe\n\u{1b}[31m\u{9b}m\u{7f}"),
            "größe\\n\\u{1b}[31m\\u{9b}m\\u{7f}"
        );
    }

    #[test]
    fn characters_that_hide_or_reorder_text_are_escaped() {
        for hidden in
            "\u{ad}\u{61c}\u{200b}\u{200d}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2066}\
                       \u{2069}\u{feff}\u{e0041}"
                .chars()
        {
            let expected = format!("a\\u{{{:x}}}b", u32::from(hidden));
            assert_eq!(printable(&format!("a{hidden}b")), expected);
            assert_eq!(name(&format!("a{hidden}b")), expected);
        }
    }

    // Letters of any script, combining marks and wide characters are names that people write.
    #[test]
    fn other_characters_stay() {
        let text = "naïve e\u{301} функция 関数 دالة <T as U>::f{{closure}} 🦀";
        assert_eq!(printable(text), text);
        assert_eq!(name(text), text);
    }

    #[test]
    fn escape_in_a_name_is_not_a_part_of_it() {
        assert_eq!(name("a\nb"), "a\\nb");
        assert_eq!(name("a\\nb"), "a\\\\nb");
        assert_eq!(printable("C:\\traces"), "C:\\traces");
        assert_eq!(name(""), "\"\"");
    }
}
