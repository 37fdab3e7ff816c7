//! Cells of comma-separated values, as RFC 4180 says.

use std::borrow::Cow;

/// A text as a cell: in quotes if it has a comma, a quote or the end of a line.
pub(crate) fn cell(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_that_needs_quotes_has_them() {
        assert_eq!(cell("main"), "main");
        assert_eq!(cell("add(int, int)"), "\"add(int, int)\"");
        assert_eq!(cell("operator\"\"_x"), "\"operator\"\"\"\"_x\"");
        assert_eq!(cell("two\nlines\r"), "\"two\nlines\r\"");
    }
}
