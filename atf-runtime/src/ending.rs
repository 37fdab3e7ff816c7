//! How a file ends: from counts, times and checksum to its footer and final header. The writer and recovery
//! in place write these two records.
//!
//! Verification does not use this but compares field by field, so that a mistake made here cannot hide.

use crate::format::{
    AtfDetailFooter, AtfDetailHeader, AtfIndexFooter, AtfIndexHeader, DetailEventHeader, Record,
};

/// What a new footer takes from the old one: what recovery must not change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeptFooter {
    /// Its checksum, although it does not match: nothing else would remember that. 0 says that none was
    /// recorded.
    pub(crate) checksum: Option<u32>,
    /// The footer whose reserved bytes are kept: they may be from a newer revision.
    pub(crate) bytes: Vec<u8>,
}

impl KeptFooter {
    pub(crate) fn copy_to<R: Record>(&self, footer: &mut R) {
        if let Ok(old) = R::read_from_bytes(&self.bytes) {
            copy_reserved(&old, footer);
        }
    }
}

/// Copies the reserved bytes of a record.
pub(crate) fn copy_reserved<R: Record>(from: &R, to: &mut R) {
    for field in R::FIELDS.iter().filter(|field| field.removed.is_none() && field.reserved) {
        let range = field.offset..field.offset + field.size;
        to.as_mut_bytes()[range.clone()].copy_from_slice(&from.as_bytes()[range]);
    }
}

/// The final header and the footer of an index.atf of `count` events, which start at the header's
/// `events_offset` and have its `event_size`. `times_ns` are those of the first and the last event, 0
/// without events.
pub(crate) fn end_index(
    header: &AtfIndexHeader,
    count: u32,
    times_ns: (u64, u64),
    checksum: u32,
) -> (AtfIndexHeader, AtfIndexFooter) {
    let bytes_written = u64::from(count) * u64::from(header.event_size.get());
    let footer = AtfIndexFooter {
        checksum: checksum.into(),
        event_count: u64::from(count).into(),
        time_start_ns: times_ns.0.into(),
        time_end_ns: times_ns.1.into(),
        bytes_written: bytes_written.into(),
        ..AtfIndexFooter::INIT
    };
    let header = AtfIndexHeader {
        event_count: count.into(),
        footer_offset: (header.events_offset.get() + bytes_written).into(),
        time_start_ns: footer.time_start_ns,
        time_end_ns: footer.time_end_ns,
        ..*header
    };
    (header, footer)
}

/// What header and footer of a detail.atf say about its records, gathered record by record.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WrittenRecords {
    count: u32,
    bytes: u64,
    times_ns: Option<(u64, u64)>,
    index_seqs: Option<(u32, u32)>,
}

impl WrittenRecords {
    pub(crate) fn take(&mut self, record: &DetailEventHeader) {
        self.count += 1;
        self.bytes += u64::from(record.total_length.get());
        let time = record.timestamp.get();
        self.times_ns = Some((self.times_ns.map_or(time, |(first, _)| first), time));
        let seq = record.index_seq.get();
        let (lowest, highest) = self.index_seqs.unwrap_or((seq, seq));
        self.index_seqs = Some((lowest.min(seq), highest.max(seq)));
    }

    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Length of the records in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Highest index sequence so far.
    pub(crate) fn highest_index_seq(&self) -> Option<u32> {
        self.index_seqs.map(|(_, highest)| highest)
    }

    /// The final header and the footer of a detail.atf of these records.
    pub(crate) fn end(
        &self,
        header: &AtfDetailHeader,
        checksum: u32,
    ) -> (AtfDetailHeader, AtfDetailFooter) {
        let (time_start_ns, time_end_ns) = self.times_ns.unwrap_or_default();
        let (lowest, highest) = self.index_seqs.unwrap_or_default();
        let footer = AtfDetailFooter {
            checksum: checksum.into(),
            event_count: u64::from(self.count).into(),
            bytes_length: self.bytes.into(),
            time_start_ns: time_start_ns.into(),
            time_end_ns: time_end_ns.into(),
            ..AtfDetailFooter::INIT
        };
        let header = AtfDetailHeader {
            event_count: footer.event_count,
            bytes_length: footer.bytes_length,
            index_seq_start: u64::from(lowest).into(),
            index_seq_end: u64::from(highest).into(),
            ..*header
        };
        (header, footer)
    }
}
