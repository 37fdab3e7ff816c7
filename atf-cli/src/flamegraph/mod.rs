//! `atf flamegraph`: where the time goes, as a picture.

mod folded;
mod picture;

use std::io::{self, Write};
use std::path::PathBuf;

use atf_analysis::Folded;
use atf_analysis::names::Names;

use crate::analysis_args::HowArgs;
use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::partial::Partial;
use crate::subject::Subject;
use crate::{escape, interrupt};
use folded::Stacks;

/// Draw where the time goes as a flame graph, or print folded stacks
///
/// Each box is a function, as wide as the time or the calls on its path, above the function that calls it. The
/// picture is one SVG file; in a browser, click on a box to zoom, and press Ctrl-F to search.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf flamegraph run -o run.svg
  $ atf flamegraph run -o calls.svg --by calls --icicle --thread 2
  $ atf flamegraph before after -o change.svg
  $ atf flamegraph run --folded | sort -t ' ' -k 2 -n | tail

With two traces, the picture is of the second one. What takes more than in the
first one is red, what takes less is blue.

--folded prints a line per stack, `thread N;outer;inner VALUE`, for other
programs that draw flame graphs. The value is the self time in ns, or the
number of calls with --by calls. With two traces it is two values.

Exit codes: 0 success, also for an incomplete trace; 2 the trace cannot be
read, or the picture cannot be written.")]
pub(crate) struct Args {
    /// Session directory, folder above one session, FOLDER/@latest for the newest, thread directory,
    /// or index.atf
    path: PathBuf,
    /// A second trace, to be compared with the first
    other: Option<PathBuf>,
    /// The file of the picture; with --folded, of the stacks. It must not exist
    #[arg(short, long, value_name = "FILE", required_unless_present = "folded")]
    output: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "output")]
    force: bool,
    /// Print folded stacks instead
    #[arg(long)]
    folded: bool,
    /// What the width of a box is
    #[arg(long, value_enum, default_value_t = By::Time)]
    by: By,
    /// Callers above the functions that they call
    #[arg(long)]
    icicle: bool,
    #[command(flatten)]
    how: HowArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// Time with the functions that it calls
    Time,
    /// Time without them: a row of functions, without callers
    #[value(name = "self")]
    SelfTime,
    /// Number of calls
    Calls,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let stacks = Stacks::of([Some(&args.path), args.other.as_ref()], args.by, &args.how)?;
    let Some(file) = &args.output else {
        stacks.print(out)?;
        return Ok(Verdict::Clean);
    };
    let partial = if args.force { Partial::replacing(file) } else { Partial::new(file, true)? };
    interrupt::watch();
    let mut text = Vec::new();
    if args.folded {
        stacks.print(&mut text)?;
    } else {
        let title = title(args)?;
        picture::draw(&stacks, &title, args.by, args.icicle, &mut text)?;
    }
    partial.write(&text)?;
    partial.keep()?;
    writeln!(out, "{}: {} stacks", escape::printable_path(file), stacks.len())?;
    Ok(Verdict::Clean)
}

fn title(args: &Args) -> Result<String, Failure> {
    let first = escape::printable_path(&args.path);
    Ok(match &args.other {
        None => first,
        Some(other) => format!("{first} → {}", escape::printable_path(other)),
    })
}

/// Opens a trace as the options say.
fn open(path: &std::path::Path, how: &HowArgs) -> Result<Subject, Failure> {
    Subject::open(path, how.names, &how.filters)
}

/// Writes the stacks of one trace as lines; the value is the self time in ns.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn write_folded(folded: &Folded, names: &Names, out: &mut impl Write) -> io::Result<()> {
    let mut written = Ok(());
    folded::for_each(folded, names, By::Time, true, |stack, value| {
        if written.is_ok() {
            written = writeln!(out, "{stack} {value}");
        }
    });
    written
}
