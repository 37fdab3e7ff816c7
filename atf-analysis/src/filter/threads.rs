//! Threads: ids and ranges of ids.

use std::ops::RangeInclusive;

use super::error::FilterError;

/// Ids and ranges, separated by commas: `7`, `2-5`, `0,2-5`.
///
/// ```
/// use atf_analysis::filter::parse_threads;
/// assert_eq!(parse_threads("0,2-5"), Ok(vec![0..=0, 2..=5]));
/// assert!(parse_threads("5-2").is_err());
/// ```
///
/// # Errors
///
/// If it is something else, or a range ends before it starts.
pub fn parse_threads(text: &str) -> Result<Vec<RangeInclusive<u32>>, FilterError> {
    let threads: Option<Vec<_>> = text.split(',').map(range).collect();
    threads.ok_or_else(|| {
        FilterError::new(
            "expected thread ids from 0 to 4294967295 or ranges of them, for example 7 or 2-5 or 0,2-5",
        )
    })
}

fn range(text: &str) -> Option<RangeInclusive<u32>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then_some(first..=last)
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_else_is_refused_with_an_example() {
        assert_eq!(parse_threads("4294967295"), Ok(vec![u32::MAX..=u32::MAX]));
        for text in
            ["", ",", "1,", "a", "-1", "1-", "+1", "1-2-3", "4294967296", "1..2", "1 2", "0x1"]
        {
            let error = parse_threads(text).expect_err(text).to_string();
            assert!(error.starts_with("expected ") && error.contains("for example"), "{error}");
        }
    }
}
