//! The long explanation of a code: the rule, the reason, a schema that breaks it and one that
//! follows it. The report of the wrong schema is not stored but generated, so that it is
//! always up to date.
//!
//! The texts are Markdown, a file for each group of codes: a heading is a code, and a fenced
//! block an example, `toml wrong` or `toml right`. An example that says nothing of `[format]`
//! gets the shortest that there is. More books of rules, with codes of their own, are added in
//! [`topics`].

mod book;

pub use book::{Example, Topic};

use super::Code;
use crate::diff::Rule;

/// Every rule that has a code, in the order of the codes.
#[must_use]
pub fn topics() -> Vec<Topic> {
    schema_rules().into_iter().chain(changes()).collect()
}

/// The rule of that code; upper and lower case are equal.
#[must_use]
pub fn topic(code: &str) -> Option<Topic> {
    topics().into_iter().find(|topic| topic.code.eq_ignore_ascii_case(code))
}

/// The kinds of change between two schemas; no single schema is an example of one.
fn changes() -> impl Iterator<Item = Topic> {
    Rule::ALL.iter().map(|rule| Topic {
        code: rule.as_str().to_owned(),
        rule: rule.statement().to_owned(),
        text: rule.explanation().to_owned(),
        wrong: None,
        right: None,
    })
}

/// The rules that a schema keeps.
fn schema_rules() -> Vec<Topic> {
    const BOOK: &[&str] = &[
        include_str!("file.md"),
        include_str!("keys.md"),
        include_str!("names.md"),
        include_str!("types.md"),
        include_str!("layout.md"),
        include_str!("values.md"),
        include_str!("roles.md"),
        include_str!("files.md"),
        include_str!("history.md"),
    ];
    Code::ALL
        .iter()
        .map(|code| {
            let chapter = BOOK.iter().find_map(|page| book::chapter(page, code.as_str()));
            book::topic(code.as_str(), code.rule(), chapter.unwrap_or_default())
        })
        .collect()
}
