//! Points in time, as `--from` and `--to` take them.

use std::str::FromStr;

use super::duration::with_unit;
use super::error::FilterError;

/// A point in time.
///
/// ```
/// use atf_analysis::filter::TimePoint;
/// let at = |text: &str| text.parse::<TimePoint>().unwrap().in_range((1_000_000, 9_000_000));
/// assert_eq!(at("2500000"), 2_500_000);
/// assert_eq!(at("+1.5ms"), 2_500_000);
/// assert_eq!(at("-2ms"), 7_000_000);
/// // A number with a sign needs a unit.
/// assert!("+100".parse::<TimePoint>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a clock, its start and its end")]
pub enum TimePoint {
    /// A time on the trace's clock, in ns.
    Clock(u64),
    /// So many ns after the first event.
    AfterStart(u64),
    /// So many ns before the last event.
    BeforeEnd(u64),
}

impl TimePoint {
    /// The time on the trace's clock, for a trace from `start` to `end`. What would lie before 0 or beyond the
    /// largest time is that.
    #[must_use]
    pub const fn in_range(self, (start, end): (u64, u64)) -> u64 {
        match self {
            Self::Clock(time_ns) => time_ns,
            Self::AfterStart(ns) => start.saturating_add(ns),
            Self::BeforeEnd(ns) => end.saturating_sub(ns),
        }
    }
}

impl FromStr for TimePoint {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let parsed = match text.as_bytes() {
            [b'+', ..] => with_unit(&text[1..]).map(Self::AfterStart),
            [b'-', ..] => with_unit(&text[1..]).map(Self::BeforeEnd),
            digits if digits.iter().all(u8::is_ascii_digit) => text.parse().ok().map(Self::Clock),
            _ => None,
        };
        parsed.ok_or_else(|| {
            FilterError::new(
                "expected ns on the trace's clock, or a sign and a unit: for example 81500000000, +1.5ms from the \
                 start, -1s from the end",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_beyond_the_clock_are_its_ends() {
        let range = (10, u64::MAX - 5);
        assert_eq!("+1s".parse::<TimePoint>().unwrap().in_range((u64::MAX, u64::MAX)), u64::MAX);
        assert_eq!("-1h".parse::<TimePoint>().unwrap().in_range((0, 5)), 0);
        assert_eq!("-0ns".parse::<TimePoint>().unwrap().in_range(range), u64::MAX - 5);
        assert_eq!("18446744073709551615".parse(), Ok(TimePoint::Clock(u64::MAX)));
    }

    #[test]
    fn everything_else_is_refused_with_an_example() {
        for text in [
            "",
            "+",
            "-",
            "+100",
            "-100",
            "1.5ms",
            "1s",
            "+-1s",
            "--1s",
            "+1.5",
            "1e9",
            "0x10",
            " 1",
            "1 ",
            "18446744073709551616",
            "+1d",
            "yesterday",
            "µ",
        ] {
            let error = text.parse::<TimePoint>().expect_err(text).to_string();
            assert!(error.starts_with("expected ") && error.contains("for example"), "{error}");
        }
    }
}
