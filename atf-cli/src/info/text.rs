//! `atf info` as text: where the trace comes from, a table with a row per thread, and the totals.

use std::collections::BTreeMap;
use std::io::{self, Write};

use atf_analysis::{Counts, ThreadSummary};

use super::origin;
use super::survey;
use super::thread::{ThreadInfo, Totals};
use crate::color::Color;
use crate::numbers;
use crate::out::Out;
use crate::table::{Align, Table};
use crate::trace::Trace;
use crate::{balance, escape, screen, values};

/// Columns of a thread's name: what Linux allows. It is cut further where the table would be too wide.
const NAME_COLUMNS: usize = 15;
/// The column of the table that has it.
const NAME_AT: usize = 1;

/// Prints it. `is_filtered`: the counts are those of the events that filters keep.
pub(super) fn print(
    trace: &Trace,
    threads: &[ThreadInfo<'_>],
    is_filtered: bool,
    with_checksum: bool,
    out: &mut Out,
) -> io::Result<()> {
    writeln!(out, "{}{}", escape::printable_path(trace.path.path()), manifest_summary(trace))?;
    let start_ns = trace.start_ns();
    if let Some(manifest) = trace.manifest() {
        for line in origin::lines(manifest, start_ns) {
            writeln!(out, "{line}")?;
        }
    }
    for line in platforms(threads) {
        writeln!(out, "{line}")?;
    }
    let totals = Totals::of(threads);
    if let Some((start, end)) = totals.time_range {
        writeln!(out, "time     {start} to {end} ns on the trace's clock")?;
    }
    let table = Rows { threads, totals: &totals, start_ns, with_checksum };
    table.print(out)?;
    writeln!(out, "{}", total(trace, threads, &totals, is_filtered))?;
    for thread in threads {
        if let Some(error) = &thread.error {
            writeln!(out, "thread {}: {}", thread.thread_id, escape::printable(error))?;
        }
        if thread.unverified.is_any() {
            let events = numbers::count(thread.unverified.events, "event");
            let details = numbers::count(thread.unverified.details, "detail");
            writeln!(out, "thread {}: {events} and {details} unverified", thread.thread_id)?;
        }
    }
    let found: Vec<&ThreadSummary> = threads.iter().filter_map(|it| it.summary.as_ref()).collect();
    for line in calls(&found) {
        writeln!(out, "{line}")?;
    }
    let surveys = found.iter().map(|it| (it.thread_id, &it.survey));
    survey::lines(surveys).iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// How many calls there are, how deep they go, and what of them is not balanced.
fn calls(threads: &[&ThreadSummary]) -> Vec<String> {
    let mut counts = Counts::default();
    threads.iter().for_each(|thread| counts.add(&thread.counts));
    let readings = threads.iter().map(|thread| (thread.thread_id, thread.depth_from));
    let unbalanced = balance::lines_of(&counts, readings);
    let depth = threads.iter().filter_map(|thread| thread.max_depth).max();
    let line = |depth| format!("calls: {}, highest depth {depth}", numbers::grouped(counts.calls));
    depth.map(line).into_iter().chain(unbalanced).collect()
}

fn manifest_summary(trace: &Trace) -> String {
    let Some(manifest) = trace.manifest() else { return String::new() };
    let mut text = format!(": format {}", escape::printable(&manifest.format_version));
    if let Some(state) = &manifest.state {
        text.push_str(&format!(", {}", escape::printable(state.as_str())));
    }
    if let Some(failed) = &manifest.failed {
        text.push_str(&format!(", failed ({})", escape::printable(failed)));
    }
    if !manifest.symbols.is_empty() {
        let symbols = numbers::count(manifest.symbols.len() as u64, "symbol");
        text.push_str(&format!(", {symbols}"));
    }
    text
}

/// "machine  x86_64, linux, boottime"; if threads differ, a line for each machine with its threads.
fn platforms(threads: &[ThreadInfo<'_>]) -> Vec<String> {
    let mut platforms: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for thread in threads.iter().filter(|thread| !thread.platform.is_empty()) {
        let named = thread.platform.iter().map(|&(name, value)| match values::text(value) {
            // A number alone would not say what is unknown.
            text if text.bytes().all(|byte| byte.is_ascii_digit()) => format!("{name} {text}"),
            text => text,
        });
        let named = named.collect::<Vec<_>>().join(", ");
        platforms.entry(named).or_default().push(thread.thread_id);
    }
    let line = |(platform, threads): (&String, &Vec<u32>)| match platforms.len() {
        1 => format!("machine  {platform}"),
        _ => {
            let more = if threads.len() > 1 { " and others" } else { "" };
            let first = threads.first().copied().unwrap_or_default();
            format!("machine  {platform}: thread {first}{more}")
        }
    };
    platforms.iter().map(line).collect()
}

/// The line below the table.
fn total(trace: &Trace, threads: &[ThreadInfo<'_>], totals: &Totals, is_filtered: bool) -> String {
    let mut line = format!(
        "{}: {}, {}, {}",
        if is_filtered { "kept by the filters" } else { "total" },
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
    line
}

/// The table: a row per thread. Columns that would be empty are left out.
struct Rows<'a> {
    threads: &'a [ThreadInfo<'a>],
    totals: &'a Totals,
    start_ns: Option<u64>,
    with_checksum: bool,
}

impl Rows<'_> {
    fn print(&self, out: &mut Out) -> io::Result<()> {
        let with_names = self.threads.iter().any(|thread| thread.name.is_some());
        let with_os_ids = self.threads.iter().any(|thread| thread.os_id.is_some());
        let is_any = |dropped: Option<u64>| dropped.is_some_and(|dropped| dropped > 0);
        let with_drops = is_any(self.totals.dropped_events) || is_any(self.totals.dropped_details);
        let columns = [
            ("thread", Align::Right, true),
            ("name", Align::Left, with_names),
            ("os_id", Align::Right, with_os_ids),
            ("events", Align::Right, true),
            ("details", Align::Right, true),
            ("start", Align::Right, true),
            ("duration", Align::Right, true),
            ("dropped", Align::Right, with_drops),
            ("final", Align::Left, true),
            ("checksum", Align::Left, self.with_checksum),
        ];
        let is_shown: Vec<bool> = columns.iter().map(|&(_, _, is_shown)| is_shown).collect();
        let columns = columns.into_iter().filter(|&(_, _, is_shown)| is_shown);
        let mut table = Table::new(columns.map(|(name, align, _)| (name, align)));
        for thread in self.threads {
            let cells = self.cells(thread).into_iter().zip(&is_shown);
            table.row(cells.filter(|(_, is_shown)| **is_shown).map(|(cell, _)| cell));
        }
        // Without names, nothing is cut.
        let columns = if with_names { screen::table_columns() } else { usize::MAX };
        table.print_within(columns, NAME_AT, Color::for_stdout(), out)
    }

    fn cells(&self, thread: &ThreadInfo<'_>) -> [String; 10] {
        let none = || "-".to_owned();
        let name = |name: &str| screen::cut(&escape::name(name), NAME_COLUMNS).into_owned();
        let start_ns = self.start_ns.unwrap_or_default();
        let (start, duration) = match thread.time_range {
            Some((start, end)) => (
                format!("+{}", numbers::duration(start.saturating_sub(start_ns)).replace(' ', "")),
                numbers::duration(end.saturating_sub(start)),
            ),
            None => (none(), none()),
        };
        let dropped = match (thread.dropped_events, thread.dropped_details) {
            (None, None) => none(),
            (events, details) => {
                let (events, details) = (events.unwrap_or(0), details.unwrap_or(0));
                format!("{events}+{details}")
            }
        };
        [
            thread.thread_id.to_string(),
            thread.name.map_or_else(none, name),
            thread.os_id.map_or_else(none, |id| id.to_string()),
            thread.events.to_string(),
            thread.details.to_string(),
            start,
            duration,
            dropped,
            match (&thread.error, thread.is_finalized) {
                (Some(_), _) => "damaged",
                (None, true) => "yes",
                (None, false) => "no",
            }
            .to_owned(),
            thread.checksum_name(),
        ]
    }
}
