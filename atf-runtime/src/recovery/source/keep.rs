//! Which records of a detail lane are kept: from complete records and the events to a count. Called by the planner,
//! and to find out where the events of a lane end.

use std::mem::offset_of;

use super::events::Events;
use super::kept_records::KeptRecords;
use super::power_loss::NamedRecords;
use super::records::RecordSource;
use crate::error::{Fault, FaultKind, FieldId, Region};
use crate::format::{DetailEventHeader, IndexEvent};
use crate::reader::DetailEvent;

/// Counts the records that are kept. Without events (a detail.atf alone) these are all complete ones. Of records
/// that nothing verifies, those that cannot be what was recorded are not kept.
pub(in crate::recovery) fn keep_records(
    records: &dyn RecordSource,
    events: Option<Events<'_>>,
) -> KeptRecords {
    let is_verified = records.is_verified();
    let mut kept = KeptRecords { count: 0, end: records.start(), unnamed: None };
    let mut payloads = Payloads::default();
    let mut last = None;
    for record in records.iter() {
        kept.unnamed = events.and_then(|events| unnamed(events, &record, kept.count));
        if !is_verified && kept.unnamed.is_none() {
            let event = events.and_then(|events| events.get(record.index_seq()));
            kept.unnamed = event
                .and_then(|event| foreign(event, &record, kept.count))
                .or_else(|| payloads.foreign(event?, &record, kept.count))
                .or_else(|| records.has_lost_page(&record).then(|| lost(&record, kept.count)));
        }
        if kept.unnamed.is_some() {
            break;
        }
        kept.count += 1;
        kept.end = record.end();
        last = Some(record);
    }
    if let Some(record) = last.filter(|record| !is_verified && records.may_be_torn(record)) {
        kept.count -= 1;
        kept.end = record.offset;
        kept.unnamed = Some(lost(&record, kept.count));
    }
    kept
}

/// The records that events may name, if all of these are kept.
pub(in crate::recovery) fn named_records(
    records: Option<&dyn RecordSource>,
    events: Events<'_>,
) -> NamedRecords {
    let kept = records.map_or(0, |records| keep_records(records, Some(events)).count);
    let is_finalized = records.is_some_and(RecordSource::is_finalized);
    NamedRecords { kept, may_lack_others: is_finalized || kept == 0 }
}

/// The fault of a record that has another time than its event: it is of an earlier lap of the ring.
fn foreign(event: &IndexEvent, record: &DetailEvent<'_>, seq: u64) -> Option<Fault> {
    let found = record.header.timestamp;
    if found == event.timestamp_ns {
        return None;
    }
    let offset = record.offset + offset_of!(DetailEventHeader, timestamp) as u64;
    let expected = format!("{} (event {}'s)", event.timestamp_ns, record.index_seq());
    let (kind, region) = (FaultKind::LinkBroken, Region::Record(seq));
    Some(Fault::new(kind, region, offset, "timestamp", expected, found))
}

/// The payloads of a lane so far.
#[derive(Default)]
struct Payloads {
    /// Whether one was a function payload with the function of its event. Then they all are; those of a program
    /// that stores something else in them have any bytes there.
    are_of_functions: bool,
}

impl Payloads {
    /// The fault of a payload that has another function than its event.
    fn foreign(&mut self, event: &IndexEvent, record: &DetailEvent<'_>, seq: u64) -> Option<Fault> {
        let found = record.function()?.registers.function_id;
        if found == event.function_id {
            self.are_of_functions = true;
            return None;
        }
        let offset = record.offset + size_of::<DetailEventHeader>() as u64;
        let expected = format!("{:#x} (event {}'s)", event.function_id, record.index_seq());
        let (kind, region) = (FaultKind::LinkBroken, Region::Record(seq));
        let found = format!("{found:#x}");
        self.are_of_functions
            .then(|| Fault::new(kind, region, offset, "function_id", expected, found))
    }
}

fn lost(record: &DetailEvent<'_>, seq: u64) -> Fault {
    let expected = "a record that reached the disk before the machine was started again";
    let (kind, region) = (FaultKind::NotOnDisk, Region::Record(seq));
    Fault::new(kind, region, record.offset, FieldId::OnDisk, expected, "a part of it")
}

fn unnamed(events: Events<'_>, record: &DetailEvent<'_>, seq: u64) -> Option<Fault> {
    let event = events.get(record.index_seq());
    if event.is_some_and(|event| u64::from(event.detail_seq.get()) == seq) {
        return None;
    }
    let offset = record.offset + offset_of!(DetailEventHeader, index_seq) as u64;
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
