//! `atf verify`: checks a trace against the format.

use std::io;
use std::path::PathBuf;

use atf_runtime::session::{Session, TracePath, locate};
use atf_runtime::verify::{Report, verify};
use atf_runtime::{DetailReader, IndexReader, ThreadReader};
use serde_json::{Value as Json, json};

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::{hint, notes, numbers, values};

/// Check a trace against the format
///
/// Checks framing, counts, times, checksums, links in both directions, reserved bytes, and the
/// manifest against the files. Prints one line per problem: file, region at byte N, field,
/// expected, found. Observations that are not errors are printed to stderr as notes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  $ atf verify run
  run/thread_0/index.atf: header at byte 0: magic: expected \"ATI2\", found \"XTI2\"
  1 problem

Exit codes: 0 clean, also with notes; 1 a problem was found; 2 the trace cannot
be read.")]
pub(crate) struct Args {
    /// Session directory, folder above one session, FOLDER/@latest for the newest, thread directory,
    /// or .atf file
    path: PathBuf,
    /// Print one JSON object: {"ok", "problems": [{"file", "offset", "what", "expected",
    /// "found"}], "notes"}
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let path = locate(&args.path)?;
    let report = check(&path)?;
    if args.json {
        print_json(&report, out)?;
    } else {
        print_text(&path, &report, out)?;
    }
    Ok(Verdict::of(report.is_ok()))
}

/// Verifies a trace and shows progress.
pub(crate) fn check(path: &TracePath) -> Result<Report, atf_runtime::Error> {
    let progress = Progress::new("verifying", path.size_bytes(), Unit::Bytes);
    verify(path, Some(&mut |bytes| progress.add(bytes)))
}

fn print_text(path: &TracePath, report: &Report, out: &mut Out) -> io::Result<()> {
    use io::Write;
    for problem in report.problems() {
        writeln!(out, "{}", values::printable(&problem.to_string()))?;
    }
    for note in report.notes() {
        notes::note(note);
    }
    writeln!(out, "{}", summary(path, report))?;
    if !report.is_ok() {
        hint::recover_if_it_helps(path);
    }
    Ok(())
}

/// The result on one line.
pub(crate) fn summary(path: &TracePath, report: &Report) -> String {
    if report.is_ok() {
        return format!("clean: {}", contents(path));
    }
    numbers::count(report.problems().len() as u64, "problem")
}

/// How much was checked. The trace was clean a moment ago, so its files open; one that has gone
/// since then counts as 0.
fn contents(path: &TracePath) -> String {
    let events_of = |index: &IndexReader| index.len() as u64;
    let events = |count| numbers::count(count, "event");
    match path {
        TracePath::Session(dir) => {
            let session = Session::open(dir);
            let threads = session.as_ref().map_or(&[][..], Session::threads);
            let open = threads.iter().filter_map(|thread| ThreadReader::open(&thread.dir).ok());
            let total = open.map(|thread| events_of(thread.index())).sum();
            format!("{}, {}", numbers::count(threads.len() as u64, "thread"), events(total))
        }
        TracePath::Thread(dir) => {
            let total = ThreadReader::open(dir).map_or(0, |thread| events_of(thread.index()));
            format!("1 thread, {}", events(total))
        }
        TracePath::IndexFile(file) => {
            events(IndexReader::open(file).map_or(0, |index| events_of(&index)))
        }
        TracePath::DetailFile(file) => {
            let records = DetailReader::open(file).map_or(0, |detail| detail.len() as u64);
            numbers::count(records, "detail record")
        }
        _ => "1 trace".to_owned(),
    }
}

fn print_json(report: &Report, out: &mut Out) -> io::Result<()> {
    use io::Write;
    let problem = |problem: &atf_runtime::verify::Problem| {
        let fault = &problem.fault;
        json!({
            "file": problem.file.to_string_lossy(),
            "offset": fault.offset,
            "what": format!("{}: {}", fault.region, fault.field),
            "expected": fault.expected,
            "found": fault.found,
        })
    };
    let problems: Json = report.problems().iter().map(problem).collect();
    let notes: Json = report.notes().iter().map(|note| Json::from(note.to_string())).collect();
    let object = json!({ "ok": report.is_ok(), "problems": problems, "notes": notes });
    writeln!(out, "{object}")
}
