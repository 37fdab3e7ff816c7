//! Counts in messages, with the right form of their noun.

/// A count with its noun: "1 byte", "0 bytes", "2 entries".
pub(crate) fn count(number: u64, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

/// How often something happened: "once", "2 times".
pub(crate) fn times(number: u64) -> String {
    if number == 1 { "once".to_owned() } else { format!("{number} times") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_are_plural_unless_there_is_one() {
        assert_eq!([0, 1, 2].map(|it| count(it, "byte")), ["0 bytes", "1 byte", "2 bytes"]);
        assert_eq!([1, 2].map(|it| count(it, "entry")), ["1 entry", "2 entries"]);
        assert_eq!([1, 2].map(times), ["once", "2 times"]);
    }
}
