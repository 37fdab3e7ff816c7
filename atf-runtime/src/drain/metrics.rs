//! What a drain has done so far, for its callers.

/// What a drain has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// All threads, those that have ended included, in the order of their ids.
    pub threads: Vec<ThreadMetrics>,
    /// Whether the drain has looked for rings and has never found a thread. Opening the rings and files of an
    /// earlier drain takes a while, because their events are read again.
    pub is_waiting: bool,
    /// The last error, as text: a full disk, a damaged ring. Failed writes are tried again.
    pub last_error: Option<String>,
    /// What the drain waits for at the moment, as text: it cannot write because the disk is full, or a limit
    /// is reached. `None` while everything can be written.
    pub stalled_by: Option<String>,
    /// Threads that could not be registered with this drain: nothing of them is recorded.
    pub untraced_threads: u64,
}

/// What was drained of a thread so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
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
    /// Events dropped because the ring was full.
    pub dropped_events: u64,
    /// Detail records dropped although their event was recorded.
    pub dropped_details: u64,
    /// The maximum number of bytes that waited in the ring for one lane, as the drain saw it.
    pub high_water_bytes: u64,
    /// Whether its files are finalized.
    pub is_ended: bool,
}

impl Metrics {
    /// Events taken, over all threads.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.threads.iter().map(|thread| thread.events).sum()
    }

    /// Bytes in the files, over all threads.
    #[must_use]
    pub fn bytes_written(&self) -> u64 {
        self.threads.iter().map(|thread| thread.bytes_written).sum()
    }

    /// Events dropped, over all threads.
    #[must_use]
    pub fn dropped_events(&self) -> u64 {
        self.threads.iter().map(|thread| thread.dropped_events).sum()
    }

    /// Detail records dropped, over all threads.
    #[must_use]
    pub fn dropped_details(&self) -> u64 {
        self.threads.iter().map(|thread| thread.dropped_details).sum()
    }

    /// The maximum number of bytes that waited in a ring for one lane.
    #[must_use]
    pub fn high_water_bytes(&self) -> u64 {
        self.threads.iter().map(|thread| thread.high_water_bytes).max().unwrap_or(0)
    }
}
