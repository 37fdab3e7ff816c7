//! Patterns for names.

use std::fmt;
use std::str::FromStr;

use regex::Regex;

use super::error::FilterError;

/// A regular expression for names of functions or paths of modules, not anchored. With `!` before it, it excludes
/// what it matches.
///
/// ```
/// use atf_analysis::filter::Pattern;
/// let pattern: Pattern = "^parse_".parse()?;
/// assert!(pattern.matches(["parse_line"]) && !pattern.matches(["reparse_line"]));
/// let pattern: Pattern = "!alloc".parse()?;
/// assert!(pattern.is_exclusion() && pattern.matches(["alloc::vec"]));
/// assert!("(".parse::<Pattern>().is_err());
/// # Ok::<(), atf_analysis::filter::FilterError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    is_exclusion: bool,
}

impl Pattern {
    /// Whether it excludes what it matches.
    #[must_use]
    pub const fn is_exclusion(&self) -> bool {
        self.is_exclusion
    }

    /// Whether it matches one of the texts, also if it then excludes.
    #[must_use]
    pub fn matches<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        texts.into_iter().any(|text| self.regex.is_match(text))
    }

    /// The function id, if the pattern is one: `0x` and hexadecimal digits.
    pub(super) fn function_id(&self) -> Option<u64> {
        u64::from_str_radix(self.regex.as_str().strip_prefix("0x")?, 16).ok()
    }
}

impl FromStr for Pattern {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        const EXAMPLE: &str = "for example parse, or '^app::.*::run$', or '!alloc' to exclude";
        let (is_exclusion, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if text.is_empty() {
            return Err(FilterError::new(format!("expected a regular expression, {EXAMPLE}")));
        }
        let regex = Regex::new(text).map_err(|error| {
            // The crate draws the place in several lines; the last one says what is wrong.
            let text = error.to_string();
            let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            FilterError::new(format!("expected a regular expression, {EXAMPLE}: {why}"))
        })?;
        Ok(Self { regex, is_exclusion })
    }
}

/// Whether patterns choose something with these names: one matches it, or all exclude, and none excludes it.
///
/// ```
/// use atf_analysis::filter::{Pattern, is_kept};
/// let patterns: Vec<Pattern> = ["parse".parse()?, "!line".parse()?].into();
/// assert!(is_kept(&patterns, ["parse_word"]) && !is_kept(&patterns, ["parse_line"]));
/// assert!(is_kept(&[], ["anything"]));
/// # Ok::<(), atf_analysis::filter::FilterError>(())
/// ```
pub fn is_kept<'a>(patterns: &[Pattern], names: impl IntoIterator<Item = &'a str> + Clone) -> bool {
    let matching = |is_exclusion: bool| {
        let mut asked = patterns.iter().filter(move |it| it.is_exclusion == is_exclusion);
        asked.any(|pattern| pattern.matches(names.clone()))
    };
    let is_included = patterns.iter().all(Pattern::is_exclusion) || matching(false);
    is_included && !matching(true)
}

/// As it was written.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_exclusion { "!" } else { "" };
        write!(f, "{mark}{}", self.regex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_one_line_with_an_example() {
        for (text, why) in [
            ("", "to exclude"),
            ("!", "to exclude"),
            ("(", "unclosed group"),
            ("[a", "unclosed character class"),
            ("*", "repetition operator missing expression"),
            ("a{1000000000}", "limit"),
        ] {
            let error = text.parse::<Pattern>().expect_err(text).to_string();
            assert!(error.ends_with(why) || error.contains(why), "{error}");
            assert!(error.contains("for example") && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn pattern_displays_as_it_was_written() {
        for text in ["parse", "!alloc", r"\!odd", "!!twice"] {
            assert_eq!(text.parse::<Pattern>().unwrap().to_string(), text);
        }
        assert!(r"\!odd".parse::<Pattern>().unwrap().matches(["what!odd"]));
    }
}
