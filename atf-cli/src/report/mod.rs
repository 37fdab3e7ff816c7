//! `atf report`: where the time goes, per function, thread or module.

mod row;
mod sort;
mod text;

use std::io::Write;

use atf_analysis::{By, Report, ReportRow};
use serde_json::{Map, Value as Json};

use crate::analysis_args::{Format, SubjectArgs};
use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::{balance, csv, strings};
use row::Row;
use sort::Sort;

/// Show where the time goes: calls and times per function, thread or module
///
/// `self` is the time in a function without the functions that it calls; `total` is the time with them,
/// of a recursive function only the outermost call. `share` is of the self time of all. Minimum, average, maximum and
/// percentiles are of calls that returned or threw.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf report run
  $ atf report run --sort p99 --top 10 --function '^app::'
  $ atf report run --by thread --from +1s --to +2s
  $ atf report run --json | jq '.functions[] | select(.calls > 1000).function'

Text has the 20 largest rows; --top 0 shows all. Columns are left out where
they do not fit: 80 columns have the most important ones, 130 have all.
Percentiles are exact up to 4096 calls of a function; beyond that their
relative error is below 1 %.

Returns without a call, calls that did not finish, and lost events are counted
below the table. jq 1.6 and JavaScript change digits of integers above 2^53:
with --string-ints these are strings.

Exit codes: 0 success, also for an incomplete trace; 2 the trace cannot be
read.")]
pub(crate) struct Args {
    #[command(flatten)]
    subject: SubjectArgs,
    /// Print one JSON object: {"functions": [{"function", "calls", "total_ns", "self_ns", ...}], ...}
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// With --json, print integers above 2^53 as strings
    #[arg(long)]
    string_ints: bool,
    /// What the rows are
    #[arg(long, value_enum, default_value_t = Rows::Function)]
    by: Rows,
    /// Order of the rows: the largest first, names from A to Z
    #[arg(long, value_enum, default_value_t = Sort::SelfTime)]
    sort: Sort,
    /// Only the first N rows, 0 for all [default: 20 in text, all elsewhere]
    #[arg(long, value_name = "N")]
    top: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Rows {
    Function,
    Thread,
    Module,
}

impl From<Rows> for By {
    fn from(rows: Rows) -> Self {
        match rows {
            Rows::Function => Self::Function,
            Rows::Thread => Self::Thread,
            Rows::Module => Self::Module,
        }
    }
}

/// Rows of text without `--top`.
const DEFAULT_TOP: usize = 20;

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let subject = args.subject.open()?;
    let report = {
        let progress = subject.progress();
        let add = &mut |bytes| progress.add(bytes);
        let options = args.subject.how.depths.options();
        Report::of(&subject.threads(), args.by.into(), &subject.selection, &options, Some(add))?
    };
    let mut rows: Vec<Row<'_>> =
        report.rows().iter().map(|row| Row::of(row, args.by, &subject)).collect();
    args.sort.sort(&mut rows);
    let is_text = args.format == Format::Text && !args.json;
    let top = match args.top {
        Some(0) => usize::MAX,
        Some(top) => top,
        None if is_text => DEFAULT_TOP,
        None => usize::MAX,
    };
    let shown = &rows[..rows.len().min(top)];
    if args.json {
        let mut object = object(args.by, shown, &report);
        if args.string_ints {
            strings::of_large_integers(&mut object);
        }
        writeln!(out, "{object}")?;
    } else if args.format == Format::Csv {
        print_csv(args.by, shown, out)?;
    } else {
        text::print(args.by, shown, rows.len(), &report, out)?;
    }
    Ok(Verdict::Clean)
}

/// The numbers of a row under their names.
fn numbers(row: &ReportRow) -> [(&'static str, Option<u64>); 9] {
    [
        ("calls", Some(row.calls)),
        ("total_ns", Some(row.total_ns)),
        ("self_ns", Some(row.self_ns)),
        ("min_ns", row.min_ns),
        ("avg_ns", row.avg_ns),
        ("max_ns", row.max_ns),
        ("p50_ns", row.p50_ns),
        ("p90_ns", row.p90_ns),
        ("p99_ns", row.p99_ns),
    ]
}

fn object(by: Rows, rows: &[Row<'_>], report: &Report) -> Json {
    let key = match by {
        Rows::Function => "functions",
        Rows::Thread => "by_thread",
        Rows::Module => "by_module",
    };
    let as_json = |row: &Row<'_>| {
        let mut members = row.members();
        let numbers = numbers(row.numbers);
        members.extend(numbers.map(|(name, number)| (name.to_owned(), Json::from(number))));
        Json::from(members)
    };
    let mut object = Map::new();
    object.insert(key.to_owned(), rows.iter().map(as_json).collect());
    object.extend(balance::members(report.threads()));
    object.into()
}

fn print_csv(by: Rows, rows: &[Row<'_>], out: &mut Out) -> Result<(), Failure> {
    let columns = Row::columns(by);
    let names = "calls,total_ns,self_ns,min_ns,avg_ns,max_ns,p50_ns,p90_ns,p99_ns";
    writeln!(out, "{},{names}", columns.join(","))?;
    for row in rows {
        let members = row.members();
        let labels = columns.iter().map(|&name| match &members[name] {
            Json::String(text) => csv::cell(text).into_owned(),
            Json::Null => String::new(),
            other => other.to_string(),
        });
        let numbers = numbers(row.numbers);
        let numbers = numbers.iter().map(|(_, it)| it.map_or(String::new(), |it| it.to_string()));
        writeln!(out, "{}", labels.chain(numbers).collect::<Vec<_>>().join(","))?;
    }
    Ok(())
}
