//! `atf drain`: writes the files of a session whose traced program only fills rings.

mod report;
mod watch;

use std::path::PathBuf;
use std::time::Duration;

use atf_runtime::Error;
use atf_runtime::drain::{Drain, DrainOptions};
use atf_runtime::session::{TracePath, locate};

use crate::failure::{Failure, Verdict};
use crate::integer;
use crate::out::Out;

/// Write the trace files of a session while its program runs
///
/// Attaches to the rings of one or several programs in the session directory, and writes their
/// events to files. Exits when all threads have ended. If there is no ring yet, drain waits for
/// the first one.
///
/// You can kill drain at any time, for example with Ctrl-C, and run it again: it resumes where it
/// stopped; only events that overflow a ring in the meantime are lost. You can also run it after
/// a program was killed together with its drain.
///
/// If the disk is full, drain says so and waits until there is room. If a sync fails, drain ends with an
/// error. Run it again: it writes the events that were not synced, as far as the rings still hold them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  $ atf drain ada_traces/session_20260102_030405/pid_77
  drained  ada_traces/session_20260102_030405/pid_77
           4 threads, 12 000 000 events, 1 200 details, 384.3 MB
           nothing was dropped, peak ring usage 1.2 MB

Available on Linux and Android only.

Exit codes: 0 all threads have ended and their files are complete, even if
events were dropped (the summary says how many); 2 failure: no such session,
another drain is running, or the files of a thread could not be completed.")]
pub(crate) struct Args {
    /// Session directory, folder above one session, or FOLDER/@latest for the newest
    path: PathBuf,
    /// Print one JSON object at the end: {"threads": [{"thread_id", "events", "details", "bytes",
    /// "emitted", "recorded", "dropped_events", "dropped_details", "high_water_bytes"}], "events",
    /// "details", "bytes", "dropped_events", "dropped_details", "high_water_bytes", "untraced_threads"}
    #[arg(long)]
    pub(crate) json: bool,
    /// Write buffered events after N ms even if they do not fill a block
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = integer::within::<u64>(0..=3_600_000))]
    flush_ms: u64,
    /// Sync the files of a thread to disk after every N MB, not only when the thread ends
    #[arg(long, value_name = "N", value_parser = integer::within::<u64>(1..=1_000_000))]
    sync_mb: Option<u64>,
    /// Block size of a write, in KiB
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = integer::within::<usize>(128..=512))]
    write_kb: usize,
    /// Exit with an error if no thread registers within SECONDS; the session stays unchanged
    #[arg(long, value_name = "SECONDS", value_parser = integer::within::<u64>(0..=86_400))]
    wait: Option<u64>,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let dir = match locate(&args.path)? {
        TracePath::Session(dir) => dir,
        other => {
            let path = other.path().display();
            let found = match other {
                TracePath::Thread(_) => "a thread directory",
                _ => "a file",
            };
            let text = format!("{path}: expected a session directory, found {found}");
            return Err(Failure::Other(text));
        }
    };
    let options = DrainOptions::default()
        .flush_interval(Duration::from_millis(args.flush_ms))
        .sync_bytes(args.sync_mb.map(|megabytes| megabytes * 1_000_000))
        .write_bytes(args.write_kb * 1024);
    let drain = Drain::attach(&dir, options).map_err(|error| match error {
        // The general advice for this error, to stop the recording, is wrong for a drain.
        Error::BeingRecorded { .. } => {
            Failure::Other(format!("{error:#}; only one drain can run at a time"))
        }
        _ => error.into(),
    })?;
    let summary = watch::until_ended(drain, args.wait.map(Duration::from_secs))?;
    report::print(&summary, &dir, args.json, out).map_err(Failure::Report)?;
    Ok(Verdict::Clean)
}
