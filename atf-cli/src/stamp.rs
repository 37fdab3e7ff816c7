//! The time in the name of a session directory.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// The usual folder for what is recorded now, below the current directory.
pub(crate) fn session_dir() -> PathBuf {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Path::new("ada_traces").join(format!("session_{}", stamp(now.as_secs())))
}

/// A Unix time as `YYYYMMDD_HHMMSS` in UTC.
fn stamp(unix_seconds: u64) -> String {
    let (year, month, day) = date(unix_seconds / SECONDS_PER_DAY);
    let second = unix_seconds % SECONDS_PER_DAY;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}_{hour:02}{minute:02}{second:02}")
}

/// Year, month and day of a number of days since 1970-01-01. The years here start on March 1, so
/// that the leap day is the last day and one formula gives the lengths of all months (Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms").
fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_FROM_MARCH_OF_YEAR_0: u64 = 719_468;
    let days = days + DAYS_FROM_MARCH_OF_YEAR_0;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    (era * 400 + year + u64::from(month <= 2), month, day_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_the_same_as_those_of_date() {
        let stamps = [
            (0, "19700101_000000"),
            (951_782_399, "20000228_235959"),
            (951_782_400, "20000229_000000"),
            (951_868_800, "20000301_000000"),
            (1_709_251_199, "20240229_235959"),
            (1_767_225_599, "20251231_235959"),
            (1_767_225_600, "20260101_000000"),
            (4_107_542_400, "21000301_000000"),
        ];
        for (seconds, expected) in stamps {
            assert_eq!(stamp(seconds), expected);
        }
    }
}
