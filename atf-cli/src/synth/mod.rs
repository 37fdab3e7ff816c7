//! `atf synth`: a session of any size, the same bytes for the same arguments.

mod calls;
mod plan;
mod random;
mod record;

use std::io::Write;
use std::path::PathBuf;

use crate::failure::{Failure, Verdict};
use crate::numbers;
use crate::out::Out;
use crate::shell;
use crate::values;
use crate::whole_number;

/// Makes a session of any size, for tests and measurements.
///
/// Threads overlap in time, calls nest as in a real program, some are left by an exception. The
/// same arguments give the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  $ atf synth --out big --threads 8 --events 10000000 --detail-every 100
  $ atf verify big
  clean: 8 threads, 10 000 000 events

Exit codes: 0 done; 2 DIR is taken or cannot be written.")]
pub(crate) struct Args {
    /// Where the session goes; absent or empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Number of threads, at most 65536: each is a directory.
    #[arg(long, value_name = "N", value_parser = whole_number::within::<u32>(1..=65536))]
    threads: u32,
    /// Number of events over all threads.
    #[arg(long, value_name = "M", value_parser = whole_number::u64)]
    events: u64,
    /// Give every K-th event of a thread registers and stack; 0: none.
    #[arg(long, value_name = "K", value_parser = whole_number::u64, default_value_t = 0)]
    detail_every: u64,
    /// Another seed gives other calls.
    #[arg(long, value_name = "S", value_parser = whole_number::u64, default_value_t = 0)]
    seed: u64,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let plan = plan::Plan::new(args)?;
    let made = record::record(&plan, &args.out)?;
    writeln!(
        out,
        "{}: {}, {}, {}",
        values::printable_path(&args.out),
        numbers::count(args.threads.into(), "thread"),
        numbers::count(made.events, "event"),
        numbers::count(made.details, "detail")
    )?;
    writeln!(out, "next: {} info {}", shell::program(), shell::word(&args.out))?;
    Ok(Verdict::Clean)
}
