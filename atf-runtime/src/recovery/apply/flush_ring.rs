//! In place, the first half for a thread with a ring: writes the ring's events and records to the files,
//! which are then ordinary files that were never finalized.
//!
//! The ring stays as it is until files and manifest are done. What is before its tails in the files is
//! not changed. So after a crash the same bytes are found again, and written to the same places.

use std::io::ErrorKind;
use std::path::Path;

use zerocopy::IntoBytes;

use super::source::open_with_ring;
use crate::error::{Error, Result};
use crate::format::{AtfDetailHeader, AtfIndexHeader, IndexEvent};
use crate::recovery::plan::{LaneOutcome, LanePlan, RingOutcome, ThreadPlan};
use crate::recovery::source::{EventSource, RingEvents, RingLanes, detail_header};
use crate::ring::state::path_in;
use crate::storage::{Storage, StorageFile};

/// Writes to both files of a thread all that is kept, but for footer and final header.
pub(super) fn flush_ring<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    let Some(RingLanes { events, records }) = open_with_ring(thread)? else { return Ok(()) };
    if let Some(lane) = thread.detail.as_ref().filter(|it| it.outcome == LaneOutcome::Finalized) {
        let (at, rest) = records.rest_up_to(lane.kept);
        if records.header.is_err() || !rest.is_empty() {
            let header = AtfDetailHeader {
                event_count: 0.into(),
                bytes_length: 0.into(),
                index_seq_start: 0.into(),
                index_seq_end: 0.into(),
                ..detail_header(&records, Some(&events))
            };
            let has_header = records.header.as_ref().is_ok_and(|it| *it == header);
            let state = FileState::of(records.file_len(), records.in_file(), thread);
            let file = Part { path: &lane.file, state, header: header.as_bytes(), has_header };
            file.write(storage, at, rest)?;
        }
    }
    if let Some(lane) = &thread.index {
        flush_index(thread, lane, &events, storage)?;
    }
    storage.sync_dir(&thread.dir).map_err(Error::io(&thread.dir, "sync"))
}

fn flush_index<S: Storage>(
    thread: &ThreadPlan,
    lane: &LanePlan,
    events: &RingEvents,
    storage: &S,
) -> Result<()> {
    if events.is_all_in_file() {
        return Ok(());
    }
    let header = AtfIndexHeader {
        event_count: 0.into(),
        footer_offset: AtfIndexHeader::INIT.footer_offset,
        time_start_ns: 0.into(),
        time_end_ns: 0.into(),
        ..events.header()
    };
    let has_header = events.header.as_ref().is_ok_and(|it| *it == header);
    let at =
        (size_of::<AtfIndexHeader>() as u64) + events.in_file() * size_of::<IndexEvent>() as u64;
    let state = FileState::of(events.file_len(), events.in_file(), thread);
    let file = Part { path: &lane.file, state, header: header.as_bytes(), has_header };
    file.write(storage, at, events.rest().as_bytes())
}

/// What is done with a file before it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FileState {
    /// It does not exist.
    New,
    /// All of it is in the ring, and the ring is of this boot: it is created again. If a sync of its
    /// directory failed, nothing else makes its name durable.
    Replaced,
    /// Its beginning is kept.
    Kept,
}

impl FileState {
    /// Of a file of this length, of which so many events or records are taken.
    fn of(file_len: Option<u64>, in_file: u64, thread: &ThreadPlan) -> Self {
        let is_of_this_boot = thread.ring_snapshot().is_some_and(|it| it.is_of_this_boot);
        match file_len {
            None => Self::New,
            Some(_) if in_file == 0 && is_of_this_boot => Self::Replaced,
            Some(_) => Self::Kept,
        }
    }
}

/// A file that is written up to what is kept.
struct Part<'a> {
    path: &'a Path,
    state: FileState,
    /// The header of a file that was never finalized.
    header: &'a [u8],
    /// Whether the file has it already.
    has_header: bool,
}

impl Part<'_> {
    /// Writes `rest` at `at` and cuts off what follows it.
    fn write<S: Storage>(&self, storage: &S, at: u64, rest: &[u8]) -> Result<()> {
        let path = self.path;
        if self.state == FileState::Replaced {
            storage.remove_file(path).map_err(Error::io(path, "remove"))?;
        }
        let mut file = if self.state == FileState::Kept {
            storage.open_existing(path).map_err(Error::io(path, "open"))?
        } else {
            storage.create_new(path).map_err(Error::io(path, "create"))?
        };
        if !self.has_header || self.state != FileState::Kept {
            file.write_all_at(self.header, 0).map_err(Error::io(path, "write the header"))?;
        }
        if !rest.is_empty() {
            let action = format!("write at byte {at}");
            file.write_all_at(rest, at).map_err(Error::io(path, action))?;
        }
        let end = at + rest.len() as u64;
        file.set_len(end).map_err(Error::io(path, format!("cut at byte {end}")))?;
        file.sync().map_err(Error::io(path, "sync"))
    }
}

/// Removes the ring of a finished thread. If nothing was recorded and its directory is then empty, removes
/// that too.
pub(super) fn remove_ring<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    let Some(ring) = &thread.ring else { return Ok(()) };
    if ring.outcome == RingOutcome::Stays {
        return Ok(());
    }
    let path = path_in(&thread.dir);
    match storage.remove_file(&path) {
        // The directory was empty before.
        Err(error) if error.kind() == ErrorKind::NotFound && thread.is_empty() => {}
        result => result.map_err(Error::io(&path, "remove"))?,
    }
    let dir = &thread.dir;
    if !thread.is_empty() {
        return storage.sync_dir(dir).map_err(Error::io(dir, "sync"));
    }
    match storage.remove_dir(dir) {
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {
            storage.sync_dir(dir).map_err(Error::io(dir, "sync"))
        }
        result => {
            result.map_err(Error::io(dir, "remove"))?;
            match dir.parent() {
                Some(parent) => storage.sync_dir(parent).map_err(Error::io(parent, "sync")),
                None => Ok(()),
            }
        }
    }
}
