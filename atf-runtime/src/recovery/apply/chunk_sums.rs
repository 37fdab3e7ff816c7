//! Making the chunk checksums of a lane from its finished file.
//!
//! They prove nothing about what happened before, but for what they are told: chunks that are unverified or damaged.
//! A disk that refuses them costs nothing but the file.

use std::io;
use std::path::Path;

use zerocopy::IntoBytes;

use crate::error::{Error, Result};
use crate::format::IndexEvent;
use crate::lane::Lane;
use crate::reader::{CHUNKS_START, DetailReader, IndexReader};
use crate::recovery::plan::{LanePlan, SumsOutcome, SumsPlan, ThreadPlan};
use crate::storage::{Storage, StorageFile};
use crate::verify::{ChecksumState, detail_checksum, index_checksum};
use crate::writer::{ChunkSums, Mark, SectionSum};

/// The file is written under this name and then renamed, so that a crash leaves the old one or the new one.
const TEMPORARY_END: &str = ".new";

/// Makes sure that there is a file of checksums for each lane that gets new ones, an empty one if there is none: after
/// a crash, that says that they were to be made. Checksums of bytes that are about to change are given up: a crash would
/// make damage of them.
pub(super) fn prepare<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<()> {
    let lanes = [(&thread.detail, &thread.detail_sums), (&thread.index, &thread.index_sums)];
    let mut is_changed = false;
    for (lane, sums) in lanes {
        let Some(plan) = sums.as_ref().filter(|plan| plan.outcome == SumsOutcome::Made) else {
            continue;
        };
        let file = match storage.create_new(&plan.file) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let changes = lane.as_ref().is_some_and(|lane| lane.unlinked > 0);
                if !changes {
                    continue;
                }
                let cut = storage.open_existing(&plan.file).and_then(|mut file| {
                    file.set_len(0)?;
                    file.sync()
                });
                cut.map_err(Error::io(&plan.file, "cut"))
            }
            // Without the file nothing is lost but the file.
            created => {
                is_changed |= created.is_ok();
                Ok(())
            }
        };
        file?;
    }
    if is_changed {
        storage.sync_dir(&thread.dir).map_err(Error::io(&thread.dir, "sync"))?;
    }
    Ok(())
}

/// Makes or removes the checksums of both lanes in place, once these are finished. Returns whether any file changed.
pub(super) fn replace<S: Storage>(thread: &ThreadPlan, storage: &S) -> Result<bool> {
    let mut has_changed = false;
    let lanes = [
        (&thread.detail, &thread.detail_sums, Lane::Detail),
        (&thread.index, &thread.index_sums, Lane::Index),
    ];
    for (lane, sums, which) in lanes {
        let changes =
            |plan: &SumsPlan| matches!(plan.outcome, SumsOutcome::Made | SumsOutcome::Removed);
        has_changed |= sums.as_ref().is_some_and(changes);
        match (sums, lane) {
            (Some(plan @ SumsPlan { outcome: SumsOutcome::Made, .. }), Some(lane)) => {
                let mut temporary = plan.file.clone().into_os_string();
                temporary.push(TEMPORARY_END);
                let temporary = Path::new(&temporary);
                let is_made = make(lane, which, &lane.file, storage, temporary)?;
                if !is_made || storage.rename(temporary, &plan.file).is_err() {
                    let _ = storage.remove_file(temporary);
                    let _ = storage.remove_file(&plan.file);
                }
            }
            (Some(plan), _) if plan.outcome == SumsOutcome::Removed => {
                match storage.remove_file(&plan.file) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    removed => removed.map_err(Error::io(&plan.file, "remove"))?,
                }
            }
            _ => {}
        }
    }
    Ok(has_changed)
}

/// Makes the checksums `out` of the finished file `file`. Returns whether there are some now: a file without a right
/// checksum of its own gets none.
pub(super) fn make<S: Storage>(
    lane: &LanePlan,
    which: Lane,
    file: &Path,
    storage: &S,
    out: &Path,
) -> Result<bool> {
    let made = match which {
        Lane::Index => make_index(lane, &IndexReader::open(file)?, storage, out),
        Lane::Detail => make_detail(lane, &DetailReader::open(file)?, storage, out),
    };
    Ok(made.is_some())
}

fn make_index<S: Storage>(
    lane: &LanePlan,
    index: &IndexReader,
    storage: &S,
    out: &Path,
) -> Option<()> {
    let footer = index.footer()?;
    let events = index.as_slice()?;
    if index.extent().events_offset != CHUNKS_START
        || !is_summed(index_checksum(index, None), index.is_empty())
    {
        return None;
    }
    let size = size_of::<IndexEvent>() as u64;
    let mut sums = begin(storage, out, Lane::Index, (index.header().version, index.thread_id()));
    let marks = lane.marks.iter().map(|&([first, count], flags)| {
        let end = first.saturating_add(count).saturating_mul(size);
        Mark { bytes: first.saturating_mul(size)..end, flags }
    });
    sums.set_marks(marks.collect());
    let mut sum = SectionSum::new();
    for (seq, event) in (0..).zip(events) {
        sums.take(seq * size, event.timestamp_ns.get());
    }
    sum.update(events.as_bytes());
    end(sums, sum, storage, (index.header().as_bytes(), footer.as_bytes()))
}

fn make_detail<S: Storage>(
    lane: &LanePlan,
    detail: &DetailReader,
    storage: &S,
    out: &Path,
) -> Option<()> {
    let footer = detail.footer()?;
    let extent = detail.extent();
    let is_empty = footer.event_count.get() == 0;
    if extent.events_offset != CHUNKS_START || !is_summed(detail_checksum(detail, None), is_empty) {
        return None;
    }
    let mut sums = begin(storage, out, Lane::Detail, (detail.header().version, detail.thread_id()));
    let mut marks: Vec<Mark> = Vec::new();
    for (seq, record) in (0..).zip(detail.iter().map_while(Result::ok)) {
        let (start, end) = (record.offset - CHUNKS_START, record.end() - CHUNKS_START);
        sums.take(start, record.header.timestamp.get());
        let of_record = lane
            .marks
            .iter()
            .filter(|([first, count], _)| (*first..first.saturating_add(*count)).contains(&seq));
        for &(_, flags) in of_record {
            match marks.iter_mut().find(|mark| mark.flags == flags && mark.bytes.end == start) {
                Some(mark) => mark.bytes.end = end,
                None => marks.push(Mark { bytes: start..end, flags }),
            }
        }
    }
    sums.set_marks(marks);
    let mut sum = SectionSum::new();
    let section = detail.bytes().get(CHUNKS_START as usize..extent.section_end as usize)?;
    sum.update(section);
    end(sums, sum, storage, (detail.header().as_bytes(), footer.as_bytes()))
}

/// Whether a file's own checksum is right: what cannot be trusted as a whole is not vouched for in parts.
fn is_summed(state: ChecksumState, is_empty: bool) -> bool {
    state == ChecksumState::Ok || is_empty && state == ChecksumState::NotRecorded
}

fn begin<S: Storage>(storage: &S, out: &Path, lane: Lane, id: (u8, u32)) -> ChunkSums<S::File> {
    ChunkSums::create(storage, Some(out.to_owned()), lane, id, CHUNKS_START)
}

fn end<S: Storage>(
    mut sums: ChunkSums<S::File>,
    mut sum: SectionSum,
    storage: &S,
    ends: (&[u8], &[u8]),
) -> Option<()> {
    if !sums.is_wanted() {
        return None;
    }
    sums.finish(&mut sum, ends, true);
    sums.remove_given_up(storage).then_some(())
}
