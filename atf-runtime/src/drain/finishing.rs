//! Syncing and finalizing one thread's files.

use super::thread_drain::ThreadDrain;
use crate::error::{Error, Result};
use crate::manifest::{InDoubt, RingCounts};
use crate::ring::marker::lost_marker;
use crate::ring::take::Heads;
use crate::storage::Storage;
use crate::writer::{DetailWriter, ThreadSummary};

impl<S: Storage> ThreadDrain<S> {
    /// Syncs detail, index, and directory: a record is durable before the event that names it.
    ///
    /// The first failure is returned and remembered; after it nothing is synced any more, while the
    /// recording continues.
    pub(super) fn sync(&mut self) -> Result<()> {
        let result = self.sync_files();
        match &result {
            Ok(()) => {
                self.unsynced = 0;
                self.syncs.succeeded(self.written());
            }
            Err(error) => self.syncs.failed(error, self.written()),
        }
        result
    }

    fn sync_files(&mut self) -> Result<()> {
        if let Some(detail) = &mut self.detail {
            detail.sync()?;
        }
        self.index.sync()?;
        if let Some(detail) = &mut self.detail {
            detail.sync_sums();
        }
        self.index.sync_sums();
        self.storage.sync_dir(&self.dir).map_err(Error::io(&self.dir, "sync"))
    }

    /// Positions up to which the files have complete events and records.
    fn written(&self) -> Heads {
        Heads { index: self.index.written(), detail: self.partial.complete() }
    }

    /// Whether a sync of these files has failed. It is final: this drain does not finalize them.
    pub(super) fn has_failed_sync(&self) -> bool {
        self.syncs.error().is_some()
    }

    /// What a failed sync leaves in doubt.
    pub(super) fn in_doubt(&self) -> Option<InDoubt> {
        self.syncs.in_doubt(&self.ring, &self.detail_path())
    }

    /// Finalizes the thread's files with all published events. The ring stays until it is
    /// [removed](FinishedRing::remove).
    ///
    /// No push may be possible any more: the producer has ended, or the ring is closed.
    ///
    /// # Errors
    ///
    /// If a sync failed, now or earlier, the bytes in doubt that the ring still holds were given back to it,
    /// and the call must not be repeated.
    pub(super) fn finish(&mut self, now_ns: u64) -> Result<ThreadSummary> {
        let summary = self.finish_files(now_ns);
        if self.has_failed_sync() {
            let detail = self.detail_path();
            self.syncs.give_back(&mut self.ring, &detail);
        }
        summary
    }

    fn finish_files(&mut self, now_ns: u64) -> Result<ThreadSummary> {
        self.take_all()?;
        self.flush(now_ns)?;
        self.mark_last_losses(now_ns)?;
        if let Some(error) = self.syncs.error() {
            return Err(error.clone());
        }
        let result = self.finalize();
        let detail_failed = self.detail.as_ref().is_some_and(DetailWriter::has_failed_sync);
        if let Err(error) = &result
            && (detail_failed || self.index.has_failed_sync())
        {
            self.syncs.failed(error, self.written());
        }
        result?;
        if self.options.sync_on_finalize {
            self.storage
                .sync_dir(&self.dir)
                .map_err(Error::io(&self.dir, "sync"))
                .inspect_err(|error| self.syncs.failed(error, self.written()))?;
        }
        Ok(ThreadSummary {
            thread_id: self.thread_id,
            events: self.index.len(),
            details: self.detail.as_ref().map(DetailWriter::len),
            time_range: self.index.time_range(),
            counts: Some(self.counts()),
        })
    }

    fn finalize(&mut self) -> Result<()> {
        if let Some(detail) = &mut self.detail {
            detail.finalize_lane()?;
        }
        self.index.finalize()?;
        if let Some(detail) = &mut self.detail {
            detail.finish_offsets(&self.storage);
        }
        self.index.remove_given_up(&self.storage);
        Ok(())
    }

    /// Adds the marker for losses after the last event, which no producer can push any more. It goes
    /// through the ring, so that ring and file agree at any moment.
    fn mark_last_losses(&mut self, now_ns: u64) -> Result<()> {
        let lost = self.ring.take.dropped_events().saturating_sub(self.marked.lost());
        let can_be_told = lost > 0 && self.ring.take.has_room();
        let Some(last_ns) = self.last_ns.filter(|_| can_be_told) else { return Ok(()) };
        self.ring.take.cut_details(self.taken.detail);
        self.ring.take.append(&lost_marker(self.thread_id, lost, last_ns));
        self.take_all()?;
        self.flush(now_ns)
    }

    fn counts(&self) -> RingCounts {
        let recorded = u64::from(self.index.len()) - self.marked.markers();
        let dropped_events = self.ring.take.dropped_events();
        RingCounts {
            emitted: recorded.saturating_add(dropped_events),
            recorded,
            dropped_events,
            dropped_details: self.ring.take.dropped_details(),
        }
    }
}
