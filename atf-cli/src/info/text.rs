//! `atf info` as text: a table with a row per thread.

use std::io::{self, Write};

use super::survey;
use super::thread::{ThreadInfo, Totals};

use crate::numbers;
use crate::out::Out;
use crate::table::{Align, Table};
use crate::trace::Trace;
use crate::values;

/// Prints the path with the manifest's data, the table, and the totals.
pub(super) fn print(trace: &Trace, threads: &[ThreadInfo<'_>], out: &mut Out) -> io::Result<()> {
    writeln!(out, "{}{}", values::printable_path(trace.path.path()), manifest_summary(trace))?;
    let totals = Totals::of(threads);
    print_table(threads, &totals, out)?;
    let mut line = format!(
        "total: {}, {}, {}",
        numbers::count(threads.len() as u64, "thread"),
        numbers::count(totals.events, "event"),
        numbers::count(totals.details, "detail")
    );
    if let Some((start, end)) = totals.time_range {
        line.push_str(&format!(", {}", numbers::duration(end.saturating_sub(start))));
    }
    for (dropped, what) in [(totals.dropped_events, "event"), (totals.dropped_details, "detail")] {
        if let Some(dropped) = dropped.filter(|&dropped| dropped > 0) {
            line.push_str(&format!(", {} dropped", numbers::count(dropped, what)));
        }
    }
    if let Some(count) = trace.manifest().and_then(|manifest| manifest.untraced_threads) {
        line.push_str(&format!(", {} not traced", numbers::count(count, "thread")));
    }
    if !totals.is_finalized {
        line.push_str(", not all threads finalized");
    }
    writeln!(out, "{line}")?;
    let surveys = threads.iter().filter_map(|it| Some((it.thread_id, it.survey.as_ref()?)));
    survey::lines(surveys).iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn manifest_summary(trace: &Trace) -> String {
    let Some(manifest) = trace.manifest() else { return String::new() };
    let mut text = format!(": format {}", values::printable(&manifest.format_version));
    if let Some(state) = &manifest.state {
        text.push_str(&format!(", {}", values::printable(state.as_str())));
    }
    if let Some(failed) = &manifest.failed {
        text.push_str(&format!(", failed ({})", values::printable(failed)));
    }
    if !manifest.symbols.is_empty() {
        let symbols = numbers::count(manifest.symbols.len() as u64, "symbol");
        text.push_str(&format!(", {symbols}"));
    }
    text
}

/// The columns for dropped events and for errors are left out if they would be empty.
fn print_table(threads: &[ThreadInfo<'_>], totals: &Totals, out: &mut Out) -> io::Result<()> {
    // All headers have the same fields, except that an unreadable one has none.
    let platform = threads.iter().map(|thread| &thread.platform).max_by_key(|it| it.len());
    let platform_names = platform.into_iter().flatten().map(|&(name, _)| name);
    let numbers = ["thread_id", "events", "details", "time_start_ns", "time_end_ns", "duration"];
    let mut columns: Vec<_> = numbers.into_iter().map(|name| (name, Align::Right)).collect();
    let is_any = |dropped: Option<u64>| dropped.is_some_and(|dropped| dropped > 0);
    let with_drops = is_any(totals.dropped_events) || is_any(totals.dropped_details);
    if with_drops {
        columns.extend(["dropped_events", "dropped_details"].map(|name| (name, Align::Right)));
    }
    columns.extend(platform_names.clone().map(|name| (name, Align::Left)));
    columns.extend(["finalized", "checksum"].map(|name| (name, Align::Left)));
    if threads.iter().any(|thread| thread.error.is_some()) {
        columns.push(("error", Align::Left));
    }
    let mut table = Table::new(columns);
    for thread in threads {
        let time = |pick: fn((u64, u64)) -> String| thread.time_range.map_or("-".to_owned(), pick);
        let mut cells = vec![
            thread.thread_id.to_string(),
            thread.events.to_string(),
            thread.details.to_string(),
            time(|(start, _)| start.to_string()),
            time(|(_, end)| end.to_string()),
            time(|(start, end)| numbers::duration(end.saturating_sub(start))),
        ];
        if with_drops {
            let count = |dropped: Option<u64>| dropped.map_or("-".to_owned(), |it| it.to_string());
            cells.extend([thread.dropped_events, thread.dropped_details].map(count));
        }
        cells.extend(platform_names.clone().map(|name| {
            let value = thread.platform.iter().find(|(known, _)| *known == name);
            value.map_or("-".to_owned(), |&(_, value)| values::text(value))
        }));
        cells.push(if thread.is_finalized { "yes" } else { "no" }.to_owned());
        cells.push(thread.checksum_name());
        cells.extend(thread.error.as_deref().map(values::printable));
        table.row(cells);
    }
    table.print(out)
}
