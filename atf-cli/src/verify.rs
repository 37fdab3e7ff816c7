//! `atf verify`: checks a trace against the format.

use std::io;
use std::path::{Path, PathBuf};

use atf_runtime::format::INDEX_FILE;
use atf_runtime::manifest::State;
use atf_runtime::recovery::Plan;
use atf_runtime::session::{Session, TracePath, locate};
use atf_runtime::verify::{Report, verify};
use atf_runtime::{DetailReader, Error, IndexReader};
use serde_json::{Value as Json, json};

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::{escape, hint, notes, numbers, shell, v4};

/// Every thread of a killed program has problems, and all have one cause.
const MOST_PROBLEMS_OF_A_KILLED_SESSION: usize = 20;

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

If the recording was killed, the first line says so, with the command that
recovers it, and at most 20 problems follow; --json lists all.

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
    let plan = if report.is_ok() { None } else { plan(path)? };
    let is_killed = match &plan {
        Some(plan) => was_killed(plan)?,
        None => false,
    };
    let problems = report.problems();
    let mut shown = problems;
    if is_killed {
        let command = shell::recover_command(path.path());
        let advice = format!("the recording was killed: recover it with `{command}`");
        writeln!(out, "{}", escape::printable(&advice))?;
        shown = &problems[..problems.len().min(MOST_PROBLEMS_OF_A_KILLED_SESSION)];
    }
    for problem in shown {
        writeln!(out, "{}", escape::printable(&problem.to_string()))?;
    }
    if shown.len() < problems.len() {
        let more = numbers::count((problems.len() - shown.len()) as u64, "more problem");
        writeln!(out, "... and {more}; --json lists all")?;
    }
    for note in report.notes() {
        notes::note(note);
    }
    writeln!(out, "{summary}")?;
    if let Some(plan) = plan.filter(|_| !is_killed) {
        hint::recover_if_it_helps(&plan);
    }
    Ok(())
}

/// What recovery would do, from reading the trace once more; `None` where it cannot be recovered.
///
/// # Errors
///
/// If the operating system refuses to read the trace: that says nothing about recovery.
fn plan(path: &TracePath) -> Result<Option<Plan>, Error> {
    match Plan::of(path, None) {
        Err(error) if error.is_refusal() => Err(error),
        plan => Ok(plan.ok()),
    }
}

/// Whether the recorder ended without completing the session, and recovery can.
///
/// # Errors
///
/// If the session cannot be read again.
fn was_killed(plan: &Plan) -> Result<bool, Error> {
    let TracePath::Session(dir) = &plan.path else { return Ok(false) };
    let session = Session::open(dir)?;
    let manifest = session.readable_manifest();
    let is_recording = manifest.is_some_and(|it| it.state == Some(State::Recording));
    Ok(is_recording && hint::repairs_something(plan))
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
            for listed in session.threads().iter().filter(|it| it.exists && !it.lost) {
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
