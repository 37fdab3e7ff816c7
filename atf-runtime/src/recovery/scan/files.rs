//! From the files to a [`Plan`]. Reads, decides, writes nothing.

use std::ffi::OsStr;
use std::path::Path;

use super::manifest::plan_manifest;
use super::ring::scan_thread;
use crate::consistency::ThreadFacts;
use crate::consistency::{DetailFacts, IndexFacts, Progress};
use crate::error::{Error, Fault, FaultKind, FieldId, Region, Result};
use crate::format::{DETAIL_FILE, DetailEventHeader, INDEX_FILE, IndexEvent};
use crate::manifest::Marked;
use crate::reader::{DetailReader, FooterState, IndexReader, TornTail};
use crate::recovery::apply::detail_offsets;
use crate::recovery::links::{KeptRecords, LinkFilter};
use crate::recovery::locks::is_being_recorded;
use crate::recovery::plan::{LaneOutcome, LanePlan, Plan, ThreadPlan};
use crate::recovery::source::{Events, Records};
use crate::session::{Session, SessionThread, TracePath, thread_id_of_dir_name};

impl Plan {
    /// Reads a trace and decides what is kept of it. `progress` is told of the bytes read, in all
    /// [`TracePath::size_bytes`].
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when a session's directory, or a thread or file that was named itself, cannot
    /// be read. Damaged bytes are no error, and a session's thread that cannot be read is
    /// reported in its plan.
    pub fn of(path: &TracePath, progress: Progress<'_>) -> Result<Self> {
        let path = path.clone();
        // Asked first: whoever ends while the files are read was at work when that began.
        let is_being_recorded = is_being_recorded(&path);
        Ok(match &path {
            TracePath::Session(dir) => {
                let session = Session::open(dir)?;
                let mut threads = Vec::new();
                for thread in session.threads() {
                    threads.push(
                        scan_thread(&thread.dir, Some(thread.id), progress)
                            .unwrap_or_else(|error| unread_thread(thread, error)),
                    );
                }
                let manifest = Some(plan_manifest(&session, &threads));
                Self { path, threads, manifest, is_being_recorded }
            }
            TracePath::Thread(dir) => {
                let named = dir.file_name().and_then(OsStr::to_str).and_then(thread_id_of_dir_name);
                let threads = vec![scan_thread(dir, named, progress)?];
                Self { path, threads, manifest: None, is_being_recorded }
            }
            TracePath::IndexFile(file) => {
                let (index, thread_id) = scan_index_alone(file, progress)?;
                Self::of_one_file(path.clone(), file, thread_id, Some(index), None)
            }
            TracePath::DetailFile(file) => {
                let (detail, thread_id) = scan_detail_alone(file, progress)?;
                Self::of_one_file(path.clone(), file, thread_id, None, Some(detail))
            }
        })
    }

    fn of_one_file(
        path: TracePath,
        file: &Path,
        thread_id: Option<u32>,
        index: Option<LanePlan>,
        detail: Option<LanePlan>,
    ) -> Self {
        let dir = file.parent().unwrap_or(Path::new("")).to_owned();
        let thread = ThreadPlan {
            thread_id,
            dir,
            index,
            detail,
            offsets: None,
            ring: None,
            rebuild_detail_header: false,
            facts: None,
        };
        Self { path, threads: vec![thread], manifest: None, is_being_recorded: false }
    }
}

/// A thread of which a file cannot be read is reported and left alone; the others are recovered.
fn unread_thread(thread: &SessionThread, error: Error) -> ThreadPlan {
    let (file, fault) = error.into_fault(&thread.dir);
    ThreadPlan {
        thread_id: Some(thread.id),
        dir: thread.dir.clone(),
        index: Some(unreadable(&file, fault)),
        detail: None,
        offsets: None,
        ring: None,
        rebuild_detail_header: false,
        facts: None,
    }
}

/// A file's bytes that are wrong are a fault of the plan; a file that cannot be read is an error.
pub(super) fn split_fault<T>(result: Result<T>) -> Result<Result<T, Fault>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Malformed { fault, .. }) => Ok(Err(*fault)),
        Err(error) => Err(error),
    }
}

/// Plans a thread by its files alone.
pub(super) fn scan_files(
    dir: &Path,
    named: Option<u32>,
    progress: Progress<'_>,
) -> Result<ThreadPlan> {
    let index_path = dir.join(INDEX_FILE.path);
    let detail_path = dir.join(DETAIL_FILE.path);
    let missing =
        |path: &Path| path.try_exists().map(|exists| !exists).map_err(Error::io(path, "look for"));
    let index = if missing(&index_path)? {
        let (kind, field) = (FaultKind::Missing, FieldId::File("index.atf"));
        Err(Fault::new(kind, Region::File, 0, field, "a file", "none"))
    } else {
        split_fault(IndexReader::open(&index_path))?.and_then(refuse_grown_events)
    };
    let has_detail = !missing(&detail_path)?;
    let index = match index {
        Ok(index) => index,
        Err(fault) => {
            // Without its index a record belongs to nothing.
            let detail = has_detail.then(|| orphaned(&detail_path, whole_records(&detail_path)));
            let index = Some(unreadable(&index_path, fault));
            return Ok(ThreadPlan {
                thread_id: named,
                dir: dir.to_owned(),
                index,
                detail,
                offsets: None,
                ring: None,
                rebuild_detail_header: false,
                facts: None,
            });
        }
    };
    index.will_be_scanned();
    let mut rebuild_detail_header = false;
    let detail = if has_detail {
        Some(match split_fault(DetailReader::open(&detail_path))? {
            Ok(detail) => (detail, None),
            Err(fault) => {
                rebuild_detail_header = true;
                (DetailReader::open_without_header(&detail_path)?, Some(fault))
            }
        })
    } else {
        None
    };
    let kept = detail
        .as_ref()
        .map(|(detail, _)| KeptRecords::of(Records::File(detail), Some(Events::File(&index))));
    let kept_count = kept.as_ref().map_or(0, |kept| kept.count);
    let (detail_plan, offsets) = match (&detail, &kept) {
        (Some((detail, header_fault)), Some(kept)) => {
            let facts = DetailFacts::gather(detail, progress);
            let lane = plan_detail(detail, kept, &facts, header_fault.clone(), true);
            // A header that cannot be believed is made anew from the index's.
            let of_index = rebuild_detail_header;
            let thread_id = if of_index { index.thread_id() } else { detail.thread_id() };
            let offsets = detail_offsets::plan(dir, thread_id, Some((detail, &facts, &lane)));
            (Some(lane), offsets)
        }
        _ => (None, detail_offsets::plan(dir, index.thread_id(), None)),
    };
    let facts = IndexFacts::gather(&index, progress);
    let mut filter =
        LinkFilter::new(detail.as_ref().map(|(detail, _)| Records::File(detail)), kept_count);
    let mut marked = Marked::default();
    let events = index.iter().inspect(|event| marked.add(event)).enumerate();
    let unlinked = events.filter(|(seq, event)| filter.is_lost(*seq as u32, event)).count();
    let mut index_plan = plan_index(&index, &facts, unlinked as u64);
    let has_detail_file = kept_count > 0 || detail_plan.as_ref().is_some_and(is_whole);
    if index.has_detail() != has_detail_file {
        index_plan.has_detail_file = Some(has_detail_file);
        let found = if index.has_detail() { "set" } else { "clear" };
        let expected = if has_detail_file { "set" } else { "clear" };
        let at = std::mem::offset_of!(crate::format::AtfIndexHeader, flags) as u64;
        let expected = format!("has_detail_file {expected}");
        let (kind, region) = (FaultKind::Mismatch, Region::Header);
        index_plan.faults.push(Fault::new(kind, region, at, "flags", expected, found));
        index_plan.outcome = LaneOutcome::Finalized;
    }
    Ok(ThreadPlan {
        thread_id: Some(named.unwrap_or_else(|| index.thread_id())),
        dir: dir.to_owned(),
        index: Some(index_plan),
        detail: detail_plan,
        offsets,
        ring: None,
        rebuild_detail_header,
        facts: Some(ThreadFacts {
            has_detail: has_detail_file,
            clock_type: index.header().clock_type.get(),
            time_range: index.time_range(),
            events: index.len() as u64,
            marked,
        }),
    })
}

fn is_whole(lane: &LanePlan) -> bool {
    lane.outcome == LaneOutcome::Whole
}

/// Events longer than ours are from a newer version: read, but not written again without the part
/// that we do not know.
fn refuse_grown_events(index: IndexReader) -> Result<IndexReader, Fault> {
    let expected = size_of::<IndexEvent>() as u64;
    let found = index.extent().stride;
    if found <= expected {
        return Ok(index);
    }
    let at = std::mem::offset_of!(crate::format::AtfIndexHeader, event_size) as u64;
    let expected = format!("{expected} (events of a newer version cannot be written again)");
    let (kind, region) = (FaultKind::UnsupportedVersion, Region::Header);
    Err(Fault::new(kind, region, at, "event_size", expected, found))
}

fn scan_index_alone(file: &Path, progress: Progress<'_>) -> Result<(LanePlan, Option<u32>)> {
    Ok(match split_fault(IndexReader::open(file))?.and_then(refuse_grown_events) {
        Ok(index) => {
            let facts = IndexFacts::gather(&index, progress);
            (plan_index(&index, &facts, 0), Some(index.thread_id()))
        }
        Err(fault) => (unreadable(file, fault), None),
    })
}

fn scan_detail_alone(file: &Path, progress: Progress<'_>) -> Result<(LanePlan, Option<u32>)> {
    Ok(match split_fault(DetailReader::open(file))? {
        Ok(detail) => {
            let kept = KeptRecords::of(Records::File(&detail), None);
            let facts = DetailFacts::gather(&detail, progress);
            (plan_detail(&detail, &kept, &facts, None, false), Some(detail.thread_id()))
        }
        Err(fault) => (unreadable(file, fault), None),
    })
}

pub(super) fn unreadable(file: &Path, fault: Fault) -> LanePlan {
    LanePlan {
        first_bad_offset: Some(fault.offset),
        faults: vec![fault],
        outcome: LaneOutcome::Unreadable,
        ..orphaned(file, 0)
    }
}

/// Number of records that are lost with their index; 0 where the file cannot be read either.
fn whole_records(detail_path: &Path) -> u64 {
    DetailReader::open(detail_path).map_or(0, |detail| detail.len() as u64)
}

pub(super) fn orphaned(file: &Path, dropped: u64) -> LanePlan {
    LanePlan {
        file: file.to_owned(),
        kept: 0,
        dropped,
        unlinked: 0,
        from_ring: 0,
        unverified: 0,
        first_bad_offset: None,
        faults: Vec::new(),
        outcome: LaneOutcome::Orphaned,
        has_detail_file: None,
    }
}

fn plan_index(index: &IndexReader, facts: &IndexFacts, unlinked: u64) -> LanePlan {
    let faults = facts.framing_faults(index);
    let extent = index.extent();
    let kept = u64::from(extent.count);
    let tail = match extent.footer {
        FooterState::Missing(tail) => tail,
        _ => TornTail::None,
    };
    // A final header knows how many events there were; a placeholder says 0.
    let promised = match extent.footer {
        FooterState::Missing(_) => u64::from(index.header().event_count.get()),
        _ => 0,
    };
    let torn = u64::from(matches!(tail, TornTail::Event { .. }));
    let is_whole = faults.is_empty() && unlinked == 0;
    let dropped = promised.saturating_sub(kept).max(torn);
    LanePlan {
        file: index.path().to_owned(),
        kept,
        dropped,
        unlinked,
        from_ring: 0,
        unverified: 0,
        first_bad_offset: (dropped > 0 || !tail.is_empty()).then(|| extent.events_end()),
        faults,
        outcome: if is_whole { LaneOutcome::Whole } else { LaneOutcome::Finalized },
        has_detail_file: None,
    }
}

fn plan_detail(
    detail: &DetailReader,
    kept: &KeptRecords,
    facts: &DetailFacts,
    header_fault: Option<Fault>,
    may_be_removed: bool,
) -> LanePlan {
    let extent = detail.extent();
    let has_header = header_fault.is_none();
    let mut faults: Vec<Fault> = header_fault.into_iter().collect();
    if faults.is_empty() {
        faults = facts.framing_faults(detail);
    }
    faults.extend(kept.unnamed.clone());
    let file_len = detail.bytes().len() as u64;
    let kept_everything = kept.end == extent.section_end;
    let rest_is_torn = u64::from(facts.record_fault.is_some() && !is_torn_footer(detail, kept.end));
    let behind = facts.count - kept.count + rest_is_torn;
    let promised = if kept_everything { 0 } else { promised_records(detail, has_header) };
    let outcome = if faults.is_empty() {
        LaneOutcome::Whole
    } else if kept.count == 0 && may_be_removed {
        LaneOutcome::Removed
    } else {
        LaneOutcome::Finalized
    };
    let has_footer_after = kept_everything && !matches!(extent.footer, FooterState::Missing(_));
    LanePlan {
        file: detail.path().to_owned(),
        kept: kept.count,
        dropped: promised.saturating_sub(kept.count).max(behind),
        unlinked: 0,
        from_ring: 0,
        unverified: 0,
        first_bad_offset: (!has_footer_after && kept.end < file_len).then_some(kept.end),
        faults,
        outcome,
        has_detail_file: None,
    }
}

/// Number of records that footer or header speak of; 0 if the file was never finalized, or if not
/// even records without payload would fit into the length that they speak of.
fn promised_records(detail: &DetailReader, has_header: bool) -> u64 {
    let extent = detail.extent();
    let (count, bytes) = match extent.promised {
        Some(promised) => (promised, extent.section_end - extent.events_offset),
        None if has_header => {
            (detail.header().event_count.get(), detail.header().bytes_length.get())
        }
        None => (0, 0),
    };
    if count <= bytes / size_of::<DetailEventHeader>() as u64 { count } else { 0 }
}

/// Whether what follows the records starts like the footer that belongs there.
fn is_torn_footer(detail: &DetailReader, end: u64) -> bool {
    let magic = crate::format::AtfDetailFooter::INIT.magic;
    let tail = detail.bytes().get(end as usize..).unwrap_or_default();
    tail.len() < size_of::<crate::format::AtfDetailFooter>()
        && magic.starts_with(&tail[..tail.len().min(magic.len())])
}
