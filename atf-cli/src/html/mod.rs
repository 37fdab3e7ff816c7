//! `atf html`: one page of a trace, to send to someone.

use std::io::Write;
use std::path::PathBuf;

use atf_html::{Error, Page, Source};

use crate::analysis_args::SubjectArgs;
use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::partial::Partial;
use crate::{escape, interrupt, numbers, size};

/// Make one HTML page of a trace, to send to someone
///
/// The page shows a timeline of all threads, a report that sorts by any column, and a flame graph that follows the time
/// that is selected. It is one file that needs no network and opens in any browser of 2023 or newer.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf html run -o run.html
  $ atf html run -o second.html --from +1s --to +2s --budget 2MB

The page has at most the bytes of --budget, whatever the trace: calls that are
too short to be seen are folded, and the page says how many. Report and flame
graph of the whole trace count all calls.

The command line and the host are shown only with --with-process: they may be
private. Names of functions and threads always are.

Exit codes: 0 success, also for an incomplete trace; 2 the trace cannot be
read, or the page cannot be written: then there is none.")]
pub(crate) struct Args {
    #[command(flatten)]
    subject: SubjectArgs,
    /// The page. It must not exist
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replace the page if it exists
    #[arg(long)]
    force: bool,
    /// Bytes that the page may have, for example 500kB or 20MB
    #[arg(long, value_name = "SIZE", default_value = "10MB", value_parser = size::parse)]
    budget: u64,
    /// Show the command line, the host and the process id
    #[arg(long)]
    with_process: bool,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let partial = if args.force {
        Partial::replacing(&args.output)
    } else {
        Partial::new(&args.output, true)?
    };
    let subject = args.subject.open()?;
    let path = escape::printable_path(&args.subject.path);
    let source = Source {
        trace: &subject.threads(),
        names: &subject.names,
        manifest: subject.trace.manifest(),
        selection: &subject.selection,
        options: &args.subject.how.depths.options(),
        title: path.trim_end_matches('/').rsplit('/').next().unwrap_or(&path),
        with_process: args.with_process,
    };
    let progress = subject.progress();
    let page = Page::of(&source, args.budget, Some(&mut |bytes| progress.add(bytes)));
    let page = page.map_err(|error| match error {
        Error::Budget { .. } => Failure::Other(format!("--budget: {error}")),
        error => Failure::Other(error.to_string()),
    })?;
    drop(progress);
    interrupt::watch();
    partial.write(page.html().as_bytes())?;
    partial.keep()?;
    let (calls, folded) = (numbers::count(page.calls(), "call"), numbers::grouped(page.folded()));
    let size = numbers::byte_size(page.html().len() as u64);
    writeln!(
        out,
        "{}: {calls}, {folded} of them folded in the timeline, {size}",
        escape::printable_path(&args.output),
    )?;
    Ok(Verdict::Clean)
}
