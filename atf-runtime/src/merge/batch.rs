//! A batch of events in order: what a [tournament](super::tournament) fills and the
//! [engine](super::engine) gives out.

/// Events per batch.
pub(super) const BATCH: usize = 256;

/// An event that has been put in order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) rank: u32,
    pub(super) seq: u32,
}
