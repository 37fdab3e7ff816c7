//! What was recorded, on stderr after the program has ended.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitStatus;

use atf_analysis::{By, Options, Report, Selection};
use serde_json::json;

use super::modules::Loaded;
use super::process::Recorded;
use super::service::Outcome;
use super::{Args, compiling, launch};
use crate::numbers::{count, grouped, percent, short_duration};
use crate::trace::Trace;
use crate::{escape, functions, notes, shell};

/// Functions of the report that are shown.
const TOP: usize = 10;

/// Prints the summary, and writes it as JSON if that was asked for.
pub(super) fn print(outcome: &Outcome, args: &Args, status: ExitStatus) {
    if let Some(path) = &args.json {
        let text = as_json(&outcome.recorded, launch::code(status)).to_string() + "\n";
        if let Err(error) = std::fs::write(path, text) {
            notes::note(format_args!("{}: cannot write: {error}", path.display()));
        }
    }
    if outcome.recorded.is_empty() {
        return print_nothing(outcome);
    }
    for process in &outcome.recorded {
        print_process(process);
    }
    if let Some(largest) = outcome.recorded.iter().max_by_key(|it| it.events) {
        print_report(&largest.dir);
    }
}

fn print_nothing(outcome: &Outcome) {
    if !outcome.has_started {
        return notes::note(
            "nothing was recorded: the program did not load the recording library (linked statically, or it runs \
             with the rights of another user)",
        );
    }
    if outcome.seen.iter().any(|module| module.traceable > 0) {
        modules(&outcome.seen).iter().for_each(|line| notes::text(format_args!("{line}\n")));
        return notes::note("nothing was recorded: no function that was chosen was called");
    }
    notes::text(compiling::HELP);
}

fn print_process(process: &Recorded) {
    let lost = match process.lost {
        0 => "nothing was lost".to_owned(),
        lost => format!("{} lost because a ring was full", count(lost, "event")),
    };
    notes::text(format_args!(
        "recorded  process {}: {}, {}, {lost}\n",
        process.pid,
        count(process.threads, "thread"),
        count(process.events, "event")
    ));
    if process.untraced > 0 {
        let untraced = count(process.untraced, "thread");
        notes::text(format_args!(
            "          {untraced} not traced: no ring could be made for them\n"
        ));
    }
    modules(&process.modules).iter().for_each(|line| notes::text(format_args!("{line}\n")));
    if let Some(error) = &process.error {
        notes::error(error);
        notes::hint(format_args!("run `{}` to complete it", shell::recover_command(&process.dir)));
    }
}

/// A line per module with functions that can be recorded.
fn modules(modules: &[Loaded]) -> Vec<String> {
    let traceable = modules.iter().filter(|module| module.traceable > 0);
    traceable
        .map(|module| {
            let traced = grouped(module.traced as u64);
            let all = count(module.traceable as u64, "function");
            let path = escape::printable_path(&module.path);
            if module.traced == module.traceable {
                format!("          {all} can be recorded in {path}")
            } else {
                format!("          {traced} of {all} that can be recorded are chosen in {path}")
            }
        })
        .collect()
}

/// Where the time went in a session.
fn print_report(dir: &Path) {
    let Ok(trace) = Trace::open(dir) else { return };
    let names = atf_analysis::names::Names::of(trace.manifest(), Default::default());
    let threads = trace.threads.iter();
    let threads = atf_analysis::Trace::new(threads.filter_map(|it| Some((it.id, it.index()?))));
    let report =
        Report::of(&threads, By::Function, &Selection::default(), &Options::default(), None);
    let Ok(report) = report else { return };
    let mut rows: Vec<_> = report.rows().iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.self_ns));
    let mut text = String::from("\n   share       self      total        calls  function\n");
    for row in rows.iter().take(TOP) {
        let (share, own) = (percent(row.share), short_duration(row.self_ns));
        let (total, calls) = (short_duration(row.total_ns), grouped(row.calls));
        let name = functions::shown(&names, row.key);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{share:>8} {own:>10} {total:>10} {calls:>12}  {name}");
    }
    notes::text(text + "\n");
}

/// The last line names the recording.
pub(super) fn print_path(dir: &Path, outcome: &Outcome) {
    let dir = std::env::current_dir()
        .ok()
        .and_then(|current| dir.strip_prefix(current).ok())
        .unwrap_or(dir);
    let first = outcome.recorded.first().map_or(dir, |it| it.dir.as_path());
    let path = if outcome.recorded.len() == 1 {
        shell::word(dir)
    } else {
        let name = first.file_name().map_or_else(|| first.to_owned(), |name| dir.join(name));
        shell::word(&name)
    };
    notes::text(format_args!("next: atf report {path}; atf tree {path}; atf replay {path}\n"));
    notes::text(format_args!("recorded into {}\n", escape::printable_path(dir)));
}

fn as_json(recorded: &[Recorded], status: i32) -> serde_json::Value {
    let module = |module: &Loaded| {
        json!({
            "path": module.path.to_string_lossy(),
            "traceable": module.traceable,
            "traced": module.traced,
        })
    };
    let session = |process: &Recorded| {
        let modules = process.modules.iter().filter(|it| it.traceable > 0);
        json!({
            "path": process.dir.to_string_lossy(),
            "pid": process.pid,
            "threads": process.threads,
            "events": process.events,
            "lost": process.lost,
            "untraced_threads": process.untraced,
            "modules": modules.map(module).collect::<serde_json::Value>(),
        })
    };
    let sessions: serde_json::Value = recorded.iter().map(session).collect();
    json!({ "sessions": sessions, "status": status })
}
