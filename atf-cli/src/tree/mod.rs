//! `atf tree`: who calls what, with counts and times per path.

mod csv;
mod json;
mod text;

use std::collections::BTreeSet;

use atf_analysis::{CallTree, Recursion, Selection};

use crate::analysis_args::{Format, SubjectArgs};
use crate::color::Color;
use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::subject::Subject;
use crate::{balance, pager, screen};
use text::Text;

/// Show who calls what, with counts and times per path
///
/// A function that is on the path already folds into its first occurrence, so recursion does not deepen the
/// tree. The times of a node are those of the calls that came through its path: `total` with the functions that they
/// call, `self` without.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf tree run
  $ atf tree run --function '^app::parse$'
  $ atf tree run --inverted --min-share 5
  $ atf tree run --json | jq '.children[0]'

With --function, text shows of each function that matches what it calls, and by
whom it is called. JSON and CSV keep the calls of these functions alone, as the
filters do in every command; a call stands below its nearest enclosing call
that is kept.

--inverted starts at each function and goes to its callers.

Text leaves out nodes below --min-share and counts them; JSON and CSV have all.
A row of CSV is a path, with its functions separated by `;`.

Exit codes: 0 success, also for an incomplete trace; 2 the trace cannot be
read.")]
pub(crate) struct Args {
    #[command(flatten)]
    subject: SubjectArgs,
    /// Print one JSON object: nested {"function_id", "function", "calls", "total_ns", "self_ns", "children"}
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// With --json, print integers above 2^53 as strings
    #[arg(long)]
    string_ints: bool,
    /// From each function to its callers
    #[arg(long)]
    inverted: bool,
    /// In text, leave out nodes with less than this part of the time, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0.5, value_parser = percent)]
    min_share: f64,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "expected a percentage from 0 to 100, for example 2.5".to_owned())
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let subject = args.subject.open()?;
    let is_text = args.format == Format::Text && !args.json;
    // In text, functions are looked at with all that is around them.
    let around = subject.selection.functions.clone().filter(|_| is_text && !args.inverted);
    let mut selection = subject.selection.clone();
    if around.is_some() {
        selection.functions = None;
    }
    let tree = tree_of(args, &subject, &selection)?;
    let tree = if args.inverted { tree.inverted(usize::MAX) } else { tree };
    if args.json {
        json::print(&tree, &subject.names, args.string_ints, out)?;
        return Ok(Verdict::Clean);
    }
    if args.format == Format::Csv {
        csv::print(&tree, &subject.names, out)?;
        return Ok(Verdict::Clean);
    }
    let text = Text {
        names: &subject.names,
        columns: screen::table_columns(),
        color: Color::for_stdout(),
        min_share: args.min_share / 100.0,
    };
    pager::start(out);
    match around {
        None => text.print(&tree, out)?,
        Some(functions) => {
            let ids: BTreeSet<u64> = tree.walk().map(|(_, node)| node.function_id()).collect();
            let ids: Vec<u64> = ids.into_iter().filter(|&id| functions.contains(id)).collect();
            text.print_around(&tree, &ids, out)?;
        }
    }
    text.print_lines(&balance::lines(tree.threads()), out)?;
    Ok(Verdict::Clean)
}

fn tree_of(args: &Args, subject: &Subject, selection: &Selection) -> Result<CallTree, Failure> {
    let progress = subject.progress();
    let add = &mut |bytes| progress.add(bytes);
    let options = args.subject.how.depths.options();
    Ok(CallTree::of(&subject.threads(), Recursion::Folded, selection, &options, Some(add))?)
}
