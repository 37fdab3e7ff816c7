//! Sizes as options take them: `500kB`, `10MB`, `2GB`, or a number of bytes.

const UNITS: [(&str, u64); 4] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1)];

/// Parses a size in bytes.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let unit = UNITS.iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, *bytes)));
    let (number, bytes) = unit.unwrap_or((text, 1));
    let size = number.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(bytes));
    size.filter(|&size| size > 0)
        .ok_or_else(|| "expected a size, for example 500kB, 10MB or 1000000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sizes_have_decimal_units() {
        let sizes = ["7", "7B", "500kB", "10MB", "2GB", "10 MB"].map(|text| parse(text).unwrap());
        assert_eq!(sizes, [7, 7, 500_000, 10_000_000, 2_000_000_000, 10_000_000]);
        for wrong in ["", "0", "MB", "-1", "1.5MB", "10mb", "99999999999GB"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
