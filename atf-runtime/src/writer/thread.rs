//! The writer of a traced thread: both lanes, with the sequences that link them.

use std::collections::VecDeque;
use std::fmt;
use std::path::{Path, PathBuf};

use super::payload::Encoded;
use super::{DetailWriter, Event, IndexWriter, Payload, ThreadSummary, WriterOptions, foreign};
use crate::error::{Error, MaybeSeq, Result};
use crate::format::{DETAIL_FILE, INDEX_FILE, IndexEvent};
use crate::lane::Lane;
use crate::output::{create_parents, sync_name};
use crate::platform::Platform;
use crate::seq::{DetailSeq, IndexSeq, Sequences, ThreadCounters};
use crate::storage::{Disk, Storage};
use crate::thread_dir::thread_dir_name;

/// Writes `thread_N/index.atf` and, from the first detail on, `thread_N/detail.atf`.
///
/// One writer per traced thread, used by that thread alone. [`finalize`](Self::finalize) ends the
/// files. If a writer is dropped without it, its files stay readable and recovery can finalize them.
///
/// ```
/// use atf_runtime::format::{Arch, ClockType, EventKind, Os};
/// use atf_runtime::{Event, Platform, ThreadReader, ThreadWriter, WriterOptions};
/// # let session = tempfile::tempdir().unwrap();
/// # let session = session.path();
/// let platform = Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
/// let mut writer = ThreadWriter::create(session, 0, platform, WriterOptions::default())?;
/// let call = Event { timestamp_ns: 10, function_id: 1 << 32, event_kind: EventKind::CALL, call_depth: 0 };
/// writer.write_event(&call, None)?;
/// let done = writer.finalize()?;
/// assert_eq!((done.events, done.details), (1, None));
/// assert_eq!(ThreadReader::open(session.join("thread_0"))?.index().len(), 1);
/// # Ok::<(), atf_runtime::Error>(())
/// ```
pub struct ThreadWriter<S: Storage = Disk> {
    storage: S,
    dir: PathBuf,
    platform: Platform,
    options: WriterOptions,
    counters: ThreadCounters,
    /// Handed out by `reserve_sequences` and not written yet, in order.
    reserved: VecDeque<Sequences>,
    // Detail before index, so that dropping flushes a record before the event that names it.
    detail: Option<DetailWriter<S::File>>,
    index: IndexWriter<S::File>,
}

impl<S: Storage> fmt::Debug for ThreadWriter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadWriter")
            .field("dir", &self.dir)
            .field("events", &self.event_count())
            .field("details", &self.detail_count())
            .finish_non_exhaustive()
    }
}

impl ThreadWriter<Disk> {
    /// Creates `thread_<thread_id>` in `session_dir` on the real disk.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the directory exists already or cannot be written.
    pub fn create(
        session_dir: impl AsRef<Path>,
        thread_id: u32,
        platform: Platform,
        options: WriterOptions,
    ) -> Result<Self> {
        Self::create_in(Disk, session_dir, thread_id, platform, options)
    }
}

impl<S: Storage> ThreadWriter<S> {
    /// As [`create`](ThreadWriter::create), on another storage.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the directory exists already or cannot be written.
    pub fn create_in(
        storage: S,
        session_dir: impl AsRef<Path>,
        thread_id: u32,
        platform: Platform,
        options: WriterOptions,
    ) -> Result<Self> {
        let dir = session_dir.as_ref().join(thread_dir_name(thread_id));
        if options.create_parents {
            create_parents(&storage, &dir)?;
        }
        storage.create_dir(&dir).map_err(Error::io(&dir, "create"))?;
        let path = dir.join(INDEX_FILE.path);
        // An empty directory would make the next try fail.
        let index = IndexWriter::create(&storage, path, thread_id, platform, options)
            .inspect_err(|_| drop(storage.remove_dir(&dir)))?;
        let counters = ThreadCounters::new(thread_id);
        let reserved = VecDeque::new();
        Ok(Self { storage, dir, platform, options, counters, reserved, detail: None, index })
    }

    /// Writes one event and, with a payload, its detail record, and returns the event's sequence.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::PayloadTooLong`], [`Error::SequencesExhausted`]. Then neither the
    /// event nor its record was taken, no sequence is used up, and the call can be repeated.
    // Always inlined: passing an event in memory costs as much as everything else.
    #[inline(always)]
    pub fn write_event(&mut self, event: &Event, payload: Option<Payload<'_>>) -> Result<IndexSeq> {
        match payload {
            None => {
                self.check_nothing_reserved()?;
                self.index.make_room()?;
                let sequences = self.counters.reserve(false)?;
                self.push_event(&sequences, event);
                Ok(sequences.index_seq)
            }
            Some(payload) => self.write_with_detail(event, &payload),
        }
    }

    /// Writes one event without detail if a copy is all that it takes. Otherwise does nothing and returns
    /// `None`: call [`write_event`](Self::write_event) then.
    ///
    /// For callers to whom a path for rare errors is expensive: this neither fails nor panics.
    #[inline(always)]
    pub fn write_event_if_room(&mut self, event: &Event) -> Option<IndexSeq> {
        if !self.reserved.is_empty() {
            return None;
        }
        let next = self.counters.next_without_detail()?;
        let seq = self.index.write_if_room(&event.record(self.counters.thread_id(), &next))?;
        self.counters.took(&next);
        Some(seq)
    }

    fn write_with_detail(&mut self, event: &Event, payload: &Payload<'_>) -> Result<IndexSeq> {
        self.check_nothing_reserved()?;
        let encoded = Encoded::new(payload, event.event_kind, event.function_id)?;
        // Room in both lanes before a sequence is taken: after that nothing can fail.
        self.open_detail()?.make_room(&encoded)?;
        self.index.make_room()?;
        let sequences = self.counters.reserve(true)?;
        if let Some(detail) = &mut self.detail {
            detail.push(sequences.index_seq, event.timestamp_ns, &encoded);
        }
        self.push_event(&sequences, event);
        Ok(sequences.index_seq)
    }

    /// Reserves the sequences of the next event, to be written with
    /// [`write_detail_event`](Self::write_detail_event) (first, if `with_detail`) and
    /// [`write_index_event`](Self::write_index_event), in the order of reserving.
    ///
    /// # Errors
    ///
    /// [`Error::SequencesExhausted`].
    pub fn reserve_sequences(&mut self, with_detail: bool) -> Result<Sequences> {
        let sequences = self.counters.reserve(with_detail)?;
        self.reserved.push_back(sequences);
        Ok(sequences)
    }

    /// Writes the index event for which `sequences` were reserved.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfSequence`] if they are not the first that were reserved and not written, or the
    /// detail record is not written yet; [`Error::Io`] as for [`write_event`](Self::write_event).
    pub fn write_index_event(&mut self, sequences: &Sequences, event: &Event) -> Result<()> {
        self.check_is_next(sequences)?;
        if let Some(DetailSeq(seq)) = sequences.detail_seq
            && self.detail_count() != seq + 1
        {
            return Err(self.out_of_sequence(Lane::Detail, self.detail_count(), Some(seq)));
        }
        self.index.make_room()?;
        self.reserved.pop_front();
        self.push_event(sequences, event);
        Ok(())
    }

    /// Writes the detail record for which `sequences` were reserved; `event` is its index event.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfSequence`] if they are not the first that were reserved and not written, no
    /// detail was reserved, or it is written already; [`Error::PayloadTooLong`]; [`Error::Io`] as
    /// for [`write_event`](Self::write_event).
    pub fn write_detail_event(
        &mut self,
        sequences: &Sequences,
        event: &Event,
        payload: &Payload<'_>,
    ) -> Result<()> {
        self.check_is_next(sequences)?;
        let next = self.detail_count();
        if sequences.detail_seq != Some(DetailSeq(next)) {
            let found = sequences.detail_seq.map(|seq| seq.0);
            return Err(self.out_of_sequence(Lane::Detail, next, found));
        }
        let encoded = Encoded::new(payload, event.event_kind, event.function_id)?;
        let detail = self.open_detail()?;
        detail.make_room(&encoded)?;
        detail.push(sequences.index_seq, event.timestamp_ns, &encoded);
        Ok(())
    }

    /// Writes a run of events without detail, byte for byte: the fastest way to write.
    ///
    /// # Errors
    ///
    /// [`Error::ForeignEvent`] when an event's `thread_id` is not this thread's or its
    /// `detail_seq` is not the sentinel: nothing of the slice was written.
    /// [`Error::SequencesExhausted`] when the slice does not fit: nothing was written.
    /// [`Error::Io`]: the first [`event_count`](Self::event_count) events are safe, the rest of the
    /// slice was not taken.
    pub fn write_index_events(&mut self, events: &[IndexEvent]) -> Result<()> {
        self.check_nothing_reserved()?;
        foreign::check_are_of(self.thread_id(), events)?;
        let before = self.index.len();
        let mut counters = self.counters.clone();
        counters.reserve_run(events.len())?;
        let result = self.index.write_all(events);
        let taken = (self.index.len() - before) as usize;
        self.counters.reserve_run(taken)?;
        result
    }

    /// Hands what is buffered in both lanes to the operating system.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; nothing is lost and the call can be repeated.
    pub fn flush(&mut self) -> Result<()> {
        if let Some(detail) = &mut self.detail {
            detail.flush()?;
        }
        self.index.flush()
    }

    /// Ends both files: footer and final header, detail first. Then the offsets of its records and
    /// the directory.
    ///
    /// # Errors
    ///
    /// [`Error::Unwritten`] when reserved sequences were never written; [`Error::Io`]. In both
    /// cases the files are left as a crash would leave them, and recovery reads them.
    pub fn finalize(mut self) -> Result<ThreadSummary> {
        self.check_all_written()?;
        if let Some(detail) = &mut self.detail {
            detail.finalize_lane()?;
        }
        self.index.finalize()?;
        if let Some(detail) = &mut self.detail {
            detail.finish_offsets(&self.storage);
        }
        self.index.remove_given_up(&self.storage);
        if self.options.sync_on_finalize {
            self.storage.sync_dir(&self.dir).map_err(Error::io(&self.dir, "sync"))?;
            sync_name(&self.storage, &self.dir)?;
        }
        Ok(ThreadSummary {
            thread_id: self.thread_id(),
            events: self.index.len(),
            details: self.detail.as_ref().map(DetailWriter::len),
            time_range: self.index.time_range(),
            counts: None,
        })
    }

    /// Number of events written, buffered ones included.
    pub fn event_count(&self) -> u32 {
        self.index.len()
    }

    /// Number of detail records written, buffered ones included.
    pub fn detail_count(&self) -> u32 {
        self.detail.as_ref().map_or(0, DetailWriter::len)
    }

    /// Thread of this writer.
    pub fn thread_id(&self) -> u32 {
        self.counters.thread_id()
    }

    /// Directory of the thread's files.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    #[inline]
    fn push_event(&mut self, sequences: &Sequences, event: &Event) {
        let record = event.record(self.counters.thread_id(), sequences);
        self.index.push(&record);
    }

    /// The detail lane, created with the first record. The file comes before the flag that
    /// announces it: a reader that sees the flag finds the file.
    fn open_detail(&mut self) -> Result<&mut DetailWriter<S::File>> {
        if self.detail.is_none() {
            let detail = DetailWriter::create(
                &self.storage,
                self.dir.join(DETAIL_FILE.path),
                self.counters.thread_id(),
                self.platform,
                self.options,
            )?;
            self.detail = Some(detail);
        }
        if !self.index.has_detail_file() {
            self.index.set_has_detail_file()?;
        }
        match &mut self.detail {
            Some(detail) => Ok(detail),
            None => unreachable!("created above"),
        }
    }

    #[inline]
    fn check_nothing_reserved(&self) -> Result<()> {
        match self.reserved.front() {
            None => Ok(()),
            Some(_) => Err(self.out_of_sequence(
                Lane::Index,
                self.index.len(),
                Some(self.counters.index_count()),
            )),
        }
    }

    /// Sequences are written as a pair and in the order in which these counters handed them out.
    fn check_is_next(&self, sequences: &Sequences) -> Result<()> {
        let Some(next) = self.reserved.front() else {
            let IndexSeq(found) = sequences.index_seq;
            // After the last one: made up, or of another thread.
            let found = (found < self.index.len()).then_some(found);
            return Err(self.out_of_sequence(Lane::Index, self.index.len(), found));
        };
        if sequences.index_seq != next.index_seq {
            let found = Some(sequences.index_seq.0);
            return Err(self.out_of_sequence(Lane::Index, next.index_seq.0, found));
        }
        if sequences.detail_seq != next.detail_seq {
            let found = next.detail_seq.and(sequences.detail_seq).map(|seq| seq.0);
            return Err(self.out_of_sequence(Lane::Detail, self.detail_count(), found));
        }
        Ok(())
    }

    fn check_all_written(&self) -> Result<()> {
        let lanes = [
            (Lane::Index, self.counters.index_count(), self.event_count()),
            (Lane::Detail, self.counters.detail_count(), self.detail_count()),
        ];
        for (lane, reserved, written) in lanes {
            if reserved != written {
                return Err(Error::Unwritten {
                    thread_id: self.thread_id(),
                    lane,
                    reserved: reserved.into(),
                    written: written.into(),
                });
            }
        }
        Ok(())
    }

    #[cold]
    fn out_of_sequence(&self, lane: Lane, expected: u32, found: Option<u32>) -> Error {
        Error::OutOfSequence { thread_id: self.thread_id(), lane, expected, found: MaybeSeq(found) }
    }
}
