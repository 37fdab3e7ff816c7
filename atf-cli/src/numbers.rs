//! Numbers as text. [`Out`](crate::out::Out) has faster functions for the lines of a dump.

/// The greatest integer up to which a double holds each one. Beyond it, `jq` and JavaScript change digits.
pub(crate) const MAX_EXACT_DOUBLE: u64 = 1 << 53;

/// Number of decimal digits of `number`.
#[inline]
pub(crate) fn decimal_len(number: u64) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

/// Writes bytes as lowercase hexadecimal digits, and returns how many digits that are. `digits` must have room for
/// them; otherwise nothing is written.
#[inline]
pub(crate) fn put_hex(bytes: &[u8], digits: &mut [u8]) -> usize {
    faster_hex::hex_encode(bytes, digits).map_or(0, |written| written.len())
}

/// Bytes as lowercase hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    faster_hex::hex_string(bytes)
}

/// A number with a space between groups of three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun: "1 event", "3 000 events".
pub(crate) fn count(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(number))
}

/// A size in bytes with a decimal unit: "96 B", "3.2 MB".
pub(crate) fn byte_size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|&(unit, _)| bytes >= unit) {
        Some((unit, name)) => format!("{:.1} {name}", bytes as f64 / unit as f64),
        None => format!("{bytes} B"),
    }
}

/// A duration with a unit: "17 ns", "1.250 ms".
pub(crate) fn duration(ns: u64) -> String {
    let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")];
    match units.into_iter().find(|&(unit, _)| ns >= unit) {
        Some((unit, name)) => format!("{:.3} {name}", ns as f64 / unit as f64),
        None => format!("{ns} ns"),
    }
}

/// A duration in three digits with a unit: "17 ns", "1.25 ms", "325 us".
pub(crate) fn short_duration(ns: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000, "us"), (1_000_000, "ms"), (1_000_000_000, "s")];
    if ns < 1_000 {
        return format!("{ns} ns");
    }
    // The first unit in which it is less than 1000 after rounding; seconds for all that is longer.
    for (unit_ns, unit) in UNITS {
        for decimals in [2_u32, 1, 0] {
            let step = unit_ns / 10_u64.pow(decimals);
            let rounded = (u128::from(ns) + u128::from(step / 2)) / u128::from(step);
            if rounded < 1_000 || (unit == "s" && decimals == 0) {
                let scale = 10_u128.pow(decimals);
                let (whole, rest) = (rounded / scale, rounded % scale);
                return match decimals {
                    0 => format!("{whole} {unit}"),
                    _ => format!("{whole}.{rest:0width$} {unit}", width = decimals as usize),
                };
            }
        }
    }
    unreachable!("seconds take any number")
}

/// A part of a whole in percent, with one decimal.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_digits_are_counted() {
        for number in [0, 9, 10, 99, 100, u64::MAX - 1, u64::MAX] {
            assert_eq!(decimal_len(number), number.to_string().len());
        }
    }

    #[test]
    fn counts_are_grouped_by_three_digits() {
        let texts = [0, 999, 1_000, 12_345_678].map(grouped);
        assert_eq!(texts, ["0", "999", "1 000", "12 345 678"]);
        assert_eq!(count(1, "event"), "1 event");
        assert_eq!(count(0, "event"), "0 events");
    }

    #[test]
    fn sizes_and_durations_have_a_suitable_unit() {
        assert_eq!(byte_size(999), "999 B");
        assert_eq!(byte_size(3_200_000), "3.2 MB");
        assert_eq!(duration(999), "999 ns");
        assert_eq!(duration(1_250_000), "1.250 ms");
        assert_eq!(duration(u64::MAX), "18446744073.710 s");
    }

    #[test]
    fn short_durations_have_three_digits() {
        for (ns, expected) in [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_000, "1.00 us"),
            (1_234, "1.23 us"),
            (9_994, "9.99 us"),
            (9_995, "10.0 us"),
            (99_949, "99.9 us"),
            (99_950, "100 us"),
            (999_499, "999 us"),
            (999_500, "1.00 ms"),
            (1_500_000_000, "1.50 s"),
            (999_500_000_000, "1000 s"),
            (u64::MAX, "18446744074 s"),
        ] {
            assert_eq!(short_duration(ns), expected, "{ns}");
        }
    }

    #[test]
    fn bytes_are_lowercase_hexadecimal() {
        assert_eq!(hex(&[0x00, 0x7F, 0xFF]), "007fff");
    }
}
