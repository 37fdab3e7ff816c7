//! How much of a trace the filters keep.

use atf_analysis::Selection;
use atf_runtime::IndexSeq;
use atf_runtime::format::NO_DETAIL_SEQ;

use super::thread::ThreadInfo;
use crate::event::Shown;
use crate::event_filter::EventFilter;
use crate::failure::Failure;
use crate::progress::{Progress, Unit};
use crate::trace::{Opened, Thread};

const EVENTS_PER_PROGRESS: usize = 16 * 1024;

/// Replaces the counts and times of the threads by those of the events that a selection keeps. `infos` are those of
/// `threads`.
///
/// # Errors
///
/// If PATH is a detail.atf: it has no events.
pub(super) fn count(
    threads: &[&Thread],
    selection: &Selection,
    infos: &mut [ThreadInfo<'_>],
) -> Result<(), Failure> {
    let total = threads.iter().filter_map(|it| it.index()).map(|index| index.len() as u64).sum();
    let filter = EventFilter::of(selection, threads);
    let progress = Progress::new("reading events", total, Unit::Events);
    for (at, (thread, info)) in threads.iter().zip(infos).enumerate() {
        if matches!(thread.files, Ok(Opened::Detail(_))) {
            let why = "a detail.atf has no events to filter: pass the directory of its thread";
            return Err(Failure::Other(why.to_owned()));
        }
        let Some(index) = thread.index() else { continue };
        (info.events, info.details, info.time_range) = (0, 0, None);
        for (seq, event) in index.iter().enumerate() {
            if seq.is_multiple_of(EVENTS_PER_PROGRESS) {
                progress.add(EVENTS_PER_PROGRESS as u64);
            }
            let time_ns = event.timestamp_ns.get();
            // A file has no more events than sequences.
            let shown = Shown::of(event, IndexSeq(seq as u32), Some(index));
            if !selection.has_time(time_ns)
                || filter.as_ref().is_some_and(|it| !it.keeps(at, seq as u32, shown))
            {
                continue;
            }
            info.events += 1;
            info.details += u64::from(event.detail_seq.get() != NO_DETAIL_SEQ);
            let (start, _) = info.time_range.unwrap_or((time_ns, time_ns));
            info.time_range = Some((start, time_ns));
        }
    }
    Ok(())
}
