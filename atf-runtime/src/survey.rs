//! What the events of a thread look like as a whole: times that go back or jump, kinds that this version does
//! not know, events that were lost. From an index to a [`Survey`], in one pass.
//!
//! None of it is damage by itself. A recorder may write kinds of its own, and a clock can be set back.

use std::collections::BTreeMap;

use crate::consistency::Progress;
use crate::format::{EventKind, IndexEvent};
use crate::lost::Marked;
use crate::reader::IndexReader;

/// From one event to the next, more than this is a jump: one day, in ns.
pub const JUMP_NS: u64 = 24 * 60 * 60 * 1_000_000_000;
/// Numbers of unknown kinds that are counted one by one. A file of garbage has millions of them.
const MOST_KINDS: usize = 64;
/// Events from one report of progress to the next.
const BLOCK: usize = 64 * 1024;

/// Some of a thread's events: how many, and where the first one is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Occurrences {
    /// How many there are.
    pub count: u64,
    /// Sequence of the first one; 0 without any.
    pub first_seq: u64,
}

impl Occurrences {
    pub(crate) fn add(&mut self, seq: u64) {
        if self.count == 0 {
            self.first_seq = seq;
        }
        self.count += 1;
    }

    /// Takes those of the next part of the thread.
    pub(crate) fn append(&mut self, later: Self) {
        if self.count == 0 {
            self.first_seq = later.first_seq;
        }
        self.count += later.count;
    }
}

/// What a pass over a thread's events found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survey {
    /// Events with an earlier time than the one before them.
    pub backward: Occurrences,
    /// Events more than [`JUMP_NS`] before or after the one before them. Their number is that of jumps: one event
    /// with an absurd time makes two.
    pub jumps: Occurrences,
    /// Events whose kind has no name here: by number, how many. Of the kind `lost`, those that are no
    /// markers, see [`lost_events`](crate::lost_events).
    pub unknown_kinds: BTreeMap<u32, u64>,
    /// Such events whose numbers are not in `unknown_kinds`, because it has 64 already.
    pub more_unknown_kinds: u64,
    /// Markers of lost events.
    pub markers: u64,
    /// Events lost, by all markers together.
    pub lost_events: u64,
}

impl Survey {
    /// Passes over the events. `progress` is called with the bytes read, in all those of the events.
    pub fn of(index: &IndexReader, mut progress: Option<Progress<'_>>) -> Self {
        index.will_be_scanned();
        let mut surveyor = Surveyor::default();
        let mut events = index.iter();
        while events.len() > 0 {
            let left = events.len();
            events.by_ref().take(BLOCK).for_each(|event| surveyor.add(event));
            if let Some(progress) = &mut progress {
                progress(((left - events.len()) * size_of::<IndexEvent>()) as u64);
            }
        }
        surveyor.finish()
    }
}

/// Makes a [`Survey`] of events that are added in their order.
#[derive(Debug, Default)]
pub(crate) struct Surveyor {
    survey: Survey,
    seq: u64,
    previous_ns: u64,
    /// Events of the kind `lost`.
    of_kind_lost: u64,
    marked: Marked,
}

impl Surveyor {
    /// Begins at the event `seq`; `previous_ns` is the time of the event before it, if there is one.
    pub(crate) fn starting_at(seq: u64, previous_ns: u64) -> Self {
        Self { seq, previous_ns, ..Self::default() }
    }

    /// Sequence of the next event.
    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    /// Time of the last event.
    pub(crate) fn previous_ns(&self) -> u64 {
        self.previous_ns
    }

    /// Takes `count` events of which nothing is to be noted: no time goes back or jumps, also not to the first
    /// of them, all kinds are known and below [`EventKind::LOST`], and no marker is undecided. The last has the
    /// time `last_ns`.
    pub(crate) fn add_usual(&mut self, count: u64, last_ns: u64) {
        self.seq += count;
        self.previous_ns = last_ns;
    }

    /// The markers, which are still added to.
    pub(crate) fn marked_mut(&mut self) -> &mut Marked {
        &mut self.marked
    }

    #[inline]
    pub(crate) fn add(&mut self, event: &IndexEvent) {
        let time_ns = event.timestamp_ns.get();
        let previous_ns = if self.seq == 0 { time_ns } else { self.previous_ns };
        if time_ns < previous_ns || time_ns - previous_ns > JUMP_NS {
            self.add_step(previous_ns, time_ns);
        }
        self.previous_ns = time_ns;
        if event.event_kind.get() >= EventKind::LOST.get() || self.marked.is_undecided() {
            self.add_rare(event);
        }
        self.seq += 1;
    }

    #[cold]
    fn add_step(&mut self, previous_ns: u64, time_ns: u64) {
        if time_ns < previous_ns {
            self.survey.backward.add(self.seq);
        }
        if time_ns.abs_diff(previous_ns) > JUMP_NS {
            self.survey.jumps.add(self.seq);
        }
    }

    #[cold]
    fn add_rare(&mut self, event: &IndexEvent) {
        self.marked.add(event);
        match event.event_kind {
            EventKind::LOST => self.of_kind_lost += 1,
            kind if kind.name().is_none() => self.survey.add_unknown(kind, 1),
            _ => {}
        }
    }

    /// What the markers say.
    pub(crate) fn marked(&self) -> Marked {
        self.marked
    }

    pub(crate) fn finish(mut self) -> Survey {
        self.survey.markers = self.marked.markers();
        self.survey.lost_events = self.marked.lost();
        let others = self.of_kind_lost - self.survey.markers;
        if others > 0 {
            self.survey.add_unknown(EventKind::LOST, others);
        }
        self.survey
    }
}

impl Survey {
    fn add_unknown(&mut self, kind: EventKind, count: u64) {
        let kinds = &mut self.unknown_kinds;
        let number = kind.get();
        if kinds.len() < MOST_KINDS || kinds.contains_key(&number) {
            *kinds.entry(number).or_default() += count;
        } else {
            self.more_unknown_kinds += count;
        }
    }
}
