//! The lanes of a thread whose ring still exists: what the drain wrote to the files, then what is still
//! in the ring.
//!
//! A position counts the bytes of a lane's events section, in the ring as in the file. So a lane is its
//! file up to the ring's tail, and the ring from the tail to the head. The file is mapped. The ring's
//! part is held in memory; it is at most as long as the lane's buffer.

use std::path::Path;

use super::events::EventSource;
use super::keep::named_records;
use super::records::RecordSource;
use super::ring_events::RingEvents;
use super::ring_records::RingRecords;
use super::ring_snapshot::RingSnapshot;
use crate::error::Result;
use crate::lane::Lane;
use crate::ring::image::RingImage;

/// Both lanes of a thread, from its files and its ring.
pub(in crate::recovery) struct RingLanes {
    pub(in crate::recovery) events: RingEvents,
    pub(in crate::recovery) records: RingRecords,
}

impl RingLanes {
    /// Reads the lanes up to the heads in `snapshot`. Without a ring, which the drain may have removed
    /// since, the files must hold all of it.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`](crate::Error::Malformed) when no ring belongs beside one of the files: a
    /// newer version wrote it, its events have another length, or they start elsewhere.
    /// [`Error::Io`](crate::Error::Io).
    pub(in crate::recovery) fn read(
        dir: &Path,
        ring: Option<&RingImage>,
        snapshot: &RingSnapshot,
    ) -> Result<Self> {
        let mut events = RingEvents::read(dir, ring, snapshot)?;
        let records = RingRecords::read(dir, ring, snapshot)?;
        if !records.is_verified() {
            let named = named_records(Some(&records), events.events());
            let capacity = ring.map(|ring| ring.capacity(Lane::Index));
            events.end_after_power_loss(named, capacity);
        }
        Ok(Self { events, records })
    }
}
