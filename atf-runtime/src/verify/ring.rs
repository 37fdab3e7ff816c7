//! The check of a thread's ring: a finished session has none. Called for each thread directory.

use std::path::Path;

use super::report::Report;
use crate::error::{FaultKind, Result};
use crate::lock::is_held;
use crate::ring::state::{
    LEFT_BEHIND, RingState, is_drained, never_made_fault, path_in, undrained_fault,
};

/// Reports a ring as one problem: either it has events that index.atf has not, or it should not exist.
pub(super) fn check(thread_dir: &Path, report: &mut Report) -> Result<()> {
    let path = path_in(thread_dir);
    let ring = match RingState::of(thread_dir)?.beside(thread_dir, None)? {
        RingState::Absent => return Ok(()),
        RingState::NeverMade => {
            report.problem(&path, never_made_fault());
            return Ok(());
        }
        RingState::Damaged(fault) => {
            report.problem(&path, fault);
            return Ok(());
        }
        RingState::Made(ring) => ring,
    };
    let is_drained = is_drained(thread_dir, &ring)?;
    let is_recording = is_held(&path)?;
    let fault = match is_drained && !is_recording {
        true => ring.fault(FaultKind::RingLeftBehind, LEFT_BEHIND.0, LEFT_BEHIND.1),
        false => undrained_fault(&ring, is_recording),
    };
    report.problem(&path, fault);
    Ok(())
}
