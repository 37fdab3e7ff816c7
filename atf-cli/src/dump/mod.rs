//! `atf dump`: prints the events of all threads in timestamp order.
//!
//! [`select`] chooses the events. A [`Printer`] formats them: [`text`] for people, [`jsonl`] and
//! [`csv`] for programs.

mod column;
mod csv;
mod detail;
mod jsonl;
mod kind;
mod missing;
mod names;
mod printer;
mod select;
mod stack;
mod text;

use std::path::PathBuf;

use atf_runtime::format::IndexEvent;
use atf_runtime::{DetailReader, IndexSeq, Merge, MergedEvent};

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::trace::{Opened, Thread, Trace};
use crate::v4;
use kind::Shown;
use missing::MissingDetails;
use names::FunctionNames;
use printer::Printer;
use select::Selection;

const EVENTS_PER_PROGRESS: u64 = 16 * 1024;

/// Print the events of a trace as text, JSON Lines or CSV
///
/// Prints the events of all threads in timestamp order. If two threads have events with the same
/// timestamp, the thread with the lower id comes first. The events of one thread keep their order
/// in the file, even if the clock of that thread went backwards. So an event with a time far in the
/// future holds back all later events of its thread: `--by-seq` prints the threads one after another,
/// each in the order of its file. If PATH is a detail.atf, dump prints its records.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf dump run --thread 2 --details --limit 50
  $ atf dump run --format jsonl | jq -c 'select(.event_kind == \"exception\")'
  $ atf dump run --format csv --from 81500000000 --to 81600000000 > events.csv
  $ atf dump run --by-seq | less

For scripts, use --format jsonl (dump has no --json). Each line is an object
with \"thread\" (the id in the directory name), \"seq\" (the position in index.atf)
and the fields of the event under their names in the schema. An unknown enum
value is its number. \"detail_seq\" is null if the event has no detail record.
With --details, the record is under \"detail\": the fields of its header, then
those of a function payload. \"payload_hex\" has the bytes of any other payload,
and of a function payload with bytes after the stack.

An event of the kind \"lost\" is a marker of lost events only if it has depth 0,
no detail record, and the time of the next event in its thread, if there is
one. Otherwise it is of an unknown kind: its number 4 is printed.

PATH can also be a V4 trace (trace.json, events.bin): its events are printed in
the order of the file, as text or jsonl. Damaged bytes are skipped and noted.

Exit codes: 0 success, also for an incomplete trace (notes on stderr name what
is missing) or a closed pipe; 2 the trace cannot be read.")]
pub(crate) struct Args {
    /// Session directory, folder above one session, FOLDER/@latest for the newest, thread directory,
    /// or .atf file
    path: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also print the detail record of each event: registers and stack
    #[arg(long)]
    details: bool,
    #[command(flatten)]
    selection: Selection,
    /// Only to reject it with a better error than "unexpected argument"
    #[arg(long, hide = true)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Aligned columns: relative time, calls indented by depth, function names
    Text,
    /// JSON Lines: one object per line, for scripts
    Jsonl,
    /// Comma-separated values with a header line
    Csv,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    if args.json {
        let why = "dump has no --json: use --format jsonl to print one JSON object per event";
        return Err(Failure::Other(why.to_owned()));
    }
    if v4::is_v4(&args.path) {
        if matches!(args.format, Format::Csv) {
            let why =
                "a V4 trace is printed as text or jsonl; convert it with `atf convert-v4` for csv";
            return Err(Failure::Other(why.to_owned()));
        }
        let choice = v4::Choice {
            thread: args.selection.thread(),
            contains: &|ns| args.selection.contains(ns),
            limit: args.selection.limit(),
            details: args.details,
            jsonl: matches!(args.format, Format::Jsonl),
        };
        return v4::dump(&args.path, &choice, out);
    }
    let trace = Trace::open(&args.path)?;
    let threads = args.selection.threads(&trace)?;
    trace.incomplete_files(threads.iter().copied())?.print();
    print_threads(&threads, args, &FunctionNames::of(&trace), out)?;
    Ok(Verdict::Clean)
}

/// Prints the first `limit` events, for [`demo`](crate::demo).
pub(crate) fn print_first_events(trace: &Trace, limit: u64, out: &mut Out) -> Result<(), Failure> {
    let selection = Selection::first(limit);
    let (path, format) = (PathBuf::new(), Format::Text);
    let args = Args { path, format, details: false, selection, json: false };
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

/// Generic over the printer, so that the loop over events needs no dynamic dispatch.
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

/// Prints the events of all threads, in timestamp order or thread by thread.
fn print_events<P: Printer>(
    printer: &mut P,
    threads: &[&Thread],
    selection: &Selection,
    details: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    // Merge takes positions in `threads` instead of thread ids: both have the same order, and a
    // position finds the thread without a search.
    let index = |thread: &usize| threads[*thread].files.as_ref().ok()?.index();
    let indexes = (0..threads.len()).filter_map(|at| Some((at as u32, index(&at)?)));
    let mut missing = MissingDetails::default();
    if selection.is_by_seq() {
        let total = indexes.clone().map(|(_, index)| index.len() as u64).sum();
        let mut events = EventPrinter::new(printer, threads, details, selection.limit().min(total));
        for (thread, index) in indexes {
            let all = index.iter().enumerate();
            let chosen = all.filter(|(_, event)| selection.contains(event.timestamp_ns.get()));
            events.print(
                chosen.map(|(seq, event)| (thread, seq as u32, event)),
                &mut missing,
                out,
            )?;
        }
    } else {
        let merged = selection.of(Merge::new(indexes));
        let count = selection.limit().min(merged.len() as u64);
        let mut events = EventPrinter::new(printer, threads, details, count);
        let merged =
            merged.map(|MergedEvent { thread_id, seq, event, .. }| (thread_id, seq.0, event));
        events.print(merged, &mut missing, out)?;
    }
    missing.note();
    Ok(())
}

/// Prints events until the limit is reached.
struct EventPrinter<'a, P> {
    printer: &'a mut P,
    threads: &'a [&'a Thread],
    details: bool,
    /// How many more are printed.
    left: u64,
    /// Removed before a note is printed.
    progress: Progress,
}

impl<'a, P: Printer> EventPrinter<'a, P> {
    fn new(printer: &'a mut P, threads: &'a [&'a Thread], details: bool, left: u64) -> Self {
        let progress = Progress::if_stdout_is_a_file("dumping", left, Unit::Events);
        Self { printer, threads, details, left, progress }
    }

    /// Prints these events: the position of their thread, their sequence, and themselves.
    fn print<'e>(
        &mut self,
        events: impl Iterator<Item = (u32, u32, &'e IndexEvent)>,
        missing: &mut MissingDetails,
        out: &mut Out,
    ) -> Result<(), Failure> {
        // The iterator is not asked for an event that is not printed.
        if self.left == 0 {
            return Ok(());
        }
        for (thread, seq, event) in events {
            let at = thread as usize;
            let files = self.threads[at].files.as_ref().ok();
            let record = match files.filter(|_| self.details) {
                Some(files) => {
                    missing.record_of(files, (self.threads[at].id, seq.into()), event)?
                }
                None => None,
            };
            let index = files.and_then(Opened::index);
            let shown = Shown::of(event, IndexSeq(seq), index);
            self.printer.event(at, seq.into(), shown, record.as_ref(), out)?;
            self.left -= 1;
            if self.left.is_multiple_of(EVENTS_PER_PROGRESS) {
                self.progress.add(EVENTS_PER_PROGRESS);
            }
            if self.left == 0 {
                break;
            }
        }
        Ok(())
    }
}

/// Prints the records of a detail.atf up to the first damaged one.
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
                missing::note_unreadable_records(&error);
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
