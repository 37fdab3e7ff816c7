//! Which threads of a session are lost: from what the manifest lists and which files exist to plans. Called for
//! each thread of a session.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::thread::{is_empty, nothing_recorded};
use crate::error::Result;
use crate::input::exists_by_name;
use crate::manifest::{ManifestThread, State};
use crate::recovery::plan::{LostPlan, ThreadPlan};
use crate::session::{Session, SessionThread};

/// What the manifest lists, or what is left of a damaged one.
pub(super) struct Listed<'a> {
    threads: BTreeMap<u32, &'a ManifestThread>,
    is_recording: bool,
}

impl<'a> Listed<'a> {
    pub(super) fn of(session: &'a Session) -> Self {
        let manifest = session.readable_manifest();
        let threads = manifest.iter().flat_map(|manifest| &manifest.threads).rev();
        Self {
            threads: threads.map(|thread| (thread.id, thread)).collect(),
            is_recording: manifest.is_some_and(|it| it.state == Some(State::Recording)),
        }
    }

    pub(super) fn get(&self, id: u32) -> Option<&'a ManifestThread> {
        self.threads.get(&id).copied()
    }

    /// Whether the manifest says that something was recorded. A thread that is not listed was not, and
    /// neither was one without counts in a session that still records.
    fn was_recorded(&self, id: u32) -> bool {
        self.threads.get(&id).is_some_and(|thread| {
            let has_counts = thread.emitted.is_some() || thread.recorded.is_some();
            thread.lost || has_counts || !self.is_recording
        })
    }

    fn has_events(&self, id: u32) -> bool {
        self.threads.get(&id).is_some_and(|thread| thread.recorded.is_some_and(|it| it > 0))
    }

    fn lost(&self, id: u32, set_aside: Vec<PathBuf>) -> LostPlan {
        let thread = self.threads.get(&id);
        LostPlan {
            recorded: thread.and_then(|thread| thread.recorded),
            is_known: thread.is_some_and(|thread| thread.lost),
            set_aside,
        }
    }
}

/// Plans a thread that has no file; `None` if nothing was recorded and there is no directory either.
///
/// # Errors
///
/// [`Io`](crate::Error::Io) when the operating system does not say what the directory holds.
pub(super) fn plan_without_files(
    thread: &SessionThread,
    listed: &Listed<'_>,
) -> Result<Option<ThreadPlan>> {
    let (dir, id) = (&thread.dir, Some(thread.id));
    let exists = exists_by_name(dir)?;
    if !listed.was_recorded(thread.id) && (!exists || is_empty(dir)?) {
        return Ok(exists.then(|| nothing_recorded(dir, id)));
    }
    let lost = Some(listed.lost(thread.id, Vec::new()));
    Ok(Some(ThreadPlan { lost, ..ThreadPlan::new(dir, id) }))
}

/// A thread with files is lost if they cannot be read, or if they are only a ring through which nothing was
/// recorded although the manifest says that something was.
pub(super) fn mark_lost(
    plan: ThreadPlan,
    thread: &SessionThread,
    files: Vec<PathBuf>,
    listed: &Listed<'_>,
) -> ThreadPlan {
    if plan.is_written() || plan.is_empty() && !listed.has_events(thread.id) {
        return plan;
    }
    let lost = Some(listed.lost(thread.id, files));
    ThreadPlan { lost, ..plan }
}
