//! The report as text: a table of files, then a line per problem.

use std::io::{self, Write};
use std::path::Path;

use atf_runtime::recovery::{LaneOutcome, OffsetsPlan, Plan, SumsOutcome, SumsPlan, ThreadPlan};

use super::{Args, Outcome, lanes};
use crate::out::Out;
use crate::table::{Align, Table};
use crate::{escape, numbers};

/// Prints the report.
pub(super) fn print(outcome: &Outcome<'_>, args: &Args, out: &mut Out) -> io::Result<()> {
    let plan = outcome.plan;
    table(plan).print(out)?;
    for thread in &plan.threads {
        let lines = problems(thread).into_iter().chain(ring_lines(thread));
        for line in lines.chain(lost_line(thread)) {
            writeln!(out, "{}", escape::printable(&line))?;
        }
    }
    if let Some(manifest) = &plan.manifest {
        writeln!(out, "manifest.json: {}", escape::printable(&manifest.to_string()))?;
    }
    for problem in outcome.remaining {
        writeln!(out, "still wrong: {}", escape::printable(problem))?;
    }
    if args.dry_run {
        return writeln!(out, "dry run: nothing was written");
    }
    match &args.out {
        Some(to) => writeln!(out, "written to {}", escape::printable_path(to)),
        None if outcome.is_intact() => writeln!(out, "intact: nothing was changed"),
        None if plan.changes_nothing() => writeln!(out, "nothing was changed"),
        None => writeln!(out, "repaired in place"),
    }
}

/// A row per file.
fn table(plan: &Plan) -> Table {
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
                lane.outcome.to_string(),
            ]);
        }
        let none = || "-".to_owned();
        if let Some(ring) = &thread.ring {
            let outcome = ring.outcome.to_string();
            let file = file_name(&ring.file);
            table.row([id.clone(), file, none(), none(), none(), none(), outcome]);
        }
        if let Some(offsets) = wrong_offsets(thread) {
            let outcome = offsets.outcome.to_string();
            let file = file_name(&offsets.file);
            table.row([id.clone(), file, none(), none(), none(), none(), outcome]);
        }
        for sums in wrong_sums(thread) {
            let outcome = sums.outcome.to_string();
            let file = file_name(&sums.file);
            table.row([id.clone(), file, none(), none(), none(), none(), outcome]);
        }
    }
    table
}

/// A thread that is lost.
fn lost_line(thread: &ThreadPlan) -> Option<String> {
    let lost = thread.lost.as_ref()?;
    let aside = match lost.set_aside.is_empty() {
        true => "",
        false => "; with --in-place they are renamed to *.damaged",
    };
    Some(format!("{}: {lost}; the manifest marks the thread as lost{aside}", thread.dir.display()))
}

fn problems(thread: &ThreadPlan) -> Vec<String> {
    let lanes = lanes(thread).map(|lane| (&lane.file, &lane.faults));
    let offsets = wrong_offsets(thread).map(|offsets| (&offsets.file, &offsets.faults));
    let ring = thread.ring.as_ref().map(|ring| (&ring.file, &ring.faults));
    let sums = wrong_sums(thread).map(|sums| (&sums.file, &sums.faults));
    let files = lanes.chain(ring).chain(offsets).chain(sums);
    let lines = files.flat_map(|(file, faults)| {
        faults.iter().map(move |fault| format!("{}: {fault}", file.display()))
    });
    lines.collect()
}

/// What was recovered from a thread's ring, and what cannot be verified.
fn ring_lines(thread: &ThreadPlan) -> Vec<String> {
    let mut lines = Vec::new();
    let index = thread.index.iter().map(|lane| (lane, "event"));
    let detail = thread.detail.iter().map(|lane| (lane, "detail record"));
    for (lane, what) in index.chain(detail) {
        let path = lane.file.display();
        let kept = numbers::count(lane.kept, what);
        if lane.from_ring > 0 {
            let from_ring = numbers::grouped(lane.from_ring);
            lines.push(format!("{path}: kept {kept}, {from_ring} of them from the ring"));
        }
        if lane.damaged > 0 {
            lines.push(format!(
                "{path}: kept {kept} although the checksum does not match: some of them are damaged"
            ));
        }
        if lane.unverified > 0 {
            lines.push(format!(
                "{path}: kept {kept}, {} of them unverified: not finalized, and not recorded since the \
                 machine was started",
                numbers::grouped(lane.unverified)
            ));
        }
    }
    if let Some(ring) = thread.ring.as_ref().filter(|ring| ring.lost > 0) {
        let lost = numbers::count(ring.lost, "event");
        lines.push(format!(
            "{}: {lost} dropped because the ring was full; a `lost` event at the end counts them",
            ring.file.display()
        ));
    }
    lines
}

/// The detail.off of a thread if it was wrong. If only the detail lane was repaired, its detail.off
/// is rewritten with it and needs no row.
fn wrong_offsets(thread: &ThreadPlan) -> Option<&OffsetsPlan> {
    thread.offsets.as_ref().filter(|offsets| !offsets.faults.is_empty())
}

/// Chunk checksums of a thread that are changed although their lane is not.
fn wrong_sums(thread: &ThreadPlan) -> impl Iterator<Item = &SumsPlan> {
    let lanes = [(&thread.index, &thread.index_sums), (&thread.detail, &thread.detail_sums)];
    lanes.into_iter().filter_map(|(lane, sums)| {
        let is_kept = lane.as_ref().is_none_or(|it| it.outcome == LaneOutcome::Unchanged);
        sums.as_ref().filter(|it| is_kept && it.outcome != SumsOutcome::Unchanged)
    })
}

fn file_name(file: &Path) -> String {
    escape::printable_path(Path::new(file.file_name().unwrap_or_default()))
}
