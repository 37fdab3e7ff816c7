//! The history of an element as text, the same in every target's
//! comments and tables.

use crate::model::{Evolution, Field, Format, Tombstone};

/// The history as phrases: `since revision 2`, `deprecated: use the footer's`.
/// Empty for an element that was there from the beginning and never changed.
#[must_use]
pub(crate) fn phrases(evolution: &Evolution) -> Vec<String> {
    let mut phrases = Vec::new();
    if evolution.since > 0 {
        phrases.push(format!("since revision {}", evolution.since));
    }
    if !evolution.was.is_empty() {
        let names: Vec<String> = evolution.was.iter().map(|name| format!("`{name}`")).collect();
        phrases.push(format!("called {} before", names.join(", then ")));
    }
    match evolution.semantics {
        0 => {}
        1 => phrases.push("its meaning changed once".to_owned()),
        times => phrases.push(format!("its meaning changed {times} times")),
    }
    if let Some(instead) = &evolution.deprecated {
        let instead = instead.replace('\n', " ");
        let instead = instead.trim_end_matches('.');
        let phrase =
            if instead.is_empty() { "deprecated".into() } else { format!("deprecated: {instead}") };
        phrases.push(phrase);
    }
    if let Some(removed) = evolution.removed {
        phrases.push(format!("removed in revision {removed}"));
    }
    phrases
}

/// The phrases as sentences: `Since revision 2. Deprecated: use the footer's.`
#[must_use]
pub(crate) fn sentences(evolution: &Evolution) -> String {
    let sentences: Vec<String> = phrases(evolution)
        .into_iter()
        .map(|phrase| {
            let mut letters = phrase.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).chain(['.']).collect()
        })
        .collect();
    sentences.join(" ")
}

/// What has to hold for a guarded field to mean anything: ``only when `Header.flags` has `extra` ``.
#[must_use]
pub(crate) fn guard(format: &Format, field: &Field) -> Option<String> {
    let guard = field.guard.as_ref()?;
    let owner = &format.records[guard.record];
    let (bit, _) = format.guard_bit(guard)?;
    Some(format!(
        "valid only if `{}.{}` has `{}`",
        owner.name, owner.fields[guard.field].name, bit.name
    ))
}

/// What a reader of flags that does not know a bit has to do about it.
pub(crate) const MUST_UNDERSTAND: &str =
    "A reader that does not know this bit must refuse the file.";

/// A removed value or bit in one line: ``2 was `gone`, removed in revision 3.``
#[must_use]
pub(crate) fn tombstone(kind: &str, gone: &Tombstone) -> String {
    let mut line = format!("{kind}{} was `{}`", gone.number, gone.name);
    for phrase in phrases(&gone.evolution) {
        line.push_str(", ");
        line.push_str(&phrase);
    }
    line.push('.');
    if !gone.doc.is_empty() {
        line.push_str(&format!(" It said: {}", gone.doc.replace('\n', " ")));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_says_how_it_came_and_went() {
        let evolution = Evolution {
            since: 2,
            was: vec!["a".to_owned(), "b".to_owned()],
            semantics: 1,
            deprecated: Some("use `c`.".to_owned()),
            removed: Some(4),
            ..Evolution::default()
        };
        assert_eq!(
            sentences(&evolution),
            "Since revision 2. Called `a`, then `b` before. Its meaning changed once. Deprecated: use `c`. Removed in revision 4."
        );
        assert_eq!(sentences(&Evolution::default()), "");
    }
}
