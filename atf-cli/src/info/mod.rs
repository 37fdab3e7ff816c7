//! `atf info`: shows what a trace contains, per thread.

mod chosen;
mod json;
mod origin;
mod sessions;
mod survey;
mod text;
mod thread;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use atf_analysis::{Options, Summary};
use atf_runtime::Error;
use atf_runtime::format::IndexEvent;

use crate::failure::{Failure, Verdict};
use crate::filters::{FilterArgs, NameArgs};
use crate::out::Out;
use crate::pager;
use crate::progress::{Progress, Unit};
use crate::strings;
use crate::trace::{Thread, Trace};
use crate::v4;
use sessions::Sessions;
use thread::ThreadInfo;

/// Bytes of an event.
const EVENT_BYTES: u64 = size_of::<IndexEvent>() as u64;

/// Show the events, times, clock and machine of each thread
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf info ada_traces/session_20260102_030405/pid_77
  $ atf info --json ada_traces | jq '.threads[] | {thread_id, events}'
  $ atf info run --function parse --min-duration 10us

The start of a thread is counted from that of the trace. The times of the trace
can be passed to --from and --to. With filters, info counts the events and the
calls that they keep.

jq 1.6 and JavaScript change digits of integers above 2^53: with --string-ints
these are strings.

The last lines say how many calls there are and how deep they go, and name what
to look at: returns without a call, calls that did not finish, events whose
time goes back, jumps of more than a day, kinds of event that have no name,
lost events. info reads all events for them; --quick leaves them out.

If a file was not finalized, info counts the events in it that can be read.
Unverified are those that the manifest says nothing proves, as after a loss of
power. For a thread that has a ring and no file yet, info and dump show what
the ring holds.

If PATH is a folder with several sessions, info lists them, the newest last,
with --json as {\"sessions\": [{\"path\", \"pid\", \"start\"}]}. The start is that of
a name session_YYYYMMDD_HHMMSS or of the manifest, otherwise the time of the
last change. FOLDER/@latest is the newest session below FOLDER, @latest that
below the current directory. A folder is searched to any depth, but only its
first 100 000 entries, without symbolic links and folders of other users.

PATH can also be a V4 trace (trace.json, events.bin), the format before v2.

Exit codes: 0 success, also for an incomplete trace (notes on stderr name what
is missing); 2 the trace cannot be read.")]
pub(crate) struct Args {
    /// Session directory, folder above one session, FOLDER/@latest for the newest, thread directory,
    /// or .atf file
    path: PathBuf,
    /// Print one JSON object: {"threads": [{"thread_id", "events", ...}], "events", "details", ...}
    #[arg(long)]
    pub(crate) json: bool,
    /// Read all events and details and compare them with the recorded checksums
    #[arg(long)]
    checksum: bool,
    /// Read only headers, footers and the manifest, and not the events
    #[arg(long)]
    quick: bool,
    /// With --json, print integers above 2^53 as strings
    #[arg(long)]
    string_ints: bool,
    #[command(flatten)]
    names: NameArgs,
    #[command(flatten)]
    filters: FilterArgs,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    if v4::is_v4(&args.path) {
        if let Some(option) = args.filters.used().next() {
            let why = format!(
                "{option} does not apply to info of a V4 trace; convert it with `atf convert-v4`"
            );
            return Err(Failure::Other(why));
        }
        return v4::info(&args.path, args.json, out);
    }
    let trace = match Trace::open(&args.path) {
        Err(Failure::Trace(Error::SeveralSessions { path, sessions, is_complete })) => {
            Sessions { folder: &path, paths: &sessions, is_complete }.print(args.json, out)?;
            return Ok(Verdict::Clean);
        }
        opened => opened?,
    };
    let names = args.names.of(&trace);
    let selection = args.filters.select(&trace, &names)?;
    let threads: Vec<&Thread> =
        trace.threads.iter().filter(|thread| selection.has_thread(thread.id)).collect();
    let incomplete = trace.incomplete_files(threads.iter().copied())?;
    let mut infos: Vec<ThreadInfo> = {
        let bytes = trace.path.size_bytes();
        let progress = args.checksum.then(|| Progress::new("reading", bytes, Unit::Bytes));
        let listed = trace.manifest().map(|manifest| manifest.threads.as_slice());
        let listed: BTreeMap<u32, _> =
            listed.unwrap_or_default().iter().map(|thread| (thread.id, thread)).collect();
        let threads = threads.iter();
        threads.map(|thread| ThreadInfo::of(thread, &listed, progress.as_ref())).collect()
    };
    let is_filtered = args.filters.used().any(|option| option != "--thread");
    if is_filtered {
        chosen::count(&threads, &selection, &mut infos)?;
    }
    if !args.quick {
        let indexes = threads.iter().filter_map(|thread| Some((thread.id, thread.index()?)));
        let trace = atf_analysis::Trace::new(indexes);
        let events = trace.event_count();
        let progress = Progress::new("reading events", events * EVENT_BYTES, Unit::Bytes);
        let add = &mut |bytes| progress.add(bytes);
        let summary = Summary::of(&trace, &selection, &Options::default(), Some(add))?;
        for info in &mut infos {
            let found = summary.threads().iter().find(|it| it.thread_id == info.thread_id);
            info.summary = found.cloned();
        }
    }
    if args.json {
        let mut object = json::object(&trace, &infos);
        if args.string_ints {
            strings::of_large_integers(&mut object);
        }
        writeln!(out, "{object}")?;
    } else {
        pager::start(out);
        text::print(&trace, &infos, is_filtered, args.checksum, out)?;
    }
    incomplete.print();
    Ok(Verdict::Clean)
}
