//! The report as one JSON object.

use std::fmt::Display;
use std::io::{self, Write};

use atf_runtime::recovery::{LanePlan, LostPlan, OffsetsPlan, RingPlan, SumsPlan, ThreadPlan};
use serde_json::{Value as Json, json};

use super::{Args, Outcome};
use crate::out::Out;

/// Prints the object.
pub(super) fn print(outcome: &Outcome<'_>, args: &Args, out: &mut Out) -> io::Result<()> {
    let plan = outcome.plan;
    let object = json!({
        "threads": plan.threads.iter().map(thread).collect::<Json>(),
        "manifest": plan.manifest.as_ref().map(ToString::to_string),
        "ok": outcome.is_intact(),
        "remaining": outcome.remaining,
        "out": args.out.as_ref().map(|out| out.to_string_lossy()),
    });
    writeln!(out, "{object}")
}

fn thread(thread: &ThreadPlan) -> Json {
    json!({
        "thread_id": thread.thread_id,
        "index": thread.index.as_ref().map(lane),
        "detail": thread.detail.as_ref().map(lane),
        "offsets": thread.offsets.as_ref().map(offsets),
        "index_sums": thread.index_sums.as_ref().map(sums),
        "detail_sums": thread.detail_sums.as_ref().map(sums),
        "ring": thread.ring.as_ref().map(ring),
        "lost": thread.lost.as_ref().map(lost),
    })
}

fn lane(lane: &LanePlan) -> Json {
    json!({
        "file": lane.file.to_string_lossy(),
        "kept": lane.kept,
        "dropped": lane.dropped,
        "unlinked": lane.unlinked,
        "from_ring": lane.from_ring,
        "unverified": lane.unverified,
        "damaged": lane.damaged,
        "first_bad_offset": lane.first_bad_offset,
        "done": lane.outcome.to_string(),
        "problems": texts(&lane.faults),
    })
}

fn offsets(offsets: &OffsetsPlan) -> Json {
    json!({
        "file": offsets.file.to_string_lossy(),
        "done": offsets.outcome.to_string(),
        "problems": texts(&offsets.faults),
    })
}

fn sums(sums: &SumsPlan) -> Json {
    json!({
        "file": sums.file.to_string_lossy(),
        "done": sums.outcome.to_string(),
        "problems": texts(&sums.faults),
    })
}

fn ring(ring: &RingPlan) -> Json {
    json!({
        "file": ring.file.to_string_lossy(),
        "done": ring.outcome.to_string(),
        "lost": ring.lost,
        "problems": texts(&ring.faults),
    })
}

fn lost(lost: &LostPlan) -> Json {
    json!({
        "recorded": lost.recorded,
        "done": lost.to_string(),
        "files": lost.set_aside.iter().map(|it| it.to_string_lossy()).collect::<Vec<_>>(),
    })
}

fn texts(faults: &[impl Display]) -> Json {
    faults.iter().map(|fault| Json::from(fault.to_string())).collect()
}
