//! Repairing a thread's files where they lie.
//!
//! Detail before index, and in each file: links, footer, sync, header, sync, cut. After any of
//! these steps the files are such that the same plan would be made again, so a crash in between
//! costs nothing. The offsets of the records come first, see [`detail_offsets::replace`]; a detail.atf of
//! which nothing is kept goes last, after the index stopped naming it.

use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::mem::offset_of;

use zerocopy::IntoBytes;

use super::copy::{
    COPY_BYTES, check_unchanged, detail_header, index_header, kept_records, open_detail,
    open_detail_of, open_index,
};
use super::detail_offsets;
use crate::consistency::Progress;
use crate::ending::{WrittenRecords, end_index};
use crate::error::{Error, Result};
use crate::format::{AtfDetailHeader, AtfIndexHeader, IndexEvent, NO_DETAIL_SEQ, Record};
use crate::input::open_regular;
use crate::reader::IndexExtent;
use crate::recovery::links::LinkFilter;
use crate::recovery::plan::{LaneOutcome, LanePlan, ThreadPlan};
use crate::recovery::source::Records;
use crate::storage::{Storage, StorageFile};

/// The footer's last byte of magic; the highest byte of the length, were it a record.
const MAGIC_END: u64 = 3;

pub(super) fn repair<S: Storage>(
    thread: &ThreadPlan,
    storage: &S,
    progress: Progress<'_>,
) -> Result<()> {
    detail_offsets::replace(thread, storage)?;
    if let Some(lane) = thread.detail.as_ref().filter(|lane| is_finalized(lane)) {
        repair_detail(thread, lane, storage, progress)?;
    }
    if let Some(lane) = thread.index.as_ref().filter(|lane| is_finalized(lane)) {
        repair_index(thread, lane, storage, progress)?;
    }
    detail_offsets::remove(thread, storage)?;
    if let Some(lane) = thread.detail.as_ref().filter(|it| it.outcome == LaneOutcome::Removed) {
        match storage.remove_file(&lane.file) {
            // Records of a ring alone of which none is kept: there never was one.
            Err(error) if error.kind() == ErrorKind::NotFound && thread.joint().is_some() => {}
            result => result.map_err(Error::io(&lane.file, "remove"))?,
        }
    }
    storage.sync_dir(&thread.dir).map_err(Error::io(&thread.dir, "sync"))
}

/// Fails where [`repair`] could not begin, at a file that cannot be opened for writing. Changes
/// nothing.
pub(super) fn check_can_repair<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    for lane in thread.index.iter().chain(&thread.detail).filter(|lane| is_finalized(lane)) {
        match storage.open_existing(&lane.file) {
            // It is made from what is in the ring.
            Err(error) if error.kind() == ErrorKind::NotFound && thread.joint().is_some() => {}
            file => drop(file.map_err(Error::io(&lane.file, "open for writing"))?),
        }
    }
    Ok(())
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
    let extent = *index.extent();
    let header = AtfIndexHeader {
        event_size: u32::try_from(extent.stride).unwrap_or(u32::MAX).into(),
        events_offset: extent.events_offset.into(),
        ..index_header(index.header(), lane)
    };
    let times_ns = index.time_range().unwrap_or_default();
    // What is written from here on must not be mapped.
    drop(index);
    let mut file = storage.open_existing(&lane.file).map_err(Error::io(&lane.file, "open"))?;
    let checksum = clear_lost_links(thread, lane, &extent, &mut file, progress)?;
    let (header, footer) = end_index(&header, extent.count, times_ns, checksum);
    let header = own_header(header.as_bytes(), extent.events_offset);
    end_file(&mut file, lane, extent.events_end(), footer.as_bytes(), header)
}

/// The header as far as the file has one: in a file of an earlier revision events may begin before
/// ours ends.
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
    let detail = open_detail_of(thread)?;
    let mut filter = LinkFilter::new(detail.as_ref().map(Records::File), kept_records(thread));
    let (source, _) = open_regular(&lane.file)?;
    let mut source = BufReader::with_capacity(COPY_BYTES, source);
    source.seek(SeekFrom::Start(extent.events_offset)).map_err(Error::io(&lane.file, "read"))?;
    let mut checksum = crc32fast::Hasher::new();
    let mut bytes = vec![0; extent.stride as usize];
    for seq in 0..extent.count {
        source.read_exact(&mut bytes).map_err(Error::io(&lane.file, "read"))?;
        let Some(event) = IndexEvent::read_start(&bytes) else { continue };
        // A file alone keeps its links: nobody looked at its detail.atf.
        if lane.unlinked > 0 && filter.is_lost(seq, &event) {
            let none = NO_DETAIL_SEQ.to_le_bytes();
            let link = offset_of!(IndexEvent, detail_seq);
            let at = extent.events_offset + extent.stride * u64::from(seq) + link as u64;
            bytes[link..link + none.len()].copy_from_slice(&none);
            file.write_all_at(&none, at).map_err(Error::io(&lane.file, "write a link"))?;
        }
        checksum.update(&bytes);
        progress(extent.stride);
    }
    Ok(checksum.finalize())
}

fn repair_detail<S: Storage>(
    thread: &ThreadPlan,
    lane: &LanePlan,
    storage: &S,
    progress: Progress<'_>,
) -> Result<()> {
    let detail = open_detail(thread, lane)?;
    let mut checksum = crc32fast::Hasher::new();
    let mut records = WrittenRecords::default();
    let kept = usize::try_from(lane.kept).unwrap_or(usize::MAX);
    for record in detail.iter().take(kept) {
        let record = record?;
        checksum.update(record.header.as_bytes());
        checksum.update(record.payload);
        records.take(record.header);
        progress(u64::from(record.header.total_length.get()));
    }
    check_unchanged(lane, records.count().into())?;
    let events_offset = detail.extent().events_offset;
    let header =
        AtfDetailHeader { events_offset: events_offset.into(), ..detail_header(thread, &detail)? };
    let (header, footer) = records.end(&header, checksum.finalize());
    let end = events_offset + records.bytes();
    // The file is cut below: nothing may be mapped then.
    drop(detail);
    let mut file = storage.open_existing(&lane.file).map_err(Error::io(&lane.file, "open"))?;
    // The first bytes of a footer that is torn in the middle of its magic could turn what stands
    // there into a record that is whole. Its length with this byte, over 1 GiB, is none.
    let at = end + MAGIC_END;
    let byte = &footer.magic[MAGIC_END as usize..];
    file.write_all_at(byte, at).map_err(Error::io(&lane.file, "write the footer"))?;
    let header = own_header(header.as_bytes(), events_offset);
    end_file(&mut file, lane, end, footer.as_bytes(), header)
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
