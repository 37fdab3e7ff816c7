//! From calls to the calls that a selection keeps: between the matcher and an analysis.

use atf_runtime::format::{EventKind, IndexEvent};

use crate::call::{Call, EndedBy};
use crate::counts::Counts;
use crate::matching::{Clip, Ended, Gap, Opened, Orphan, Sink};
use crate::selection::Selection;

/// An analysis, as it is given the calls of a thread.
pub(crate) trait Consumer {
    /// What it keeps with each open call.
    type Mark: Copy;

    /// A call begins. `is_kept`: whether the selection may keep it. `parent`: the mark of the enclosing call, which
    /// may not be kept.
    fn open(&mut self, function_id: u64, is_kept: bool, parent: Option<&Self::Mark>) -> Self::Mark;

    /// A call ended. `is_kept`: whether the selection keeps it.
    fn close(&mut self, call: &Call, is_kept: bool, mark: Self::Mark);

    /// A return or exception without a call, which the selection keeps.
    fn orphan(&mut self, function_id: u64);
}

/// A sink that chooses calls, counts them, and passes them on.
#[derive(Debug)]
pub(crate) struct Selecting<'s, C> {
    selection: &'s Selection,
    clip: Clip,
    is_everything: bool,
    pub(crate) counts: Counts,
    pub(crate) consumer: C,
}

/// What is kept with each open call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<M> {
    is_kept_at_start: bool,
    /// Whether calls within it are under a selected caller.
    is_in_caller: bool,
    inner: M,
}

impl<'s, C: Consumer> Selecting<'s, C> {
    pub(crate) fn new(selection: &'s Selection, consumer: C) -> Self {
        Self {
            selection,
            clip: Clip::of(selection),
            is_everything: selection.is_everything(),
            counts: Counts::default(),
            consumer,
        }
    }

    /// The same with another analysis, for which the same is kept with each open call.
    pub(crate) fn with<D: Consumer<Mark = C::Mark>>(self, consumer: D) -> Selecting<'s, D> {
        let Self { selection, clip, is_everything, counts, .. } = self;
        Selecting { selection, clip, is_everything, counts, consumer }
    }

    /// Counts events that the matcher is given too.
    pub(crate) fn count_events(&mut self, events: &[IndexEvent]) {
        let count = match self.selection.has_range() {
            true => {
                let is_in = |event: &&IndexEvent| self.selection.has_time(event.timestamp_ns.get());
                events.iter().filter(is_in).count()
            }
            false => events.len(),
        };
        self.counts.events += count as u64;
    }

    #[inline]
    fn count(&mut self, call: &Call) {
        let counts = &mut self.counts;
        counts.calls += 1;
        if call.ended_by >= EndedBy::Unwound || call.has_gap || call.is_clamped {
            counts.unfinished += u64::from(call.ended_by == EndedBy::EndOfTrace);
            counts.unwound += u64::from(call.ended_by == EndedBy::Unwound);
            counts.ends_lost += u64::from(call.ended_by == EndedBy::Lost);
            counts.with_gap += u64::from(call.has_gap);
            counts.clamped += u64::from(call.is_clamped);
        }
    }
}

impl<C: Consumer> Sink for Selecting<'_, C> {
    type Mark = Mark<C::Mark>;

    #[inline(always)]
    fn open(&mut self, opened: Opened, parent: Option<&Self::Mark>) -> Self::Mark {
        let Opened { function_id, depth } = opened;
        let (mut is_kept_at_start, mut is_in_caller) = (true, false);
        if !self.is_everything {
            let is_under = parent.is_some_and(|parent| parent.is_in_caller);
            is_kept_at_start = self.selection.keeps_at_start(function_id, depth, is_under);
            let callers = self.selection.callers.as_ref();
            is_in_caller = is_under || callers.is_some_and(|it| it.contains(function_id));
        }
        let parent = parent.map(|parent| &parent.inner);
        let inner = self.consumer.open(function_id, is_kept_at_start, parent);
        Mark { is_kept_at_start, is_in_caller, inner }
    }

    #[inline(always)]
    fn close(&mut self, ended: &Ended, mark: Self::Mark) {
        let is_kept = self.is_everything
            || mark.is_kept_at_start
                && ended.is_in_range
                && self.selection.keeps_at_end(&ended.call, ended.whole_ns);
        if is_kept {
            self.count(&ended.call);
        }
        self.consumer.close(&ended.call, is_kept, mark.inner);
    }

    fn orphan(&mut self, orphan: Orphan) {
        let Orphan { function_id, time_ns } = orphan;
        if self.selection.has_time(time_ns) && self.selection.has_function(function_id) {
            self.counts.orphan_returns += 1;
            self.consumer.orphan(function_id);
        }
    }

    fn gap(&mut self, gap: Gap) {
        let Gap { from_ns, to_ns, lost } = gap;
        let counts = &mut self.counts;
        if self.selection.has_time(to_ns) {
            counts.markers += 1;
            counts.lost_events = counts.lost_events.saturating_add(lost);
        }
        let clipped_ns = self.clip.clip(to_ns).saturating_sub(self.clip.clip(from_ns));
        counts.gap_ns = counts.gap_ns.saturating_add(clipped_ns);
    }

    fn skip(&mut self, _: EventKind, time_ns: u64) {
        self.counts.skipped += u64::from(self.selection.has_time(time_ns));
    }
}
