//! What becomes of a session's manifest.json: from the plans of its threads to a plan. Called last in the
//! scan of a session.

use std::collections::{BTreeMap, BTreeSet};

use crate::consistency::{ThreadFacts, manifest_faults};
use crate::error::{Error, Result};
use crate::format::DETAIL_FILE;
use crate::input::exists;
use crate::manifest::{
    Manifest, ManifestThread, RingCounts, State, ThreadEntry, values_of_wrong_types,
};
use crate::recovery::plan::{ManifestPlan, RingOutcome, RingPlan, ThreadPlan};
use crate::session::{Session, SessionThread};

/// Compares the manifest with what the threads' files will say after recovery.
///
/// # Errors
///
/// [`Io`](crate::Error::Io) when the operating system does not say which files exist.
pub(super) fn plan_manifest(session: &Session, threads: &[ThreadPlan]) -> Result<ManifestPlan> {
    let facts: BTreeMap<u32, ThreadFacts> =
        threads.iter().filter_map(|thread| Some((thread.thread_id?, thread.facts?))).collect();
    // What is not understood would be lost with it.
    let is_kept = match session.manifest() {
        Ok(manifest) => !values_of_wrong_types(manifest).is_empty(),
        Err(error) => matches!(error, Error::Manifest { .. }),
    };
    let rewritten = |reason: String, mut manifest: Manifest, only_in_copy: bool| {
        let left_alone = threads_left_alone(session, &manifest, threads)?;
        manifest.set_threads(facts.iter().map(|(&id, facts)| ThreadEntry {
            id,
            has_detail: facts.has_detail,
            time_range: facts.time_range,
            counts: counts_of(threads, id),
        }));
        for thread in &mut manifest.threads {
            if let Some(facts) = facts.get(&thread.id) {
                thread.fit_counts(facts.recorded());
            }
            if let Some(plan) = plan_of(threads, thread.id) {
                plan.list_unverified(thread);
            }
        }
        manifest.clock_type = facts.values().next().map(|facts| facts.clock_type);
        manifest.state = Some(State::Complete);
        let manifest = Box::new(manifest);
        Ok(ManifestPlan::Rewritten { reason, manifest, left_alone, only_in_copy, is_kept })
    };
    let manifest = match session.manifest() {
        Ok(manifest) => manifest.clone(),
        Err(error) => {
            let left = session.readable_manifest().cloned().unwrap_or_else(Manifest::recording);
            return rewritten(format!("{error:#}"), left, false);
        }
    };
    let listed: BTreeSet<u32> = manifest.threads.iter().map(|thread| thread.id).collect();
    let there: BTreeSet<u32> =
        session.threads().iter().filter(|thread| thread.exists).map(|thread| thread.id).collect();
    if listed != there || listed.len() != manifest.threads.len() {
        let reason = "it does not list the threads that were found".to_owned();
        return rewritten(reason, manifest, false);
    }
    if manifest.state == Some(State::Recording) {
        return rewritten("the session was not ended".to_owned(), manifest, false);
    }
    if threads.iter().any(|thread| thread.ring.as_ref().is_some_and(is_joined)) {
        let reason = "events were added from the rings".to_owned();
        return rewritten(reason, manifest, false);
    }
    let is_said = |listed: &ManifestThread| {
        let Some(plan) = plan_of(threads, listed.id) else { return true };
        let mut said = listed.clone();
        plan.list_unverified(&mut said);
        said == *listed
    };
    if !manifest.threads.iter().all(is_said) {
        let reason = "nothing proves some of the events and records".to_owned();
        return rewritten(reason, manifest, false);
    }
    if !listed.iter().eq(facts.keys()) {
        let reason = "threads that cannot be read are not in the copy".to_owned();
        return rewritten(reason, manifest, true);
    }
    match manifest_faults(&manifest, &facts).first() {
        Some(fault) => rewritten(fault.to_string(), manifest, false),
        None => Ok(ManifestPlan::Unchanged),
    }
}

/// Threads that recovery does not write, as the manifest lists them or would list them. In place they stay
/// where they are.
fn threads_left_alone(
    session: &Session,
    manifest: &Manifest,
    threads: &[ThreadPlan],
) -> Result<Vec<ManifestThread>> {
    let listed: BTreeMap<u32, &ManifestThread> =
        manifest.threads.iter().rev().map(|listed| (listed.id, listed)).collect();
    let is_planned = |id: u32| {
        plan_of(threads, id).is_some_and(|thread| thread.facts.is_some() || thread.is_empty())
    };
    let entry = |thread: &SessionThread| {
        if let Some(&listed) = listed.get(&thread.id) {
            return Ok(listed.clone());
        }
        let has_detail = exists(&thread.dir.join(DETAIL_FILE.path))?;
        Ok(ManifestThread { has_detail, ..ManifestThread::new(thread.id) })
    };
    let is_left = |thread: &&SessionThread| thread.exists && !is_planned(thread.id);
    session.threads().iter().filter(is_left).map(entry).collect()
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
