//! The checks of a session: every thread, and the manifest against them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use super::report::{NoteKind, Report};
use super::thread;
use crate::consistency::{Progress, ThreadFacts, manifest_faults, session_times};
use crate::error::{Error, Fault, FaultKind, FieldId, ManifestFault, Region, Result, count};
use crate::format::ClockType;
use crate::manifest::{
    MANIFEST_NAME, Manifest, ManifestThread, State, V4_KEY, values_of_wrong_types,
};
use crate::parallel::in_order;
use crate::session::{Session, SessionThread};
use crate::thread_dir::files_of_thread;

/// Checks the manifest and every thread, several at a time.
pub(super) fn check_session(
    session: &Session,
    report: &mut Report,
    workers: usize,
    progress: Progress<'_>,
) -> Result<()> {
    let path = session.dir().join(MANIFEST_NAME);
    let mut facts = BTreeMap::new();
    let threads = session.threads();
    // Where there are more processors than threads, several work on one file.
    let each = workers.div_ceil(threads.len().max(1));
    let check = |at: usize, progress: Progress<'_>| {
        let (thread, mut found) = (&threads[at], Report::default());
        let checked = match (is_lost(thread), thread.exists) {
            (Err(error), _) => Err(error),
            // A note about the manifest says so.
            (Ok(true), _) => Ok(None),
            (_, true) => thread::check(&thread.dir, &mut found, each, progress),
            (_, false) => {
                let (kind, region) = (FaultKind::Missing, Region::Thread);
                let (expected, no) = ("a directory", "no such directory");
                let fault = Fault::new(kind, region, 0, FieldId::Directory, expected, no);
                found.problem(&thread.dir, fault);
                Ok(None)
            }
        };
        (found, checked)
    };
    in_order(threads.len(), workers, progress, check, |at, (found, checked)| {
        let thread = &threads[at];
        report.append(found);
        match checked {
            Ok(found) => facts.extend(found.map(|found| (thread.id, found))),
            Err(error) if error.is_refusal() => return Err(error),
            // One thread's files never touch another's.
            Err(error) => {
                let (file, fault) = error.into_fault(&thread.dir);
                report.problem(&file, fault);
            }
        }
        if session.manifest().is_ok() && thread.exists && !thread.in_manifest {
            let expected = format!("thread {} listed", thread.id);
            report
                .problem(&path, fault(FaultKind::Missing, key("threads"), expected, "not listed"));
        }
        Ok(())
    })?;
    let original = ClockType::MACH_CONTINUOUS.get();
    let of_manifest = session.manifest().ok().and_then(|manifest| manifest.clock_type);
    let mut clocks = facts.values().map(|facts| facts.clock_type).chain(of_manifest);
    report.settle_clocks(session.dir(), clocks.any(|clock| clock != original));
    match session.manifest() {
        Ok(manifest) => {
            note_platform_of_v4(manifest, &path, report);
            check_manifest(manifest, &facts, &path, report);
        }
        Err(Error::Manifest { fault: manifest_fault, .. }) => {
            let expected = "a session's manifest";
            // What was expected is said once.
            let found = match manifest_fault {
                ManifestFault::NotAManifest { found } => found.clone(),
                ManifestFault::Damaged { found, names } => format!("{found}; {names}"),
                other => other.to_string(),
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

/// Whether the manifest marks a thread as lost and it has no file.
fn is_lost(thread: &SessionThread) -> Result<bool> {
    Ok(thread.lost && files_of_thread(&thread.dir)?.is_empty())
}

fn check_manifest(
    manifest: &Manifest,
    facts: &BTreeMap<u32, ThreadFacts>,
    path: &Path,
    report: &mut Report,
) {
    report.problems_in(path, manifest_faults(manifest, facts));
    for thread in &manifest.threads {
        note_unverified(thread, path, report);
        note_damaged(thread, path, report);
        if let Some(facts) = facts.get(&thread.id) {
            note_thread(thread, facts, path, report);
        } else if thread.lost {
            note_lost(thread, path, report);
        }
    }
    note_wrong_types(manifest, path, report);
    if let Some(clock) = &manifest.clock {
        super::clock::check(clock, path, report);
    }
    note_missing_times(manifest, facts, path, report);
    check_failed(manifest, path, report);
    if let Some(count) = manifest.untraced_threads.filter(|&count| count > 0) {
        report
            .note(path, format!("threads that could not be registered and are not in it: {count}"));
    }
    if manifest.state == Some(State::Recording) {
        report.note(path, "state is \"recording\": the recording is still running, or was killed");
    }
}

/// A V4 trace names its machine by words, of which v2 knows some. For others the headers have 0.
fn note_platform_of_v4(manifest: &Manifest, path: &Path, report: &mut Report) {
    let Some(v4) = manifest.other.get(V4_KEY).and_then(Value::as_object) else { return };
    let mut note = |what: &str, fields: &[&str], key: &str| {
        let taken_back = report.take_back(|fault| {
            fault.kind == FaultKind::UnknownValue
                && fault.region == Region::Header
                && fault.found == "0"
                && matches!(fault.field, FieldId::Schema(field) if fields.contains(&field))
        });
        if taken_back > 0 {
            let word = v4.get(key).and_then(Value::as_str);
            let fields = fields.join(" and ");
            let text = match word {
                Some(word) => format!("v2 has no number for {word:?}, the {what} of the V4 trace"),
                None => format!("the V4 trace does not say its {what}"),
            };
            report.note(path, format!("{fields} 0 in the headers: {text}"));
        }
    };
    note("operating system", &["os", "clock_type"], "os");
    note("architecture", &["arch"], "arch");
}

/// A recording that failed is not complete. Once recovery has completed its files, that it failed is worth
/// knowing.
fn check_failed(manifest: &Manifest, path: &Path, report: &mut Report) {
    let Some(failed) = &manifest.failed else { return };
    if manifest.state == Some(State::Recording) {
        let expected = "a recording that ended in order";
        report.problem(path, fault(FaultKind::Failed, key("failed"), expected, failed));
    } else {
        report.note(path, format!("the recording failed: {failed}"));
    }
}

/// What no sync made durable.
fn note_unverified(thread: &ManifestThread, path: &Path, report: &mut Report) {
    let lanes = [("events", &thread.unverified), ("detail records", &thread.unverified_details)];
    for (what, ranges) in lanes {
        for &[first, count] in ranges {
            let id = thread.id;
            let text = format!(
                "thread {id}: {what} {first} to {} are unverified: they may not be what was recorded",
                first.saturating_add(count.saturating_sub(1))
            );
            report.note(path, text);
        }
    }
}

/// What recovery kept although its checksum failed.
fn note_damaged(thread: &ManifestThread, path: &Path, report: &mut Report) {
    let lanes = [("events", &thread.damaged), ("detail records", &thread.damaged_details)];
    for (what, ranges) in lanes {
        for &[first, count] in ranges {
            let id = thread.id;
            let text = format!(
                "thread {id}: {what} {first} to {} are damaged: their checksum failed, and recovery kept them",
                first.saturating_add(count.saturating_sub(1))
            );
            report.note_of(NoteKind::Damaged, path, text);
        }
    }
}

fn note_lost(thread: &ManifestThread, path: &Path, report: &mut Report) {
    let id = thread.id;
    let had = match thread.recorded {
        Some(recorded) => format!("it had recorded {}", count(recorded, "event")),
        None => "how many events it had recorded is unknown".to_owned(),
    };
    report.note_of(NoteKind::Lost, path, format!("thread {id} is lost: its files are gone; {had}"));
}

fn note_thread(thread: &ManifestThread, facts: &ThreadFacts, path: &Path, report: &mut Report) {
    let id = thread.id;
    if thread.has_detail && !facts.has_detail {
        let text = format!(
            "thread {id}: has_detail is true, but there is no detail.atf; \
             the original tracer wrote true for every thread"
        );
        report.note_of(NoteKind::NoDetailFile, path, text);
    }
    if let Some(dropped) = thread.dropped_events.filter(|&dropped| dropped < facts.marked.lost()) {
        let lost = facts.marked.lost();
        let text = format!(
            "thread {id}: its markers count {}, dropped_events is only {dropped}",
            count(lost, "lost event")
        );
        report.note(path, text);
    }
}

/// Optional values of a wrong type count as absent; a note says so.
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

fn note_missing_times(
    manifest: &Manifest,
    facts: &BTreeMap<u32, ThreadFacts>,
    path: &Path,
    report: &mut Report,
) {
    // The times may come from a thread that cannot be read.
    let are_all_known =
        manifest.threads.iter().all(|thread| facts.contains_key(&thread.id) || thread.lost);
    if are_all_known
        && (manifest.time_start_ns, manifest.time_end_ns) == (0, 0)
        && session_times(facts) != (0, 0)
        && manifest.state != Some(State::Recording)
    {
        report.note(path, "times are 0: not recorded, as by the original tracer");
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
