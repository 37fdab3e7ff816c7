//! `atf synth`: generates a session of any size; the same arguments produce the same bytes.

mod calls;
mod plan;
mod random;
mod record;

use std::io::Write;
use std::path::PathBuf;

use atf_runtime::session::TracePath;
use serde_json::json;

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::{escape, integer, numbers, shell};

/// Generate a synthetic session for tests and benchmarks
///
/// Threads overlap in time, calls nest as in a real program, and some calls end in an exception.
/// The same arguments produce the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  $ atf synth --out big --threads 8 --events 10000000 --detail-every 100
  $ atf verify big
  clean: 8 threads, 10 000 000 events

Exit codes: 0 success; 2 DIR is not empty or cannot be written.")]
pub(crate) struct Args {
    /// Directory for the session. It must not exist or must be empty
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Number of threads, from 1 to 1000000. Each gets a directory
    #[arg(long, value_name = "N", value_parser = integer::within::<u32>(1..=1_000_000))]
    threads: u32,
    /// Number of events of all threads together
    #[arg(long, value_name = "M", value_parser = integer::u64)]
    events: u64,
    /// Add registers and stack to every K-th event of a thread; 0 adds none
    #[arg(long, value_name = "K", value_parser = integer::u64, default_value_t = 0)]
    detail_every: u64,
    /// Seed for the generated call tree
    #[arg(long, value_name = "S", value_parser = integer::u64, default_value_t = 0)]
    seed: u64,
    /// Print one JSON object: {"path", "threads", "events", "details", "bytes", "dropped"}
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let plan = plan::Plan::new(args)?;
    let recorded = record::record(&plan, &args.out)?;
    if args.json {
        let object = json!({
            "path": args.out.to_string_lossy(),
            "threads": args.threads,
            "events": recorded.events,
            "details": recorded.details,
            "bytes": TracePath::Session(args.out.clone()).size_bytes(),
            "dropped": recorded.dropped(),
        });
        writeln!(out, "{object}")?;
        return Ok(Verdict::Clean);
    }
    writeln!(
        out,
        "{}: {}, {}, {}",
        escape::printable_path(&args.out),
        numbers::count(args.threads.into(), "thread"),
        numbers::count(recorded.events, "event"),
        numbers::count(recorded.details, "detail")
    )?;
    writeln!(out, "next: {} info {}", shell::program(), shell::word(&args.out))?;
    Ok(Verdict::Clean)
}
