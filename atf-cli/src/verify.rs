//! `atf verify`: checks a trace against the format.

use std::io;
use std::path::{Path, PathBuf};

use atf_runtime::format::INDEX_FILE;
use atf_runtime::session::{Session, TracePath, locate};
use atf_runtime::verify::{Report, verify};
use atf_runtime::{DetailReader, Error, IndexReader};
use serde_json::{Value as Json, json};

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::{hint, notes, numbers, v4, values};

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

PATH can also be a V4 trace (trace.json, events.bin), the format before v2.

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
    if v4::is_v4(&args.path) {
        return v4::verify(&args.path, args.json, out);
    }
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

fn print_text(path: &TracePath, report: &Report, out: &mut Out) -> Result<(), Failure> {
    use io::Write;
    let summary = summary(path, report)?;
    for problem in report.problems() {
        writeln!(out, "{}", values::printable(&problem.to_string()))?;
    }
    for note in report.notes() {
        notes::note(note);
    }
    writeln!(out, "{summary}")?;
    if !report.is_ok() {
        hint::recover_if_it_helps(path);
    }
    Ok(())
}

/// The result on one line.
///
/// # Errors
///
/// If the trace is clean and cannot be read again to say how much was checked.
pub(crate) fn summary(path: &TracePath, report: &Report) -> Result<String, Error> {
    if report.is_ok() {
        return Ok(format!("clean: {}", contents(path)?));
    }
    Ok(numbers::count(report.problems().len() as u64, "problem"))
}

/// How much was checked.
fn contents(path: &TracePath) -> Result<String, Error> {
    let events_of = |index: &IndexReader| index.len() as u64;
    let events = |count| numbers::count(count, "event");
    let thread = |dir: &Path| Ok(events_of(&IndexReader::open(dir.join(INDEX_FILE.path))?));
    Ok(match path {
        TracePath::Session(dir) => {
            let session = Session::open(dir)?;
            let mut total = 0;
            // A thread that was recorded and is lost is clean too.
            for listed in session.threads().iter().filter(|listed| listed.exists) {
                total += thread(&listed.dir)?;
            }
            let threads = session.threads().len() as u64;
            format!("{}, {}", numbers::count(threads, "thread"), events(total))
        }
        TracePath::Thread(dir) => format!("1 thread, {}", events(thread(dir)?)),
        TracePath::IndexFile(file) => events(events_of(&IndexReader::open(file)?)),
        TracePath::DetailFile(file) => {
            numbers::count(DetailReader::open(file)?.len() as u64, "detail record")
        }
        _ => "1 trace".to_owned(),
    })
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
