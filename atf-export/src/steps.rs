//! The calls of a thread as steps: a call begins, or the innermost open call ends. For formats that have events and
//! not calls.

use atf_analysis::{Call, CallsInFileOrder, Counts, EndedBy};
use atf_runtime::IndexReader;
use atf_runtime::verify::Progress;

use crate::error::Result;
use crate::exported::{Exported, LeftOut};
use crate::source::Source;

/// A step of a thread, and when it was: times never decrease from step to step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    Begin { call: &'a Call, time_ns: u64 },
    End { call: &'a Call, time_ns: u64 },
}

/// What was met in all threads.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    threads: u64,
    calls: u64,
    backward: u64,
    endings: u64,
    counts: Counts,
}

impl Totals {
    /// Gives the steps of a thread to `take`.
    pub(crate) fn add_thread(
        &mut self,
        source: &Source<'_>,
        (thread_id, index): (u32, &IndexReader),
        progress: Progress<'_>,
        mut take: impl FnMut(Step<'_>) -> Result<()>,
    ) -> Result<()> {
        let calls = CallsInFileOrder::of(
            thread_id,
            index,
            source.selection,
            source.options,
            Some(progress),
        )?;
        self.threads += 1;
        self.counts.add(&calls.thread_counts().counts);
        let mut clock = Clock::default();
        let mut open: Vec<Call> = Vec::new();
        for call in calls {
            let call = call?;
            while let Some(call) = open.pop_if(|open| ends_before(open, &call)) {
                take(Step::End { call: &call, time_ns: clock.at(call.end_ns) })?;
            }
            take(Step::Begin { call: &call, time_ns: clock.at(call.start_ns) })?;
            self.calls += 1;
            self.endings += u64::from(call.ended_by != EndedBy::Return);
            open.push(call);
        }
        while let Some(call) = open.pop() {
            take(Step::End { call: &call, time_ns: clock.at(call.end_ns) })?;
        }
        self.backward += clock.backward;
        Ok(())
    }

    /// What an export of steps wrote.
    pub(crate) fn exported(&self) -> Exported {
        let (threads, calls) = (self.threads, self.calls);
        let mut exported = Exported { threads, calls, ..Exported::default() };
        exported.leave_out(LeftOut::OrphanReturns(self.counts.orphan_returns));
        exported.leave_out(LeftOut::BackwardTimes(self.backward));
        exported
    }

    /// For a format that has no sign for lost events.
    pub(crate) fn gaps(&self) -> LeftOut {
        LeftOut::Gaps { places: self.counts.markers, events: self.counts.lost_events }
    }

    /// For a format that does not say how calls ended.
    pub(crate) fn endings(&self) -> LeftOut {
        LeftOut::Endings(self.endings)
    }
}

/// Whether `open` ended before `next` began, in the order of the file. A call that was found to have been left ends
/// with the event that shows it.
fn ends_before(open: &Call, next: &Call) -> bool {
    open.end_seq.is_some_and(|end| end <= next.start_seq)
}

/// Makes times that never decrease.
#[derive(Debug, Default)]
struct Clock {
    now_ns: u64,
    backward: u64,
}

impl Clock {
    fn at(&mut self, time_ns: u64) -> u64 {
        self.backward += u64::from(time_ns < self.now_ns);
        self.now_ns = self.now_ns.max(time_ns);
        self.now_ns
    }
}
