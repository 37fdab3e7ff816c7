//! Repairing a thread's files in place.
//!
//! The detail lane comes before the index. In each file the order is: links, footer, sync, header, sync,
//! cut. After any of these steps another scan would make the same plan, so a crash in between costs
//! nothing. The offsets of the records come first, see [`detail_offsets::replace`]. A detail.atf of which
//! nothing is kept is removed last, when the index no longer names it.

use std::io::ErrorKind;
use std::mem::offset_of;

use zerocopy::IntoBytes;

use super::copy::{with_detail_flag, without_checksum};
use super::copy_file::COPY_BYTES;
use super::old_footer::{self, break_footer};
use super::source::{check_unchanged, open_events, open_records};
use super::{chunk_sums, detail_offsets};
use crate::consistency::Progress;
use crate::ending::{WrittenRecords, end_index};
use crate::error::{Error, Result};
use crate::format::{AtfDetailHeader, AtfIndexHeader, IndexEvent, NO_DETAIL_SEQ, Record};
use crate::input::open_regular;
use crate::reader::IndexExtent;
use crate::recovery::links::LinkFilter;
use crate::recovery::plan::{LaneOutcome, LanePlan, RingOutcome, ThreadPlan};
use crate::recovery::source::{EventSource, FileEvents, FileRecords, RecordSource, detail_header};
use crate::storage::{Storage, StorageFile};
use crate::sys::read_exact_at;

/// Length of a header, and of a footer.
const END_BYTES: usize = size_of::<AtfIndexHeader>();

/// The last byte of the footer's magic; in a record it would be the highest byte of the length.
const MAGIC_END: u64 = 3;

pub(super) fn repair<S: Storage>(
    thread: &ThreadPlan,
    storage: &S,
    progress: Progress<'_>,
) -> Result<()> {
    detail_offsets::replace(thread, storage)?;
    chunk_sums::prepare(thread, storage)?;
    if let Some(lane) = thread.detail.as_ref().filter(|lane| is_finalized(lane)) {
        repair_detail(thread, lane, storage, progress)?;
    }
    if let Some(lane) = thread.index.as_ref().filter(|lane| is_finalized(lane)) {
        repair_index(thread, lane, storage, progress)?;
    }
    if thread.ring.as_ref().is_some_and(|ring| ring.outcome == RingOutcome::LeftBehind) {
        for lane in thread.detail.iter().chain(&thread.index) {
            write_ends_again(lane, storage)?;
        }
        detail_offsets::sync_kept(thread, storage);
    }
    detail_offsets::remove(thread, storage)?;
    if let Some(lane) = thread.detail.as_ref().filter(|it| it.outcome == LaneOutcome::Removed) {
        match storage.remove_file(&lane.file) {
            // All records were in the ring and none is kept: there never was a file.
            Err(error)
                if error.kind() == ErrorKind::NotFound && thread.ring_snapshot().is_some() => {}
            result => result.map_err(Error::io(&lane.file, "remove"))?,
        }
    }
    storage.sync_dir(&thread.dir).map_err(Error::io(&thread.dir, "sync"))
}

/// Makes the chunk checksums of a thread that was repaired, once the manifest says what of it is unverified and its ring
/// is gone: they are of the bytes that were found, and must not prove to another recovery that these were recorded.
pub(super) fn make_sums<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    if chunk_sums::replace(thread, storage)? {
        storage.sync_dir(&thread.dir).map_err(Error::io(&thread.dir, "sync"))?;
    }
    Ok(())
}

/// Fails where [`repair`] could not begin, at a file that cannot be opened for writing. Changes
/// nothing.
pub(super) fn check_can_repair<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    for lane in thread.index.iter().chain(&thread.detail).filter(|lane| is_finalized(lane)) {
        match storage.open_existing(&lane.file) {
            // The file is made from the ring.
            Err(error)
                if error.kind() == ErrorKind::NotFound && thread.ring_snapshot().is_some() => {}
            file => drop(file.map_err(Error::io(&lane.file, "open for writing"))?),
        }
    }
    Ok(())
}

/// Writes header and footer of a complete file again, as they are, and syncs it. The drain may have been
/// killed between writing and syncing them, or the sync failed; once the ring is removed, nothing else has
/// the events.
fn write_ends_again<S: Storage>(lane: &LanePlan, storage: &S) -> Result<()> {
    if lane.outcome != LaneOutcome::Unchanged {
        return Ok(());
    }
    let path = &lane.file;
    let (source, len) = open_regular(path)?;
    let mut file = storage.open_existing(path).map_err(Error::io(path, "open for writing"))?;
    for (at, action) in
        [(0, "write the header"), (len.saturating_sub(END_BYTES as u64), "write the footer")]
    {
        let mut bytes = [0; END_BYTES];
        read_exact_at(&source, &mut bytes, at).map_err(Error::io(path, "read"))?;
        file.write_all_at(&bytes, at).map_err(Error::io(path, action))?;
    }
    file.sync().map_err(Error::io(path, "sync"))
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
    let events = open_events(lane)?;
    check_unchanged(lane, events.events().len())?;
    let index = events.reader();
    let extent = events.extent();
    let header = AtfIndexHeader {
        event_size: u32::try_from(extent.stride).unwrap_or(u32::MAX).into(),
        events_offset: extent.events_offset.into(),
        ..with_detail_flag(thread.index_header(*index.header()), lane)
    };
    let fixed_checksum = lane.kept_footer.checksum.or_else(|| without_checksum(&header, &events));
    let times_ns = events.events().time_range().unwrap_or_default();
    let old_footer = old_footer::of_index(index, events.footer().map(|(_, offset)| offset))
        .filter(|_| lane.unlinked > 0 && !lane.ends_early);
    // What is written from here on must not be mapped.
    drop(events);
    let mut file = storage.open_existing(&lane.file).map_err(Error::io(&lane.file, "open"))?;
    if let Some(offset) = old_footer {
        break_footer(&mut file, &lane.file, offset)?;
    }
    let checksum = clear_lost_links(thread, lane, &extent, &mut file, progress)?;
    if lane.unlinked > 0 {
        // The footer's checksum is that of the events without these links.
        file.sync().map_err(Error::io(&lane.file, "sync"))?;
    }
    let checksum = fixed_checksum.unwrap_or(checksum);
    let (header, mut footer) = end_index(&header, extent.count, times_ns, checksum);
    lane.kept_footer.copy_to(&mut footer);
    let header = own_header(header.as_bytes(), extent.events_offset);
    let footer = (extent.events_end(), footer.as_bytes(), old_footer.is_some());
    end_file(&mut file, lane, footer, header)
}

/// As much of the header as the file has room for: in a file of an earlier revision the events may start
/// before our header ends.
fn own_header(header: &[u8], events_offset: u64) -> &[u8] {
    let own = usize::try_from(events_offset).unwrap_or(usize::MAX);
    &header[..header.len().min(own)]
}

/// Clears the links that are lost and returns the checksum of the events as they are then.
fn clear_lost_links<F: StorageFile>(
    thread: &ThreadPlan,
    lane: &LanePlan,
    extent: &IndexExtent,
    file: &mut F,
    progress: Progress<'_>,
) -> Result<u32> {
    let records = open_records(thread)?;
    let records = records.as_ref().map(|records| records as &dyn RecordSource);
    let mut links = LinkFilter::new(records, thread.kept_records());
    let (source, _) = open_regular(&lane.file)?;
    let stride = extent.stride as usize;
    let mut block = vec![0; (COPY_BYTES / stride).max(1) * stride];
    let (mut checksum, mut seq) = (crc32fast::Hasher::new(), 0);
    while seq < extent.count {
        let start = extent.events_offset + extent.stride * u64::from(seq);
        let left = u64::from(extent.count - seq) * extent.stride;
        let len = left.min(block.len() as u64) as usize;
        let bytes = &mut block[..len];
        read_exact_at(&source, bytes, start).map_err(Error::io(&lane.file, "read"))?;
        // A file that is recovered alone keeps its links: nobody looked at its detail.atf.
        if lane.unlinked > 0 {
            for (number, bytes) in bytes.chunks_exact_mut(stride).enumerate() {
                let Some(event) = IndexEvent::read_start(bytes) else { continue };
                if links.is_lost(seq + number as u32, &event) {
                    let none = NO_DETAIL_SEQ.to_le_bytes();
                    let link = offset_of!(IndexEvent, detail_seq);
                    let at = start + (number * stride + link) as u64;
                    bytes[link..link + none.len()].copy_from_slice(&none);
                    file.write_all_at(&none, at).map_err(Error::io(&lane.file, "write a link"))?;
                }
            }
        }
        checksum.update(bytes);
        progress(len as u64);
        seq += (len / stride) as u32;
    }
    Ok(checksum.finalize())
}

fn repair_detail<S: Storage>(
    thread: &ThreadPlan,
    lane: &LanePlan,
    storage: &S,
    progress: Progress<'_>,
) -> Result<()> {
    let records = match &thread.index {
        Some(_) => FileRecords::open(&lane.file)?,
        None => FileRecords::open_alone(&lane.file)?,
    };
    let detail = records.reader();
    let mut checksum = crc32fast::Hasher::new();
    let mut written = WrittenRecords::default();
    let kept = usize::try_from(lane.kept).unwrap_or(usize::MAX);
    let events_offset = detail.extent().events_offset;
    let (mut summed_to, mut end) = (events_offset, events_offset);
    let mut sum = |start: u64, end: u64| {
        checksum.update(&detail.bytes()[start as usize..end as usize]);
        progress(end - start);
    };
    for record in detail.iter().take(kept) {
        let record = record?;
        written.take(record.header);
        end = record.end();
        if end - summed_to >= COPY_BYTES as u64 {
            sum(summed_to, end);
            summed_to = end;
        }
    }
    sum(summed_to, end);
    check_unchanged(lane, written.count().into())?;
    let events = match &thread.index {
        Some(index) => Some(FileEvents::open(&index.file)?),
        None => None,
    };
    let events = events.as_ref().map(|events| events as &dyn EventSource);
    let header = thread.detail_header(detail_header(&records, events));
    let header = AtfDetailHeader { events_offset: events_offset.into(), ..header };
    let checksum = lane.kept_footer.checksum.unwrap_or_else(|| checksum.finalize());
    let (header, mut footer) = written.end(&header, checksum);
    lane.kept_footer.copy_to(&mut footer);
    let end = events_offset + written.bytes();
    let old_footer = old_footer::of_detail(detail, records.footer().map(|(_, offset)| offset))
        .filter(|&offset| offset != end);
    // The file is cut below: it must not be mapped then.
    drop(records);
    let mut file = storage.open_existing(&lane.file).map_err(Error::io(&lane.file, "open"))?;
    if let Some(offset) = old_footer {
        break_footer(&mut file, &lane.file, offset)?;
    }
    // A crash within the magic of the footer could turn the bytes after it into a complete record. This
    // byte of the magic, written first, makes its length more than 1 GiB.
    let at = end + MAGIC_END;
    let byte = &footer.magic[MAGIC_END as usize..];
    file.write_all_at(byte, at).map_err(Error::io(&lane.file, "write the footer"))?;
    let header = own_header(header.as_bytes(), events_offset);
    end_file(&mut file, lane, (end, footer.as_bytes(), false), header)
}

/// Finalizes the file at `end` and cuts off what follows the footer.
///
/// The cut comes last. Until header and footer agree, one of them alone may tell where the events are.
fn end_file<F: StorageFile>(
    file: &mut F,
    lane: &LanePlan,
    (end, footer, is_broken): (u64, &[u8], bool),
    header: &[u8],
) -> Result<()> {
    let path = &lane.file;
    let file_end = end + footer.len() as u64;
    if is_broken {
        // The first byte makes it valid again.
        let rest = file.write_all_at(&footer[1..], end + 1);
        rest.map_err(Error::io(path, "write the footer"))?;
        file.sync().map_err(Error::io(path, "sync"))?;
    }
    file.write_all_at(footer, end).map_err(Error::io(path, "write the footer"))?;
    file.sync().map_err(Error::io(path, "sync"))?;
    file.write_all_at(header, 0).map_err(Error::io(path, "write the header"))?;
    file.sync().map_err(Error::io(path, "sync"))?;
    file.set_len(file_end).map_err(Error::io(path, format!("cut at byte {file_end}")))?;
    file.sync().map_err(Error::io(path, "sync"))
}
