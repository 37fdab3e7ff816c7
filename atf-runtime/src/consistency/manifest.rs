//! What a manifest must say, given what its threads' files say. Verification reports the faults; recovery
//! writes a manifest again that has any.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::thread::ThreadFacts;
use crate::error::{Fault, FaultKind, FieldId, Region};
use crate::manifest::{Manifest, ManifestThread};

/// Everything in which a manifest disagrees with the threads in `facts`.
pub(crate) fn manifest_faults(
    manifest: &Manifest,
    facts: &BTreeMap<u32, ThreadFacts>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut listed = BTreeSet::new();
    for (position, thread) in manifest.threads.iter().enumerate() {
        if !listed.insert(thread.id) {
            let found = format!("{} twice", thread.id);
            let field = FieldId::Key("threads");
            faults.push(fault(FaultKind::Duplicate, field, "every id once", found));
        }
        let Some(facts) = facts.get(&thread.id) else { continue };
        if thread.lost {
            let field = FieldId::ThreadKey { position, key: "lost" };
            faults.push(fault(FaultKind::Mismatch, field, "false (its files exist)", true));
        }
        // The original tracer says `has_detail` of every thread.
        if facts.has_detail && !thread.has_detail {
            let field = FieldId::ThreadKey { position, key: "has_detail" };
            faults.push(fault(FaultKind::Mismatch, field, true, false));
        }
        faults.extend(count_faults(position, thread, facts));
    }
    faults.extend(clock_fault(manifest, facts));
    // The times may come from a thread that cannot be read.
    if manifest.threads.iter().all(|thread| facts.contains_key(&thread.id) || thread.lost) {
        faults.extend(time_faults(manifest, facts));
    }
    faults
}

/// Timestamps of the first and the last event of all threads; 0 without events.
pub(crate) fn session_times(facts: &BTreeMap<u32, ThreadFacts>) -> (u64, u64) {
    let ranges = || facts.values().filter_map(|facts| facts.time_range);
    let start = ranges().map(|(start, _)| start).min().unwrap_or(0);
    let end = ranges().map(|(_, end)| end).max().unwrap_or(0);
    (start, end)
}

/// What was emitted is what the file holds and what was dropped, exactly.
fn count_faults(position: usize, thread: &ManifestThread, facts: &ThreadFacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut wrong = |key: &'static str, expected: String, found: u64| {
        let field = FieldId::ThreadKey { position, key };
        faults.push(fault(FaultKind::CountMismatch, field, expected, found));
    };
    if let Some(found) = thread.recorded.filter(|&found| found != facts.recorded()) {
        let expected = format!(
            "{} ({} in index.atf, {} of them markers)",
            facts.recorded(),
            facts.events,
            facts.marked.markers()
        );
        wrong("recorded", expected, found);
    }
    if let (Some(emitted), Some(recorded), Some(dropped)) =
        (thread.emitted, thread.recorded, thread.dropped_events)
    {
        let sum = u128::from(recorded) + u128::from(dropped);
        if u128::from(emitted) != sum {
            wrong("emitted", format!("{sum} (recorded and dropped_events)"), emitted);
        }
    }
    faults
}

fn clock_fault(manifest: &Manifest, facts: &BTreeMap<u32, ThreadFacts>) -> Option<Fault> {
    let clock = manifest.clock_type?;
    let (id, facts) = facts.iter().find(|(_, facts)| facts.clock_type != clock)?;
    let expected = format!("{} (as thread {id} says)", facts.clock_type);
    Some(fault(FaultKind::Mismatch, FieldId::Key("clock_type"), expected, clock))
}

fn time_faults(manifest: &Manifest, facts: &BTreeMap<u32, ThreadFacts>) -> Vec<Fault> {
    let found = (manifest.time_start_ns, manifest.time_end_ns);
    // Not recorded.
    if found == (0, 0) {
        return Vec::new();
    }
    let expected = session_times(facts);
    let fields = [("time_start_ns", expected.0, found.0), ("time_end_ns", expected.1, found.1)];
    let wrong = fields.into_iter().filter(|(_, expected, found)| expected != found);
    let fault_of = |(key, expected, found): (&'static str, u64, u64)| {
        let expected = format!("{expected} (over all threads)");
        fault(FaultKind::TimeMismatch, FieldId::Key(key), expected, found)
    };
    wrong.map(fault_of).collect()
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
