//! `atf demo`: a real trace of a real program, namely of this one while it counts the words of the
//! texts around it.
//!
//! [`texts`] finds them, [`words`] works on several threads, and each function of it is traced by
//! a guard of [`tracer`].

mod clock;
mod functions;
mod record;
mod stamp;
mod texts;
mod tracer;
mod words;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use atf_runtime::session::TracePath;

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::trace::Trace;
use crate::{dump, notes, numbers, shell, values, verify, whole_number};
use record::Recording;

/// Events that are printed.
const SHOWN_EVENTS: u64 = 20;
const SHOWN_WORDS: usize = 8;

/// Records a trace of real work on several threads, verifies it and prints its beginning.
///
/// The work: it counts the words of the text files below the current directory. Its functions are
/// traced through the runtime, longer words with registers and stack.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  $ atf demo --threads 4

Without --out the session is ada_traces/session_YYYYMMDD_HHMMSS/pid_N below the current directory.

Exit codes: 0 done; 1 the trace is not clean, which is a bug; 2 DIR is taken or cannot be written.")]
pub(crate) struct Args {
    /// Where the session goes; absent or empty.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Number of threads, at most 256.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = whole_number::within::<u32>(1..=256))]
    threads: u32,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let dir = args.out.clone().unwrap_or_else(default_dir);
    let recording = record::record(args.threads, &dir)?;
    print_recording(&recording, &dir, out)?;
    let path = TracePath::Session(dir.clone());
    let report = verify::check(&path)?;
    writeln!(out, "verified  {}", verify::summary(&path, &report))?;
    for problem in report.problems() {
        writeln!(out, "          {}", values::printable(&problem.to_string()))?;
    }
    for note in report.notes() {
        notes::note(note);
    }
    writeln!(out)?;
    dump::print_beginning(&Trace::open(&dir)?, SHOWN_EVENTS, out)?;
    print_next(&dir, out)?;
    Ok(Verdict::of(report.is_ok()))
}

/// Where a tracer puts a session: by the time in UTC, and the process.
fn default_dir() -> PathBuf {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let session = format!("session_{}", stamp::stamp(now.as_secs()));
    let process = format!("pid_{}", std::process::id());
    ["ada_traces", &session, &process].iter().collect()
}

fn print_recording(recording: &Recording, dir: &Path, out: &mut Out) -> io::Result<()> {
    writeln!(out, "recorded  {}", values::printable_path(dir))?;
    writeln!(
        out,
        "          {} counted words in {} of the {} found, in {}",
        numbers::count(recording.threads, "thread"),
        numbers::grouped(recording.texts_read),
        numbers::count(recording.texts_found, "text"),
        numbers::duration(recording.duration_ns)
    )?;
    writeln!(
        out,
        "          {}, {} with registers and stack, {}",
        numbers::count(recording.recorded.events, "event"),
        numbers::grouped(recording.recorded.details),
        numbers::byte_size(recording.bytes)
    )?;
    if let Some(rings) = recording.recorded.through_rings {
        writeln!(
            out,
            "          through a lane per thread: {} dropped, at most {} waited in one for the drain",
            numbers::grouped(rings.dropped),
            numbers::byte_size(rings.high_water_bytes)
        )?;
    }
    let top = recording.top_words.iter().take(SHOWN_WORDS);
    let top: Vec<String> = top.map(|(word, count)| format!("{word} {count}")).collect();
    writeln!(out, "          words: {}", top.join(", "))
}

fn print_next(dir: &Path, out: &mut Out) -> io::Result<()> {
    let (atf, path) = (shell::program(), shell::word(dir));
    writeln!(out, "\nnext:")?;
    writeln!(out, "  {atf} info {path}")?;
    writeln!(out, "  {atf} dump {path} --thread 0 --details | less")?;
    writeln!(out, "  {atf} verify {path}")
}
