//! Writing what is kept of a file to a new one.

use std::path::Path;

use zerocopy::IntoBytes;

use crate::consistency::Progress;
use crate::error::{Error, Fault, FaultKind, Region, Result};
use crate::format::{
    AtfDetailHeader, AtfIndexHeader, DetailEventHeader, IndexEvent, IndexFlags, NO_DETAIL_SEQ,
};
use crate::reader::{DetailReader, IndexReader};
use crate::recovery::links::LinkFilter;
use crate::recovery::plan::{LanePlan, ThreadPlan};
use crate::recovery::source::Records;
use crate::storage::{Storage, StorageFile};
use crate::writer::{DetailWriter, IndexWriter, WriterOptions};

/// Events between two calls of the progress.
const EVENTS_AT_A_TIME: usize = 32 * 1024;
/// Bytes copied at a time.
pub(super) const COPY_BYTES: usize = 256 * 1024;

/// Copies a file that is whole, byte for byte, and syncs the copy.
pub(super) fn copy_file<S: Storage>(
    storage: &S,
    from: &Path,
    to: &Path,
    progress: Progress<'_>,
) -> Result<()> {
    use std::io::Read;
    let mut source = std::fs::File::open(from).map_err(Error::io(from, "open"))?;
    let mut copy = storage.create_new(to).map_err(Error::io(to, "create"))?;
    let mut buffer = vec![0; COPY_BYTES];
    let mut offset = 0;
    loop {
        let len = source.read(&mut buffer).map_err(Error::io(from, "read"))?;
        if len == 0 {
            break;
        }
        copy.write_all_at(&buffer[..len], offset).map_err(Error::io(to, "write"))?;
        offset += len as u64;
        progress(len as u64);
    }
    copy.sync().map_err(Error::io(to, "sync"))
}

/// Writes a finalized index.atf of the kept events, without the links that were lost.
pub(super) fn copy_index<S: Storage>(
    thread: &ThreadPlan,
    lane: &LanePlan,
    storage: &S,
    out: &Path,
    progress: Progress<'_>,
) -> Result<()> {
    let index = open_index(lane)?;
    let header = copied_index_header(&index, lane);
    let header_bytes = &index.bytes()[..index.extent().events_offset as usize];
    let mut writer = IndexWriter::create_with_header(
        storage,
        out.to_owned(),
        header,
        header_bytes,
        WriterOptions::default(),
    )?;
    if let Some(events) = index.as_slice().filter(|_| lane.unlinked == 0) {
        for chunk in events.chunks(EVENTS_AT_A_TIME) {
            writer.write_all(chunk)?;
            progress(size_of_val(chunk) as u64);
        }
    } else {
        // A file alone keeps its links: nobody looked at its detail.atf.
        let keeps_links = lane.unlinked == 0;
        let detail = if keeps_links { None } else { open_detail_of(thread)? };
        let mut filter = LinkFilter::new(detail.as_ref().map(Records::File), kept_records(thread));
        for (seq, event) in index.iter().enumerate() {
            if keeps_links {
                writer.write(event)?;
                progress(index.extent().stride);
                continue;
            }
            writer.write(&without_lost_link(&mut filter, seq as u32, event))?;
            progress(index.extent().stride);
        }
    }
    writer.finalize()
}

/// Writes a finalized detail.atf of the kept records, and their offsets to `offsets_out`.
pub(super) fn copy_detail<S: Storage>(
    thread: &ThreadPlan,
    lane: &LanePlan,
    storage: &S,
    out: &Path,
    offsets_out: Option<&Path>,
    progress: Progress<'_>,
) -> Result<()> {
    let detail = open_detail(thread, lane)?;
    let header = detail_header(thread, &detail)?;
    // A longer header of a newer revision is kept; one that is not believed is not.
    let header_bytes = if thread.rebuild_detail_header {
        header.as_bytes()
    } else {
        &detail.bytes()[..detail.extent().events_offset as usize]
    };
    let mut writer = DetailWriter::create_with_header(
        storage,
        out.to_owned(),
        offsets_out.map(Path::to_owned),
        header,
        header_bytes,
        WriterOptions::default(),
    )?;
    let kept = usize::try_from(lane.kept).unwrap_or(usize::MAX);
    for record in detail.iter().take(kept) {
        let record = record?;
        writer.copy(record.header, record.payload)?;
        progress((size_of::<DetailEventHeader>() + record.payload.len()) as u64);
    }
    check_unchanged(lane, writer.len().into())?;
    writer.finalize_lane()?;
    writer.finish_offsets(storage);
    Ok(())
}

/// Opens the index of a plan; it must still hold what the plan keeps.
pub(super) fn open_index(lane: &LanePlan) -> Result<IndexReader> {
    let index = IndexReader::open(&lane.file)?;
    check_unchanged(lane, index.len() as u64)?;
    Ok(index)
}

pub(super) fn open_detail(thread: &ThreadPlan, lane: &LanePlan) -> Result<DetailReader> {
    if thread.rebuild_detail_header {
        DetailReader::open_without_header(&lane.file)
    } else {
        DetailReader::open(&lane.file)
    }
}

/// The detail lane that events' links are compared with; `None` when no record is kept.
pub(super) fn open_detail_of(thread: &ThreadPlan) -> Result<Option<DetailReader>> {
    match &thread.detail {
        Some(lane) if lane.kept > 0 => open_detail(thread, lane).map(Some),
        _ => Ok(None),
    }
}

pub(super) fn kept_records(thread: &ThreadPlan) -> u64 {
    thread.detail.as_ref().map_or(0, |lane| lane.kept)
}

pub(super) fn without_lost_link(
    filter: &mut LinkFilter<'_>,
    seq: u32,
    event: &IndexEvent,
) -> IndexEvent {
    if filter.is_lost(seq, event) {
        IndexEvent { detail_seq: NO_DETAIL_SEQ.into(), ..*event }
    } else {
        *event
    }
}

/// The header that goes into the repaired index, but for what finalizing fills in.
pub(super) fn index_header(header: &AtfIndexHeader, lane: &LanePlan) -> AtfIndexHeader {
    let flag = IndexFlags::HAS_DETAIL_FILE;
    let flags = match lane.has_detail_file {
        Some(true) => header.flags.with(flag),
        Some(false) => header.flags.without(flag),
        None => header.flags,
    };
    AtfIndexHeader { flags, ..*header }
}

/// The same of a copy, whose events are as long as ours: then it is of our version too.
fn copied_index_header(index: &IndexReader, lane: &LanePlan) -> AtfIndexHeader {
    let header = index_header(index.header(), lane);
    let has_grown = index.extent().stride < size_of::<IndexEvent>() as u64;
    let version = if has_grown { AtfIndexHeader::INIT.version } else { header.version };
    AtfIndexHeader { version, ..header }
}

/// The detail header as it stands, or made from the index header when it is damaged.
pub(super) fn detail_header(thread: &ThreadPlan, detail: &DetailReader) -> Result<AtfDetailHeader> {
    if !thread.rebuild_detail_header {
        return Ok(*detail.header());
    }
    let index_file = thread.index_file().unwrap_or_else(|| detail.path());
    let index = IndexReader::open(index_file)?;
    let index = index.header();
    Ok(AtfDetailHeader {
        arch: index.arch,
        os: index.os,
        thread_id: index.thread_id,
        ..AtfDetailHeader::INIT
    })
}

/// The file may have grown or been cut since it was scanned: then the plan is not its plan.
pub(super) fn check_unchanged(lane: &LanePlan, found: u64) -> Result<()> {
    if found == lane.kept {
        return Ok(());
    }
    let expected = format!("{} (when it was scanned)", lane.kept);
    let (kind, region) = (FaultKind::Changed, Region::Events);
    let fault = Fault::new(kind, region, 0, "event_count", expected, found);
    Err(Error::malformed(&lane.file)(fault))
}
