//! When a session was started, from what its directory and its manifest tell.

use std::fmt;
use std::path::{Component, Path};
use std::time::{SystemTime, UNIX_EPOCH};

const SESSION_PREFIX: &str = "session_";
const NS_PER_S: u64 = 1_000_000_000;
const S_PER_DAY: u64 = 24 * 60 * 60;

/// When a session was started. Ordered by time.
///
/// Displays as `2026-01-02T03:04:05`, with `Z` where the time is known to be UTC. A time from the name
/// of a directory is the wall clock of the machine that recorded; it is ordered as if it were UTC.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use atf_runtime::session::StartTime;
/// let start = StartTime::from(UNIX_EPOCH + Duration::from_secs(86_399));
/// assert_eq!(start.to_string(), "1970-01-01T23:59:59Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StartTime {
    unix_ns: u64,
    is_utc: bool,
}

impl StartTime {
    /// From UTC, in ns since 1970.
    pub(super) const fn from_unix_ns(unix_ns: u64) -> Self {
        Self { unix_ns, is_utc: true }
    }

    /// From the last `session_YYYYMMDD_HHMMSS` in a path, perhaps with more behind it.
    pub(super) fn of_names(path: &Path) -> Option<Self> {
        path.components().rev().find_map(|component| match component {
            Component::Normal(name) => of_name(name.to_str()?),
            _ => None,
        })
    }
}

/// A time before 1970 counts as 1970.
impl From<SystemTime> for StartTime {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::from_unix_ns(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for StartTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.unix_ns / NS_PER_S;
        let (year, month, day) = date_of(seconds / S_PER_DAY);
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        let zone = if self.is_utc { "Z" } else { "" };
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
    }
}

fn of_name(name: &str) -> Option<StartTime> {
    let (date, rest) = name.strip_prefix(SESSION_PREFIX)?.split_once('_')?;
    let (time, more) = rest.split_at_checked(6)?;
    let is_end = !more.starts_with(|next: char| next.is_ascii_alphanumeric());
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if date.len() != 8 || !is_number(date) || !is_number(time) || !is_end {
        return None;
    }
    let number = |text: &str| text.parse::<u64>().ok();
    let (year, month, day) = (number(&date[..4])?, number(&date[4..6])?, number(&date[6..])?);
    let (hour, minute, second) = (number(&time[..2])?, number(&time[2..4])?, number(&time[4..])?);
    let days = days_until(year, month, day)?;
    // The second 60 is a leap second.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days * S_PER_DAY + hour * 3600 + minute * 60 + second;
    Some(StartTime { unix_ns: seconds.checked_mul(NS_PER_S)?, is_utc: false })
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn days_in_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

/// Days from 1970-01-01 to a date; `None` for one that no calendar has, and before 1970.
fn days_until(year: u64, month: u64, day: u64) -> Option<u64> {
    let is_date =
        year >= 1970 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    let years: u64 = (1970..year).map(days_in_year).sum();
    let months: u64 = (1..month.min(12)).map(|month| days_in(year, month)).sum();
    is_date.then(|| years + months + day - 1)
}

/// The date so many days after 1970-01-01.
fn date_of(mut days: u64) -> (u64, u64, u64) {
    let (mut year, mut month) = (1970, 1);
    while days >= days_in_year(year) {
        days -= days_in_year(year);
        year += 1;
    }
    while days >= days_in(year, month) {
        days -= days_in(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str) -> Option<String> {
        StartTime::of_names(Path::new(path)).map(|start| start.to_string())
    }

    #[test]
    fn name_of_a_session_tells_its_time() {
        for (path, expected) in [
            ("session_20260102_030405", "2026-01-02T03:04:05"),
            ("a/session_20240229_235960/pid_7", "2024-03-01T00:00:00"),
            ("session_19700101_000000_2", "1970-01-01T00:00:00"),
            // The last one counts: the outer folder is where somebody keeps them.
            ("session_20200101_000000/session_20210101_000000/pid_1", "2021-01-01T00:00:00"),
        ] {
            assert_eq!(named(path).as_deref(), Some(expected), "{path}");
        }
    }

    #[test]
    fn other_names_tell_no_time() {
        for name in [
            "session_",
            "session_20260102",
            "session_20260102_03040",
            "session_20260102_0304055",
            "session_20261301_000000",
            "session_20260230_000000",
            "session_20260102_240000",
            "session_20260102_006000",
            "session_+2260102_000000",
            "session_19691231_000000",
            "session_2026010\u{e9}_00000",
            "session_20260102_00000\u{e9}",
            "Session_20260102_030405",
        ] {
            assert_eq!(named(name), None, "{name}");
        }
    }

    #[test]
    fn every_day_is_its_own_date() {
        for days in 0..80_000 {
            let (year, month, day) = date_of(days);
            assert_eq!(days_until(year, month, day), Some(days), "{year}-{month}-{day}");
        }
        assert_eq!(StartTime::from_unix_ns(u64::MAX).to_string(), "2554-07-21T23:34:33Z");
    }
}
