//! The check of a thread's ring: a finished session has none. Called for each thread directory.

use std::path::Path;

use super::report::Report;
use crate::error::{FaultKind, Result};
use crate::format::INDEX_FILE;
use crate::lock::is_held;
use crate::reader::IndexReader;
use crate::ring::state::{LEFT_BEHIND, RingState, holds_all, never_made_fault, path_in};

/// Reports a ring as one problem: either it has events that index.atf has not, or it should not exist.
pub(super) fn check(thread_dir: &Path, report: &mut Report) -> Result<()> {
    let path = path_in(thread_dir);
    let ring = match RingState::of(thread_dir)? {
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
    let index = IndexReader::open(thread_dir.join(INDEX_FILE.path));
    let is_drained = index.is_ok_and(|index| holds_all(&index, &ring));
    let events = if is_drained { 0 } else { ring.undrained_events() };
    let process = ring.control().process_id;
    let fault = match (is_held(&path), events) {
        (false, 0) if is_drained => {
            ring.fault(FaultKind::RingLeftBehind, LEFT_BEHIND.0, LEFT_BEHIND.1)
        }
        // The drain was killed or late, and finalized no file.
        (false, 0) => ring.fault(
            FaultKind::RingLeftBehind,
            "no ring of a program that has ended",
            format!("one of process {process}, whose events are all in index.atf"),
        ),
        (is_recording, _) => ring.fault(
            FaultKind::RingNotDrained,
            "0 events in a ring",
            match is_recording {
                true => format!("{events}, and process {process} is recording"),
                false => format!("{events}, of process {process}"),
            },
        ),
    };
    report.problem(&path, fault);
    Ok(())
}
