//! `atf verify` of a V4 trace: messages that cannot be read, and a manifest that says something else.

use std::io::Write;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::summary::Summary;
use crate::failure::{Failure, Verdict};
use crate::out::Out;
use crate::{escape, notes, numbers};

/// Checks a V4 trace.
pub(crate) fn verify(path: &Path, as_json: bool, out: &mut Out) -> Result<Verdict, Failure> {
    let trace = super::open(path)?;
    let summary = Summary::of(&trace);
    let mut lines = Vec::new();
    let mut objects: Vec<Json> = Vec::new();
    for gap in &summary.gaps {
        lines.push(gap.error.to_string());
        if let Some(fault) = gap.error.fault() {
            objects.push(json!({
                "file": trace.path().to_string_lossy(),
                "offset": fault.offset,
                "what": format!("{}: {}", fault.region, fault.field),
                "expected": fault.expected,
                "found": fault.found,
            }));
        }
    }
    if let (Some(manifest), Some(file)) = (trace.manifest(), trace.manifest_path()) {
        let events = summary.total.events;
        let len = trace.len_bytes();
        for (key, said, found, what) in [
            ("eventCount", Some(manifest.event_count), events, "events"),
            ("eventsFileSize", manifest.events_file_size, len, "bytes of events.bin"),
            ("bytesWritten", manifest.bytes_written, len, "bytes of events.bin"),
        ] {
            let Some(said) = said.filter(|&said| said != found) else { continue };
            let expected = format!("{found} ({what})");
            lines.push(format!("{}: {key}: expected {expected}, found {said}", file.display()));
            objects.push(json!({
                "file": file.to_string_lossy(),
                "offset": 0,
                "what": format!("manifest: {key}"),
                "expected": expected,
                "found": said.to_string(),
            }));
        }
    }
    let is_ok = lines.is_empty();
    let mut all_notes = vec![
        "V4 has no checksums: a value that changed within a message is not noticed".to_owned(),
    ];
    let more = summary.skipped.gaps - summary.gaps.len() as u64;
    if more > 0 {
        all_notes.push(format!("{} not listed", numbers::count(more, "more damaged place")));
    }
    if as_json {
        let object = json!({ "ok": is_ok, "problems": objects, "notes": all_notes });
        writeln!(out, "{object}")?;
        return Ok(Verdict::of(is_ok));
    }
    for line in &lines {
        writeln!(out, "{}", escape::printable(line))?;
    }
    all_notes.iter().for_each(notes::note);
    let problems = lines.len() as u64 + more;
    if is_ok {
        let threads = numbers::count(summary.threads.len() as u64, "thread");
        let events = numbers::count(summary.total.events, "event");
        writeln!(out, "clean: {threads}, {events}")?;
    } else {
        writeln!(out, "{}", numbers::count(problems, "problem"))?;
    }
    Ok(Verdict::of(is_ok))
}
