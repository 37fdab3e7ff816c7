//! Writing what is kept of file and ring to new files.

use std::path::Path;

use zerocopy::IntoBytes;

use super::copy::{check_unchanged, index_header, kept_records, without_lost_link};
use crate::consistency::Progress;
use crate::error::Result;
use crate::format::{AtfDetailHeader, AtfIndexHeader, DetailEventHeader, IndexEvent};
use crate::recovery::links::LinkFilter;
use crate::recovery::plan::{LaneOutcome, LanePlan, RingPlan, ThreadPlan};
use crate::recovery::source::Records;
use crate::recovery::source::{RingEvents, RingRecords, RingSnapshot};
use crate::ring::image::RingImage;
use crate::ring::state::RingState;
use crate::storage::Storage;
use crate::writer::{DetailWriter, IndexWriter, WriterOptions};

/// Both lanes of a thread as its plan joins them, read again.
pub(super) struct JoinedThread {
    pub(super) events: RingEvents,
    pub(super) records: RingRecords,
}

impl JoinedThread {
    /// Reads the lanes; `None` for a thread that is not joined with a ring.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`](crate::Error::Malformed) when they do not hold any more what the plan
    /// keeps; [`Error::Io`](crate::Error::Io).
    pub(super) fn of(thread: &ThreadPlan) -> Result<Option<Self>> {
        let (Some(plan), Some(joint)) = (&thread.ring, thread.joint()) else { return Ok(None) };
        let ring = ring_of(thread)?;
        let mut events = RingEvents::read(&thread.dir, ring.as_deref(), joint)?;
        events.push_marker(plan.lost);
        let records = RingRecords::read(&thread.dir, ring.as_deref(), joint)?;
        if let Some(lane) = &thread.index {
            check_unchanged(lane, events.len())?;
        }
        if let Some(lane) = thread.detail.as_ref().filter(|lane| records.len() < lane.kept) {
            check_unchanged(lane, records.len())?;
        }
        Ok(Some(Self { events, records }))
    }

    /// The header for the index: the file's, or made from what the ring says.
    pub(super) fn index_header(&self, joint: &RingSnapshot) -> AtfIndexHeader {
        match self.events.header {
            Ok(header) => header,
            Err(_) => AtfIndexHeader {
                arch: joint.arch,
                os: joint.os,
                clock_type: joint.clock_type,
                thread_id: joint.thread_id.into(),
                ..AtfIndexHeader::INIT
            },
        }
    }

    /// The header for the detail lane, likewise.
    pub(super) fn detail_header(&self, joint: &RingSnapshot) -> AtfDetailHeader {
        let index = self.index_header(joint);
        match self.records.header {
            Ok(header) => header,
            Err(_) => AtfDetailHeader {
                arch: index.arch,
                os: index.os,
                thread_id: index.thread_id,
                ..AtfDetailHeader::INIT
            },
        }
    }
}

/// The ring; `None` when the drain has removed it since.
fn ring_of(thread: &ThreadPlan) -> Result<Option<Box<RingImage>>> {
    match RingState::of(&thread.dir)? {
        RingState::Made(ring) => Ok(Some(ring)),
        _ => Ok(None),
    }
}

/// Copies a thread that is joined with a ring.
pub(super) fn copy_joined<S: Storage>(
    thread: &ThreadPlan,
    (plan, joined): (&RingPlan, &JoinedThread),
    storage: &S,
    [index_out, detail_out, offsets_out]: [&Path; 3],
    progress: Progress<'_>,
) -> Result<()> {
    let Some(joint) = &plan.joint else { return Ok(()) };
    if let Some(lane) = thread.detail.as_ref().filter(|it| it.outcome == LaneOutcome::Finalized) {
        copy_records(lane, joined, joint, storage, [detail_out, offsets_out], progress)?;
    }
    if let Some(lane) = &thread.index {
        let kept = kept_records(thread);
        copy_events(lane, kept, joined, joint, storage, index_out, progress)?;
    }
    Ok(())
}

fn copy_events<S: Storage>(
    lane: &LanePlan,
    kept: u64,
    joined: &JoinedThread,
    joint: &RingSnapshot,
    storage: &S,
    out: &Path,
    progress: Progress<'_>,
) -> Result<()> {
    let header = index_header(&joined.index_header(joint), lane);
    let mut writer = IndexWriter::create_with_header(
        storage,
        out.to_owned(),
        header,
        header.as_bytes(),
        WriterOptions::default(),
    )?;
    let mut filter = LinkFilter::new(Some(Records::Joined(&joined.records)), kept);
    for (seq, event) in joined.events.iter().enumerate() {
        writer.write(&without_lost_link(&mut filter, seq as u32, event))?;
        progress(size_of::<IndexEvent>() as u64);
    }
    writer.finalize()
}

fn copy_records<S: Storage>(
    lane: &LanePlan,
    joined: &JoinedThread,
    joint: &RingSnapshot,
    storage: &S,
    [out, offsets_out]: [&Path; 2],
    progress: Progress<'_>,
) -> Result<()> {
    let header = joined.detail_header(joint);
    let mut writer = DetailWriter::create_with_header(
        storage,
        out.to_owned(),
        Some(offsets_out.to_owned()),
        header,
        header.as_bytes(),
        WriterOptions::default(),
    )?;
    let kept = usize::try_from(lane.kept).unwrap_or(usize::MAX);
    for record in joined.records.iter().take(kept) {
        writer.copy(record.header, record.payload)?;
        progress((size_of::<DetailEventHeader>() + record.payload.len()) as u64);
    }
    check_unchanged(lane, writer.len().into())?;
    writer.finalize_lane()?;
    writer.finish_offsets(storage);
    Ok(())
}
