//! `atf info --json`.

use serde_json::{Map, Value as Json, json};

use super::origin;
use super::survey;
use super::thread::{ThreadInfo, Totals};
use crate::trace::Trace;
use crate::values;

/// The object.
pub(super) fn object(trace: &Trace, threads: &[ThreadInfo<'_>]) -> Json {
    let totals = Totals::of(threads);
    let (time_start_ns, time_end_ns) = totals.time_range.unwrap_or_default();
    let manifest = trace.manifest().map(|manifest| {
        json!({
            "format_version": manifest.format_version,
            "state": manifest.state.as_ref().map(|state| state.as_str()),
            "modules": manifest.modules.len(),
            "symbols": manifest.symbols.len(),
        })
    });
    let mut object = json!({
        "path": trace.path.path().to_string_lossy(),
        "threads": threads.iter().map(thread_as_json).collect::<Json>(),
        "events": totals.events,
        "details": totals.details,
        "time_start_ns": time_start_ns,
        "time_end_ns": time_end_ns,
        "finalized": totals.is_finalized,
        "manifest": manifest,
    });
    if let (Some(manifest), Some(object)) = (trace.manifest(), object.as_object_mut()) {
        object.extend(origin::members(manifest, trace.start_ns()));
    }
    let drops =
        [("dropped_events", totals.dropped_events), ("dropped_details", totals.dropped_details)];
    for (key, dropped) in drops {
        if let Some(dropped) = dropped {
            object[key] = dropped.into();
        }
    }
    if let Some(failed) = trace.manifest().and_then(|manifest| manifest.failed.as_ref()) {
        object["manifest"]["failed"] = failed.as_str().into();
    }
    if let Some(count) = trace.manifest().and_then(|manifest| manifest.untraced_threads) {
        object["untraced_threads"] = count.into();
    }
    object
}

/// Without events both times are 0, as in the manifest.
fn thread_as_json(thread: &ThreadInfo<'_>) -> Json {
    let (time_start_ns, time_end_ns) = thread.time_range.unwrap_or_default();
    let mut object = Map::new();
    let mut set = |key: &str, value: Json| object.insert(key.to_owned(), value);
    set("thread_id", thread.thread_id.into());
    if let Some(name) = thread.name {
        set("name", name.into());
    }
    if let Some(os_id) = thread.os_id {
        set("os_id", os_id.into());
    }
    set("events", thread.events.into());
    set("details", thread.details.into());
    set("time_start_ns", time_start_ns.into());
    set("time_end_ns", time_end_ns.into());
    for &(name, value) in &thread.platform {
        set(name, values::json(value));
    }
    set("finalized", thread.is_finalized.into());
    set("checksum", thread.checksum_name().into());
    for (key, dropped) in
        [("dropped_events", thread.dropped_events), ("dropped_details", thread.dropped_details)]
    {
        if let Some(dropped) = dropped {
            set(key, dropped.into());
        }
    }
    if thread.unverified.is_any() {
        set("unverified", thread.unverified.events.into());
        set("unverified_details", thread.unverified.details.into());
    }
    if let Some(found) = &thread.summary {
        object.extend(survey::members(found));
    }
    if let Some(error) = &thread.error {
        object.insert("error".to_owned(), error.as_str().into());
    }
    object.into()
}
