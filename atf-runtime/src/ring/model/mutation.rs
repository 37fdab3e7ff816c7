//! Ways to break the protocol, each of which the exploration must find.

use crate::ring::memory::Word;

/// One mistake in a side's code or in what it asks of its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mutation {
    /// The producer stores the index lane's head before the detail lane's.
    IndexHeadFirst,
    /// The producer publishes an event before its bytes are there.
    PublishBeforeCopy,
    /// The producer believes that the drain is one event further than it is.
    TailTooFar,
    /// A dropped event is counted twice.
    CountTwice,
    /// The drain looks at the detail lane's head before the index lane's.
    DetailHeadFirst,
    /// The drain writes the index lane's bytes before the detail lane's.
    IndexWrittenFirst,
    /// The drain gives room away before the file holds the bytes.
    ReleaseBeforeWrite,
    /// The drain takes records that are not published.
    TakeUnpublished,
    /// The drain closes the ring and makes nobody pass a barrier.
    CloseWithoutBarrier,
    /// The drain closes the ring and does not wait for a push that has begun.
    CloseWithoutWaiting,
    /// The drain does not look once more when the last push is over.
    NoLookAfterClose,
    /// A word is stored without releasing what was done before.
    StoreRelaxed(Word),
    /// A word is loaded without acquiring what was released with it.
    LoadRelaxed(Word),
}
