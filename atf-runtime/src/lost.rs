//! Markers of lost events: which events of the kind `lost` are markers, and what they count.
//!
//! A producer that dropped events because its ring was full pushes a marker just before the next event that
//! it can record, at that event's time. The drain or recovery may add a last one after the end. Other
//! recorders use the same number for other things, so a kind alone proves nothing.

use crate::format::{EventKind, IndexEvent, NO_DETAIL_SEQ};

/// Returns how many events were lost before `next`, if `event` is a marker of lost events; `None` if it is not.
///
/// `next` is the event after it in the same thread, `None` at the end of the file. A marker has the kind
/// `lost`, the depth 0, no detail record, and the time of the next event, if there is one. An event of
/// this kind that is no marker is of an unknown kind.
///
/// ```
/// use atf_runtime::format::{EventKind, IndexEvent, NO_DETAIL_SEQ};
/// use atf_runtime::lost_events;
///
/// let mut marker = IndexEvent::INIT;
/// marker.timestamp_ns.set(70);
/// marker.function_id.set(12);
/// marker.event_kind = EventKind::LOST;
/// marker.detail_seq.set(NO_DETAIL_SEQ);
/// let mut next = IndexEvent::INIT;
/// next.timestamp_ns.set(70);
/// assert_eq!(lost_events(&marker, Some(&next)), Some(12));
/// assert_eq!(lost_events(&marker, None), Some(12));
/// next.timestamp_ns.set(71);
/// assert_eq!(lost_events(&marker, Some(&next)), None);
/// ```
#[must_use]
pub fn lost_events(event: &IndexEvent, next: Option<&IndexEvent>) -> Option<u64> {
    let candidate = Candidate::of(event)?;
    next.is_none_or(|next| candidate.is_before(next)).then_some(candidate.lost)
}

/// An event that is a marker, if the next one has its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Candidate {
    timestamp_ns: u64,
    lost: u64,
}

impl Candidate {
    #[inline]
    fn of(event: &IndexEvent) -> Option<Self> {
        let is_one = event.event_kind == EventKind::LOST
            && event.call_depth == 0
            && event.detail_seq == NO_DETAIL_SEQ;
        is_one
            .then(|| Self { timestamp_ns: event.timestamp_ns.get(), lost: event.function_id.get() })
    }

    fn is_before(self, next: &IndexEvent) -> bool {
        next.timestamp_ns == self.timestamp_ns
    }
}

/// What the markers in a thread's events say. The events are [added](Self::add) in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marked {
    markers: u64,
    lost: u64,
    /// The last event, if the next one decides whether it is a marker.
    undecided: Option<Candidate>,
}

impl Marked {
    #[inline]
    pub(crate) fn add(&mut self, event: &IndexEvent) {
        self.settle(event);
        self.undecided = Candidate::of(event);
    }

    /// Decides about the last event, given the one after it, which belongs to a later part of the thread.
    pub(crate) fn settle(&mut self, next: &IndexEvent) {
        if let Some(candidate) = self.undecided.take()
            && candidate.is_before(next)
        {
            *self = self.with(candidate);
        }
    }

    /// Takes what the markers of the next part of the thread say. This part must be
    /// [settled](Self::settle).
    pub(crate) fn append(&mut self, later: Self) {
        self.markers += later.markers;
        self.lost = self.lost.saturating_add(later.lost);
        self.undecided = later.undecided;
    }

    /// Whether the next event decides about the last one.
    pub(crate) const fn is_undecided(&self) -> bool {
        self.undecided.is_some()
    }

    /// Number of markers, if the last event is the last of the file.
    pub(crate) fn markers(&self) -> u64 {
        self.at_end().markers
    }

    /// Events lost, by all markers together, if the last event is the last of the file.
    pub(crate) fn lost(&self) -> u64 {
        self.at_end().lost
    }

    fn at_end(&self) -> Self {
        self.undecided.map_or(*self, |candidate| self.with(candidate))
    }

    fn with(self, candidate: Candidate) -> Self {
        // A damaged number must not overflow the sum.
        let lost = self.lost.saturating_add(candidate.lost);
        Self { markers: self.markers + 1, lost, undecided: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, timestamp_ns: u64, function_id: u64) -> IndexEvent {
        let mut event = IndexEvent::INIT;
        event.timestamp_ns.set(timestamp_ns);
        event.function_id.set(function_id);
        event.event_kind = kind;
        event.detail_seq.set(NO_DETAIL_SEQ);
        event
    }

    fn marked(events: &[IndexEvent]) -> (u64, u64) {
        let mut marked = Marked::default();
        events.iter().for_each(|event| marked.add(event));
        (marked.markers(), marked.lost())
    }

    #[test]
    fn a_marker_has_the_time_of_the_next_event_or_is_the_last() {
        let (call, lost) = (EventKind::CALL, EventKind::LOST);
        let marker = event(lost, 5, 4);
        assert_eq!(marked(&[]), (0, 0));
        assert_eq!(marked(&[marker]), (1, 4));
        assert_eq!(marked(&[marker, event(call, 5, 9)]), (1, 4));
        assert_eq!(marked(&[marker, event(call, 6, 9)]), (0, 0));
        assert_eq!(marked(&[marker, event(call, 4, 9)]), (0, 0));
        assert_eq!(marked(&[marker, event(lost, 5, u64::MAX)]), (2, u64::MAX));
        assert_eq!(marked(&[event(call, 5, 9), marker]), (1, 4));
    }

    #[test]
    fn depth_and_detail_record_make_it_no_marker() {
        let mut deep = event(EventKind::LOST, 5, 4);
        deep.call_depth.set(1);
        let mut detailed = event(EventKind::LOST, 5, 4);
        detailed.detail_seq.set(0);
        for other in [deep, detailed] {
            assert_eq!(lost_events(&other, None), None);
            assert_eq!(marked(&[other, event(EventKind::CALL, 5, 9)]), (0, 0));
        }
    }

    #[test]
    fn one_by_one_and_in_pairs_the_answer_is_the_same() {
        let kinds = [EventKind::CALL, EventKind::LOST];
        let of_kind = |kind| [1, 2].map(|time| event(kind, time, 3));
        let all: Vec<IndexEvent> = kinds.into_iter().flat_map(of_kind).collect();
        for number in 0..all.len().pow(3) {
            let [a, b, c] = [1, 4, 16].map(|unit| all[number / unit % 4]);
            let events = [a, b, c];
            let pairs = (0..3).filter_map(|at| lost_events(&events[at], events.get(at + 1)));
            let (count, sum) = pairs.fold((0, 0), |(count, sum), lost| (count + 1, sum + lost));
            assert_eq!(marked(&events), (count, sum));
        }
    }
}
