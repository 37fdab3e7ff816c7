//! Which functions are recorded: `--filter`.

use atf_analysis::filter::{Pattern, is_kept};
use atf_analysis::names::demangle;

/// All filters of a recording.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters(Vec<Pattern>);

impl Filters {
    /// Parses the filters as they were given.
    ///
    /// # Errors
    ///
    /// Which one is wrong, and why.
    pub(super) fn parse(texts: &[String]) -> Result<Self, String> {
        let parse = |text: &String| {
            let regex = regex_of(text);
            regex.parse().map_err(|error| format!("--filter {text}: {error}"))
        };
        texts.iter().map(parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether everything is recorded.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a function with this linker's name is recorded.
    pub(super) fn keeps(&self, raw: &str) -> bool {
        self.is_empty() || is_kept(&self.0, [raw].into_iter().chain(demangle(raw).as_deref()))
    }
}

/// The regular expression of a filter, after its `!` if it has one.
fn regex_of(text: &str) -> String {
    let (mark, text) = text.strip_prefix('!').map_or(("", text), |rest| ("!", rest));
    if let Some(regex) = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        return format!("{mark}{regex}");
    }
    let mut regex = format!("{mark}^");
    for letter in text.chars() {
        match letter {
            '*' => regex.push_str(".*"),
            '?' => regex.push('.'),
            _ if letter.is_alphanumeric() || letter == '_' || letter == ' ' => regex.push(letter),
            _ => regex.extend(['\\', letter]),
        }
    }
    // The parameters of a function of C++ need not be written.
    regex.push_str(if text.contains('(') { "$" } else { r"(\(.*)?$" });
    regex
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps(filters: &[&str], name: &str) -> bool {
        Filters::parse(&filters.iter().map(|&it| it.to_owned()).collect::<Vec<_>>())
            .unwrap()
            .keeps(name)
    }

    #[test]
    fn patterns_match_the_whole_name_of_the_source_or_the_linker() {
        assert!(keeps(&[], "anything"));
        assert!(keeps(&["parse_*"], "parse_line") && !keeps(&["parse_*"], "reparse_line"));
        assert!(keeps(&["a?c"], "abc") && !keeps(&["a?c"], "abbc"));
        assert!(keeps(&["foo::*"], "_ZN3foo3barEv") && keeps(&["_ZN3*"], "_ZN3foo3barEv"));
        assert!(keeps(&["add"], "_Z3addii") && keeps(&["add(int, int)"], "_Z3addii"));
        assert!(!keeps(&["add(long)"], "_Z3addii"));
        assert!(!keeps(&["a.c"], "abc"));
    }

    #[test]
    fn slashes_are_around_a_regular_expression_and_an_exclamation_mark_excludes() {
        assert!(keeps(&["/rse/"], "parse") && !keeps(&["/^rse/"], "parse"));
        assert!(keeps(&["!alloc"], "parse") && !keeps(&["!alloc"], "alloc"));
        assert!(!keeps(&["parse*", "!/char$/"], "parse_char"));
        let error = Filters::parse(&["/(/".to_owned()]).unwrap_err();
        assert!(error.starts_with("--filter /(/: expected a regular expression"), "{error}");
    }
}
