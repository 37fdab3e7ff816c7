//! What a thread's files say of it, for the manifest to agree with. Gathered by verification, and by
//! recovery for the files that it will write.

use crate::lost::Marked;

/// What a thread's files say, for the manifest to agree with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ThreadFacts {
    pub(crate) has_detail: bool,
    pub(crate) clock_type: u8,
    pub(crate) time_range: Option<(u64, u64)>,
    /// Events, markers of lost ones included.
    pub(crate) events: u64,
    pub(crate) marked: Marked,
}

impl ThreadFacts {
    /// Events of the program: without the markers.
    pub(crate) fn recorded(&self) -> u64 {
        self.events.saturating_sub(self.marked.markers())
    }
}
