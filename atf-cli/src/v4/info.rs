//! `atf info` of a V4 trace.

use std::io::Write;
use std::path::Path;

use atf_runtime::v4::Reader;
use serde_json::{Value as Json, json};

use super::summary::{Counts, Summary};
use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::table::{Align, Table};
use crate::{escape, notes, numbers};

/// Shows what a V4 trace contains.
pub(crate) fn info(path: &Path, as_json: bool, out: &mut Out) -> Result<Verdict, Failure> {
    let trace = super::open(path)?;
    let summary = Summary::of(&trace);
    if as_json {
        writeln!(out, "{}", object(path, &trace, &summary))?;
    } else {
        print(path, &trace, &summary, out)?;
    }
    summary.gaps.iter().for_each(|gap| {
        let bytes = numbers::count(gap.len, "byte");
        notes::note(format_args!("{}; {bytes} skipped", gap.error));
    });
    Ok(Verdict::Clean)
}

fn print(path: &Path, trace: &Reader, summary: &Summary, out: &mut Out) -> Result<(), Failure> {
    let (os, arch) = trace.machine().unwrap_or(("unknown", "unknown"));
    let (os, arch) = (escape::printable(os), escape::printable(arch));
    writeln!(out, "{}: format V4, {os}, {arch}", escape::printable_path(path))?;
    let names = [
        "thread_id",
        "events",
        "calls",
        "returns",
        "signals",
        "time_start_ns",
        "time_end_ns",
        "duration",
    ];
    let mut table = Table::new(names.map(|name| (name, Align::Right)));
    for (id, Counts { events, calls, returns, signals, times }) in &summary.threads {
        let (start, end) = times.unwrap_or_default();
        let counts = [u64::from(*id), *events, *calls, *returns, *signals, start, end];
        let duration = numbers::duration(end - start);
        table.row(counts.iter().map(u64::to_string).chain([duration]));
    }
    table.print(out)?;
    let threads = numbers::count(summary.threads.len() as u64, "thread");
    let events = numbers::count(summary.total.events, "event");
    let (start, end) = summary.total.times.unwrap_or_default();
    write!(out, "total: {threads}, {events}, {}", numbers::duration(end - start))?;
    if summary.events_of_other_threads > 0 {
        let more = numbers::count(summary.events_of_other_threads, "event");
        write!(out, ", {more} of threads that are not listed")?;
    }
    if summary.skipped.gaps > 0 {
        let bytes = numbers::count(summary.skipped.bytes, "byte");
        write!(out, ", {bytes} damaged")?;
    }
    writeln!(out)?;
    Ok(())
}

fn object(path: &Path, trace: &Reader, summary: &Summary) -> Json {
    let (start, end) = summary.total.times.unwrap_or_default();
    let threads = summary.threads.iter().map(|(id, counts)| {
        let (start, end) = counts.times.unwrap_or_default();
        json!({
            "thread_id": id,
            "events": counts.events,
            "calls": counts.calls,
            "returns": counts.returns,
            "signals": counts.signals,
            "time_start_ns": start,
            "time_end_ns": end,
        })
    });
    let manifest = trace.manifest().map(|it| {
        json!({
            "timeStartNs": it.time_start_ns,
            "timeEndNs": it.time_end_ns,
            "eventCount": it.event_count,
            "spanCount": it.recorded_span_count,
            "pid": it.pid,
            "sessionId": it.session_id,
            "modules": it.modules.len(),
        })
    });
    let machine = trace.machine();
    json!({
        "path": path.to_string_lossy(),
        "format": "v4",
        "os": machine.map(|(os, _)| os),
        "arch": machine.map(|(_, arch)| arch),
        "threads": threads.collect::<Json>(),
        "events": summary.total.events,
        "time_start_ns": start,
        "time_end_ns": end,
        "gaps": summary.skipped.gaps,
        "skipped_bytes": summary.skipped.bytes,
        "manifest": manifest,
    })
}
