//! `atf recover`: a finalized trace out of what a crash left.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use atf_runtime::recovery::{
    LaneOutcome, LanePlan, ManifestPlan, OffsetsPlan, Plan, RingPlan, ThreadPlan,
};
use atf_runtime::session::locate;
use atf_runtime::storage::Disk;
use serde_json::{Value as Json, json};

use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::table::{Align, Table};
use crate::{notes, numbers, values};

/// Makes a whole trace of one that was torn, never finalized, or disagrees with itself.
///
/// Keeps every index event whose bytes are whole, and every detail record that such an event
/// names; an event whose record is gone loses only the link. The result is finalized.
///
/// What a killed recording left in a thread's ring (lanes.ring) is written behind what its drain had
/// brought to the files, and in place the ring is removed when that is done. While a drain or a traced
/// program is at work, --in-place refuses, and --out makes a snapshot. After a loss of power what was
/// kept of such a thread is reported as unverified: pages may be missing that no checksum tells of.
///
/// With --in-place nothing is asked and there is no way back: what is cut off is gone. With --out
/// the damaged trace is not touched.
#[derive(Debug, clap::Args)]
#[command(
    group(clap::ArgGroup::new("where").required(true).args(["out", "in_place"])),
    after_help = "\
Example:
  $ atf recover ada_traces/session_20260102_030405/pid_77 --out mended
  thread  file       kept  dropped  unlinked  first bad byte  outcome
       0  index.atf  3000        1         0           96064  finalized
  thread_0/index.atf: footer at byte 96064: length: expected 64 bytes of footer, found 5 bytes of
  an event and the end of the file
  manifest.json: written again: the session was not ended
  written to mended

Exit codes: 0 all was whole; 1 something was repaired or lost, and the output is there, or stdout
could not be told so; 2 nothing was written."
)]
pub(crate) struct Args {
    /// Session, thread directory, or .atf file.
    path: PathBuf,
    /// Where the whole trace goes: a session, thread directory or file like PATH. Absent or empty.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Repair the files where they lie; what is cut off is gone.
    #[arg(long)]
    in_place: bool,
    /// Print one JSON object: {"threads", "manifest", "ok", "out"}.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Verdict, Failure> {
    let path = locate(&args.path)?;
    if let Some(to) = &args.out
        && path.is_around(to)
    {
        return Err(Failure::Other(format!(
            "{}: inside the trace that is recovered, {}; nothing was touched, name another place",
            to.display(),
            path.path().display()
        )));
    }
    let plan = {
        let progress = Progress::new("reading", path.size_bytes(), Unit::Bytes);
        Plan::of(&path, &mut |bytes| progress.add(bytes))?
    };
    if plan.is_being_recorded && args.out.is_some() {
        notes::note("it is being recorded: what is written is a snapshot of this moment");
    }
    {
        let progress = Progress::new("writing", path.size_bytes(), Unit::Bytes);
        let mut add = |bytes| progress.add(bytes);
        match &args.out {
            Some(to) => plan.write_copy(&Disk, to, &mut add)?,
            None => plan.apply_in_place(&Disk, &mut add)?,
        }
    }
    print(&plan, args, out).map_err(Failure::StdoutAfterwards)?;
    Ok(Verdict::of(plan.is_whole()))
}

/// Says what was done, down to the last byte: what fails later cannot tell that it was done.
fn print(plan: &Plan, args: &Args, out: &mut Out) -> io::Result<()> {
    if args.json {
        writeln!(out, "{}", plan_as_json(plan, args))?;
    } else {
        print_text(plan, args, out)?;
    }
    out.flush_page()
}

fn lanes(thread: &ThreadPlan) -> impl Iterator<Item = &LanePlan> {
    thread.index.iter().chain(&thread.detail)
}

fn print_text(plan: &Plan, args: &Args, out: &mut Out) -> io::Result<()> {
    let mut table = Table::new([
        ("thread", Align::Right),
        ("file", Align::Left),
        ("kept", Align::Right),
        ("dropped", Align::Right),
        ("unlinked", Align::Right),
        ("first bad byte", Align::Right),
        ("outcome", Align::Left),
    ]);
    for thread in &plan.threads {
        let id = thread.thread_id.map_or_else(|| "?".to_owned(), |id| id.to_string());
        for lane in lanes(thread) {
            table.row([
                id.clone(),
                file_name(&lane.file),
                lane.kept.to_string(),
                lane.dropped.to_string(),
                lane.unlinked.to_string(),
                lane.first_bad_offset.map_or_else(|| "-".to_owned(), |offset| offset.to_string()),
                lane.outcome.describe().to_owned(),
            ]);
        }
        let none = || "-".to_owned();
        if let Some(ring) = &thread.ring {
            let outcome = ring.outcome.describe().to_owned();
            let file = file_name(&ring.file);
            table.row([id.clone(), file, none(), none(), none(), none(), outcome]);
        }
        if let Some(offsets) = wrong_offsets(thread) {
            let outcome = offsets.outcome.describe().to_owned();
            let file = file_name(&offsets.file);
            table.row([id, file, none(), none(), none(), none(), outcome]);
        }
    }
    table.print(out)?;
    for thread in &plan.threads {
        let lanes = lanes(thread).map(|lane| (&lane.file, &lane.faults));
        let offsets = wrong_offsets(thread).map(|offsets| (&offsets.file, &offsets.faults));
        let ring = thread.ring.as_ref().map(|ring| (&ring.file, &ring.faults));
        for (file, faults) in lanes.chain(ring).chain(offsets) {
            for fault in faults {
                let line = format!("{}: {fault}", file.display());
                writeln!(out, "{}", values::printable(&line))?;
            }
        }
        for line in ring_in_words(thread) {
            writeln!(out, "{}", values::printable(&line))?;
        }
    }
    if let Some(manifest) = &plan.manifest {
        writeln!(out, "manifest.json: {}", values::printable(&manifest_in_words(manifest)))?;
    }
    match &args.out {
        Some(to) => writeln!(out, "written to {}", values::printable_path(to)),
        None if plan.is_whole() => writeln!(out, "whole: nothing was changed"),
        None => writeln!(out, "repaired in place"),
    }
}

/// What was taken from a thread's ring, and what that is worth.
fn ring_in_words(thread: &ThreadPlan) -> Vec<String> {
    let mut lines = Vec::new();
    for lane in lanes(thread) {
        let path = lane.file.display();
        if lane.from_ring > 0 {
            lines.push(format!(
                "{path}: {} of {} kept come from the ring",
                lane.from_ring, lane.kept
            ));
        }
        if lane.unverified > 0 {
            lines.push(format!(
                "{path}: {} kept are unverified: the machine was started again since",
                lane.unverified
            ));
        }
    }
    if let Some(ring) = thread.ring.as_ref().filter(|ring| ring.lost > 0) {
        let lost = numbers::count(ring.lost, "event");
        lines.push(format!(
            "{}: {lost} found no room: a last `lost` event tells of them",
            ring.file.display()
        ));
    }
    lines
}

/// The offsets of a thread's records, where they are wrong; that they are made with a lane that was
/// repaired goes without saying.
fn wrong_offsets(thread: &ThreadPlan) -> Option<&OffsetsPlan> {
    thread.offsets.as_ref().filter(|offsets| !offsets.faults.is_empty())
}

fn file_name(file: &Path) -> String {
    values::printable_path(Path::new(file.file_name().unwrap_or_default()))
}

fn manifest_in_words(manifest: &ManifestPlan) -> String {
    match manifest {
        ManifestPlan::Whole => LaneOutcome::Whole.describe().to_owned(),
        ManifestPlan::Rewritten { reason, .. } => format!("written again: {reason}"),
    }
}

fn plan_as_json(plan: &Plan, args: &Args) -> Json {
    let lane = |lane: &LanePlan| {
        let problems: Json =
            lane.faults.iter().map(|fault| Json::from(fault.to_string())).collect();
        json!({
            "file": lane.file.to_string_lossy(),
            "kept": lane.kept,
            "dropped": lane.dropped,
            "unlinked": lane.unlinked,
            "from_ring": lane.from_ring,
            "unverified": lane.unverified,
            "first_bad_offset": lane.first_bad_offset,
            "done": lane.outcome.describe(),
            "problems": problems,
        })
    };
    let offsets = |offsets: &OffsetsPlan| {
        let problems: Json =
            offsets.faults.iter().map(|fault| Json::from(fault.to_string())).collect();
        json!({
            "file": offsets.file.to_string_lossy(),
            "done": offsets.outcome.describe(),
            "problems": problems,
        })
    };
    let ring = |ring: &RingPlan| {
        let problems: Json =
            ring.faults.iter().map(|fault| Json::from(fault.to_string())).collect();
        json!({
            "file": ring.file.to_string_lossy(),
            "done": ring.outcome.describe(),
            "lost": ring.lost,
            "problems": problems,
        })
    };
    let thread = |thread: &ThreadPlan| {
        json!({
            "thread_id": thread.thread_id,
            "index": thread.index.as_ref().map(lane),
            "detail": thread.detail.as_ref().map(lane),
            "offsets": thread.offsets.as_ref().map(offsets),
            "ring": thread.ring.as_ref().map(ring),
        })
    };
    json!({
        "threads": plan.threads.iter().map(thread).collect::<Json>(),
        "manifest": plan.manifest.as_ref().map(manifest_in_words),
        "ok": plan.is_whole(),
        "out": args.out.as_ref().map(|out| out.to_string_lossy()),
    })
}
