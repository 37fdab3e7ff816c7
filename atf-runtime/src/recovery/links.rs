//! Which events lose their link: from events, in order, and the records that are kept. Called by the
//! planner, which counts them, and by copier and repair, which clear them.

use super::source::RecordSource;
use crate::format::{IndexEvent, NO_DETAIL_SEQ};
use crate::reader::DetailEvent;
use crate::seq::DetailSeq;

/// Decides for each event whether it keeps its link.
///
/// Events come in order, and so do the records that they name, so one pass over the lane serves
/// them all. A record that is named out of order is looked up.
pub(super) struct LinkFilter<'a> {
    records: Option<&'a dyn RecordSource>,
    kept: u64,
    pass: Option<Box<dyn Iterator<Item = DetailEvent<'a>> + 'a>>,
    next: u64,
}

impl<'a> LinkFilter<'a> {
    /// `kept`: how many records are kept.
    pub(super) fn new(records: Option<&'a dyn RecordSource>, kept: u64) -> Self {
        Self { records, kept, pass: records.map(RecordSource::iter), next: 0 }
    }

    /// Whether the event at `seq` names a record that is lost.
    pub(super) fn is_lost(&mut self, seq: u32, event: &IndexEvent) -> bool {
        let Some(link) = DetailSeq::from_field(event.detail_seq.get()) else { return false };
        if u64::from(link.0) >= self.kept {
            return true;
        }
        let record = if u64::from(link.0) == self.next {
            self.next += 1;
            self.pass.as_mut().and_then(Iterator::next)
        } else {
            self.records.and_then(|records| records.get(link))
        };
        record.is_none_or(|record| record.index_seq().0 != seq)
    }

    /// The event at `seq`, without its link if that is lost.
    pub(super) fn apply(&mut self, seq: u32, event: &IndexEvent) -> IndexEvent {
        if self.is_lost(seq, event) {
            IndexEvent { detail_seq: NO_DETAIL_SEQ.into(), ..*event }
        } else {
            *event
        }
    }
}
