//! The summary of a drain, as text and as JSON.

use std::io::{self, Write};
use std::path::Path;

use atf_runtime::ThreadSummary;
use atf_runtime::drain::DrainSummary;
use serde_json::{Value as Json, json};

use super::watch::Drained;
use crate::out::Out;
use crate::{escape, notes, numbers};

/// Prints the summary and flushes it: a later failure could not say that the session was drained.
pub(super) fn print(drained: &Drained, dir: &Path, json: bool, out: &mut Out) -> io::Result<()> {
    if json {
        writeln!(out, "{}", as_json(drained))?;
    } else {
        print_text(drained, dir, out)?;
    }
    out.flush_page()?;
    if drained.metrics.dropped_events() + drained.metrics.dropped_details() > 0 {
        notes::note("a ring was full; create larger rings in the traced program to lose less");
    }
    Ok(())
}

fn details_of(thread: &ThreadSummary) -> u64 {
    thread.details.unwrap_or(0).into()
}

fn print_text(Drained { summary, metrics }: &Drained, dir: &Path, out: &mut Out) -> io::Result<()> {
    writeln!(out, "drained  {}", escape::printable_path(dir))?;
    let threads = &summary.threads;
    if threads.is_empty() {
        writeln!(out, "         no rings found: the session has already ended")?;
        return print_untraced(summary, out);
    }
    writeln!(
        out,
        "         {}, {}, {}, {}",
        numbers::count(threads.len() as u64, "thread"),
        numbers::count(threads.iter().map(|thread| u64::from(thread.events)).sum(), "event"),
        numbers::count(threads.iter().map(details_of).sum(), "detail"),
        numbers::byte_size(metrics.bytes_written())
    )?;
    let emitted = threads.iter().filter_map(|thread| thread.counts).map(|it| it.emitted).sum();
    let losses = losses(emitted, metrics.dropped_events(), metrics.dropped_details());
    let peak = numbers::byte_size(metrics.high_water_bytes());
    writeln!(out, "         {losses}, peak ring usage {peak}")?;
    print_untraced(summary, out)
}

/// Threads of the program that left no trace.
fn print_untraced(summary: &DrainSummary, out: &mut Out) -> io::Result<()> {
    match summary.manifest.untraced_threads {
        None => Ok(()),
        Some(count) => {
            let threads = numbers::count(count, "thread");
            writeln!(out, "         {threads} not traced: they could not be registered")
        }
    }
}

/// What was dropped of the `emitted` events.
fn losses(emitted: u64, events: u64, details: u64) -> String {
    let lost_details = numbers::count(details, "detail");
    if events == 0 {
        return match details {
            0 => "nothing was dropped".to_owned(),
            _ => format!("dropped {lost_details} and no events"),
        };
    }
    let hundredths = (u128::from(events) * 10_000).checked_div(emitted.into()).unwrap_or(0);
    let share = match hundredths {
        0 => "less than 0.01".to_owned(),
        _ => format!("{}.{:02}", hundredths / 100, hundredths % 100),
    };
    let (events, all) = (numbers::grouped(events), numbers::count(emitted, "event"));
    let text = format!("dropped {events} of {all} ({share} %)");
    if details == 0 { text } else { format!("{text} and {lost_details} of recorded events") }
}

fn as_json(Drained { summary, metrics }: &Drained) -> Json {
    let thread = |thread: &ThreadSummary| {
        let id = thread.thread_id;
        let at = metrics.threads.binary_search_by_key(&id, |it| it.thread_id).ok();
        let metrics = at.map(|at| &metrics.threads[at]);
        let counts = thread.counts.unwrap_or_default();
        json!({
            "thread_id": thread.thread_id,
            "events": thread.events,
            "details": details_of(thread),
            "bytes": metrics.map_or(0, |metrics| metrics.bytes_written),
            "emitted": counts.emitted,
            "recorded": counts.recorded,
            "dropped_events": counts.dropped_events,
            "dropped_details": counts.dropped_details,
            "high_water_bytes": metrics.map_or(0, |metrics| metrics.high_water_bytes),
        })
    };
    json!({
        "threads": summary.threads.iter().map(thread).collect::<Json>(),
        "events": summary.threads.iter().map(|thread| u64::from(thread.events)).sum::<u64>(),
        "details": summary.threads.iter().map(details_of).sum::<u64>(),
        "bytes": metrics.bytes_written(),
        "dropped_events": metrics.dropped_events(),
        "dropped_details": metrics.dropped_details(),
        "high_water_bytes": metrics.high_water_bytes(),
        "untraced_threads": summary.manifest.untraced_threads.unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_printed_with_their_share() {
        let texts = [(10, 0, 0), (10_000, 1_234, 0), (3, 0, 1), (0, 0, 0), (300_000, 1, 2)];
        let texts = texts.map(|(emitted, events, details)| losses(emitted, events, details));
        let expected = [
            "nothing was dropped",
            "dropped 1 234 of 10 000 events (12.34 %)",
            "dropped 1 detail and no events",
            "nothing was dropped",
            "dropped 1 of 300 000 events (less than 0.01 %) and 2 details of recorded events",
        ];
        assert_eq!(texts, expected);
        assert_eq!(losses(u64::MAX, u64::MAX, 0).split_once(" (").unwrap().1, "100.00 %)");
    }
}
