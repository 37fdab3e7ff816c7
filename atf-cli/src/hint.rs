//! The hint at `atf recover`: only where it would mend something.

use atf_runtime::Error;
use atf_runtime::format::IndexEvent;
use atf_runtime::recovery::{LaneOutcome, ManifestPlan, Plan, RingOutcome, ThreadPlan};
use atf_runtime::session::TracePath;

use crate::trace::Opened;
use crate::{notes, shell};

/// Says which command repairs the trace, and what that does.
pub(crate) fn recover(path: &TracePath, what_it_does: &str) {
    let command = shell::recover_command(path.path());
    notes::hint(format_args!("`{command}` {what_it_does}"));
}

/// Asks recovery what it would do with a trace in which something was found, and hints at it if it
/// would mend anything. Reads the whole trace, as what found something has done before.
pub(crate) fn recover_if_it_helps(path: &TracePath) {
    if Plan::of(path, &mut |_| ()).is_ok_and(|plan| mends_something(&plan)) {
        recover(path, "keeps what is whole");
    }
}

fn mends_something(plan: &Plan) -> bool {
    let is_mended = |thread: &ThreadPlan| {
        let outcomes = thread.index.iter().chain(&thread.detail).map(|lane| lane.outcome);
        let mut outcomes = outcomes.filter(|_| thread.is_written());
        outcomes.any(|it| matches!(it, LaneOutcome::Finalized | LaneOutcome::Removed))
    };
    // A manifest that is rewritten only because a thread cannot be read mends nothing.
    let is_manifest_mended = matches!(plan.manifest, Some(ManifestPlan::Rewritten { .. }))
        && plan.threads.iter().all(ThreadPlan::is_written);
    let has_ring = |thread: &ThreadPlan| {
        thread.ring.as_ref().is_some_and(|ring| ring.outcome != RingOutcome::Stays)
    };
    // While it is recorded the drain does all of it.
    !plan.is_being_recorded
        && (plan.threads.iter().any(is_mended)
            || plan.threads.iter().any(has_ring)
            || is_manifest_mended)
}

/// Whether recovery would mend files that could be opened, as far as opening them shows: a reader of
/// a few events is not kept waiting for all of them to be read.
pub(crate) fn is_mendable(files: &Opened) -> bool {
    // Events of a newer version cannot be written again.
    let is_ours = |stride: u64| stride == size_of::<IndexEvent>() as u64;
    let is_index_readable = files.index().is_none_or(|index| is_ours(index.extent().stride));
    let is_detail_readable =
        !matches!(files.detail(), Err(Error::Io { .. } | Error::NotATrace { .. }));
    !files.is_finalized() && is_index_readable && is_detail_readable
}
