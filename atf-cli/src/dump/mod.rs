//! `atf dump`: the events of a trace, of all threads in the order of time.
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

use atf_runtime::{DetailReader, Merge, MergedEvent};

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::trace::{Opened, Thread, Trace};
use lost::LostDetails;
use names::FunctionNames;
use printer::Printer;
use select::Selection;

const EVENTS_PER_PROGRESS: u64 = 16 * 1024;

/// Prints the events of a trace, one per line, of all threads in the order of time.
///
/// Of events at the same time that of the thread with the lower id comes first. A thread's own events
/// keep the order of its file: where its clock went backwards, an event follows the one before it.
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

/// Prints the first events, for [`demo`](crate::demo).
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
            let mut printer = jsonl::Jsonl::new(*details, threads);
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
    printer.start(out)?;
    if let [Thread { files: Ok(Opened::Detail(detail)), .. }] = threads {
        return print_records(printer, detail, selection, out);
    }
    print_events(printer, threads, selection, details, out)
}

/// The events of all threads in one order.
fn print_events<P: Printer>(
    printer: &mut P,
    threads: &[&Thread],
    selection: &Selection,
    details: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    // Their places stand in for their ids, in whose order they are: what is known of a thread is found
    // without searching.
    let files = |thread: &usize| threads[*thread].files.as_ref().ok();
    let places = (0..threads.len()).filter_map(|at| Some((at as u32, files(&at)?.index()?)));
    let events = selection.of(Merge::new(places));
    let count = selection.limit().min(events.len() as u64);
    let progress = Progress::beside_file("dumping", count, Unit::Events);
    let mut lost = LostDetails::default();
    for (number, MergedEvent { thread_id, seq, event }) in (1..=count).zip(events) {
        let (thread, seq) = (thread_id as usize, seq.0.into());
        let files = if details { files(&thread) } else { None };
        let record = files.and_then(|it| lost.record_of(it, (threads[thread].id, seq), event));
        printer.event(thread, seq, event, record.as_ref(), out)?;
        if number.is_multiple_of(EVENTS_PER_PROGRESS) {
            progress.add(EVENTS_PER_PROGRESS);
        }
    }
    // The note does not go into the bar.
    drop(progress);
    lost.note();
    Ok(())
}

/// The records up to the first damaged one, which is an error once they are printed.
fn print_records<P: Printer>(
    printer: &mut P,
    detail: &DetailReader,
    selection: &Selection,
    out: &mut Out,
) -> Result<(), Failure> {
    let mut left = selection.limit();
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
        if left == 0 {
            break;
        }
        left -= 1;
        printer.record(seq as u64, &record, out)?;
    }
    Ok(())
}
