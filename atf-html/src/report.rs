//! The report, without the functions that take the least time.

use atf_analysis::{By, Report, ReportRow};
use serde_json::{Value as Json, json};

use crate::error::Result;
use crate::functions::Functions;
use crate::source::Source;

/// Functions of a large page.
const MOST_ROWS: u64 = 2_000;
/// One function for so many bytes of a small one.
const BYTES_PER_ROW: u64 = 500;

/// Rows of [function, calls, total, self, min, avg, max, p50, p99], times in ns, the most self time first; and how many
/// functions were left out.
pub(crate) fn json(
    source: &Source<'_>,
    budget: u64,
    functions: &mut Functions,
) -> Result<(Json, u64)> {
    let (trace, selection, options) = (source.trace, source.selection, source.options);
    let report = Report::of(trace, By::Function, selection, options, None)?;
    let mut rows: Vec<&ReportRow> = report.rows().iter().collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.self_ns), row.key));
    let most_rows = (budget / BYTES_PER_ROW).min(MOST_ROWS) as usize;
    let left_out = rows.len().saturating_sub(most_rows) as u64;
    rows.truncate(most_rows);
    let row = |row: &&ReportRow| {
        json!([
            functions.number(row.key),
            row.calls,
            row.total_ns,
            row.self_ns,
            row.min_ns,
            row.avg_ns,
            row.max_ns,
            row.p50_ns,
            row.p99_ns,
        ])
    };
    Ok((rows.iter().map(row).collect(), left_out))
}
