//! Suggests `atf recover`, but only if it would repair something.

use atf_runtime::Error;
use atf_runtime::format::IndexEvent;
use atf_runtime::recovery::{LaneOutcome, ManifestPlan, Plan, RingOutcome, ThreadPlan};
use atf_runtime::session::TracePath;

use crate::trace::Opened;
use crate::{notes, shell};

/// Prints the command that writes a repaired copy of the trace.
pub(crate) fn recover(path: &TracePath) {
    let command = shell::recover_command(path.path());
    notes::hint(format_args!("run `{command}` to write a repaired copy"));
}

/// Suggests recovery if its plan for the trace repairs something.
pub(crate) fn recover_if_it_helps(plan: &Plan) {
    if repairs_something(plan) {
        recover(&plan.path);
    }
}

/// Whether recovery makes files of the trace better.
pub(crate) fn repairs_something(plan: &Plan) -> bool {
    let is_repaired = |thread: &ThreadPlan| {
        let outcomes = thread.index.iter().chain(&thread.detail).map(|lane| lane.outcome);
        let mut outcomes = outcomes.filter(|_| thread.is_written());
        outcomes.any(|it| matches!(it, LaneOutcome::Finalized | LaneOutcome::Removed))
    };
    // If a thread cannot be read, rewriting the manifest without it repairs nothing.
    let is_manifest_repaired = matches!(plan.manifest, Some(ManifestPlan::Rewritten { .. }))
        && plan.threads.iter().all(ThreadPlan::is_written);
    let has_ring = |thread: &ThreadPlan| {
        thread.ring.as_ref().is_some_and(|ring| ring.outcome != RingOutcome::Stays)
    };
    // During a recording the drain completes the files.
    !plan.is_being_recorded
        && (plan.threads.iter().any(is_repaired)
            || plan.threads.iter().any(has_ring)
            || is_manifest_repaired)
}

/// Whether recovery would repair these files, as far as opening them shows. It does not read all
/// events, so that `atf dump --limit 1` stays fast.
pub(crate) fn is_repairable(files: &Opened) -> bool {
    // Recovery cannot rewrite events of a newer revision.
    let is_ours = |stride: u64| stride == size_of::<IndexEvent>() as u64;
    let is_index_readable = files.index().is_none_or(|index| is_ours(index.extent().stride));
    let is_detail_readable =
        !matches!(files.detail(), Err(Error::Io { .. } | Error::NotATrace { .. }));
    !files.is_finalized() && is_index_readable && is_detail_readable
}
