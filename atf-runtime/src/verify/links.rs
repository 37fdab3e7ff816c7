//! Links between a thread's two files, in both directions.
//!
//! The sequences in the events have no gap, and every record is named by the event that it names.
//! Together that makes the links one to one.

use std::mem::offset_of;

use super::faults::Faults;
use super::payload::Payloads;
use crate::error::{Fault, FaultKind, Region};
use crate::format::{DetailEventHeader, IndexEvent, NO_DETAIL_SEQ};
use crate::reader::{DetailEvent, IndexReader};
use crate::seq::{DetailSeq, IndexSeq};

/// What the links of events are checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkTarget {
    /// Nothing: the records are not known.
    Unknown,
    /// There is no detail.atf.
    NoFile,
    /// A detail.atf with so many records.
    Records(u64),
}

/// The links of a part of the events, in their order.
#[derive(Debug)]
pub(super) struct LinkChain {
    target: LinkTarget,
    /// The sequence that the next link must have; `None` before the first link of a part whose beginning is not
    /// known.
    next: Option<u64>,
    /// The first link of such a part, which is checked when the part is appended.
    first: Option<usize>,
    faults: Faults,
}

impl LinkChain {
    /// The links from the first event on.
    pub(super) fn new(target: LinkTarget) -> Self {
        Self { target, next: Some(0), first: None, faults: Faults::default() }
    }

    /// Those of a part that is appended to what comes before it.
    pub(super) fn of_part(target: LinkTarget) -> Self {
        Self { next: None, ..Self::new(target) }
    }

    /// Takes events that begin with the event `seq`. `has_links`: whether any of them has a link.
    pub(super) fn add_all<'a>(
        &mut self,
        index: &IndexReader,
        seq: usize,
        events: impl Iterator<Item = &'a IndexEvent> + Clone,
        has_links: bool,
    ) {
        if !has_links || self.target == LinkTarget::Unknown || self.are_usual(events.clone()) {
            return;
        }
        for (seq, event) in (seq..).zip(events) {
            self.add(index, seq, event);
        }
    }

    /// Takes events whose links all are as they must be.
    fn are_usual<'a>(&mut self, events: impl Iterator<Item = &'a IndexEvent>) -> bool {
        let (Some(mut next), LinkTarget::Records(count)) = (self.next, self.target) else {
            return false;
        };
        let mut has_gap = false;
        events.for_each(|event| {
            let seq = u64::from(event.detail_seq.get());
            let is_link = seq != u64::from(NO_DETAIL_SEQ);
            has_gap |= is_link & (seq != next);
            next = if is_link { seq + 1 } else { next };
        });
        let are_usual = !has_gap && next <= count;
        if are_usual {
            self.next = Some(next);
        }
        are_usual
    }

    fn add(&mut self, index: &IndexReader, seq: usize, event: &IndexEvent) {
        let Some(DetailSeq(found)) = DetailSeq::from_field(event.detail_seq.get()) else { return };
        match (self.target, self.next) {
            (LinkTarget::Unknown, _) => {}
            (LinkTarget::NoFile, _) => self.faults.add("detail_seq", || {
                link_fault(index, seq, "none (there is no detail.atf)", event)
            }),
            (LinkTarget::Records(_), None) => self.first = Some(seq),
            (LinkTarget::Records(count), Some(next)) => self.check(index, seq, event, next, count),
        }
        self.next = Some(u64::from(found) + 1);
    }

    fn check(
        &mut self,
        index: &IndexReader,
        seq: usize,
        event: &IndexEvent,
        next: u64,
        count: u64,
    ) {
        let found = u64::from(event.detail_seq.get());
        let expected = if found != next {
            format!("{next} (sequences have no gap)")
        } else if found < count {
            return;
        } else if count == 0 {
            "none (no record of detail.atf can be read)".to_owned()
        } else {
            format!("below {count} (records in detail.atf)")
        };
        self.faults.add("detail_seq", || link_fault(index, seq, &expected, event));
    }

    /// Takes the links of the next part.
    pub(super) fn append(&mut self, index: &IndexReader, later: Self) {
        let first = later.first.and_then(|seq| Some((seq, index.get(IndexSeq(seq as u32))?)));
        if let (Some((seq, event)), Some(next), LinkTarget::Records(count)) =
            (first, self.next, self.target)
        {
            self.check(index, seq, event, next, count);
        }
        self.faults.append(later.faults);
        self.next = later.next.or(self.next);
    }

    pub(super) fn into_faults(self) -> Faults {
        self.faults
    }
}

/// The links of records back to their events, and their payloads.
pub(super) struct LinksBack<'a> {
    index: &'a IndexReader,
    previous: Option<IndexSeq>,
    pub(super) faults: Faults,
    pub(super) payloads: Payloads,
}

impl<'a> LinksBack<'a> {
    pub(super) fn new(index: &'a IndexReader) -> Self {
        Self { index, previous: None, faults: Faults::default(), payloads: Payloads::default() }
    }

    /// Takes the next complete record.
    #[inline]
    pub(super) fn add(&mut self, seq: u64, record: &DetailEvent<'_>) {
        let linked = record.index_seq();
        let is_above = self.previous.is_none_or(|previous| linked > previous);
        match self.index.get(linked) {
            Some(event)
                if is_above
                    && u64::from(event.detail_seq.get()) == seq
                    && event.timestamp_ns == record.header.timestamp =>
            {
                let faults = self.payloads.check(event, record, seq);
                if !faults.is_empty() {
                    self.faults.extend(faults);
                }
            }
            event => self.add_unusual(seq, record, event),
        }
        self.previous = Some(linked);
    }

    #[cold]
    fn add_unusual(&mut self, seq: u64, record: &DetailEvent<'_>, event: Option<&IndexEvent>) {
        let (linked, faults) = (record.index_seq(), &mut self.faults);
        let mut problem = |at: usize, name: &'static str, expected: String, found: String| {
            let (kind, region) = (FaultKind::LinkBroken, Region::Record(seq));
            let offset = record.offset + at as u64;
            faults.add(name, || Fault::new(kind, region, offset, name, expected, found));
        };
        let at = offset_of!(DetailEventHeader, index_seq);
        if let Some(previous) = self.previous.filter(|&previous| linked <= previous) {
            let expected = format!("above {previous} (the record before)");
            problem(at, "index_seq", expected, linked.to_string());
        }
        let Some(event) = event else {
            let expected = format!("below {} (events in index.atf)", self.index.len());
            problem(at, "index_seq", expected, linked.to_string());
            return;
        };
        if u64::from(event.detail_seq.get()) != seq {
            let expected = format!("an event whose detail_seq is {seq}");
            let found = match DetailSeq::from_field(event.detail_seq.get()) {
                Some(other) => format!("{linked}, whose detail_seq is {other}"),
                None => format!("{linked}, which has no detail"),
            };
            problem(at, "index_seq", expected, found);
            return;
        }
        if event.timestamp_ns != record.header.timestamp {
            problem(
                offset_of!(DetailEventHeader, timestamp),
                "timestamp",
                format!("{} (event {linked}'s)", event.timestamp_ns),
                record.header.timestamp.to_string(),
            );
        }
        let payload_faults = self.payloads.check(event, record, seq);
        self.faults.extend(payload_faults);
    }
}

fn link_fault(index: &IndexReader, seq: usize, expected: &str, event: &IndexEvent) -> Fault {
    let offset = event_offset(index, seq) + offset_of!(IndexEvent, detail_seq) as u64;
    let (kind, region) = (FaultKind::LinkBroken, Region::Event(seq as u64));
    Fault::new(kind, region, offset, "detail_seq", expected, event.detail_seq)
}

pub(super) fn event_offset(index: &IndexReader, seq: usize) -> u64 {
    index.extent().events_offset + index.extent().stride * seq as u64
}
