//! `atf dump`: prints the events of all threads in timestamp order.
//!
//! The filters and [`select`] choose the events. A [`Printer`] formats them: [`text`] for people, [`jsonl`] and
//! [`csv`] for programs.

mod calls;
mod cells;
mod column;
mod csv;
mod detail;
mod events;
mod jsonl;
mod missing;
mod printer;
mod records;
mod select;
mod stack;
mod text;
mod v4;

use std::path::PathBuf;

use atf_analysis::Selection;
use atf_analysis::names::{NameStyle, Names};

use crate::depth_from::DepthArgs;
use crate::failure::{Failure, Verdict};
use crate::filters::{FilterArgs, NameArgs};
use crate::out::Out;
use crate::pager;
use crate::trace::{Opened, Thread, Trace};
use printer::Printer;
use select::Window;

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
  $ atf dump run --format csv --from +1.5s --to +1.6s > events.csv
  $ atf dump run --function '^parse' --function '!alloc' --min-duration 10us
  $ atf dump run --by-seq | less
  $ atf dump run --calls --format csv --order start > calls.csv

For scripts, use --format jsonl (dump has no --json). Each line is an object
with \"thread\" (the id in the directory name), \"seq\" (the position in index.atf)
and the fields of the event under their names in the schema, then \"function\"
and \"module\", null where unknown. An unknown enum value is its number.
\"detail_seq\" is null if the event has no detail record. jq 1.6 and JavaScript
change digits of integers above 2^53, such as many a function_id: with
--string-ints these are strings.
With --details, the record is under \"detail\": the fields of its header, then
those of a function payload. \"payload_hex\" has the bytes of any other payload,
and of a function payload with bytes after the stack.

With --calls, a line is a call: \"thread\", \"start_seq\", \"end_seq\",
\"function_id\", \"function\", \"depth\", \"parent\" (the start_seq of the enclosing
call), \"start_ns\", \"end_ns\", \"duration_ns\", \"self_ns\", \"ended_by\" (return,
exception, unwound, lost, end_of_trace), \"has_gap\" (events were lost inside),
\"cut\" (clipped by --from and --to: start, end, both).

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
    /// In jsonl, print integers above 2^53 as strings: jq 1.6 and JavaScript would change their digits
    #[arg(long)]
    string_ints: bool,
    /// Print calls instead of events: each with its start, end, duration, self time, and what ended it
    #[arg(long)]
    calls: bool,
    /// The order of calls
    #[arg(long, value_enum, default_value_t, requires = "calls")]
    order: calls::Order,
    #[command(flatten)]
    depths: DepthArgs,
    #[command(flatten)]
    window: Window,
    #[command(flatten)]
    names: NameArgs,
    #[command(flatten)]
    filters: FilterArgs,
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
    if crate::v4::is_v4(&args.path) {
        return v4::dump(args, out);
    }
    if matches!(args.format, Format::Text) {
        pager::start(out);
    }
    if args.calls {
        calls::print(args, out)?;
        return Ok(Verdict::Clean);
    }
    let trace = Trace::open(&args.path)?;
    let names = args.names.of(&trace);
    let selection = args.filters.select(&trace, &names)?;
    let is_selected = |thread: &&Thread| selection.has_thread(thread.id);
    let threads: Vec<&Thread> = trace.threads.iter().filter(is_selected).collect();
    if threads.iter().any(|thread| matches!(thread.files, Ok(Opened::Detail(_)))) {
        records::refuse_filters_of_events(&args.filters)?;
    }
    trace.incomplete_files(threads.iter().copied())?.print();
    let printing = Printing {
        format: args.format,
        details: args.details,
        string_ints: args.string_ints,
        window: args.window,
        start_ns: trace.start_ns(),
    };
    printing.print(&threads, &names, &selection, out)?;
    Ok(Verdict::Clean)
}

/// Prints the first `limit` events, for [`demo`](crate::demo).
pub(crate) fn print_first_events(trace: &Trace, limit: u64, out: &mut Out) -> Result<(), Failure> {
    let names = Names::of(trace.manifest(), NameStyle::Demangled);
    let threads: Vec<&Thread> = trace.threads.iter().collect();
    let printing = Printing {
        format: Format::Text,
        details: false,
        string_ints: false,
        window: Window::first(limit),
        start_ns: trace.start_ns(),
    };
    printing.print(&threads, &names, &Selection::default(), out)
}

/// How events are printed.
struct Printing {
    format: Format,
    details: bool,
    string_ints: bool,
    window: Window,
    /// The first time of the trace.
    start_ns: Option<u64>,
}

impl Printing {
    fn print(
        &self,
        threads: &[&Thread],
        names: &Names,
        selection: &Selection,
        out: &mut Out,
    ) -> Result<(), Failure> {
        let &Self { details, string_ints, start_ns, .. } = self;
        match self.format {
            Format::Text => {
                let start_ns = start_ns.unwrap_or_default();
                let mut printer = text::Text::new(names, threads, start_ns, details);
                self.print_with(&mut printer, threads, selection, out)
            }
            Format::Jsonl => {
                let mut printer = jsonl::Jsonl::new(names, details, string_ints, threads);
                self.print_with(&mut printer, threads, selection, out)
            }
            Format::Csv => {
                let mut printer = csv::Csv::new(names, details, threads);
                self.print_with(&mut printer, threads, selection, out)
            }
        }
    }

    /// Generic over the printer, so that the loop over events needs no dynamic dispatch.
    fn print_with<P: Printer>(
        &self,
        printer: &mut P,
        threads: &[&Thread],
        selection: &Selection,
        out: &mut Out,
    ) -> Result<(), Failure> {
        printer.start(out)?;
        if let [Thread { files: Ok(Opened::Detail(detail)), .. }] = threads {
            return records::print(printer, detail, selection, self.window, out);
        }
        events::print(printer, threads, selection, self.window, self.details, out)
    }
}
