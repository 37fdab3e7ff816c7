//! The syncs of one thread's files: what is durable, and what a failed sync leaves in doubt.
//!
//! After a failed sync nobody knows what reached the disk, whatever the next sync returns: the system may
//! have dropped the pages. So it is final for this drain. What is still in the ring's buffer is given back
//! to the ring, so that the next drain or recovery writes it again. The rest is unverified.

use std::path::Path;

use super::notice::is_for_want_of_files;
use crate::error::Error;
use crate::format::IndexEvent;
use crate::lane::Lane;
use crate::manifest::InDoubt;
use crate::ring::open::OpenRing;
use crate::ring::take::Heads;
use crate::writer::resume::{RecordStart, first_record_from};

const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;

/// What is known of the syncs of a thread's files.
#[derive(Debug, Default)]
pub(super) struct Syncs {
    /// Positions up to which files and directory were synced.
    durable: Heads,
    /// The first sync that failed, and the positions up to which the files were written then.
    failed: Option<(Error, Heads)>,
}

impl Syncs {
    /// Files and directory were synced, up to these positions.
    pub(super) fn succeeded(&mut self, written: Heads) {
        self.durable = written;
    }

    /// A sync failed when the files were written up to these positions. Only the first one counts. One that
    /// never began, because a directory could not be opened, can be tried again.
    pub(super) fn failed(&mut self, error: &Error, written: Heads) {
        if self.failed.is_none() && !is_for_want_of_files(error) {
            self.failed = Some((error.clone(), written));
        }
    }

    /// The first sync that failed.
    pub(super) fn error(&self) -> Option<&Error> {
        self.failed.as_ref().map(|(error, _)| error)
    }

    /// Gives back to the ring what it still has of the bytes that no sync made durable. The producer
    /// must be unable to push. `detail` is the thread's detail.atf, which may be missing.
    pub(super) fn give_back(&self, ring: &mut OpenRing, detail: &Path) {
        // A push that was killed may have overwritten the oldest bytes of the buffer.
        if ring.take.is_pushing() && ring.is_producer_gone() {
            return;
        }
        let heads = ring.take.heads();
        let index = heads.index.saturating_sub(ring.index_capacity).max(self.durable.index);
        ring.take.take_back(Lane::Index, index);
        let least = heads.detail.saturating_sub(ring.detail_capacity).max(self.durable.detail);
        // A drain resumes at the start of a record only.
        if let Ok(start) = first_record_from(detail, least) {
            ring.take.take_back(Lane::Detail, start.position);
        }
    }

    /// What the failed sync was for and only the files hold; `None` if no sync failed.
    pub(super) fn in_doubt(&self, ring: &OpenRing, detail: &Path) -> Option<InDoubt> {
        let (_, written) = self.failed.as_ref()?;
        let tails = ring.take.tails();
        let first = self.durable.index / EVENT_SIZE;
        let end = written.index.min(tails.index) / EVENT_SIZE;
        let events = [first, end.saturating_sub(first)];
        let end = written.detail.min(tails.detail);
        if end <= self.durable.detail {
            return Some(InDoubt { events, details: [0, 0] });
        }
        let seq = |position| first_record_from(detail, position).map(|RecordStart { seq, .. }| seq);
        let details = match (seq(self.durable.detail), seq(end)) {
            (Ok(first), Ok(end)) => [first, end - first],
            // Records that cannot be read are no more than the events.
            _ => [0, written.index / EVENT_SIZE],
        };
        Some(InDoubt { events, details })
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::*;

    fn error(code: i32) -> Error {
        Error::io(Path::new("thread_0"), "sync")(io::Error::from_raw_os_error(code))
    }

    /// Bytes of a record in [`Recorded`].
    #[cfg(target_os = "linux")]
    const RECORD: u64 = size_of::<crate::format::DetailEventHeader>() as u64 + 8;

    /// A thread with five events, four of them with a record, all of which were taken from its ring and are in
    /// its detail.atf.
    #[cfg(target_os = "linux")]
    struct Recorded {
        dir: tempfile::TempDir,
        ring: OpenRing,
    }

    #[cfg(target_os = "linux")]
    impl Recorded {
        fn new() -> Self {
            use crate::format::{DetailEventType, EventKind};
            use crate::storage::Disk;
            use crate::writer::Event;
            use crate::writer::{DetailWriter, Payload, WriterOptions};

            let dir = tempfile::tempdir().unwrap();
            let platform = crate::platform::Platform::host().unwrap();
            let options = crate::ring::RingOptions::default();
            let producer = crate::ring::Producer::create(dir.path(), 0, platform, options).unwrap();
            let thread = dir.path().join("thread_0");
            let mut ring = OpenRing::open(&thread.join("lanes.ring")).unwrap().unwrap();
            let path = thread.join("detail.atf");
            let options = WriterOptions::default();
            let mut writer = DetailWriter::create(&Disk, &path, 0, platform, options).unwrap();
            let payload =
                Payload::Raw { event_type: DetailEventType::FUNCTION_CALL, bytes: &[0; 8] };
            let event = Event::new(0, 0, EventKind::CALL);
            for _ in 0..4 {
                let seq = producer.push(&event, Some(&payload)).unwrap();
                writer.write(seq, 0, EventKind::CALL, 0, &payload).unwrap();
            }
            producer.push(&event, None).unwrap();
            writer.finalize().unwrap();
            ring.take.look().unwrap();
            ring.take.release(Lane::Index, 5 * EVENT_SIZE);
            ring.take.release(Lane::Detail, 4 * RECORD);
            Self { dir, ring }
        }

        fn detail(&self) -> std::path::PathBuf {
            self.dir.path().join("thread_0/detail.atf")
        }

        fn in_doubt(&self, syncs: &Syncs) -> [[u64; 2]; 2] {
            let found = syncs.in_doubt(&self.ring, &self.detail()).unwrap();
            [found.events, found.details]
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn records_that_cannot_be_read_are_as_many_as_the_events() {
        let recorded = Recorded::new();
        let mut syncs = Syncs::default();
        syncs.failed(&error(5), Heads { index: 2 * EVENT_SIZE, detail: 2 * RECORD });
        assert_eq!(recorded.in_doubt(&syncs), [[0, 2], [0, 2]]);
        std::fs::remove_file(recorded.detail()).unwrap();
        assert_eq!(recorded.in_doubt(&syncs), [[0, 2], [0, 2]]);
        syncs.succeeded(Heads { index: EVENT_SIZE, detail: RECORD });
        assert_eq!(recorded.in_doubt(&syncs), [[1, 1], [0, 2]]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn in_doubt_is_what_was_written_since_the_last_sync_that_succeeded() {
        let mut recorded = Recorded::new();
        let mut syncs = Syncs::default();
        syncs.succeeded(Heads { index: 3 * EVENT_SIZE, detail: 2 * RECORD });
        assert!(syncs.in_doubt(&recorded.ring, &recorded.detail()).is_none(), "no sync failed");
        syncs.failed(&error(5), Heads { index: 5 * EVENT_SIZE, detail: 3 * RECORD });
        assert_eq!(recorded.in_doubt(&syncs), [[3, 2], [2, 1]]);

        // The ring still has all of it: nothing is in doubt any longer.
        let detail = recorded.detail();
        syncs.give_back(&mut recorded.ring, &detail);
        let tails = recorded.ring.take.tails();
        assert_eq!((tails.index, tails.detail), (3 * EVENT_SIZE, 2 * RECORD));
        assert_eq!(recorded.in_doubt(&syncs), [[3, 0], [0, 0]]);
    }

    #[test]
    fn sync_that_never_began_is_not_final() {
        let mut syncs = Syncs::default();
        for too_many_files in [23, 24] {
            syncs.failed(&error(too_many_files), Heads::default());
            assert!(syncs.error().is_none());
        }
        syncs.failed(&error(5), Heads { index: 32, detail: 0 });
        syncs.failed(&error(28), Heads { index: 64, detail: 0 });
        let found = syncs.error().map(|error| format!("{error:#}"));
        assert_eq!(
            found.as_deref(),
            Some("thread_0: cannot sync: Input/output error (os error 5)")
        );
    }
}
