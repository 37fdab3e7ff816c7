//! What follows from an error: another attempt or none, the text for the manifest, and a notice.

use super::notice::{
    Notice, Observer, Troubles, is_denied, is_for_want_of_files, is_for_want_of_room,
};
use super::worker::Worker;
use crate::error::{Error, Result};
use crate::manifest::reserve;
use crate::storage::Storage;

/// So many attempts, one per scan, are made to finalize the files of a thread that has ended. For room on the
/// disk and for open files, the drain waits without limit.
const MOST_TRIES: u32 = 200;

impl<S: Storage> Worker<S> {
    /// An error is final if the ring is damaged, the thread's directory or files were removed, or writing is
    /// not permitted. After other errors of the operating system, the drain tries again.
    pub(super) fn set_aside(&mut self, id: u32, error: Error) {
        let is_unusable = matches!(error, Error::Malformed { .. } | Error::NotATrace { .. });
        if is_unusable || error.is_not_found() || is_denied(&error) {
            self.give_up(id, error);
        } else {
            self.note_trouble(&error);
            self.refused.insert(id, error);
        }
    }

    /// Leaves a thread to another drain or to recovery. The session ends without it.
    pub(super) fn give_up(&mut self, id: u32, error: Error) {
        self.has_seen_any = true;
        self.refused.remove(&id);
        self.threads.retain(|thread| thread.thread_id != id);
        self.note_failure(&error);
        self.failed.insert(id, error);
    }

    /// Takes note of an error that is final.
    pub(super) fn note_failure(&mut self, error: &Error) {
        self.last_error = Some(format!("{error:#}"));
        // Damage can be found in the files later. An error of the disk cannot, so the manifest gets it.
        if matches!(error, Error::Io { .. }) {
            self.failure.get_or_insert(format!("{error:#}"));
        }
        self.notify(&Notice::Failed { error: error.clone() });
    }

    /// Takes note of an error that is tried again.
    pub(super) fn note_trouble(&mut self, error: &Error) {
        self.last_error = Some(format!("{error:#}"));
        if self.troubles.is_new(error) {
            self.notify(&Notice::Waiting { error: error.clone() });
        }
    }

    /// Reports that everything works again.
    pub(super) fn note_recovery(&mut self) {
        let is_stuck =
            self.refused_scan || self.refused_manifest.is_some() || !self.refused.is_empty();
        if !is_stuck && self.troubles.are_over() {
            self.notify(&Notice::Resumed);
        }
    }

    pub(super) fn notify(&mut self, notice: &Notice) {
        if let Some(Observer(report)) = &mut self.observer {
            report(notice);
        }
    }

    /// Reports to `observer` from now on. It first gets the failures that were reported before.
    pub(super) fn observe(&mut self, observer: Observer) {
        self.observer = Some(observer);
        let failed: Vec<Error> = self.failed.values().cloned().collect();
        for error in failed {
            self.notify(&Notice::Failed { error });
        }
        // What is still wrong will be reported again.
        self.troubles = Troubles::default();
    }

    /// Takes note of whether the manifest could be written. It is written again with the next change. That is
    /// correct even after a failed sync, because the complete manifest is written to a new file.
    pub(super) fn note_manifest(&mut self, written: Result<()>) {
        // The manifest took the place of the reserve.
        reserve::reserve(self.session.storage(), &self.dir);
        if let Err(error) = &written {
            self.note_trouble(error);
        }
        self.refused_manifest = written.err();
    }

    /// Whether the manifest could not be written, for another reason than a full disk.
    pub(super) fn is_manifest_refused(&self) -> bool {
        self.refused_manifest.as_ref().is_some_and(|error| !is_for_want_of_room(error))
    }

    /// Counts a failed attempt to finalize a thread. Returns whether it was the last one.
    pub(super) fn is_last_try(&mut self, id: u32, error: &Error) -> bool {
        let tries = self.tries.entry(id).or_default();
        *tries += 1;
        *tries >= MOST_TRIES && !is_for_want_of_room(error) && !is_for_want_of_files(error)
    }
}
