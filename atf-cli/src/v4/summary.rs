//! What is in a V4 trace: the file says nothing of it, so all events are read.

use std::collections::BTreeMap;

use atf_runtime::v4::{Event, Gap, Payload, Reader, Salvaged, Skipped};

use crate::progress::{Progress, Unit};

/// Threads that are counted one by one: thread ids of a damaged file may be any.
const MAX_THREADS: usize = 100_000;
/// Gaps that are kept for messages.
const MAX_GAPS: usize = 1000;

/// Events of a thread, or of all.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) events: u64,
    pub(super) calls: u64,
    pub(super) returns: u64,
    pub(super) signals: u64,
    /// First and last time: the smallest and the largest.
    pub(super) times: Option<(u64, u64)>,
}

impl Counts {
    fn add(&mut self, event: &Event<'_>) {
        self.events += 1;
        match event.payload {
            Some(Payload::FunctionCall(_)) => self.calls += 1,
            Some(Payload::FunctionReturn(_)) => self.returns += 1,
            Some(Payload::SignalDelivery(_)) => self.signals += 1,
            _ => {}
        }
        let time = event.timestamp_ns();
        let (start, end) = self.times.unwrap_or((time, time));
        self.times = Some((start.min(time), end.max(time)));
    }
}

/// All of a trace.
#[derive(Default)]
pub(super) struct Summary {
    pub(super) total: Counts,
    pub(super) threads: BTreeMap<u32, Counts>,
    /// Events of threads beyond the first [`MAX_THREADS`].
    pub(super) events_of_other_threads: u64,
    pub(super) skipped: Skipped,
    pub(super) gaps: Vec<Gap>,
}

impl Summary {
    pub(super) fn of(trace: &Reader) -> Self {
        let mut summary = Self::default();
        let progress = Progress::new("reading", trace.len_bytes(), Unit::Bytes);
        let mut salvage = trace.salvage();
        let mut reported = 0;
        while let Some(next) = salvage.next() {
            match next {
                Salvaged::Event(event) => summary.add(&event),
                Salvaged::Gap(gap) if summary.gaps.len() < MAX_GAPS => summary.gaps.push(gap),
                _ => {}
            }
            if salvage.position() - reported > 1 << 20 {
                progress.add(salvage.position() - reported);
                reported = salvage.position();
            }
        }
        summary.skipped = salvage.skipped();
        summary
    }

    fn add(&mut self, event: &Event<'_>) {
        self.total.add(event);
        let has_room = self.threads.len() < MAX_THREADS;
        match self.threads.get_mut(&event.thread()) {
            Some(thread) => thread.add(event),
            None if has_room => self.threads.entry(event.thread()).or_default().add(event),
            None => self.events_of_other_threads += 1,
        }
    }
}
