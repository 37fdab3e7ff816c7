//! The part of a thread's events that a merge reads: from a stream and a time range to a [`Span`].

use std::ops::RangeInclusive;

use super::stream::{Events, Stream};
use crate::format::IndexEvent;
use crate::reader::IndexReader;

/// Events that a pass that may end early reads at once.
const BLOCK: usize = 1024;

/// Events `first..end` of a thread, of which those within `only` belong to the merge.
#[derive(Clone, Debug)]
pub(super) struct Span<'a, S> {
    pub(super) thread_id: u32,
    pub(super) stream: S,
    pub(super) first: usize,
    pub(super) end: usize,
    /// The greatest timestamp before `first`, or less if the event at `first` is not less than it.
    pub(super) max_before: u64,
    /// Set where the clock went backwards, so that events in a range of times need not be adjacent. The event at
    /// `first` is then in the range.
    pub(super) only: Option<RangeInclusive<u64>>,
    /// Events that belong to the merge.
    pub(super) count: usize,
    /// The reader of the stream, which remembers whether its clock ever went backwards.
    pub(super) reader: Option<&'a IndexReader>,
}

impl<'a> Span<'a, Events<'a>> {
    /// The same for a merge of packed streams alone, if this is one.
    pub(super) fn packed(&self) -> Option<Span<'a, &'a [IndexEvent]>> {
        match self.stream {
            Events::Packed(events) => Some(Span::new(self.thread_id, events, self.reader)),
            Events::Strided { .. } => None,
        }
    }
}

impl<'a, S: Stream<'a>> Span<'a, S> {
    /// All of a thread.
    pub(super) fn new(thread_id: u32, stream: S, reader: Option<&'a IndexReader>) -> Self {
        let len = stream.len();
        Self {
            thread_id,
            stream,
            first: 0,
            end: len,
            max_before: 0,
            only: None,
            count: len,
            reader,
        }
    }

    /// No events.
    pub(super) fn empty() -> Self {
        Self::new(0, S::EMPTY, None)
    }

    /// Number of events from the first to the last, including those that do not belong to the merge.
    pub(super) fn len(&self) -> usize {
        self.end - self.first
    }

    /// Whether there may be events between its own that do not belong to the merge.
    pub(super) fn is_gapped(&self) -> bool {
        self.only.is_some()
    }

    /// Whether timestamps are known not to decrease, without looking at them.
    pub(super) fn is_known_monotonic(&self) -> bool {
        self.reader.is_some_and(|reader| reader.known_monotonic() == Some(true))
    }

    /// Its events with timestamps within `times`: found by binary search where they do not decrease, else by a
    /// pass over all.
    #[must_use]
    pub(super) fn within(mut self, times: &RangeInclusive<u64>) -> Self {
        let (from, to) = (*times.start(), *times.end());
        let is_narrowed = self.narrow_by_chunks(times);
        let is_monotonic = match is_narrowed {
            // Only what is left is read. What was cut off before it may be later than its first event.
            true => self.only.is_none() && self.is_own_monotonic(),
            false => self.is_monotonic(),
        };
        if is_monotonic {
            self.first = self.partition_point(self.first, self.end, |time| time < from);
            self.end = self.partition_point(self.first, self.end, |time| time <= to);
            self.count = self.end - self.first;
            return self;
        }
        let only = match self.only.take() {
            None => times.clone(),
            Some(only) => from.max(*only.start())..=to.min(*only.end()),
        };
        self.only = Some(only);
        self.narrow();
        self
    }

    /// Events `first..end` of it, not outside of its own bounds. What is cut off before `first` must not
    /// be later than the event at `first`.
    #[must_use]
    pub(super) fn part(&self, first: usize, end: usize) -> Self {
        let mut part = self.clone();
        part.end = end;
        if first > self.first {
            part.first = first;
        }
        part.count = part.end - part.first;
        part.narrow();
        part
    }

    /// Moves both ends to events that belong to the merge, and counts them.
    fn narrow(&mut self) {
        let Some(only) = self.only.clone() else { return };
        let mut max = self.max_before;
        let mut found = None;
        let (mut seq, mut last, mut count) = (self.first, self.first, 0);
        self.stream.fold_times(self.first..self.end, (), |(), time| {
            if only.contains(&time) {
                if found.is_none() {
                    found = Some((seq, max));
                }
                count += 1;
                last = seq;
            }
            max = max.max(time);
            seq += 1;
        });
        (self.first, self.max_before) = found.unwrap_or((self.end, max));
        self.end = if count > 0 { last + 1 } else { self.end };
        self.count = count;
    }

    /// First of the events `low..high` whose time is not `before`, or `high`, where times do not decrease;
    /// else a place where one that is before is followed by one that is not.
    pub(super) fn partition_point(
        &self,
        mut low: usize,
        mut high: usize,
        before: impl Fn(u64) -> bool,
    ) -> usize {
        while low < high {
            let middle = low + (high - low) / 2;
            if self.stream.time(middle).is_some_and(&before) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Moves both ends by the times of the file's chunks, if they are known and the lane's order is not.
    fn narrow_by_chunks(&mut self, times: &RangeInclusive<u64>) -> bool {
        let Some(reader) = self.reader.filter(|it| it.known_monotonic().is_none()) else {
            return false;
        };
        let Some(narrowed) = reader.narrow(times) else { return false };
        let (first, end) = (narrowed.first, narrowed.end);
        if first > self.first {
            self.first = first.min(self.end);
            self.max_before = self.max_before.max(narrowed.max_before);
        }
        self.end = end.clamp(self.first, self.end);
        self.count = self.end - self.first;
        true
    }

    fn is_monotonic(&self) -> bool {
        match self.reader {
            Some(reader) => reader.is_monotonic(),
            None => self.is_own_monotonic(),
        }
    }

    /// Whether the times of its own events do not decrease, by a pass over them.
    fn is_own_monotonic(&self) -> bool {
        let (mut last, mut at) = (0, self.first);
        while at < self.end {
            let end = self.end.min(at + BLOCK);
            let (time, decreased) =
                self.stream.fold_times(at..end, (last, false), |(last, decreased), time| {
                    (time, decreased | (time < last))
                });
            if decreased {
                return false;
            }
            (last, at) = (time, end);
        }
        true
    }
}
