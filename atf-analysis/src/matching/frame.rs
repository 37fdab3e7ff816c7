//! An open call.

use atf_runtime::IndexSeq;

use super::clip::Clip;
use super::sink::{Ended, Ending};
use crate::call::{Call, Cut};

/// A call that has begun and not ended yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<M> {
    pub(super) start_ns: u64,
    pub(super) function_id: u64,
    /// Sum of the clipped durations of its direct children that have ended.
    children_ns: u64,
    pub(super) start_seq: u32,
    pub(super) depth: u32,
    /// Markers of lost events before it began.
    gaps_before: u32,
    /// Whether `children_ns` was too small for the sum.
    has_overflowed: bool,
    pub(super) mark: M,
}

impl<M> Frame<M> {
    #[inline]
    pub(super) fn new(
        start: (u32, u64),
        function_id: u64,
        depth: u32,
        gaps_before: u32,
        mark: M,
    ) -> Self {
        let (start_seq, start_ns) = start;
        Self {
            start_ns,
            function_id,
            children_ns: 0,
            start_seq,
            depth,
            gaps_before,
            has_overflowed: false,
            mark,
        }
    }

    /// Adds the duration of a direct child.
    #[inline]
    pub(super) fn add_child(&mut self, duration_ns: u64) {
        let (sum, has_overflowed) = self.children_ns.overflowing_add(duration_ns);
        self.children_ns = sum;
        self.has_overflowed |= has_overflowed;
    }

    /// The call, now that it has ended. `gaps`: markers up to now.
    #[inline(always)]
    pub(super) fn end(
        &self,
        ending: Ending,
        thread_id: u32,
        parent: Option<u32>,
        gaps: u32,
        clip: Clip,
    ) -> Ended {
        let Ending { by, time_ns, seq } = ending;
        let (start_ns, end_ns) = (clip.clip(self.start_ns), clip.clip(time_ns));
        let duration_ns = end_ns.saturating_sub(start_ns);
        let is_self_negative = self.has_overflowed || self.children_ns > duration_ns;
        let self_ns = if is_self_negative { 0 } else { duration_ns - self.children_ns };
        let call = Call {
            thread_id,
            start_seq: IndexSeq(self.start_seq),
            end_seq: seq.map(IndexSeq),
            function_id: self.function_id,
            depth: self.depth,
            parent: parent.map(IndexSeq),
            start_ns,
            end_ns,
            duration_ns,
            self_ns,
            ended_by: by,
            has_gap: self.gaps_before != gaps,
            cut: Cut::of(clip.cuts_start(self.start_ns), clip.cuts_end(time_ns)),
            is_clamped: is_self_negative || time_ns < self.start_ns,
        };
        let whole_ns = time_ns.saturating_sub(self.start_ns);
        Ended { call, whole_ns, is_in_range: clip.overlaps(self.start_ns, time_ns) }
    }
}
