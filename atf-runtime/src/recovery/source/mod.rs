//! Where recovery finds a thread's events and records: in a file alone, or in file and ring joined.

mod ring_events;
mod ring_records;
mod ring_snapshot;

pub(super) use ring_events::RingEvents;
pub(super) use ring_records::RingRecords;
pub(super) use ring_snapshot::RingSnapshot;

use crate::format::IndexEvent;
use crate::reader::{DetailEvent, DetailReader, IndexReader};
use crate::seq::{DetailSeq, IndexSeq};

/// The events of a thread.
#[derive(Clone, Copy)]
pub(super) enum Events<'a> {
    File(&'a IndexReader),
    Joined(&'a RingEvents),
}

impl<'a> Events<'a> {
    pub(super) fn get(self, seq: IndexSeq) -> Option<&'a IndexEvent> {
        match self {
            Self::File(index) => index.get(seq),
            Self::Joined(events) => events.get(seq),
        }
    }
}

/// The detail records of a thread.
#[derive(Clone, Copy)]
pub(super) enum Records<'a> {
    File(&'a DetailReader),
    Joined(&'a RingRecords),
}

impl<'a> Records<'a> {
    /// Byte at which the first record starts.
    pub(super) fn start(self) -> u64 {
        match self {
            Self::File(detail) => detail.extent().events_offset,
            Self::Joined(_) => RingRecords::START,
        }
    }

    /// The whole records up to the first that is not.
    pub(super) fn iter(self) -> Box<dyn Iterator<Item = DetailEvent<'a>> + 'a> {
        match self {
            Self::File(detail) => Box::new(detail.iter().map_while(Result::ok)),
            Self::Joined(records) => Box::new(records.iter()),
        }
    }

    pub(super) fn get(self, seq: DetailSeq) -> Option<DetailEvent<'a>> {
        match self {
            Self::File(detail) => detail.get(seq).ok().flatten(),
            Self::Joined(records) => records.get(seq),
        }
    }
}
