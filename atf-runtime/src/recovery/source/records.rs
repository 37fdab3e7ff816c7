//! The detail records of a thread, wherever they come from.

use std::path::Path;

use super::events::EventSource;
use super::findings::Findings;
use super::kept_records::KeptRecords;
use crate::consistency::Progress;
use crate::error::{Fault, Result};
use crate::format::{AtfDetailFooter, AtfDetailHeader, AtfIndexHeader};
use crate::reader::DetailEvent;
use crate::seq::DetailSeq;

/// Where the detail records of a thread come from: a file, or a file and a ring.
pub(in crate::recovery) trait RecordSource {
    /// The detail.atf, which need not exist where there is a ring.
    fn path(&self) -> &Path;

    /// Whether there is a detail.atf.
    fn has_file(&self) -> bool;

    /// Byte at which the first record starts.
    fn start(&self) -> u64;

    /// The complete records, up to the first that is not.
    fn iter(&self) -> Box<dyn Iterator<Item = DetailEvent<'_>> + '_>;

    /// The record at `seq`; `None` where there is none.
    fn get(&self, seq: DetailSeq) -> Option<DetailEvent<'_>>;

    /// The file's header and the bytes before its records, which are more in a newer revision; `None`
    /// where the header cannot be believed.
    fn own_header(&self) -> Option<(AtfDetailHeader, &[u8])>;

    /// What is wrong with the file, given the records that are kept. `are_missed`: some events name
    /// records that are not kept. `progress` is called with the bytes read.
    fn findings(&self, kept: &KeptRecords, are_missed: bool, progress: Progress<'_>) -> Findings;

    /// What is wrong with the offsets at `path`, for the lane of thread `thread_id`; `None` when there
    /// are none to compare.
    ///
    /// # Errors
    ///
    /// [`Io`](crate::Error::Io) when the operating system refuses to read them.
    fn offsets_faults(&self, path: &Path, thread_id: u32) -> Result<Option<Vec<Fault>>>;

    /// How many of the first `kept` records come from the ring, all or part of them.
    fn count_from_ring(&self, _kept: u64) -> u64 {
        0
    }

    /// The footer of the file and where it starts; `None` where there is none.
    fn footer(&self) -> Option<(AtfDetailFooter, u64)> {
        None
    }

    /// Whether the records are what was recorded: they are finalized, or were recorded in this boot of the
    /// machine. The rest is only asked of records that are not.
    fn is_verified(&self) -> bool {
        true
    }

    /// Whether a page that begins within the record did not reach the disk.
    fn has_lost_page(&self, _record: &DetailEvent<'_>) -> bool {
        false
    }

    /// Whether the record may lack its last bytes, because what follows it did not reach the disk.
    fn may_be_torn(&self, _record: &DetailEvent<'_>) -> bool {
        false
    }

    /// Whether the file has the footer of a finalized one.
    fn is_finalized(&self) -> bool {
        false
    }
}

/// The header of a recovered detail.atf: its own, or one made from the index header.
pub(in crate::recovery) fn detail_header(
    records: &dyn RecordSource,
    events: Option<&dyn EventSource>,
) -> AtfDetailHeader {
    match (records.own_header(), events) {
        (Some((header, _)), _) => header,
        (None, Some(events)) => header_from_index(&events.header()),
        (None, None) => AtfDetailHeader::INIT,
    }
}

/// A detail header for the thread of an index header.
pub(in crate::recovery) fn header_from_index(index: &AtfIndexHeader) -> AtfDetailHeader {
    AtfDetailHeader {
        arch: index.arch,
        os: index.os,
        thread_id: index.thread_id,
        ..AtfDetailHeader::INIT
    }
}
