//! Which records are kept, and which events lose their link.

use super::source::{Events, Records};
use crate::error::{Fault, FaultKind, Region};
use crate::format::{DetailEventHeader, IndexEvent};
use crate::reader::DetailEvent;
use crate::seq::DetailSeq;

/// The records at the start of a detail lane that are whole and named by their events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeptRecords {
    pub(super) count: u64,
    /// Byte after the last of them.
    pub(super) end: u64,
    /// Why the next one, which is whole, is not kept: no event names it.
    pub(super) unnamed: Option<Fault>,
}

impl KeptRecords {
    /// Without an index (a detail.atf alone) a record is kept if it and all before it are whole.
    pub(super) fn of(detail: Records<'_>, index: Option<Events<'_>>) -> Self {
        let mut kept = Self { count: 0, end: detail.start(), unnamed: None };
        for record in detail.iter() {
            kept.unnamed = index.and_then(|index| unnamed(index, &record, kept.count));
            if kept.unnamed.is_some() {
                break;
            }
            kept.count += 1;
            kept.end = record.end();
        }
        kept
    }
}

fn unnamed(index: Events<'_>, record: &DetailEvent<'_>, seq: u64) -> Option<Fault> {
    let event = index.get(record.index_seq());
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

/// Decides for event after event whether it keeps its link.
///
/// Events come in order, and so do the records they name: one walk along the lane serves them
/// all. An event that names a record out of turn is looked up.
pub(super) struct LinkFilter<'a> {
    detail: Option<Records<'a>>,
    kept: u64,
    walk: Option<Box<dyn Iterator<Item = DetailEvent<'a>> + 'a>>,
    next: u64,
}

impl<'a> LinkFilter<'a> {
    pub(super) fn new(detail: Option<Records<'a>>, kept: u64) -> Self {
        Self { detail, kept, walk: detail.map(Records::iter), next: 0 }
    }

    /// Whether the event at `seq` names a record that was lost.
    pub(super) fn is_lost(&mut self, seq: u32, event: &IndexEvent) -> bool {
        let Some(link) = DetailSeq::from_field(event.detail_seq.get()) else { return false };
        if u64::from(link.0) >= self.kept {
            return true;
        }
        let record = if u64::from(link.0) == self.next {
            self.next += 1;
            self.walk.as_mut().and_then(Iterator::next)
        } else {
            self.detail.and_then(|detail| detail.get(link))
        };
        record.is_none_or(|record| record.index_seq().0 != seq)
    }
}
