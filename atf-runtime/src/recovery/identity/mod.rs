//! The fields of a thread's headers that do not come from its events: architecture, operating system, clock,
//! thread, flags and reserved bytes. From what each source says to the headers that recovery writes, and what
//! is wrong with those that exist. Called by the planner.
//!
//! A field is repaired if another source has the value: the other header of the thread, its ring, the
//! directory's name, the events, the manifest, or most of the other threads. Every other field stays as it
//! is, and verification continues to report it.

mod platform;
mod reserved;
mod thread_id;
mod votes;
mod witnesses;

pub(super) use self::reserved::{detail_footer_faults, index_footer_faults};
pub(super) use self::witnesses::{Absent, Witnesses};

use super::source::{EventSource, RecordSource, detail_header};
use crate::ending::copy_reserved;
use crate::error::{Fault, FaultKind, Region};
use crate::format::{AtfDetailHeader, AtfIndexHeader};
use crate::platform::{Platform, is_original_clock};

/// The identity of a thread as its headers say it, and as recovery writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) index: AtfIndexHeader,
    /// What is wrong with the index header, and repaired.
    pub(super) index_faults: Vec<Fault>,
    pub(super) detail: Option<AtfDetailHeader>,
    /// What is wrong with the detail header, and repaired.
    pub(super) detail_faults: Vec<Fault>,
    /// What two sources contradict each other in, so that it stays.
    pub(super) contradictions: Vec<Fault>,
}

/// What the files and the ring of a thread say in their headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Said {
    index: AtfIndexHeader,
    /// The detail.atf's own header; `None` where there is none, or one that cannot be believed.
    detail: Option<AtfDetailHeader>,
    ring: Option<Platform>,
    /// Whether no checksum shows that the header was written by us: the original tracer wrote another clock.
    may_be_original: bool,
}

/// A value, and who has it, as the end of "expected linux (as ...)".
type Told<T> = Option<(T, &'static str)>;

const BY_DETAIL: &str = "as detail.atf says";
const BY_INDEX: &str = "as index.atf says";
const BY_MOST: &str = "as most other threads say";
const BY_RING: &str = "as the ring says";
const BY_MANIFEST: &str = "as the manifest says";

impl Identity {
    /// Decides the headers of a thread. `named` is its directory's name.
    pub(super) fn of(
        named: Option<u32>,
        events: &dyn EventSource,
        records: Option<&dyn RecordSource>,
        witnesses: &Witnesses<'_>,
    ) -> Self {
        let index = events.header();
        let own = records.and_then(RecordSource::own_header).map(|(header, _)| header);
        let is_unprotected = events.footer().is_none_or(|(footer, _)| footer.checksum.get() == 0);
        let said = Said {
            index,
            detail: own,
            ring: events.ring_platform(),
            may_be_original: is_unprotected && is_original_clock(index.os, index.clock_type),
        };
        let mut identity = said.settle(named, witnesses);
        if let Some(records) = records.filter(|_| own.is_none()) {
            // Made from the index header. The fault of the header itself says it all.
            let header = detail_header(records, Some(events));
            let AtfIndexHeader { arch, os, .. } = identity.index;
            identity.detail = Some(AtfDetailHeader { arch, os, ..header });
        }
        identity.settle_thread(named, events, records.filter(|_| own.is_some()));
        if let Some(detail) = identity.detail.as_mut().filter(|_| own.is_none()) {
            detail.thread_id = identity.index.thread_id;
            identity.detail_faults.clear();
        }
        identity
    }

    /// Decides the header of a detail.atf that is recovered alone: only its records tell the thread.
    pub(super) fn of_records_alone(records: &dyn RecordSource) -> Self {
        let header = detail_header(records, None);
        let mut identity = Self {
            index: AtfIndexHeader::INIT,
            index_faults: Vec::new(),
            detail: Some(header),
            detail_faults: Vec::new(),
            contradictions: Vec::new(),
        };
        identity.settle_thread_of_records(records);
        identity
    }

    /// A header of an index.atf with this identity.
    pub(super) fn index_header(&self, header: AtfIndexHeader) -> AtfIndexHeader {
        let AtfIndexHeader { arch, os, clock_type, thread_id, flags, .. } = self.index;
        let mut header = AtfIndexHeader { arch, os, clock_type, thread_id, flags, ..header };
        copy_reserved(&self.index, &mut header);
        header
    }

    /// A header of a detail.atf with this identity.
    pub(super) fn detail_header(&self, header: AtfDetailHeader) -> AtfDetailHeader {
        let Some(own) = self.detail else { return header };
        let AtfDetailHeader { arch, os, thread_id, .. } = own;
        let mut header = AtfDetailHeader { arch, os, thread_id, ..header };
        copy_reserved(&own, &mut header);
        header
    }
}

impl Said {
    /// Decides all that does not depend on the events.
    fn settle(&self, named: Option<u32>, witnesses: &Witnesses<'_>) -> Identity {
        let mut identity = Identity {
            index: self.index,
            index_faults: Vec::new(),
            detail: self.detail,
            detail_faults: Vec::new(),
            contradictions: Vec::new(),
        };
        identity.settle_arch(named, self, witnesses);
        identity.settle_os(named, self, witnesses);
        identity.settle_clock(named, self, witnesses);
        identity.settle_reserved(named, witnesses);
        identity
    }
}

fn fault(
    at: usize,
    name: &'static str,
    expected: impl std::fmt::Display,
    by: &str,
    found: impl std::fmt::Display,
) -> Fault {
    let expected = format!("{expected} ({by})");
    Fault::new(FaultKind::Mismatch, Region::Header, at as u64, name, expected, found)
}
