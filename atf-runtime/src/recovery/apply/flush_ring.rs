//! In place, the first half for a thread whose ring was left behind: what is in the ring is written
//! behind what is in the files, so that they are ordinary files that were never finalized.
//!
//! The ring stays as it is until files and manifest are done, and what its tails say is in the files
//! is not changed: after a crash the same bytes are found again, and written to the same places.

use std::io::ErrorKind;
use std::path::Path;

use zerocopy::IntoBytes;

use super::copy_with_ring::JoinedThread;
use crate::error::{Error, Result};
use crate::format::{AtfDetailHeader, AtfIndexHeader, IndexEvent};
use crate::recovery::plan::{LaneOutcome, LanePlan, RingOutcome, ThreadPlan};
use crate::ring::state::path_in;
use crate::storage::{Storage, StorageFile};

/// Makes both files of a thread whole up to what is kept, but for their ends.
pub(super) fn flush_ring<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    let (Some(joint), Some(joined)) = (thread.joint(), JoinedThread::of(thread)?) else {
        return Ok(());
    };
    if let Some(lane) = thread.detail.as_ref().filter(|it| it.outcome == LaneOutcome::Finalized) {
        let records = &joined.records;
        let (at, rest) = records.rest_up_to(lane.kept);
        if records.header.is_err() || !rest.is_empty() {
            let header = AtfDetailHeader {
                event_count: 0.into(),
                bytes_length: 0.into(),
                index_seq_start: 0.into(),
                index_seq_end: 0.into(),
                ..joined.detail_header(joint)
            };
            let is_there = records.header.as_ref().is_ok_and(|it| *it == header);
            let new_header = (!is_there).then_some(header.as_bytes());
            let file = Part { path: &lane.file, is_new: records.file_len().is_none(), new_header };
            file.write(storage, at, rest)?;
        }
    }
    if let Some(lane) = &thread.index {
        flush_index(lane, &joined, &joined.index_header(joint), storage)?;
    }
    storage.sync_dir(&thread.dir).map_err(Error::io(&thread.dir, "sync"))
}

fn flush_index<S: Storage>(
    lane: &LanePlan,
    joined: &JoinedThread,
    header: &AtfIndexHeader,
    storage: &S,
) -> Result<()> {
    let events = &joined.events;
    if events.is_the_files() {
        return Ok(());
    }
    let header = AtfIndexHeader {
        event_count: 0.into(),
        footer_offset: AtfIndexHeader::INIT.footer_offset,
        time_start_ns: 0.into(),
        time_end_ns: 0.into(),
        ..*header
    };
    let is_there = events.header.as_ref().is_ok_and(|it| *it == header);
    let new_header = (!is_there).then_some(header.as_bytes());
    let at =
        (size_of::<AtfIndexHeader>() as u64) + events.in_file() * size_of::<IndexEvent>() as u64;
    let file = Part { path: &lane.file, is_new: events.file_len().is_none(), new_header };
    file.write(storage, at, events.rest().as_bytes())
}

/// A file that is made whole.
struct Part<'a> {
    path: &'a Path,
    is_new: bool,
    /// The header of a file that was not finalized, where it is not the one that is there.
    new_header: Option<&'a [u8]>,
}

impl Part<'_> {
    /// Writes `rest` at `at` and cuts what is behind it.
    fn write<S: Storage>(&self, storage: &S, at: u64, rest: &[u8]) -> Result<()> {
        let path = self.path;
        let mut file = if self.is_new {
            storage.create_new(path).map_err(Error::io(path, "create"))?
        } else {
            storage.open_existing(path).map_err(Error::io(path, "open"))?
        };
        if let Some(header) = self.new_header {
            file.write_all_at(header, 0).map_err(Error::io(path, "write the header"))?;
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

/// Removes the ring of a thread that is done, and the directory of one that was never recorded and
/// has nothing else in it.
pub(super) fn remove_ring<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    let Some(ring) = &thread.ring else { return Ok(()) };
    if ring.outcome == RingOutcome::Stays {
        return Ok(());
    }
    let path = path_in(&thread.dir);
    match storage.remove_file(&path) {
        // There was none in an empty directory.
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
