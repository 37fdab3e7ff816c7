//! Durations as people write them: `10us`, `1.5 ms`.

use super::error::FilterError;

/// Units with their length in ns.
const UNITS: [(&str, u64); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A duration in ns: a number with a unit (ns, us, ms, s, min, h), or a plain number of ns.
///
/// ```
/// use atf_analysis::filter::parse_duration;
/// assert_eq!(parse_duration("10us"), Ok(10_000));
/// assert_eq!(parse_duration("1.5ms"), Ok(1_500_000));
/// assert_eq!(parse_duration("250"), Ok(250));
/// assert!(parse_duration("fast").unwrap_err().to_string().contains("for example 10us"));
/// ```
///
/// # Errors
///
/// If it is something else, has a fraction of a ns, or exceeds a `u64`.
pub fn parse_duration(text: &str) -> Result<u64, FilterError> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    plain.or_else(|| with_unit(text)).ok_or_else(|| {
        FilterError::new(
            "expected a duration with a unit (ns, us, ms, s, min, h), for example 10us or 1.5ms",
        )
    })
}

/// A duration that has a unit, in ns.
pub(super) fn with_unit(text: &str) -> Option<u64> {
    let end = text.find(|it: char| !(it.is_ascii_digit() || it == '.'))?;
    let (number, unit) = text.split_at(end);
    let (_, unit_ns) = UNITS.into_iter().find(|(name, _)| *name == unit.trim_start())?;
    let (whole, fraction) = match number.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction.trim_end_matches('0')),
        None => (number, ""),
    };
    let whole_ns = u128::from(whole.parse::<u64>().ok()?) * u128::from(unit_ns);
    let fraction_ns = match fraction {
        "" => 0,
        digits => {
            let scale = 10_u128.checked_pow(u32::try_from(digits.len()).ok()?)?;
            let scaled = digits.parse::<u128>().ok()?.checked_mul(unit_ns.into())?;
            // A part of a ns was not meant.
            if scaled % scale != 0 {
                return None;
            }
            scaled / scale
        }
    };
    u64::try_from(whole_ns + fraction_ns).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        for (text, expected) in [
            ("0", 0),
            ("18446744073709551615", u64::MAX),
            ("18446744073709551615ns", u64::MAX),
            ("18446744073.709551615s", u64::MAX),
            ("0.000000001s", 1),
            ("1.50us", 1_500),
            ("3 ms", 3_000_000),
            ("2µs", 2_000),
            ("1.25h", 4_500_000_000_000),
            ("0.5min", 30_000_000_000),
        ] {
            assert_eq!(parse_duration(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_an_example() {
        for text in [
            "",
            "us",
            "-1us",
            "+1us",
            "1,5ms",
            "1.5",
            "1.ms",
            ".5ms",
            "1..5ms",
            "1e3us",
            "0.5ns",
            "1.0005us",
            "18446744073709551616",
            "18446744073.709551616s",
            "99999999999999999999h",
            "1 d",
            "1Ms",
            "1us2ns",
            "١us",
            "1.00000000000000000000000000000000000000000001s",
        ] {
            let error = parse_duration(text).expect_err(text).to_string();
            assert!(error.starts_with("expected ") && error.contains("for example"), "{error}");
        }
    }
}
