//! The events of several threads, in an order, through a printer.

use atf_analysis::Selection;
use atf_runtime::format::IndexEvent;
use atf_runtime::{IndexSeq, Merge, MergedEvent};

use super::missing::Details;
use super::printer::Printer;
use super::select::{Window, in_range};
use crate::event::Shown;
use crate::event_filter::EventFilter;
use crate::failure::Failure;
use crate::out::Out;
use crate::progress::{Progress, Unit};
use crate::trace::{Opened, Thread};

const EVENTS_PER_PROGRESS: u64 = 16 * 1024;

/// Prints the events of all threads that the selection keeps, in timestamp order or thread by thread.
pub(super) fn print<P: Printer>(
    printer: &mut P,
    threads: &[&Thread],
    selection: &Selection,
    window: Window,
    details: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    // Merge takes positions in `threads` instead of thread ids: both have the same order, and a
    // position finds the thread without a search.
    let index = |thread: &usize| threads[*thread].files.as_ref().ok()?.index();
    let indexes = (0..threads.len()).filter_map(|at| Some((at as u32, index(&at)?)));
    let filter = EventFilter::of(selection, threads);
    let limit =
        if filter.is_some() { u64::MAX } else { window.offset().saturating_add(window.limit()) };
    let mut events = EventPrinter {
        printer,
        threads,
        filter,
        details,
        to_skip: window.offset(),
        left: window.limit(),
        records: Details::of(threads),
    };
    if window.is_by_seq() {
        let total = indexes.clone().map(|(_, index)| index.len() as u64).sum();
        let progress = Progress::if_stdout_is_a_file("dumping", limit.min(total), Unit::Events);
        for (thread, index) in indexes {
            let all = index.iter().enumerate();
            let chosen = all.filter(|(_, event)| selection.has_time(event.timestamp_ns.get()));
            let chosen = chosen.map(|(seq, event)| (thread, seq as u32, event));
            events.print(chosen, &progress, out)?;
        }
    } else {
        let merged = in_range(Merge::new(indexes), selection);
        let total = merged.len() as u64;
        let progress = Progress::if_stdout_is_a_file("dumping", limit.min(total), Unit::Events);
        let merged =
            merged.map(|MergedEvent { thread_id, seq, event, .. }| (thread_id, seq.0, event));
        events.print(merged, &progress, out)?;
    }
    events.records.note();
    Ok(())
}

/// Prints events until the limit is reached.
struct EventPrinter<'a, P> {
    printer: &'a mut P,
    threads: &'a [&'a Thread],
    filter: Option<EventFilter<'a>>,
    details: bool,
    /// How many more are left out.
    to_skip: u64,
    /// How many more are printed after these.
    left: u64,
    records: Details<'a>,
}

impl<P: Printer> EventPrinter<'_, P> {
    /// Prints these events: the position of their thread, their sequence, and themselves.
    fn print<'e>(
        &mut self,
        events: impl Iterator<Item = (u32, u32, &'e IndexEvent)>,
        progress: &Progress,
        out: &mut Out,
    ) -> Result<(), Failure> {
        // The iterator is not asked for an event that is not printed.
        if self.left == 0 {
            return Ok(());
        }
        let mut read = 0_u64;
        for (thread, seq, event) in events {
            read += 1;
            if read.is_multiple_of(EVENTS_PER_PROGRESS) {
                progress.add(EVENTS_PER_PROGRESS);
            }
            let at = thread as usize;
            let files = self.threads[at].files.as_ref().ok();
            let shown = Shown::of(event, IndexSeq(seq), files.and_then(Opened::index));
            if self.filter.as_ref().is_some_and(|filter| !filter.keeps(at, seq, shown)) {
                continue;
            }
            if self.to_skip > 0 {
                self.to_skip -= 1;
                continue;
            }
            let record = match files.filter(|_| self.details) {
                Some(files) => {
                    let thread_id = self.threads[at].id;
                    self.records.record_of(at, files, (thread_id, seq.into()), event)?
                }
                None => None,
            };
            self.printer.event(at, seq.into(), shown, record.as_ref(), out)?;
            self.left -= 1;
            if self.left == 0 {
                break;
            }
        }
        Ok(())
    }
}
