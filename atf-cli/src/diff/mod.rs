//! `atf diff`: what changed from one trace to another.

mod json;
mod text;

use std::io::Write;
use std::path::PathBuf;

use atf_analysis::{Compared, Difference, DifferenceRow, FunctionKey, FunctionKeys};
use atf_runtime::manifest::Manifest;

use crate::analysis_args::{Format, HowArgs};
use crate::failure::{Failure, Verdict};
use crate::filters::NameArgs;
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::subject::Subject;
use crate::{csv, escape, strings};

/// Compare two traces: which functions are slower, faster, called more often or less, new, or gone
///
/// Functions are the same if the file name of their module and their raw name are. A function is slower or faster if its
/// self time per call changed by more than the threshold, and it has at least 1 % of the self time of either trace.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf diff yesterday today
  $ atf diff main.trace branch.trace --threshold 5 || echo slower or faster
  $ atf diff a b --json | jq '.beyond_threshold'

Functions that are called more often or less, that are new, or that are gone
are listed and do not count for the exit code.

Exit codes: 0 within the threshold; 1 a function is beyond it; 2 a trace cannot
be read.")]
pub(crate) struct Args {
    /// The first trace, as for the other commands
    before: PathBuf,
    /// The second trace
    after: PathBuf,
    /// Change of self time per call from which on a function counts, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 10.0, value_parser = percent)]
    threshold: f64,
    /// Print one JSON object: {"functions": [{"function", "calls": [a, b], ...}], "only_in_a", "only_in_b",
    /// "beyond_threshold"}
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// With --json, print integers above 2^53 as strings
    #[arg(long)]
    string_ints: bool,
    /// Also list functions that did not change
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    how: HowArgs,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "expected a percentage of at least 0, for example 10".to_owned())
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let open = |path| Subject::open(path, args.how.names, &args.how.filters);
    let subjects = [open(&args.before)?, open(&args.after)?];
    let threads = subjects.each_ref().map(Subject::threads);
    let no_manifest = Manifest::recording();
    let keys =
        subjects.each_ref().map(|it| FunctionKeys::of(it.trace.manifest().unwrap_or(&no_manifest)));
    let side = |at: usize| Compared {
        trace: &threads[at],
        keys: &keys[at],
        selection: &subjects[at].selection,
    };
    let difference = {
        let bytes = threads.iter().map(|it| it.event_count() * 32).sum();
        let progress = Progress::new("comparing", bytes, Unit::Bytes);
        let add = &mut |bytes| progress.add(bytes);
        let threshold = Some(args.threshold / 100.0);
        Difference::of(side(0), side(1), threshold, &args.how.depths.options(), Some(add))?
    };
    if args.json {
        let mut object = json::object(&difference, args.how.names);
        if args.string_ints {
            strings::of_large_integers(&mut object);
        }
        writeln!(out, "{object}")?;
    } else if args.format == Format::Csv {
        print_csv(&difference, args.how.names, out)?;
    } else {
        text::print(&difference, args.how.names, args.all, out)?;
    }
    Ok(Verdict::of(!difference.is_beyond_threshold()))
}

/// The name of a function of either trace.
fn name(key: &FunctionKey, names: NameArgs) -> String {
    match (&key.name, key.number) {
        (Some(raw), _) => names.shown(raw),
        (None, Some(number)) => match &key.module {
            Some(module) => format!("{module}+{number:#x}"),
            None => format!("{number:#018x}"),
        },
        (None, None) => String::new(),
    }
}

/// A name for the terminal.
fn label(key: &FunctionKey, names: NameArgs) -> String {
    escape::name(&name(key, names)).into_owned()
}

/// A number of a function in both traces; 0 where it was not called.
fn both(row: &DifferenceRow, value: fn(&atf_analysis::Totals) -> u64) -> [u64; 2] {
    [&row.before, &row.after].map(|side| side.as_ref().map_or(0, value))
}

fn print_csv(difference: &Difference, names: NameArgs, out: &mut Out) -> Result<(), Failure> {
    writeln!(
        out,
        "function,module,change,calls_a,calls_b,total_ns_a,total_ns_b,self_ns_a,self_ns_b,beyond_threshold"
    )?;
    for row in difference.rows() {
        let (name, module) = (name(&row.key, names), row.key.module.as_deref().unwrap_or_default());
        let [calls, total, self_] =
            [both(row, |it| it.calls), both(row, |it| it.total_ns), both(row, |it| it.self_ns)];
        writeln!(
            out,
            "{},{},{},{},{},{},{},{},{},{}",
            csv::cell(&name),
            csv::cell(module),
            text::word(row.change),
            calls[0],
            calls[1],
            total[0],
            total[1],
            self_[0],
            self_[1],
            row.is_beyond_threshold
        )?;
    }
    Ok(())
}
