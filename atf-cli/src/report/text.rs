//! The report as a table.

use std::io::Write;

use atf_analysis::{Report, ReportRow};

use super::Rows;
use super::row::Row;
use crate::color::Color;
use crate::failure::Failure;
use crate::numbers::{count, grouped, percent, short_duration};
use crate::out::Out;
use crate::table::{Align, Table};
use crate::{balance, pager, screen};

/// Columns that are shown on a screen of at least so many columns.
const WIDE: usize = 130;
const MIDDLE: usize = 100;

/// How a value of a row is written.
type Cell = fn(&ReportRow) -> String;

/// The columns: name, the width of the screen from which on it is shown, and its cells.
const COLUMNS: [(&str, usize, Cell); 10] = [
    ("share", 0, |row| percent(row.share)),
    ("self", 0, |row| short_duration(row.self_ns)),
    ("total", 0, |row| short_duration(row.total_ns)),
    ("calls", 0, |row| grouped(row.calls)),
    ("min", WIDE, |row| duration(row.min_ns)),
    ("avg", 0, |row| duration(row.avg_ns)),
    ("max", MIDDLE, |row| duration(row.max_ns)),
    ("p50", WIDE, |row| duration(row.p50_ns)),
    ("p90", WIDE, |row| duration(row.p90_ns)),
    ("p99", MIDDLE, |row| duration(row.p99_ns)),
];

fn duration(ns: Option<u64>) -> String {
    ns.map_or_else(|| "-".to_owned(), short_duration)
}

/// Prints the first rows of a report, of `all` that there are.
pub(super) fn print(
    by: Rows,
    rows: &[Row<'_>],
    all: usize,
    report: &Report,
    out: &mut Out,
) -> Result<(), Failure> {
    let color = Color::for_stdout();
    let columns = screen::table_columns();
    pager::start(out);
    let what = match by {
        Rows::Function => "function",
        Rows::Thread => "thread",
        Rows::Module => "module",
    };
    let shown = COLUMNS.iter().filter(|(_, from, _)| *from <= columns);
    let headings = shown.clone().map(|&(name, _, _)| (name, Align::Right));
    let mut table = Table::new(headings.chain([(what, Align::Left)]));
    for row in rows {
        let cells = shown.clone().map(|(_, _, cell)| cell(row.numbers));
        table.row(cells.chain([row.label.clone()]));
    }
    let name_at = shown.count();
    table.print_within(columns, name_at, color, out)?;
    let counts = report.counts();
    let mut total = format!(
        "total: {} of {} on {}",
        count(counts.calls, "call"),
        count(all as u64, what),
        count(report.threads().len() as u64, "thread"),
    );
    if rows.len() < all {
        total.push_str(&format!("; {} more with --top 0", grouped((all - rows.len()) as u64)));
    }
    writeln!(out, "{}", color.dim(total))?;
    if rows.iter().any(|row| !row.numbers.has_exact_percentiles) && columns >= MIDDLE {
        let note = "percentiles of more than 4096 calls are within 1 %";
        writeln!(out, "{}", color.dim(note))?;
    }
    for line in balance::lines(report.threads()) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
