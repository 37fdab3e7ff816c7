//! The report as one JSON object.

use std::io::{self, Write};

use atf_runtime::v4::Converted;
use serde_json::{Map, Value as Json, json};

use super::Args;
use crate::out::Out;

/// Prints the object.
pub(super) fn print(
    converted: &Converted,
    is_complete: bool,
    args: &Args,
    out: &mut Out,
) -> io::Result<()> {
    let not_kept = converted.not_kept.iter();
    let not_kept: Map<String, Json> =
        not_kept.map(|(what, count)| (what.name().to_owned(), Json::from(*count))).collect();
    let object = json!({
        "out": args.out.to_string_lossy(),
        "ok": is_complete,
        "messages": converted.messages,
        "threads": converted.threads,
        "events": converted.events(),
        "calls": converted.calls,
        "returns": converted.returns,
        "signals": converted.signals,
        "details": converted.details,
        "functions": converted.functions,
        "orphan_returns": converted.orphan_returns,
        "unfinished_calls": converted.unfinished_calls,
        "trace_start": converted.has_start,
        "trace_end": converted.has_end,
        "not_kept": not_kept,
        "registers_without_slot": converted.registers_without_slot,
        "missing_events": converted.missing_events,
        "damage": converted.damage.as_ref().map(ToString::to_string),
        "unread_bytes": converted.unread_bytes,
        "skipped": { "gaps": converted.skipped.gaps, "bytes": converted.skipped.bytes },
    });
    writeln!(out, "{object}")
}
