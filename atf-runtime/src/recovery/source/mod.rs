//! Where recovery finds a thread's events and records: in its files, or in its files and its ring.
//!
//! Both look the same to the planner and the copier: an [`EventSource`] and a [`RecordSource`].
//! The planner reads a source to make a plan, the copier reads it again to write a copy.

mod beside_ring;
mod events;
mod fault;
mod file_events;
mod file_records;
mod findings;
mod keep;
mod kept_records;
mod power_loss;
mod records;
mod ring_events;
mod ring_records;
mod ring_snapshot;
mod unfinalized;
mod with_ring;

pub(super) use events::EventSource;
pub(super) use fault::split_fault;
pub(super) use file_events::FileEvents;
pub(super) use file_records::FileRecords;
pub(super) use findings::Findings;
pub(super) use keep::{keep_records, named_records};
pub(super) use kept_records::KeptRecords;
pub(super) use records::{RecordSource, detail_header, header_from_index};
pub(super) use ring_events::RingEvents;
pub(super) use ring_snapshot::RingSnapshot;
pub(super) use with_ring::RingLanes;

/// Both lanes of a thread. A file that is recovered alone has one of them.
pub(super) struct Source {
    pub(super) events: Option<Box<dyn EventSource>>,
    pub(super) records: Option<Box<dyn RecordSource>>,
}
