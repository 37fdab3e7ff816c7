//! The order of the rows.

use std::cmp::Reverse;

use super::row::Row;

/// What rows are ordered by.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Sort {
    #[value(name = "self")]
    SelfTime,
    Total,
    Calls,
    Min,
    Avg,
    Max,
    P50,
    P90,
    P99,
    Name,
}

impl Sort {
    /// Orders the rows, which are ordered by self time. Those without a value come last.
    pub(super) fn sort(self, rows: &mut [Row<'_>]) {
        let mut by =
            |value: fn(&Row<'_>) -> Option<u64>| rows.sort_by_key(|row| Reverse(value(row)));
        match self {
            Self::SelfTime => {}
            Self::Total => by(|row| Some(row.numbers.total_ns)),
            Self::Calls => by(|row| Some(row.numbers.calls)),
            Self::Min => by(|row| row.numbers.min_ns),
            Self::Avg => by(|row| row.numbers.avg_ns),
            Self::Max => by(|row| row.numbers.max_ns),
            Self::P50 => by(|row| row.numbers.p50_ns),
            Self::P90 => by(|row| row.numbers.p90_ns),
            Self::P99 => by(|row| row.numbers.p99_ns),
            Self::Name => rows.sort_by(|one, other| one.label.cmp(&other.label)),
        }
    }
}
