//! `atf dump --calls`: a line per call instead of per event.

mod csv;
mod jsonl;
mod text;

use std::io;

use atf_analysis::{Call, CallsByEnd, CallsByStart, Selection, Trace};

use super::{Args, Format};
use crate::failure::Failure;
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::replay::note_temporary_file;
use crate::subject::Subject;
use crate::{balance, notes};

/// The order of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Order {
    /// By the time of their end
    #[default]
    End,
    /// By the time of their start, sorted in a temporary file if they are many
    Start,
}

/// Writes calls in one format.
trait Printer {
    /// Writes what comes before the first call.
    fn start(&mut self, out: &mut Out) -> io::Result<()>;

    /// Writes a call.
    fn call(&mut self, call: &Call, out: &mut Out) -> io::Result<()>;
}

/// Prints the calls that the filters keep.
pub(super) fn print(args: &Args, out: &mut Out) -> Result<(), Failure> {
    for (is_given, option) in [(args.details, "--details"), (args.window.is_by_seq(), "--by-seq")] {
        if is_given {
            return Err(Failure::Other(format!(
                "{option} prints events: it cannot be used with --calls"
            )));
        }
    }
    let subject = Subject::open(&args.path, args.names, &args.filters)?;
    match args.format {
        Format::Text => print_with(&mut text::Text::new(&subject), args, &subject, out),
        Format::Jsonl => print_with(
            &mut jsonl::Jsonl::new(&subject.names, args.string_ints),
            args,
            &subject,
            out,
        ),
        Format::Csv => print_with(&mut csv::Csv::new(&subject.names), args, &subject, out),
    }
}

fn print_with<P: Printer>(
    printer: &mut P,
    args: &Args,
    subject: &Subject,
    out: &mut Out,
) -> Result<(), Failure> {
    let (trace, selection): (Trace<'_>, &Selection) = (subject.threads(), &subject.selection);
    let options = args.depths.options();
    let counts = match args.order {
        Order::End => {
            let mut calls = CallsByEnd::of(&trace, selection, &options)?;
            note_temporary_file(calls.spilled_bytes());
            print_calls(printer, &mut calls, args, &trace, out)?;
            calls.threads()
        }
        Order::Start => {
            let mut calls = {
                let progress = subject.progress();
                let add = &mut |bytes| progress.add(bytes);
                CallsByStart::of(&trace, selection, &options, Some(add))?
            };
            note_temporary_file(calls.spilled_bytes());
            print_calls(printer, &mut calls, args, &trace, out)?;
            calls.threads().to_vec()
        }
    };
    // With a limit, not all was counted.
    if args.window.limit() == u64::MAX {
        balance::lines(&counts).iter().for_each(notes::note);
    }
    Ok(())
}

fn print_calls<P: Printer>(
    printer: &mut P,
    calls: &mut impl Iterator<Item = atf_analysis::Result<Call>>,
    args: &Args,
    trace: &Trace<'_>,
    out: &mut Out,
) -> Result<(), Failure> {
    const CALLS_PER_PROGRESS: u64 = 16 * 1024;
    printer.start(out)?;
    // Most calls have two events.
    let progress = Progress::if_stdout_is_a_file("dumping", trace.event_count() / 2, Unit::Calls);
    let (mut to_skip, mut left) = (args.window.offset(), args.window.limit());
    let mut read = 0_u64;
    while left > 0 {
        let Some(call) = calls.next() else { break };
        let call = call?;
        read += 1;
        if read.is_multiple_of(CALLS_PER_PROGRESS) {
            progress.add(CALLS_PER_PROGRESS);
        }
        if to_skip > 0 {
            to_skip -= 1;
            continue;
        }
        printer.call(&call, out)?;
        left -= 1;
    }
    Ok(())
}
