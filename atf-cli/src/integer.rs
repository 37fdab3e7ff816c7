//! Parsers for integer options. Their errors name the accepted range.

use std::ops::RangeInclusive;

/// A parser for integers in `range`. Clap adds the option and the rejected value to the error.
pub(crate) fn within<T: TryFrom<u64> + Clone + Send + Sync>(
    range: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| format!("expected an integer from {} to {}", range.start(), range.end()))
    }
}

/// A parser for any `u32`.
pub(crate) fn u32(text: &str) -> Result<u32, String> {
    within(0..=u32::MAX.into())(text)
}

/// A parser for any `u64`.
pub(crate) fn u64(text: &str) -> Result<u64, String> {
    within(0..=u64::MAX)(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_out_of_range_is_rejected_with_the_range() {
        let threads = within::<u32>(1..=256);
        assert_eq!((threads("1"), threads("256")), (Ok(1), Ok(256)));
        for wrong in ["0", "257", "-1", "1.5", "", "18446744073709551616"] {
            let expected = "expected an integer from 1 to 256";
            assert_eq!(threads(wrong), Err(expected.to_owned()), "{wrong}");
        }
        assert_eq!(u64("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(u32("4294967296").unwrap_err(), "expected an integer from 0 to 4294967295");
    }
}
