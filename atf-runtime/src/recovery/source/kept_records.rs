//! How many records of a detail lane are kept: a count, which `keep` finds out and the findings of a source are
//! made of.

use crate::error::Fault;

/// The records at the start of a detail lane that are complete and named by their events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::recovery) struct KeptRecords {
    pub(in crate::recovery) count: u64,
    /// Byte after the last of them.
    pub(in crate::recovery) end: u64,
    /// Why the next record, which is complete, is not kept: no event names it.
    pub(in crate::recovery) unnamed: Option<Fault>,
}
