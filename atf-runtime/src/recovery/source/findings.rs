//! What is wrong with one file of a source, and what of it cannot be kept. Sources find it out, the
//! planner puts it into a plan.

use crate::error::Fault;

pub(in crate::recovery) struct Findings {
    /// What is wrong with the file; empty when nothing is.
    pub(in crate::recovery) faults: Vec<Fault>,
    /// Events or records that were there in part, or that something final counts, and that are not
    /// kept.
    pub(in crate::recovery) dropped: u64,
    /// First byte after what is kept that is neither the footer nor the end of the file.
    pub(in crate::recovery) first_bad_offset: Option<u64>,
}
