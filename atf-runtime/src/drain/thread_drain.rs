//! One thread's way from its ring to its files.
//!
//! Detail is written first, and a tail is stored only when all bytes before it are in the file. So after
//! a drain was killed, every byte is in the file or in the ring.

use std::io::ErrorKind;
use std::mem::offset_of;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::metrics::ThreadMetrics;
use super::options::DrainOptions;
use super::syncs::Syncs;
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result, count};
use crate::format::{
    AtfDetailFooter, AtfDetailHeader, AtfIndexFooter, AtfIndexHeader, DETAIL_FILE,
    DETAIL_OFFSETS_FILE, DETAIL_SUMS_FILE, DetailEventHeader, EventKind, INDEX_FILE,
    INDEX_SUMS_FILE, IndexEvent, RING_FILE, Record, RingControl,
};
use crate::lane::Lane;
use crate::lost::Marked;
use crate::platform::Platform;
use crate::ring::boot::read_boot_id;
use crate::ring::open::OpenRing;
use crate::ring::take::Heads;
use crate::storage::Storage;
use crate::writer::resume::{resume_detail, resume_index};
use crate::writer::{DetailWriter, IndexWriter, Partial};

const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;
/// Events copied and looked at together: 4 KiB, so that looking finds them in the nearest cache.
const PIECE: usize = 128;
/// Header and footer.
const INDEX_FRAME: u64 = (size_of::<AtfIndexHeader>() + size_of::<AtfIndexFooter>()) as u64;
const DETAIL_FRAME: u64 = (size_of::<AtfDetailHeader>() + size_of::<AtfDetailFooter>()) as u64;

/// A thread that is being drained.
pub(super) struct ThreadDrain<S: Storage> {
    pub(super) storage: S,
    pub(super) thread_id: u32,
    pub(super) dir: PathBuf,
    pub(super) ring_path: PathBuf,
    pub(super) ring: OpenRing,
    pub(super) options: DrainOptions,
    // Detail before index, so that dropping flushes a record before the event that names it.
    pub(super) detail: Option<DetailWriter<S::File>>,
    pub(super) index: IndexWriter<S::File>,
    /// Positions up to which the writers have the ring's bytes.
    pub(super) taken: Heads,
    pub(super) partial: Partial,
    /// Time of the last event: a marker of losses after it gets the same time.
    pub(super) last_ns: Option<u64>,
    pub(super) marked: Marked,
    pub(super) unsynced: u64,
    pub(super) syncs: Syncs,
    /// Whether the last write failed.
    pub(super) is_stuck: bool,
    pub(super) flushed_at_ns: u64,
    pub(super) high_water: u64,
}

impl<S: Storage> ThreadDrain<S> {
    /// Opens the ring in a thread's directory, and its files where an earlier drain left them;
    /// `None` when there is no ring (yet).
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when ring or files are damaged and need recovery; [`Error::Io`].
    pub(super) fn open(
        storage: S,
        dir: PathBuf,
        thread_id: u32,
        options: DrainOptions,
        now_ns: u64,
    ) -> Result<Option<Self>> {
        let ring_path = dir.join(RING_FILE.path);
        let Some(ring) = OpenRing::open(&ring_path)? else { return Ok(None) };
        check_thread(&ring, thread_id, &ring_path)?;
        check_boot(&ring, &ring_path)?;
        let tails = ring.take.tails();
        let mut marked = Marked::default();
        let mut last_ns = None;
        let writer = options.writer();
        let index_path = dir.join(INDEX_FILE.path);
        let detail_path = dir.join(DETAIL_FILE.path);
        let heads = ring.take.heads();
        check_length(&index_path, heads.index.saturating_add(INDEX_FRAME))?;
        check_length(&detail_path, heads.detail.saturating_add(DETAIL_FRAME))?;
        // They are made again from the events and records.
        for made_again in [DETAIL_OFFSETS_FILE, INDEX_SUMS_FILE, DETAIL_SUMS_FILE] {
            remove_leftover(&storage, &dir.join(made_again.path))?;
        }
        let mut index = if tails.index == 0 {
            remove_leftover(&storage, &index_path)?;
            let platform = platform_of(&ring);
            IndexWriter::create(&storage, index_path, thread_id, platform, writer)?
        } else {
            resume_index(&storage, index_path, thread_id, tails.index, writer, |event| {
                marked.add(event);
                last_ns = Some(event.timestamp_ns.get());
            })?
        };
        let detail = if tails.detail == 0 {
            remove_leftover(&storage, &detail_path)?;
            None
        } else {
            Some(resume_detail(&storage, detail_path, thread_id, tails.detail, writer)?)
        };
        // Records are written before events: the index may be new although detail.atf is not.
        if detail.is_some() && !index.has_detail_file() {
            index.set_has_detail_file()?;
        }
        Ok(Some(Self {
            storage,
            thread_id,
            dir,
            ring_path,
            ring,
            options,
            detail,
            index,
            taken: tails,
            partial: Partial::behind(tails.detail),
            last_ns,
            marked,
            unsynced: 0,
            syncs: Syncs::default(),
            is_stuck: false,
            flushed_at_ns: now_ns,
            high_water: 0,
        }))
    }

    /// Takes what the ring holds. Writes it if there is enough for a write, or the flush interval has
    /// passed. Returns the number of bytes taken.
    pub(super) fn pump(&mut self, now_ns: u64) -> Result<u64> {
        self.ring.take.beat(now_ns);
        let before = self.taken;
        self.take_all().inspect_err(|_| self.is_stuck = true)?;
        let bytes = self.taken.index - before.index + self.taken.detail - before.detail;
        if self.is_flush_due(now_ns) {
            self.flush(now_ns).inspect_err(|_| self.is_stuck = true)?;
        }
        Ok(bytes)
    }

    /// Whether the last write failed, and none has succeeded since.
    pub(super) fn is_stuck(&self) -> bool {
        self.is_stuck
    }

    pub(super) fn take_all(&mut self) -> Result<()> {
        let heads = self.ring.take.look().map_err(Error::malformed(&self.ring_path))?;
        let tails = self.ring.take.tails();
        let waiting = (heads.index - tails.index).max(heads.detail - tails.detail);
        self.high_water = self.high_water.max(waiting);
        self.take_details(heads)?;
        self.take_events(heads.index)
    }

    fn take_details(&mut self, heads: Heads) -> Result<()> {
        let published = heads.index / EVENT_SIZE;
        while self.taken.detail < heads.detail {
            if self.detail.is_none() {
                if !self.is_next_record_published(published) {
                    break;
                }
                self.create_detail()?;
            }
            if !self.index.has_detail_file() {
                self.index.set_has_detail_file()?;
            }
            let Some(detail) = &mut self.detail else { unreachable!("created above") };
            let (position, take) = (self.taken.detail, &self.ring.take);
            let available = heads.detail - position;
            let appended = detail
                .append_with(&mut self.partial, available, published, |bytes| {
                    take.copy(Lane::Detail, position, bytes);
                })
                .map_err(|mut fault| {
                    fault.offset += position;
                    Error::malformed(&self.ring_path)(fault)
                })?;
            self.taken.detail += appended.bytes;
            if appended.is_end {
                break;
            }
            if self.taken.detail < heads.detail {
                self.write_details(false)?;
            }
        }
        Ok(())
    }

    /// detail.atf is made only for a record that a published event names.
    fn is_next_record_published(&self, published: u64) -> bool {
        let mut header = [0; size_of::<DetailEventHeader>()];
        self.ring.take.copy(Lane::Detail, self.taken.detail, &mut header);
        DetailEventHeader::read_start(&header)
            .is_some_and(|header| u64::from(header.index_seq.get()) < published)
    }

    fn create_detail(&mut self) -> Result<()> {
        let path = self.detail_path();
        // The file is made before the flag in index.atf says that it exists.
        let platform = platform_of(&self.ring);
        let writer = self.options.writer();
        self.detail =
            Some(DetailWriter::create(&self.storage, path, self.thread_id, platform, writer)?);
        Ok(())
    }

    fn take_events(&mut self, head: u64) -> Result<()> {
        while self.taken.index < head {
            if self.index.room() == 0 {
                self.write_events()?;
            }
            let (position, take) = (self.taken.index, &self.ring.take);
            let left = ((head - position) / EVENT_SIZE) as usize;
            let count = self.index.room().min(left).min(PIECE);
            let bytes =
                self.index.append_with(count, |bytes| take.copy(Lane::Index, position, bytes));
            self.last_ns = note_markers(bytes, &mut self.marked).or(self.last_ns);
            self.taken.index += count as u64 * EVENT_SIZE;
        }
        Ok(())
    }

    fn write_details(&mut self, all: bool) -> Result<()> {
        if let Some(detail) = &mut self.detail {
            let before = detail.written();
            detail.write_out(&mut self.partial, all)?;
            self.unsynced += detail.written() - before;
            self.ring.take.release(Lane::Detail, self.partial.complete());
        }
        Ok(())
    }

    /// The records that the events name are written before them.
    fn write_events(&mut self) -> Result<()> {
        self.write_details(true)?;
        let before = self.index.written();
        self.index.write_out()?;
        self.note_events_written(before)
    }

    fn note_events_written(&mut self, before: u64) -> Result<()> {
        let written = self.index.written();
        self.is_stuck = false;
        self.unsynced += written - before;
        self.ring.take.release(Lane::Index, written);
        match self.options.sync_bytes {
            Some(bytes) if self.unsynced >= bytes && !self.has_failed_sync() => self.sync(),
            _ => Ok(()),
        }
    }

    fn is_flush_due(&self, now_ns: u64) -> bool {
        let tails = self.ring.take.tails();
        let (index, detail) = (self.taken.index - tails.index, self.taken.detail - tails.detail);
        if index == 0 && detail == 0 {
            return false;
        }
        let interval = self.options.flush_interval;
        let is_time = Duration::from_nanos(now_ns.saturating_sub(self.flushed_at_ns)) >= interval;
        // Bytes that wait for a full buffer must not fill a small ring.
        is_time || index >= self.ring.index_capacity / 4 || {
            detail > 0 && detail >= self.ring.detail_capacity / 4
        }
    }

    /// Hands everything that was taken to the operating system.
    pub(super) fn flush(&mut self, now_ns: u64) -> Result<()> {
        self.flushed_at_ns = now_ns;
        self.write_details(true)?;
        let before = self.index.written();
        self.index.flush()?;
        self.note_events_written(before)
    }

    pub(super) fn detail_path(&self) -> PathBuf {
        self.dir.join(DETAIL_FILE.path)
    }

    pub(super) fn set_detail(&self, is_enabled: bool) {
        self.ring.take.set_detail(is_enabled);
    }

    /// Closes the ring to new pushes. The caller issues the memory barrier, once for all rings.
    pub(super) fn close(&self) {
        self.ring.take.close(|| {});
    }

    /// Whether the producer has ended by itself: no push is in progress, and none can begin.
    pub(super) fn has_ended(&self) -> bool {
        self.ring.take.has_ended()
    }

    /// Whether a push may still be in progress.
    pub(super) fn may_be_pushing(&self) -> bool {
        self.ring.take.is_pushing() && !self.ring.is_producer_gone()
    }

    /// Whether the producer has ended, by itself or because it was killed.
    pub(super) fn is_producer_gone(&self) -> bool {
        self.ring.is_producer_gone()
    }

    /// The ring, once the thread is [finished](Self::finish). Closes the thread's files.
    pub(super) fn into_ring(self) -> FinishedRing<S> {
        FinishedRing {
            storage: self.storage,
            dir: self.dir,
            path: self.ring_path,
            sync: self.options.sync_on_finalize,
        }
    }

    pub(super) fn metrics(&self) -> ThreadMetrics {
        ThreadMetrics {
            thread_id: self.thread_id,
            events: self.index.len().into(),
            details: self.detail.as_ref().map_or(0, |detail| detail.len().into()),
            bytes_written: self.index.written()
                + self.detail.as_ref().map_or(0, DetailWriter::written),
            dropped_events: self.ring.take.dropped_events(),
            dropped_details: self.ring.take.dropped_details(),
            high_water_bytes: self.high_water,
            is_ended: false,
        }
    }
}

/// The ring of a thread whose files are finalized.
pub(super) struct FinishedRing<S> {
    storage: S,
    dir: PathBuf,
    path: PathBuf,
    sync: bool,
}

impl<S: Storage> FinishedRing<S> {
    /// Removes the ring, once files and manifest are on disk.
    pub(super) fn remove(&self) -> Result<()> {
        // If it was removed by somebody else, nothing is left to do.
        remove_leftover(&self.storage, &self.path)?;
        if self.sync {
            self.storage.sync_dir(&self.dir).map_err(Error::io(&self.dir, "sync"))?;
        }
        Ok(())
    }
}

fn platform_of(ring: &OpenRing) -> Platform {
    let control = &ring.control;
    Platform { arch: control.arch, os: control.os, clock_type: control.clock_type }
}

fn check_thread(ring: &OpenRing, thread_id: u32, path: &Path) -> Result<()> {
    let found = ring.control.thread_id.get();
    if found == thread_id {
        return Ok(());
    }
    let at = offset_of!(RingControl, thread_id) as u64;
    let expected = format!("{thread_id} (the directory's name)");
    let (kind, region) = (FaultKind::Mismatch, Region::Control);
    Err(Error::malformed(path)(Fault::new(kind, region, at, "thread_id", expected, found)))
}

/// After a power loss, pages of ring and files may have reached the disk in any order. Recovery must
/// check every byte.
fn check_boot(ring: &OpenRing, path: &Path) -> Result<()> {
    let (found, now) = (ring.control.boot_id, read_boot_id()?);
    if found == now {
        return Ok(());
    }
    let at = offset_of!(RingControl, boot_id) as u64;
    let hex = |id: [u8; 16]| format!("{:032x}", u128::from_be_bytes(id));
    let expected = format!("{} (this boot; a ring of another one needs recovery)", hex(now));
    let (kind, region) = (FaultKind::RingOfOtherBoot, Region::Control);
    Err(Error::malformed(path)(Fault::new(kind, region, at, "boot_id", expected, hex(found))))
}

/// A drain writes only published events. A longer file does not belong to this ring and must not be
/// overwritten.
fn check_length(path: &Path, most: u64) -> Result<()> {
    let len = match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        metadata => metadata.map_err(Error::io(path, "look at"))?.len(),
    };
    if len <= most {
        return Ok(());
    }
    let expected = format!("at most {} (what was pushed into its ring)", count(most, "byte"));
    let (kind, region) = (FaultKind::CountMismatch, Region::File);
    Err(Error::malformed(path)(Fault::new(kind, region, 0, FieldId::Length, expected, len)))
}

/// Removes a file, if it exists: one left by a drain that was killed before it wrote events to it.
fn remove_leftover<S: Storage>(storage: &S, path: &Path) -> Result<()> {
    match storage.remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io(path, "remove")(error)),
        _ => Ok(()),
    }
}

/// Counts the markers among these events, and returns the time of the last event.
fn note_markers(events: &[u8], marked: &mut Marked) -> Option<u64> {
    let events = <[IndexEvent] as zerocopy::FromBytes>::ref_from_bytes(events).ok()?;
    // Markers are rare. One check for all events costs a third of a check for each.
    let is_any = |any, event: &IndexEvent| any | (event.event_kind == EventKind::LOST);
    if marked.is_undecided() || events.iter().fold(false, is_any) {
        for event in events {
            marked.add(event);
        }
    }
    events.last().map(|event| event.timestamp_ns.get())
}
