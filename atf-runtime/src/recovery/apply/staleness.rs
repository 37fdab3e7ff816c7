//! Whether a trace is still what its plan was made from. Called before anything is changed in place, with
//! drains and producers kept out. A program that started and ended between scan and repair leaves no lock, and the plan
//! would cut off what it recorded.

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::{Error, Result};
use crate::recovery::plan::{Plan, RingOutcome, ThreadPlan};
use crate::recovery::source::RingSnapshot;
use crate::ring::state::{RingState, path_in};
use crate::session::{Session, TracePath};

/// Fails when the trace has changed since it was scanned.
///
/// # Errors
///
/// [`Error::BeingRecorded`] when somebody recorded while the plan was made, or has recorded since;
/// [`Error::Io`].
pub(super) fn check_is_as_scanned(plan: &Plan) -> Result<()> {
    if plan.is_being_recorded {
        return Err(changed(plan.path.path(), "a drain or a producer when it was scanned"));
    }
    if let TracePath::Session(dir) = &plan.path {
        let session = Session::open(dir)?;
        let planned: BTreeSet<&Path> = plan.threads.iter().map(|it| it.dir.as_path()).collect();
        let is_new = |dir: &Path| !planned.contains(dir);
        if let Some(new) = session.threads().iter().find(|it| it.exists && is_new(&it.dir)) {
            return Err(changed(&new.dir, "a thread that came since it was scanned"));
        }
    }
    // For a file alone the scan did not look for a ring.
    if matches!(plan.path, TracePath::Session(_) | TracePath::Thread(_)) {
        for thread in &plan.threads {
            if has_other_ring(thread)? {
                let ring = path_in(&thread.dir);
                return Err(changed(&ring, "a drain or a producer since it was scanned"));
            }
        }
    }
    Ok(())
}

fn has_other_ring(thread: &ThreadPlan) -> Result<bool> {
    // A ring that is no regular file belongs to a thread that is not written.
    let Ok(now) = Error::unless_refused(RingState::of(&thread.dir))? else { return Ok(false) };
    Ok(match (&thread.ring, now) {
        (None, now) => !matches!(now, RingState::Absent),
        (Some(then), RingState::Absent) => then.outcome != RingOutcome::NeverMade,
        (Some(then), RingState::Made(now)) => match &then.snapshot {
            Some(snapshot) => RingSnapshot::of(&now) != *snapshot,
            None => then.outcome == RingOutcome::NeverMade,
        },
        (Some(_), RingState::NeverMade | RingState::Damaged(_)) => false,
    })
}

fn changed(path: &Path, holder: &str) -> Error {
    Error::BeingRecorded { path: path.to_owned(), holder: holder.to_owned() }
}
