//! The one copier: writes what is kept of a source to new files. Called to make a copy of a trace.

use std::path::Path;

use zerocopy::IntoBytes;

use super::copy_file::copy_file;
use super::detail_offsets;
use super::source::{check_unchanged, open_source};
use crate::consistency::{Progress, Steps};
use crate::ending::KeptFooter;
use crate::error::Result;
use crate::format::{AtfIndexHeader, DetailEventHeader, IndexFlags};
use crate::platform::is_original_clock;
use crate::recovery::links::LinkFilter;
use crate::recovery::plan::{LaneOutcome, LanePlan, ThreadPlan};
use crate::recovery::source::{EventSource, RecordSource, detail_header};
use crate::storage::Storage;
use crate::writer::{Beside, DetailWriter, IndexWriter, WriterOptions};

/// Events between two calls of the progress.
const EVENTS_AT_A_TIME: usize = 32 * 1024;

/// Writes finalized files of what is kept of a thread. A file that nothing is wrong with is copied byte
/// for byte. The offsets of the records go to `offsets_out`, if given.
pub(super) fn copy_thread<S: Storage>(
    thread: &ThreadPlan,
    storage: &S,
    (index_out, detail_out): (&Path, &Path),
    offsets_out: Option<&Path>,
    progress: Progress<'_>,
) -> Result<()> {
    let source = open_source(thread)?;
    let (events, records) = (source.events.as_deref(), source.records.as_deref());
    if let Some(lane) = &thread.detail {
        match (lane.outcome, records) {
            (LaneOutcome::Unchanged, _) => {
                copy_file(storage, &lane.file, detail_out, progress)?;
                if let Some(out) = offsets_out {
                    detail_offsets::make(thread, storage, out)?;
                }
            }
            (LaneOutcome::Finalized, Some(records)) => {
                let out = (detail_out, offsets_out);
                copy_records((thread, lane), records, events, storage, out, progress)?;
            }
            _ => {}
        }
    }
    match (&thread.index, events) {
        (Some(lane), _) if lane.outcome == LaneOutcome::Unchanged => {
            copy_file(storage, &lane.file, index_out, progress)
        }
        (Some(lane), Some(events)) => {
            let links = LinkFilter::new(records, thread.kept_records());
            copy_events((thread, lane), events, links, storage, index_out, progress)
        }
        _ => Ok(()),
    }
}

/// Writes a finalized index.atf of the kept events, without the links that are lost.
fn copy_events<S: Storage>(
    (thread, lane): (&ThreadPlan, &LanePlan),
    source: &dyn EventSource,
    mut links: LinkFilter<'_>,
    storage: &S,
    out: &Path,
    progress: Progress<'_>,
) -> Result<()> {
    let events = source.events();
    check_unchanged(lane, events.len())?;
    let header = thread.index_header(source.header());
    let mut writer = IndexWriter::create_with_header(
        storage,
        out.to_owned(),
        None,
        with_detail_flag(header, lane),
        &source.header_bytes(),
        WriterOptions::default(),
    )?;
    let kept = lane.kept_footer.clone();
    let checksum = kept.checksum.or_else(|| without_checksum(&header, source));
    writer.set_footer(KeptFooter { checksum, ..kept });
    let mut seq = 0;
    for chunk in events.parts().into_iter().flat_map(|part| part.chunks(EVENTS_AT_A_TIME)) {
        if lane.unlinked == 0 {
            writer.write_all(chunk)?;
        } else {
            for event in chunk {
                writer.write(&links.apply(seq, event))?;
                seq += 1;
            }
        }
        progress(size_of_val(chunk) as u64);
    }
    writer.finalize()
}

/// The checksum of an index.atf with the original tracer's clock that has none: with one it would count as
/// a damaged header.
pub(super) fn without_checksum(header: &AtfIndexHeader, source: &dyn EventSource) -> Option<u32> {
    let has_none = source.footer().is_none_or(|(footer, _)| footer.checksum.get() == 0);
    (has_none && is_original_clock(header.os, header.clock_type)).then_some(0)
}

/// Writes a finalized detail.atf of the kept records, and their offsets.
fn copy_records<S: Storage>(
    (thread, lane): (&ThreadPlan, &LanePlan),
    source: &dyn RecordSource,
    events: Option<&dyn EventSource>,
    storage: &S,
    (out, offsets_out): (&Path, Option<&Path>),
    progress: Progress<'_>,
) -> Result<()> {
    let header = thread.detail_header(detail_header(source, events));
    // A longer header of a newer revision is kept; one that cannot be believed is not.
    let header_bytes = source.own_header().map_or(header.as_bytes(), |(_, bytes)| bytes);
    let mut writer = DetailWriter::create_with_header(
        storage,
        out.to_owned(),
        Beside { offsets: offsets_out.map(Path::to_owned), sums: None },
        header,
        header_bytes,
        WriterOptions::default(),
    )?;
    let kept = usize::try_from(lane.kept).unwrap_or(usize::MAX);
    let mut steps = Steps::new(progress);
    for record in source.iter().take(kept) {
        writer.copy(record.header, record.payload)?;
        steps.add((size_of::<DetailEventHeader>() + record.payload.len()) as u64);
    }
    check_unchanged(lane, writer.len().into())?;
    writer.set_footer(lane.kept_footer.clone());
    writer.finalize_lane()?;
    writer.finish_offsets(storage);
    Ok(())
}

/// The header of a repaired index, with the flag that tells whether there is a detail.atf.
pub(super) fn with_detail_flag(header: AtfIndexHeader, lane: &LanePlan) -> AtfIndexHeader {
    let flag = IndexFlags::HAS_DETAIL_FILE;
    let flags = match lane.has_detail_file {
        Some(true) => header.flags.with(flag),
        Some(false) => header.flags.without(flag),
        None => header.flags,
    };
    AtfIndexHeader { flags, ..header }
}
