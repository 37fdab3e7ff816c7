//! `atf recover`: writes a finalized trace from what a crash left.

mod json;
mod text;

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use atf_runtime::recovery::{LanePlan, Plan, ThreadPlan};
use atf_runtime::session::{TracePath, locate};
use atf_runtime::storage::Disk;
use atf_runtime::verify::Problem;

use crate::failure::{Failure, Verdict};
use crate::interrupt::{self, Interruptible};
use crate::notes;
use crate::out::Out;
use crate::partial::Partial;
use crate::progress::{Progress, Unit};

/// Repair a truncated, unfinalized or inconsistent trace
///
/// Keeps every complete index event, and the detail records of a thread up to the first one that is
/// incomplete or that its event does not refer to. If the detail record of an event is lost, the event
/// is kept without it. The result is finalized.
///
/// If a recording was killed, recover also writes the events that are still in the rings
/// (lanes.ring). With --in-place it then removes the rings.
///
/// If the machine was restarted after the recording, or nothing says in which boot it was recorded, a thread that
/// was not finalized ends before the first event that cannot be what was recorded. What is kept of it is unverified: pages
/// may be missing and no checksum covers them. The manifest of the result says so for good.
///
/// While a drain or a traced program is running, --in-place is refused, and --out copies the
/// current state.
///
/// If a header is damaged, its fields are taken from another source: the other header of the thread, the
/// ring, the directory's name, the events, the manifest, or most of the other threads.
///
/// Events and records whose checksum does not match are kept. The manifest lists them as damaged, and
/// verify notes them. Without a manifest (PATH is a thread directory or a file) the old checksum is
/// kept, so verify still fails.
///
/// A thread whose files are gone or cannot be read stays in the manifest, marked as lost. With
/// --in-place its files are renamed to *.damaged.
///
/// Afterwards the result is verified. What is still wrong is printed.
///
/// A damaged manifest is kept as manifest.json.damaged beside the new one, which has all names that
/// can still be read.
///
/// --dry-run reads the trace and prints the same report: what would be kept and dropped, and what would become of each
/// file. Nothing is written, and nothing is verified afterwards.
///
/// --out makes the copy beside DIR and renames it when it is complete; Ctrl-C removes it.
/// --in-place refuses a trace with a thread folder or file that is a symbolic link, unless --follow is given. --out reads
/// through links and writes none.
///
/// --out does not change the original. --in-place asks no questions and cannot be undone: bytes
/// that it removes are lost.
#[derive(Debug, clap::Args)]
#[command(
    group(clap::ArgGroup::new("where").required(true).args(["out", "in_place", "dry_run"])),
    after_help = "\
Example:
  $ atf recover run --out repaired
  thread  file       kept  dropped  unlinked  first bad byte  outcome
       0  index.atf  3000        1         0           96064  finalized
  run/thread_0/index.atf: footer at byte 96064: length: expected 64 bytes of
  footer, found 5 bytes of an event and the end of the file
  manifest.json: rewritten: the session was not ended
  written to repaired

Exit codes: 0 the trace was intact, and verify of the result exits 0;
1 something was repaired, was lost or cannot be repaired; the output was
written (not with --dry-run), even if printing the report failed; 2 nothing was
written. A second
recover of the result changes nothing, and exits 0 exactly if verify does."
)]
pub(crate) struct Args {
    /// Session directory, folder above one session, FOLDER/@latest for the newest, thread directory,
    /// or .atf file
    path: PathBuf,
    /// Write a repaired copy: a session, thread directory or file, as PATH is. It must not exist
    /// or must be an empty directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Repair the original files. This cannot be undone
    #[arg(long)]
    in_place: bool,
    /// With --in-place: also write through a thread folder or file that is a symbolic link
    #[arg(long, requires = "in_place")]
    follow: bool,
    /// Print what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object: {"threads", "manifest", "ok", "remaining", "out"}
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let path = locate(&args.path)?;
    if let Some(to) = &args.out
        && path.is_around(to)
    {
        return Err(Failure::Other(format!(
            "{}: the output must not be inside the trace {}; nothing was changed; choose another \
             path",
            to.display(),
            path.path().display()
        )));
    }
    let plan = {
        let progress = Progress::new("reading", path.size_bytes(), Unit::Bytes);
        Plan::of(&path, Some(&mut |bytes| progress.add(bytes)))?
    };
    if plan.is_being_recorded && args.out.is_some() {
        notes::note("the session is being recorded; the copy is a snapshot of its current state");
    }
    if args.dry_run {
        let outcome = Outcome { plan: &plan, remaining: &[] };
        print(&outcome, args, out).map_err(Failure::Report)?;
        return Ok(Verdict::of(outcome.is_intact()));
    }
    let progress = Progress::new("writing", path.size_bytes().saturating_mul(2), Unit::Bytes);
    let mut add = |bytes| progress.add(bytes);
    let remaining: Vec<String> = match &args.out {
        Some(to) => {
            let is_file = matches!(path, TracePath::IndexFile(_) | TracePath::DetailFile(_));
            let copy = Partial::new(to, is_file)?;
            interrupt::watch();
            plan.write_copy(&Interruptible, copy.work(), Some(&mut add))?;
            let report = plan.verify_result(Some(copy.work()), Some(&mut add))?;
            let (work, to) = (copy.work().display().to_string(), to.display().to_string());
            let of_copy = |problem: &Problem| problem.to_string().replace(&work, &to);
            let remaining = report.problems().iter().map(of_copy).collect();
            copy.keep()?;
            remaining
        }
        None => {
            if !args.follow {
                refuse_links(&plan)?;
            }
            plan.apply_in_place(&Disk, Some(&mut add))?;
            let report = plan.verify_result(None, Some(&mut add))?;
            report.problems().iter().map(ToString::to_string).collect()
        }
    };
    drop(progress);
    let outcome = Outcome { plan: &plan, remaining: &remaining };
    print(&outcome, args, out).map_err(Failure::Report)?;
    Ok(Verdict::of(outcome.is_intact()))
}

/// A link may lead anywhere, and whoever made the trace made the link.
fn refuse_links(plan: &Plan) -> Result<(), Failure> {
    let written = plan.threads.iter().filter(|thread| thread.is_written());
    let paths = written.flat_map(|thread| {
        let files = lanes(thread).map(|lane| &lane.file);
        files.chain(std::iter::once(&thread.dir))
    });
    for path in paths {
        let why = match path.symlink_metadata() {
            Ok(found) if found.is_symlink() => {
                "it is a symbolic link, and --in-place would write to where it leads; nothing was changed; use --out \
                 for a copy, or --follow to write there"
                    .to_owned()
            }
            // A file of which all is in the ring is made.
            Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                format!("cannot look at it: {error}; nothing was changed")
            }
            _ => continue,
        };
        return Err(Failure::Other(format!("{}: {why}", path.display())));
    }
    Ok(())
}

/// What recovery did, and what is wrong with the result.
struct Outcome<'a> {
    plan: &'a Plan,
    remaining: &'a [String],
}

impl Outcome<'_> {
    /// Whether nothing was wrong: exit code 0.
    fn is_intact(&self) -> bool {
        self.plan.finds_no_fault() && self.remaining.is_empty()
    }
}

/// Prints the report and flushes it: a later failure could not say that the trace was repaired.
fn print(outcome: &Outcome<'_>, args: &Args, out: &mut Out) -> io::Result<()> {
    if args.json {
        json::print(outcome, args, out)?;
    } else {
        text::print(outcome, args, out)?;
    }
    out.flush_page()
}

fn lanes(thread: &ThreadPlan) -> impl Iterator<Item = &LanePlan> {
    thread.index.iter().chain(&thread.detail)
}
