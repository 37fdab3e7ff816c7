//! `atf drain`: the files of a session whose traced program does not write them itself.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod report;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod watch;

use std::path::PathBuf;

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::whole_number;

/// Writes the files of a session whose threads are being traced, until all of them have ended.
///
/// Attaches to the rings that are found in the session's directory, of one or several programs, and waits
/// for a first one if there is none yet. It may be killed at any time, also by Ctrl-C, and run again: it goes
/// on where it stood, and nothing that was traced is lost but what finds no room meanwhile. It does the
/// same for a program that was killed together with its drain.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  $ atf drain ada_traces/session_20260102_030405/pid_77
  drained  ada_traces/session_20260102_030405/pid_77
           4 threads, 12 000 000 events, 1 200 details, 384.3 MB; at most 1.2 MB waited in a lane
           nothing was dropped

Rings are for Linux and Android.

Exit codes: 0 all threads have ended and their files are whole, also when events were dropped (it
says how many); 2 it cannot be done: no such session, another drain is at work, or a thread could
not be finished.")]
pub(crate) struct Args {
    /// Session directory.
    path: PathBuf,
    /// Print one JSON object at the end: {"threads": [{"thread_id", "events", "details", "bytes", "emitted",
    /// "recorded", "dropped_events", "dropped_details", "high_water_bytes"}], "events", "details", "bytes",
    /// "dropped_events", "dropped_details", "high_water_bytes"}.
    #[arg(long)]
    pub(crate) json: bool,
    /// Write what a thread has recorded after so many ms, though it is less than a full write.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = whole_number::within::<u64>(0..=3_600_000))]
    flush_ms: u64,
    /// Sync a thread's files whenever so many MB of them were written, not only at their end.
    #[arg(long, value_name = "N", value_parser = whole_number::within::<u64>(1..=1_000_000))]
    sync_mb: Option<u64>,
    /// Size of a full write, in KiB.
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = whole_number::within::<usize>(128..=512))]
    write_kb: usize,
    /// Give up when no thread has come within so many seconds, and leave the session as it is.
    #[arg(long, value_name = "SECONDS", value_parser = whole_number::within::<u64>(0..=86_400))]
    wait: Option<u64>,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    use std::time::Duration;

    use atf_runtime::Error;
    use atf_runtime::drain::{Drain, DrainOptions};
    use atf_runtime::session::{TracePath, locate};

    use crate::failure::one_line;

    let dir = match locate(&args.path)? {
        TracePath::Session(dir) => dir,
        other => {
            let path = other.path().display();
            return Err(Failure::Other(format!("{path}: expected a session's directory")));
        }
    };
    let options = DrainOptions::default()
        .flush_interval(Duration::from_millis(args.flush_ms))
        .sync_bytes(args.sync_mb.map(|megabytes| megabytes * 1_000_000))
        .write_bytes(args.write_kb * 1024);
    let drain = Drain::attach(&dir, options).map_err(|error| match error {
        // Only one that repairs has to do without others.
        Error::BeingRecorded { .. } => {
            Failure::Other(format!("{}; one is enough", one_line(&error)))
        }
        _ => error.into(),
    })?;
    let summary = watch::until_over(drain, args.wait.map(Duration::from_secs))?;
    report::print(&summary, &dir, args.json, out).map_err(Failure::StdoutAfterwards)?;
    Ok(Verdict::Clean)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn run(args: &Args, _out: &mut Out) -> Result<Verdict, Failure> {
    let path = args.path.display();
    Err(Failure::Other(format!("{path}: rings, and so their drain, are for Linux and Android")))
}
