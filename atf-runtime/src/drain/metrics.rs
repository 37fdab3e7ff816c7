//! What a drain tells of its work while it goes on.

/// What a drain has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// Every thread, also those that have ended, in the order of their ids.
    pub threads: Vec<ThreadMetrics>,
    /// Whether the session goes on and no thread of it was found, though rings were looked for. What was there
    /// at first takes a while to open: its events are read once more.
    pub is_waiting: bool,
    /// What went wrong last, in words: a full disk, a damaged ring. Writing is tried again.
    pub last_error: Option<String>,
}

/// What was drained of a thread so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadMetrics {
    /// Thread.
    pub thread_id: u32,
    /// Events taken out of its ring, `lost` markers included.
    pub events: u64,
    /// Detail records taken out of its ring.
    pub details: u64,
    /// Bytes of both that are in its files.
    pub bytes_written: u64,
    /// Events that found no room.
    pub dropped_events: u64,
    /// Detail records that found no room although their event did.
    pub dropped_details: u64,
    /// Most bytes that ever waited in one of its lanes, as the drain saw it.
    pub high_water_bytes: u64,
    /// Whether its files are finalized.
    pub is_ended: bool,
}

impl Metrics {
    /// Events taken, over all threads.
    pub fn events(&self) -> u64 {
        self.threads.iter().map(|thread| thread.events).sum()
    }

    /// Bytes in the files, over all threads.
    pub fn bytes_written(&self) -> u64 {
        self.threads.iter().map(|thread| thread.bytes_written).sum()
    }

    /// Events dropped, over all threads.
    pub fn dropped_events(&self) -> u64 {
        self.threads.iter().map(|thread| thread.dropped_events).sum()
    }

    /// Detail records dropped, over all threads.
    pub fn dropped_details(&self) -> u64 {
        self.threads.iter().map(|thread| thread.dropped_details).sum()
    }

    /// Most bytes that ever waited in one lane.
    pub fn high_water_bytes(&self) -> u64 {
        self.threads.iter().map(|thread| thread.high_water_bytes).max().unwrap_or(0)
    }
}
