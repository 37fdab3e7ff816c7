//! The screen: how wide it is, how many columns a text takes, and text cut to columns.

use std::borrow::Cow;
use std::io::{IsTerminal, stdout};

use terminal_size::{Width, terminal_size};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The width for tables if stdout is not a terminal.
const DEFAULT_COLUMNS: usize = 80;
/// A narrower screen is not believed.
const MIN_COLUMNS: usize = 20;
/// Stands for what was cut off.
const ELLIPSIS: char = '…';

/// The width of the screen: `COLUMNS`, else that of the terminal that stdout is; `None` without both.
pub(crate) fn columns() -> Option<usize> {
    let from_environment = || std::env::var("COLUMNS").ok()?.parse().ok();
    let from_terminal = || {
        let Width(columns) = stdout().is_terminal().then(terminal_size)??.0;
        Some(columns.into())
    };
    from_environment().or_else(from_terminal).filter(|&columns| columns >= MIN_COLUMNS)
}

/// The width that tables have to fit.
pub(crate) fn table_columns() -> usize {
    columns().unwrap_or(DEFAULT_COLUMNS)
}

/// The columns that a text without control characters takes.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The text, cut to at most `columns`; its end is then `…`.
pub(crate) fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    // Most names are short: a byte takes at most a column.
    if text.len() <= columns || width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut cut = String::with_capacity(columns + ELLIPSIS.len_utf8());
    let mut taken = 0;
    for character in text.chars() {
        taken += character.width().unwrap_or(0);
        if taken >= columns {
            break;
        }
        cut.push(character);
    }
    cut.push(ELLIPSIS);
    Cow::Owned(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_text_has_at_most_the_columns_and_says_that_it_is_cut() {
        assert_eq!(cut("parse", 5), "parse");
        assert_eq!(cut("parser", 5), "pars…");
        assert_eq!(cut("größe", 5), "größe");
        assert_eq!(cut("größer", 5), "größ…");
        // Wide characters take two columns: the third one does not fit beside the ellipsis.
        assert_eq!(cut("関数名", 6), "関数名");
        assert_eq!(cut("関数名x", 6), "関数…");
        for text in ["a_long_name_of_ascii", "关数e\u{301}名日本語", "🦀🦀🦀🦀"] {
            for columns in 1..30 {
                let cut = cut(text, columns);
                assert!(width(&cut) <= columns, "{text} {columns}: {cut}");
                assert_eq!(cut == text, width(text) <= columns, "{text} {columns}: {cut}");
            }
        }
    }
}
