//! `atf dump`: the events of a trace, thread after thread.
//!
//! [`select`] says which events, a [`Printer`] how a line looks: [`text`] for people, [`jsonl`] and
//! [`csv`] for programs.

mod column;
mod csv;
mod detail;
mod jsonl;
mod lost;
mod names;
mod printer;
mod select;
mod stack;
mod text;

use std::path::PathBuf;

use atf_runtime::DetailReader;

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::trace::{Lanes, Thread, Trace};
use lost::LostDetails;
use names::FunctionNames;
use printer::Printer;
use select::Selection;

/// Prints the events of a trace, one per line, thread after thread.
///
/// For a detail.atf alone: its records.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  $ atf dump ada_traces --thread 2 --details --limit 50
  $ atf dump ada_traces --format jsonl | jq -c 'select(.event_kind == \"exception\")'
  $ atf dump ada_traces --format csv --from 81500000000 --to 81600000000 > events.csv

jsonl: an object per event with thread (of the directory), seq (position in the file) and the
event's fields by their names in the schema; an unknown enum value is its number, no detail is
null. With --details the linked record stands under \"detail\": its header's fields, then those of
the function payload when it is one, and \"payload_hex\" when it is not exactly that.

Exit codes: 0 done, also for a torn trace (with a note on stderr) or a closed pipe; 2 it cannot be
read.")]
pub(crate) struct Args {
    /// Session, thread directory, or .atf file.
    path: PathBuf,
    /// How a line looks.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print each event's detail record too: registers and stack.
    #[arg(long)]
    details: bool,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Aligned columns for people: relative time, calls indented by their depth, function names.
    Text,
    /// A JSON object per line.
    Jsonl,
    /// Comma-separated values under a line with their names.
    Csv,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let trace = Trace::open(&args.path)?;
    let threads = args.selection.threads(&trace)?;
    trace.note_what_is_torn(threads.iter().copied());
    print_threads(&threads, args, &FunctionNames::of(&trace), out)?;
    Ok(Verdict::Clean)
}

/// Prints the first events of every thread, for [`demo`](crate::demo).
pub(crate) fn print_beginning(trace: &Trace, limit: u64, out: &mut Out) -> Result<(), Failure> {
    let selection = Selection::first(limit);
    let args = Args { path: PathBuf::new(), format: Format::Text, details: false, selection };
    let threads: Vec<&Thread> = trace.threads.iter().collect();
    print_threads(&threads, &args, &FunctionNames::of(trace), out)
}

fn print_threads(
    threads: &[&Thread],
    args: &Args,
    names: &FunctionNames,
    out: &mut Out,
) -> Result<(), Failure> {
    let Args { selection, details, .. } = args;
    match args.format {
        Format::Text => {
            let mut printer = text::Text::new(names, threads, *details);
            print_with(&mut printer, threads, selection, *details, out)
        }
        Format::Jsonl => {
            let mut printer = jsonl::Jsonl::new(*details);
            print_with(&mut printer, threads, selection, *details, out)
        }
        Format::Csv => {
            let mut printer = csv::Csv::new(*details, threads);
            print_with(&mut printer, threads, selection, *details, out)
        }
    }
}

/// Generic over the printer, so that the loop over events calls nothing through a pointer.
fn print_with<P: Printer>(
    printer: &mut P,
    threads: &[&Thread],
    selection: &Selection,
    details: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    let mut left = selection.limit();
    printer.start(out)?;
    for thread in threads {
        let Ok(lanes) = &thread.lanes else { continue };
        if left == 0 {
            break;
        }
        printer.thread(thread.id, lanes, out)?;
        match lanes {
            Lanes::Detail(detail) => print_records(printer, detail, selection, &mut left, out)?,
            _ if details => {
                print_events_with_details(printer, thread.id, lanes, selection, &mut left, out)?
            }
            _ => print_events(printer, lanes, selection, &mut left, out)?,
        }
    }
    Ok(())
}

fn print_events<P: Printer>(
    printer: &mut P,
    lanes: &Lanes,
    selection: &Selection,
    left: &mut u64,
    out: &mut Out,
) -> Result<(), Failure> {
    for (seq, event) in lanes.index().into_iter().flatten().enumerate() {
        if !selection.contains(event.timestamp_ns.get()) {
            continue;
        }
        if *left == 0 {
            break;
        }
        *left -= 1;
        printer.event(seq as u64, event, None, out)?;
    }
    Ok(())
}

fn print_events_with_details<P: Printer>(
    printer: &mut P,
    thread_id: u32,
    lanes: &Lanes,
    selection: &Selection,
    left: &mut u64,
    out: &mut Out,
) -> Result<(), Failure> {
    let mut lost = LostDetails::default();
    for (seq, event) in lanes.index().into_iter().flatten().enumerate() {
        if !selection.contains(event.timestamp_ns.get()) {
            continue;
        }
        if *left == 0 {
            break;
        }
        *left -= 1;
        let record = lost.record_of(lanes, (thread_id, seq as u64), event);
        printer.event(seq as u64, event, record.as_ref(), out)?;
    }
    lost.note();
    Ok(())
}

/// The records up to the first damaged one, which is an error once they are printed.
fn print_records<P: Printer>(
    printer: &mut P,
    detail: &DetailReader,
    selection: &Selection,
    left: &mut u64,
    out: &mut Out,
) -> Result<(), Failure> {
    for (seq, record) in detail.iter().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                lost::note_rest_of_lane(&error);
                break;
            }
        };
        if !selection.contains(record.header.timestamp.get()) {
            continue;
        }
        if *left == 0 {
            break;
        }
        *left -= 1;
        printer.record(seq as u64, &record, out)?;
    }
    Ok(())
}
