//! The report: a row per function, thread or module.

use atf_runtime::verify::Progress;

use super::grouping::{Grouped, Grouping, group};
use super::stats::{Stats, saturated};
use crate::counts::{Counts, ThreadCounts};
use crate::error::Result;
use crate::options::Options;
use crate::selection::Selection;
use crate::trace::Trace;

/// What the rows of a report are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum By {
    /// Functions, by function id.
    #[default]
    Function,
    /// Threads, by id.
    Thread,
    /// Modules: the upper half of the function id.
    Module,
}

impl Grouping for By {
    type Key = u64;

    fn key(&self, function_id: u64, thread_id: u32) -> u64 {
        match self {
            Self::Function => function_id,
            Self::Thread => thread_id.into(),
            Self::Module => function_id >> 32,
        }
    }
}

/// Calls and times of each function, thread or module.
///
/// Memory: a histogram of at most 60 KB for each row with more than 4,096 finished calls, and once more for each thread
/// of this process that works on it.
///
/// ```
/// use atf_analysis::{By, Options, Report, Selection, Trace};
/// # use atf_runtime::format::{Arch, ClockType, EventKind, Os};
/// # use atf_runtime::session::{SessionReader, SessionWriter};
/// # use atf_runtime::{Event, Platform, WriterOptions};
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path();
/// # let platform = Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
/// # let session = SessionWriter::create(dir, platform, WriterOptions::default())?;
/// # let mut thread = session.thread(0)?;
/// # for (timestamp_ns, function_id, event_kind, call_depth) in [
/// #     (10, 1, EventKind::CALL, 0),
/// #     (20, 2, EventKind::CALL, 1),
/// #     (50, 2, EventKind::RETURN, 1),
/// #     (60, 2, EventKind::CALL, 1),
/// #     (65, 2, EventKind::RETURN, 1),
/// #     (70, 1, EventKind::RETURN, 0),
/// # ] {
/// #     let event = Event { timestamp_ns, function_id, event_kind, call_depth };
/// #     thread.write_event(&event, None)?;
/// # }
/// # let summary = thread.finalize()?;
/// # session.finish(&[summary])?;
/// // Function 1 runs from 10 to 70 ns and calls function 2 from 20 to 50 ns and from 60 to 65 ns.
/// let session = SessionReader::open(dir)?;
/// let trace = Trace::from(&session);
/// let report = Report::of(&trace, By::Function, &Selection::default(), &Options::default(), None)?;
/// let row = &report.rows()[0];
/// assert_eq!((row.key, row.calls, row.total_ns, row.self_ns), (2, 2, 35, 35));
/// assert_eq!((row.min_ns, row.avg_ns, row.max_ns), (Some(5), Some(17), Some(30)));
/// let row = &report.rows()[1];
/// assert_eq!((row.key, row.calls, row.total_ns, row.self_ns), (1, 1, 60, 25));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    by: By,
    rows: Vec<ReportRow>,
    threads: Vec<ThreadCounts>,
}

/// A row of a [`Report`]. Times are in ns.
///
/// Calls that did not finish (`unwound`, `lost`, `end_of_trace`) or were cut count in `calls`, `total_ns` and
/// `self_ns` alone.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReportRow {
    /// The function id, thread id or module id.
    pub key: u64,
    /// Calls.
    pub calls: u64,
    /// Those of them that finished.
    pub finished: u64,
    /// Time from start to end. Of calls inside of others of the same row only the outermost count.
    pub total_ns: u64,
    /// Time without that of the calls inside.
    pub self_ns: u64,
    /// Self time, relative to that of all rows: 0 to 1.
    pub share: f64,
    /// The shortest finished call; `None` without one.
    pub min_ns: Option<u64>,
    /// The mean of finished calls, rounded down.
    pub avg_ns: Option<u64>,
    /// The longest finished call.
    pub max_ns: Option<u64>,
    /// Half of the finished calls are not longer.
    pub p50_ns: Option<u64>,
    /// 90 % of the finished calls are not longer.
    pub p90_ns: Option<u64>,
    /// 99 % of the finished calls are not longer.
    pub p99_ns: Option<u64>,
    /// Whether the percentiles are exact: there are at most 4,096 finished calls. Otherwise their relative error is
    /// below 1 %.
    pub has_exact_percentiles: bool,
    /// Returns and exceptions without a call.
    pub orphan_returns: u64,
}

impl Report {
    /// The report of the calls that `selection` keeps. `progress` is called with the bytes of events that were read.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`](crate::Error::TemporaryFile), only if calls have to be sorted: a selection by kinds, or
    /// one by time or duration on a thread whose clock went backwards.
    pub fn of(
        trace: &Trace<'_>,
        by: By,
        selection: &Selection,
        options: &Options,
        progress: Option<Progress<'_>>,
    ) -> Result<Self> {
        let Grouped { groups, threads } = group(trace, selection, options, progress, &by)?;
        let of_all: u128 = groups.iter().map(|(_, stats)| stats.self_ns).sum();
        let row = |(key, stats)| ReportRow::of(key, stats, of_all);
        let mut rows: Vec<ReportRow> = groups.into_iter().map(row).collect();
        // Ordered by key already.
        rows.sort_by_key(|row| std::cmp::Reverse(row.self_ns));
        Ok(Self { by, rows, threads })
    }

    /// What the rows are.
    #[must_use]
    pub fn by(&self) -> By {
        self.by
    }

    /// The rows, by self time from high to low, then by key.
    #[must_use]
    pub fn rows(&self) -> &[ReportRow] {
        &self.rows
    }

    /// What was counted in each selected thread, ordered by id.
    #[must_use]
    pub fn threads(&self) -> &[ThreadCounts] {
        &self.threads
    }

    /// What was counted in all of them.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::of_all(&self.threads)
    }
}

impl ReportRow {
    fn of(key: u64, mut stats: Stats, self_of_all: u128) -> Self {
        let times = stats.times();
        let percentile = |number: usize| times.map(|times| times.percentiles_ns[number]);
        Self {
            key,
            calls: stats.calls,
            finished: times.map_or(0, |times| times.finished),
            total_ns: saturated(stats.total_ns),
            self_ns: saturated(stats.self_ns),
            share: if self_of_all == 0 { 0.0 } else { stats.self_ns as f64 / self_of_all as f64 },
            min_ns: times.map(|times| times.min_ns),
            avg_ns: times.map(|times| times.avg_ns),
            max_ns: times.map(|times| times.max_ns),
            p50_ns: percentile(0),
            p90_ns: percentile(1),
            p99_ns: percentile(2),
            has_exact_percentiles: times.is_none_or(|times| times.is_exact),
            orphan_returns: stats.orphan_returns,
        }
    }
}
