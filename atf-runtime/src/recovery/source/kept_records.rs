//! Which records of a detail lane are kept: from complete records and the events to a count. Called by
//! the planner.

use super::events::Events;
use crate::error::{Fault, FaultKind, Region};
use crate::format::DetailEventHeader;
use crate::reader::DetailEvent;

/// The records at the start of a detail lane that are complete and named by their events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::recovery) struct KeptRecords {
    pub(in crate::recovery) count: u64,
    /// Byte after the last of them.
    pub(in crate::recovery) end: u64,
    /// Why the next record, which is complete, is not kept: no event names it.
    pub(in crate::recovery) unnamed: Option<Fault>,
}

impl KeptRecords {
    /// `records` are complete, and the first starts at byte `start`. Without events (a detail.atf
    /// alone) all of them are kept.
    pub(in crate::recovery) fn of<'a>(
        start: u64,
        records: impl Iterator<Item = DetailEvent<'a>>,
        events: Option<Events<'_>>,
    ) -> Self {
        let mut kept = Self { count: 0, end: start, unnamed: None };
        for record in records {
            kept.unnamed = events.and_then(|events| unnamed(events, &record, kept.count));
            if kept.unnamed.is_some() {
                break;
            }
            kept.count += 1;
            kept.end = record.end();
        }
        kept
    }
}

fn unnamed(events: Events<'_>, record: &DetailEvent<'_>, seq: u64) -> Option<Fault> {
    let event = events.get(record.index_seq());
    if event.is_some_and(|event| u64::from(event.detail_seq.get()) == seq) {
        return None;
    }
    let offset = record.offset + std::mem::offset_of!(DetailEventHeader, index_seq) as u64;
    let expected = format!("an event whose detail_seq is {seq}");
    let found = match event {
        None => format!("{}, which is not in index.atf", record.index_seq()),
        Some(event) => {
            format!("{}, whose detail_seq is {:#x}", record.index_seq(), event.detail_seq.get())
        }
    };
    let (kind, region) = (FaultKind::LinkBroken, Region::Record(seq));
    Some(Fault::new(kind, region, offset, "index_seq", expected, found))
}
