//! `atf info`: shows what a trace contains, per thread.

mod json;
mod text;
mod thread;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::trace::Trace;
use thread::ThreadInfo;

/// Show the events, times, clock and machine of each thread
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  $ atf info ada_traces/session_20260102_030405/pid_77
  $ atf info --json ada_traces | jq '.threads[] | {thread_id, events}'

The times can be passed to `atf dump --from NS --to NS`. If a file was not
finalized, info counts the events in it that can be read.

Exit codes: 0 success, also for an incomplete trace (notes on stderr name what
is missing); 2 the trace cannot be read.")]
pub(crate) struct Args {
    /// Session directory, thread directory or .atf file
    path: PathBuf,
    /// Print one JSON object: {"threads": [{"thread_id", "events", ...}], "events", "details", ...}
    #[arg(long)]
    pub(crate) json: bool,
    /// Read all events and details and compare them with the recorded checksums
    #[arg(long)]
    checksum: bool,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let trace = Trace::open(&args.path)?;
    let infos: Vec<ThreadInfo> = {
        let bytes = trace.path.size_bytes();
        let progress = args.checksum.then(|| Progress::new("reading", bytes, Unit::Bytes));
        let listed = trace.manifest().map(|manifest| manifest.threads.as_slice());
        let listed: BTreeMap<u32, _> =
            listed.unwrap_or_default().iter().map(|thread| (thread.id, thread)).collect();
        let threads = trace.threads.iter();
        threads.map(|thread| ThreadInfo::of(thread, &listed, progress.as_ref())).collect()
    };
    if args.json {
        json::print(&trace, &infos, out)?;
    } else {
        text::print(&trace, &infos, out)?;
    }
    trace.note_incomplete_files(&trace.threads);
    Ok(Verdict::Clean)
}
