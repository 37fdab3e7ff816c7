//! The manifest of a session.

use std::fs;
use std::path::Path;

use super::Thread;

/// The manifest of a finished session of these threads, as they say themselves.
pub fn manifest(threads: &[Thread]) -> String {
    let rows: Vec<String> = threads
        .iter()
        .map(|thread| {
            format!(r#"{{"id": {}, "has_detail": {}}}"#, thread.id, thread.detail.is_some())
        })
        .collect();
    let times =
        || threads.iter().flat_map(|thread| [&thread.index.events]).filter(|it| !it.is_empty());
    let start = times().map(|events| events[0].timestamp_ns).min().unwrap_or(0);
    let end = times().map(|events| events[events.len() - 1].timestamp_ns).max().unwrap_or(0);
    format!(
        r#"{{"format_version": "2.0", "threads": [{}], "time_start_ns": {start}, "time_end_ns": {end}, "clock_type": 3, "state": "complete"}}"#,
        rows.join(", ")
    )
}

/// The manifest as the original tracer wrote it: has_detail for every thread, times 0.
pub fn manifest_by_the_original_tracer(ids: &[u32]) -> String {
    let rows: Vec<String> =
        ids.iter().map(|id| format!(r#"{{"id": {id}, "has_detail": true}}"#)).collect();
    format!(
        r#"{{"format_version": "2.0", "threads": [{}], "time_start_ns": 0, "time_end_ns": 0}}"#,
        rows.join(", ")
    )
}

/// Writes a session of these threads, with its manifest, to `dir`.
pub fn write_session(dir: &Path, threads: &[Thread]) {
    fs::create_dir_all(dir).expect("a directory for a session");
    fs::write(dir.join("manifest.json"), manifest(threads)).expect("a manifest");
    for thread in threads {
        thread.write(dir);
    }
}
