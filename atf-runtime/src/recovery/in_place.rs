//! Repairing a thread's files where they lie.
//!
//! Detail before index, and in each file: links, footer, sync, header, sync, cut. After any of
//! these steps the files are such that the same plan would be made again, so a crash in between
//! costs nothing. Only a detail.atf of which nothing is kept goes last, after the index stopped
//! naming it.

use std::mem::offset_of;

use zerocopy::IntoBytes;

use super::copy::{
    detail_header, index_header, kept_records, open_detail, open_detail_of, open_index,
};
use super::links::LinkFilter;
use super::plan::{LaneOutcome, LanePlan, ThreadPlan};
use crate::error::{Error, Result};
use crate::format::{
    AtfDetailFooter, AtfDetailHeader, AtfIndexFooter, AtfIndexHeader, IndexEvent, NO_DETAIL_SEQ,
};
use crate::framing::Progress;
use crate::storage::{Storage, StorageFile};

/// The footer's last byte of magic; the highest byte of the length, were it a record.
const MAGIC_END: u64 = 3;

pub(super) fn repair<S: Storage>(
    thread: &ThreadPlan,
    storage: &S,
    progress: Progress<'_>,
) -> Result<()> {
    if let Some(lane) = thread.detail.as_ref().filter(|lane| is_finalized(lane)) {
        repair_detail(thread, lane, storage, progress)?;
    }
    if let Some(lane) = thread.index.as_ref().filter(|lane| is_finalized(lane)) {
        repair_index(thread, lane, storage, progress)?;
    }
    if let Some(lane) = thread.detail.as_ref().filter(|it| it.outcome == LaneOutcome::Removed) {
        storage.remove_file(&lane.file).map_err(Error::io(&lane.file, "remove"))?;
    }
    storage.sync_dir(&thread.dir).map_err(Error::io(&thread.dir, "sync"))
}

fn is_finalized(lane: &LanePlan) -> bool {
    lane.outcome == LaneOutcome::Finalized
}

fn repair_index<S: Storage>(
    thread: &ThreadPlan,
    lane: &LanePlan,
    storage: &S,
    progress: Progress<'_>,
) -> Result<()> {
    let index = open_index(lane)?;
    let detail = open_detail_of(thread)?;
    let mut filter = LinkFilter::new(detail.as_ref(), kept_records(thread));
    let mut file = storage.open_existing(&lane.file).map_err(Error::io(&lane.file, "open"))?;
    let mut checksum = crc32fast::Hasher::new();
    let extent = *index.extent();
    for (seq, event) in index.iter().enumerate() {
        let mut kept = *event;
        // A file alone keeps its links: nobody looked at its detail.atf.
        if lane.unlinked > 0 && filter.is_lost(seq as u32, event) {
            kept.detail_seq = NO_DETAIL_SEQ.into();
            let at = extent.events_offset
                + extent.stride * seq as u64
                + offset_of!(IndexEvent, detail_seq) as u64;
            let bytes = kept.detail_seq.as_bytes();
            file.write_all_at(bytes, at).map_err(Error::io(&lane.file, "write a link"))?;
        }
        checksum.update(kept.as_bytes());
        progress(size_of::<IndexEvent>() as u64);
    }
    let (time_start_ns, time_end_ns) = index.time_range().unwrap_or_default();
    let events_end = extent.events_end();
    let footer = AtfIndexFooter {
        checksum: checksum.finalize().into(),
        event_count: u64::from(extent.count).into(),
        time_start_ns: time_start_ns.into(),
        time_end_ns: time_end_ns.into(),
        bytes_written: (events_end - extent.events_offset).into(),
        ..AtfIndexFooter::INIT
    };
    let header = AtfIndexHeader {
        event_size: (size_of::<IndexEvent>() as u32).into(),
        event_count: extent.count.into(),
        events_offset: extent.events_offset.into(),
        footer_offset: events_end.into(),
        time_start_ns: footer.time_start_ns,
        time_end_ns: footer.time_end_ns,
        ..index_header(index.header(), lane)
    };
    // The file is cut below: nothing may be mapped then.
    drop((filter, index));
    drop(detail);
    end_file(&mut file, lane, events_end, footer.as_bytes(), header.as_bytes())
}

fn repair_detail<S: Storage>(
    thread: &ThreadPlan,
    lane: &LanePlan,
    storage: &S,
    progress: Progress<'_>,
) -> Result<()> {
    let detail = open_detail(thread, lane)?;
    let mut checksum = crc32fast::Hasher::new();
    let mut times_ns = None;
    let mut index_seqs = None;
    let extent = *detail.extent();
    let mut end = extent.events_offset;
    let kept = usize::try_from(lane.kept).unwrap_or(usize::MAX);
    for record in detail.iter().take(kept) {
        let record = record?;
        checksum.update(record.header.as_bytes());
        checksum.update(record.payload);
        let time = record.header.timestamp.get();
        times_ns = Some((times_ns.map_or(time, |(first, _)| first), time));
        let seq = u64::from(record.index_seq().0);
        let (lowest, highest) = index_seqs.unwrap_or((seq, seq));
        index_seqs = Some((lowest.min(seq), highest.max(seq)));
        end = record.end();
        progress(u64::from(record.header.total_length.get()));
    }
    let (time_start_ns, time_end_ns) = times_ns.unwrap_or_default();
    let (lowest, highest) = index_seqs.unwrap_or_default();
    let footer = AtfDetailFooter {
        checksum: checksum.finalize().into(),
        event_count: lane.kept.into(),
        bytes_length: (end - extent.events_offset).into(),
        time_start_ns: time_start_ns.into(),
        time_end_ns: time_end_ns.into(),
        ..AtfDetailFooter::INIT
    };
    let header = AtfDetailHeader {
        events_offset: extent.events_offset.into(),
        event_count: footer.event_count,
        bytes_length: footer.bytes_length,
        index_seq_start: lowest.into(),
        index_seq_end: highest.into(),
        ..detail_header(thread, &detail)?
    };
    // The file is cut below: nothing may be mapped then.
    drop(detail);
    let mut file = storage.open_existing(&lane.file).map_err(Error::io(&lane.file, "open"))?;
    // The first bytes of a footer that is torn in the middle of its magic could turn what stands
    // there into a record that is whole. Its length with this byte, over 1 GiB, is none.
    let at = end + MAGIC_END;
    let byte = &footer.magic[MAGIC_END as usize..];
    file.write_all_at(byte, at).map_err(Error::io(&lane.file, "write the footer"))?;
    end_file(&mut file, lane, end, footer.as_bytes(), header.as_bytes())
}

/// Finalizes the file at `end` and cuts what is behind the footer.
///
/// The cut comes last: until header and footer agree, one of them may be all that tells where the
/// events are.
fn end_file<F: StorageFile>(
    file: &mut F,
    lane: &LanePlan,
    end: u64,
    footer: &[u8],
    header: &[u8],
) -> Result<()> {
    let path = &lane.file;
    let file_end = end + footer.len() as u64;
    file.write_all_at(footer, end).map_err(Error::io(path, "write the footer"))?;
    file.sync().map_err(Error::io(path, "sync"))?;
    file.write_all_at(header, 0).map_err(Error::io(path, "write the header"))?;
    file.sync().map_err(Error::io(path, "sync"))?;
    file.set_len(file_end).map_err(Error::io(path, format!("cut at byte {file_end}")))?;
    file.sync().map_err(Error::io(path, "sync"))
}
