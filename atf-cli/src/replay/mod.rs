//! `atf replay`: the calls as text that looks like C.

mod line;
mod threads;

use std::path::PathBuf;

use atf_analysis::CallsByStart;

use crate::analysis_args::HowArgs;
use crate::color::Color;
use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::subject::Subject;
use crate::{balance, integer, notes, numbers, pager, screen};
use line::Lines;
use threads::Threads;

/// Print the calls as C-like text: nested braces, with the duration of each call
///
/// A call without calls inside is one line. Others have a line at their start and one at their end, with the duration
/// there; long ones repeat the name there. What did not end by a return is marked.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf replay run | less
  $ atf replay run --thread 2 --min-duration 10us
  $ atf replay run --from +1s --to +1.001s --depth 8

Threads are mixed in timestamp order. The calls are sorted by their start
before the first is printed, in a temporary file in TMPDIR if they are many.

Calls more than 40 deep are indented no further; their depth stands before the
name, as in [57].

Exit codes: 0 success, also for an incomplete trace or a closed pipe; 2 the
trace cannot be read.")]
pub(crate) struct Args {
    /// Session directory, folder above one session, FOLDER/@latest for the newest, thread directory,
    /// or index.atf
    path: PathBuf,
    /// Stop after N calls
    #[arg(long, value_name = "N", value_parser = integer::u64)]
    limit: Option<u64>,
    /// Only to reject it with a better error than "unexpected argument"
    #[arg(long, hide = true)]
    pub(crate) json: bool,
    #[command(flatten)]
    how: HowArgs,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    if args.json {
        let why = "replay has no --json: use dump --calls --format jsonl";
        return Err(Failure::Other(why.to_owned()));
    }
    let subject = Subject::open(&args.path, args.how.names, &args.how.filters)?;
    let calls = {
        let progress = subject.progress();
        let add = &mut |bytes| progress.add(bytes);
        let options = args.how.depths.options();
        CallsByStart::of(&subject.threads(), &subject.selection, &options, Some(add))?
    };
    note_temporary_file(calls.spilled_bytes());
    let lines = balance::lines(calls.threads());
    pager::start(out);
    let mut printer = Lines {
        names: &subject.names,
        columns: screen::columns(),
        color: Color::for_stdout(),
        thread_width: thread_width(&subject),
        out,
    };
    printer.heading()?;
    let mut threads = Threads::default();
    let limit = usize::try_from(args.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    for call in calls.take(limit) {
        threads.add(call?, &mut printer)?;
    }
    threads.finish(&mut printer)?;
    for line in lines {
        printer.note(&line)?;
    }
    Ok(Verdict::Clean)
}

/// Says how large the temporary file of a sorted order was.
pub(crate) fn note_temporary_file(bytes: u64) {
    if bytes > 0 {
        let bytes = numbers::byte_size(bytes);
        notes::note(format_args!("the calls were sorted in a temporary file of {bytes}"));
    }
}

fn thread_width(subject: &Subject) -> usize {
    let ids = subject.trace.threads.iter().map(|it| numbers::decimal_len(it.id.into()));
    ids.max().unwrap_or_default().max("thread".len())
}
