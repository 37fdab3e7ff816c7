//! What becomes of a session's manifest.json: from the plans of its threads to a plan. Called last in the
//! scan of a session.

use std::collections::{BTreeMap, BTreeSet};

use crate::consistency::{ThreadFacts, manifest_faults};
use crate::error::Error;
use crate::manifest::{
    Manifest, ManifestThread, RingCounts, State, ThreadEntry, ranges, values_of_wrong_types,
};
use crate::recovery::plan::{LanePlan, LostPlan, ManifestPlan, RingOutcome, RingPlan, ThreadPlan};
use crate::session::Session;

/// Compares the manifest with what the threads' files will say after recovery.
pub(super) fn plan_manifest(session: &Session, threads: &[ThreadPlan]) -> ManifestPlan {
    let facts: BTreeMap<u32, ThreadFacts> =
        threads.iter().filter_map(|thread| Some((thread.thread_id?, thread.facts?))).collect();
    // What is not understood would be lost with it.
    let is_kept = match session.manifest() {
        Ok(manifest) => !values_of_wrong_types(manifest).is_empty(),
        Err(error) => matches!(error, Error::Manifest { .. }),
    };
    let (reason, old) = match session.manifest() {
        Ok(manifest) => match reason_to_rewrite(manifest, threads, &facts) {
            Some(reason) => (reason, manifest.clone()),
            None => return ManifestPlan::Unchanged,
        },
        Err(error) => {
            let left = session.readable_manifest().cloned().unwrap_or_else(Manifest::recording);
            (format!("{error:#}"), left)
        }
    };
    let new = renewed(old, threads, &facts);
    // A fault that stays must not be a reason for ever.
    if session.manifest().is_ok_and(|old| *old == new) {
        return ManifestPlan::Unchanged;
    }
    ManifestPlan::Rewritten { reason, manifest: Box::new(new), is_kept }
}

/// Why a manifest that can be read is written again; `None` if it is right.
fn reason_to_rewrite(
    manifest: &Manifest,
    threads: &[ThreadPlan],
    facts: &BTreeMap<u32, ThreadFacts>,
) -> Option<String> {
    let listed: BTreeSet<u32> = manifest.threads.iter().map(|thread| thread.id).collect();
    let expected: BTreeSet<u32> =
        facts.keys().copied().chain(lost_threads(threads).map(|(id, _)| id)).collect();
    if listed != expected || listed.len() != manifest.threads.len() {
        return Some("it does not list the threads that were found".to_owned());
    }
    let mut lost = lost_threads(threads).filter(|(_, lost)| !lost.is_known).map(|(id, _)| id);
    if let Some(id) = lost.next() {
        return Some(format!("thread {id} is lost"));
    }
    if manifest.state == Some(State::Recording) {
        return Some("the session was not ended".to_owned());
    }
    if threads.iter().any(|thread| thread.ring.as_ref().is_some_and(is_joined)) {
        return Some("events were added from the rings".to_owned());
    }
    let mut lanes = threads.iter().flat_map(|thread| thread.index.iter().chain(&thread.detail));
    if lanes.any(|lane| lane.damaged > 0) {
        return Some("it lists now what is damaged".to_owned());
    }
    let is_said = |listed: &ManifestThread| {
        let Some(plan) = plan_of(threads, listed.id) else { return true };
        let mut said = listed.clone();
        plan.list_unverified(&mut said);
        said == *listed
    };
    if !manifest.threads.iter().all(is_said) {
        return Some("nothing proves some of the events and records".to_owned());
    }
    manifest_faults(manifest, facts).first().map(ToString::to_string)
}

/// The manifest as it must be after recovery.
fn renewed(old: Manifest, threads: &[ThreadPlan], facts: &BTreeMap<u32, ThreadFacts>) -> Manifest {
    let mut new = old;
    let lost = lost_entries(&new, threads);
    new.set_threads(facts.iter().map(|(&id, facts)| ThreadEntry {
        id,
        has_detail: facts.has_detail,
        time_range: facts.time_range,
        counts: counts_of(threads, id),
    }));
    for thread in &mut new.threads {
        thread.lost = false;
        if let Some(facts) = facts.get(&thread.id) {
            thread.fit_counts(facts.recorded());
        }
        if let Some(plan) = plan_of(threads, thread.id) {
            plan.list_unverified(thread);
            add_damaged(&mut thread.damaged, plan.index.as_ref());
            add_damaged(&mut thread.damaged_details, plan.detail.as_ref());
        }
    }
    new.threads.extend(lost);
    new.threads.sort_by_key(|thread| thread.id);
    if let Some(clock) = clock_of_most(facts) {
        new.clock_type = Some(clock);
    }
    new.state = Some(State::Complete);
    new
}

/// The entries of lost threads, as the manifest has or would have them.
fn lost_entries(manifest: &Manifest, threads: &[ThreadPlan]) -> Vec<ManifestThread> {
    let listed: BTreeMap<u32, &ManifestThread> =
        manifest.threads.iter().rev().map(|listed| (listed.id, listed)).collect();
    let entry = |(id, _)| {
        let listed = listed.get(&id).map(|&listed| listed.clone());
        ManifestThread { lost: true, ..listed.unwrap_or_else(|| ManifestThread::new(id)) }
    };
    lost_threads(threads).map(entry).collect()
}

/// Lists what of a lane is damaged, and nothing beyond its end.
fn add_damaged(listed: &mut Vec<[u64; 2]>, lane: Option<&LanePlan>) {
    ranges::cut_ranges(listed, lane.map_or(0, |lane| lane.kept));
    for &range in lane.iter().flat_map(|lane| &lane.damaged_ranges) {
        ranges::add_range(listed, range);
    }
}

fn lost_threads(threads: &[ThreadPlan]) -> impl Iterator<Item = (u32, &LostPlan)> {
    threads.iter().filter_map(|thread| Some((thread.thread_id?, thread.lost.as_ref()?)))
}

/// The clock of more than half of the threads. Without one the manifest keeps its own: it may be needed to
/// decide between them.
fn clock_of_most(facts: &BTreeMap<u32, ThreadFacts>) -> Option<u8> {
    let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
    for facts in facts.values() {
        *counts.entry(facts.clock_type).or_default() += 1;
    }
    counts.into_iter().find(|&(_, count)| count * 2 > facts.len()).map(|(clock, _)| clock)
}

fn is_joined(ring: &RingPlan) -> bool {
    ring.outcome == RingOutcome::Joined
}

/// The counts from the thread's ring. Without one the manifest's counts stay.
fn counts_of(threads: &[ThreadPlan], id: u32) -> Option<RingCounts> {
    plan_of(threads, id)?.ring.as_ref()?.counts
}

/// The plan of a thread of the session. They are in the order of their ids.
fn plan_of(threads: &[ThreadPlan], id: u32) -> Option<&ThreadPlan> {
    let at = threads.binary_search_by_key(&Some(id), |thread| thread.thread_id).ok()?;
    threads.get(at)
}
