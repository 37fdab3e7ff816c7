//! `atf demo`: records a real trace of a real program: this one, while it counts words.
//!
//! [`texts`] finds the texts, [`words`] counts their words on several threads, and a guard from
//! [`tracer`] traces each of its functions. [`report`] prints the result.

mod functions;
mod record;
mod report;
mod texts;
mod tracer;
mod words;

use std::path::PathBuf;

use atf_runtime::session::TracePath;

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::{integer, stamp, verify};

/// Record a sample trace, verify it and print its first events
///
/// The traced program is atf itself: several threads count the words of the text files below the
/// current directory. Every call of its functions is recorded. For long words, registers and
/// stack are recorded too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  $ atf demo --threads 4

Without --out, the session is written to
ada_traces/session_YYYYMMDD_HHMMSS/pid_N below the current directory.

Exit codes: 0 success; 1 verify found a problem in the trace, which is a bug in
atf; 2 DIR is not empty or cannot be written.")]
pub(crate) struct Args {
    /// Directory for the session. It must not exist or must be empty
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Number of threads, from 1 to 256
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = integer::within::<u32>(1..=256))]
    threads: u32,
    /// Print one JSON object: {"path", "threads", "events", "details", "bytes", "dropped", "clean"}
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let dir = args.out.clone().unwrap_or_else(default_dir);
    let recording = record::record(args.threads, &dir)?;
    if !args.json {
        report::print_recording(&recording, &dir, out)?;
    }
    let path = TracePath::Session(dir);
    let verified = verify::check(&path)?;
    if args.json {
        report::print_json(&recording, &path, &verified, out)?;
    } else {
        report::print_trace(&path, &verified, out)?;
    }
    Ok(Verdict::of(verified.is_ok()))
}

/// The usual place for a session, named after the time in UTC and the process id.
fn default_dir() -> PathBuf {
    stamp::session_dir().join(format!("pid_{}", std::process::id()))
}
