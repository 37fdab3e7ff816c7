//! A session as a whole: its manifest against its threads.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use super::report::Report;
use super::thread;
use crate::consistency::{Progress, ThreadFacts};
use crate::error::{Error, Fault, FaultKind, FieldId, ManifestFault, Region, Result};
use crate::manifest::{MANIFEST_NAME, Manifest, ManifestThread, State, values_of_wrong_types};
use crate::session::Session;

/// Checks the manifest and every thread.
pub(super) fn check_session(
    session: &Session,
    report: &mut Report,
    progress: Progress<'_>,
) -> Result<()> {
    let path = session.dir().join(MANIFEST_NAME);
    let mut facts = BTreeMap::new();
    for thread in session.threads() {
        if !thread.exists {
            let found = "no such directory";
            let (kind, region) = (FaultKind::Missing, Region::Thread);
            let fault = Fault::new(kind, region, 0, FieldId::Directory, "a directory", found);
            report.problem(&thread.dir, fault);
            continue;
        }
        match thread::check(&thread.dir, report, progress) {
            Ok(found) => facts.extend(found.map(|found| (thread.id, found))),
            // One thread's files never touch another's.
            Err(error) => {
                let (file, fault) = error.into_fault(&thread.dir);
                report.problem(&file, fault);
            }
        }
        if session.manifest().is_ok() && !thread.in_manifest {
            let expected = format!("thread {} listed", thread.id);
            report
                .problem(&path, fault(FaultKind::Missing, key("threads"), expected, "not listed"));
        }
    }
    match session.manifest() {
        Ok(manifest) => check_manifest(manifest, &facts, &path, report),
        Err(Error::Manifest { fault: manifest_fault, .. }) => {
            let expected = "a session's manifest";
            // What was expected is said once.
            let found = match manifest_fault {
                ManifestFault::NotAManifest { found } => found.clone(),
                ManifestFault::TooLong { .. } => manifest_fault.to_string(),
            };
            report.problem(&path, fault(FaultKind::BadManifest, FieldId::Json, expected, found));
        }
        Err(error) => {
            let found = std::error::Error::source(error).map_or_else(
                || error.to_string(),
                |source| format!("none that can be read ({source})"),
            );
            let kind = match error.is_not_found() {
                true => FaultKind::Missing,
                false => FaultKind::Unreadable,
            };
            report.problem(&path, fault(kind, FieldId::File("file"), "a file", found));
        }
    }
    Ok(())
}

/// The first thing in which a manifest is wrong about its threads, in words.
pub(crate) fn manifest_problem(
    manifest: &Manifest,
    facts: &BTreeMap<u32, ThreadFacts>,
    path: &Path,
) -> Option<String> {
    let mut report = Report::default();
    check_manifest(manifest, facts, path, &mut report);
    report.problems().first().map(|problem| problem.fault.to_string())
}

fn check_manifest(
    manifest: &Manifest,
    facts: &BTreeMap<u32, ThreadFacts>,
    path: &Path,
    report: &mut Report,
) {
    let mut listed = BTreeSet::new();
    for (position, thread) in manifest.threads.iter().enumerate() {
        if !listed.insert(thread.id) {
            let found = format!("{} twice", thread.id);
            report
                .problem(path, fault(FaultKind::Duplicate, key("threads"), "every id once", found));
        }
        let Some(facts) = facts.get(&thread.id) else { continue };
        match (thread.has_detail, facts.has_detail) {
            (true, false) => report.note(
                path,
                format!(
                    "thread {} has no detail.atf, though has_detail says so, \
                     as the original tracer does for every thread",
                    thread.id
                ),
            ),
            (false, true) => {
                let field = FieldId::ThreadKey { position, key: "has_detail" };
                report.problem(path, fault(FaultKind::Mismatch, field, true, false));
            }
            _ => {}
        }
        check_counts(position, thread, facts, path, report);
    }
    note_wrong_types(manifest, path, report);
    if let Some(clock) = &manifest.clock {
        super::clock::check(clock, path, report);
    }
    check_clock(manifest, facts, path, report);
    // A thread that cannot be read may be the one that the times come from.
    if manifest.threads.iter().all(|thread| facts.contains_key(&thread.id)) {
        check_times(manifest, facts, path, report);
    }
    if manifest.state == Some(State::Recording) {
        report.note(path, "state is \"recording\": the session goes on, or was killed");
    }
}

/// What was emitted is what is there and what was dropped, exactly.
fn check_counts(
    position: usize,
    thread: &ManifestThread,
    facts: &ThreadFacts,
    path: &Path,
    report: &mut Report,
) {
    let mut problem = |key: &'static str, expected: String, found: u64| {
        let field = FieldId::ThreadKey { position, key };
        report.problem(path, fault(FaultKind::CountMismatch, field, expected, found));
    };
    if let Some(found) = thread.recorded.filter(|&found| found != facts.recorded()) {
        let expected = format!(
            "{} ({} in index.atf, {} of them markers)",
            facts.recorded(),
            facts.events,
            facts.marked.markers
        );
        problem("recorded", expected, found);
    }
    if let (Some(emitted), Some(recorded), Some(dropped)) =
        (thread.emitted, thread.recorded, thread.dropped_events)
    {
        let sum = u128::from(recorded) + u128::from(dropped);
        if u128::from(emitted) != sum {
            problem("emitted", format!("{sum} (recorded and dropped_events)"), emitted);
        }
    }
    if let Some(dropped) = thread.dropped_events.filter(|&dropped| dropped < facts.marked.lost) {
        let lost = facts.marked.lost;
        let text = format!(
            "thread {}: the markers in its events speak of {lost} lost, dropped_events of {dropped}",
            thread.id
        );
        report.note(path, text);
    }
}

/// Optional values of a wrong type count as absent, which must not go unsaid.
fn note_wrong_types(manifest: &Manifest, path: &Path, report: &mut Report) {
    const NAMED: usize = 3;
    let found = values_of_wrong_types(manifest);
    if found.is_empty() {
        return;
    }
    let named = found.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match found.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    report.note(path, format!("values of a wrong type, taken as absent: {named}{more}"));
}

fn check_clock(
    manifest: &Manifest,
    facts: &BTreeMap<u32, ThreadFacts>,
    path: &Path,
    report: &mut Report,
) {
    let Some(clock) = manifest.clock_type else { return };
    if let Some((id, facts)) = facts.iter().find(|(_, facts)| facts.clock_type != clock) {
        let expected = format!("{} (as thread {id} says)", facts.clock_type);
        report.problem(path, fault(FaultKind::Mismatch, key("clock_type"), expected, clock));
    }
}

fn check_times(
    manifest: &Manifest,
    facts: &BTreeMap<u32, ThreadFacts>,
    path: &Path,
    report: &mut Report,
) {
    let ranges = || facts.values().filter_map(|facts| facts.time_range);
    let start = ranges().map(|(start, _)| start).min().unwrap_or(0);
    let end = ranges().map(|(_, end)| end).max().unwrap_or(0);
    if (manifest.time_start_ns, manifest.time_end_ns) == (0, 0) {
        if (start, end) != (0, 0) && manifest.state != Some(State::Recording) {
            report.note(path, "times are 0: not recorded, as by the original tracer");
        }
        return;
    }
    let fields = [
        ("time_start_ns", start, manifest.time_start_ns),
        ("time_end_ns", end, manifest.time_end_ns),
    ];
    for (name, expected, found) in fields {
        if expected != found {
            let expected = format!("{expected} (over all threads)");
            report.problem(path, fault(FaultKind::TimeMismatch, key(name), expected, found));
        }
    }
}

/// A fault of the manifest, which has no offsets.
fn fault(
    kind: FaultKind,
    field: FieldId,
    expected: impl fmt::Display,
    found: impl fmt::Display,
) -> Fault {
    Fault::new(kind, Region::Manifest, 0, field, expected, found)
}

fn key(name: &'static str) -> FieldId {
    FieldId::Key(name)
}
