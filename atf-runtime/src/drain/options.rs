//! The options of a drain.

use std::time::Duration;

use crate::ring::RingOptions;
use crate::writer::WriterOptions;

/// Other sizes were measured slower, or use much memory per thread for little speed.
const WRITE_BYTES: std::ops::RangeInclusive<usize> = 128 * 1024..=512 * 1024;

/// How a drain writes, and the rings of the threads that register with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DrainOptions {
    /// Size and policy of the rings made by [`Drain::register`](super::Drain::register).
    pub ring: RingOptions,
    /// Bytes collected per lane before they are written: 128 to 512 KiB, 256 KiB by default.
    pub write_bytes: usize,
    /// After this time, what was collected is written although it is less, so that events of slow
    /// threads reach the disk too.
    pub flush_interval: Duration,
    /// Sync a thread's files whenever so many bytes of them were written. `None`: only at the end.
    pub sync_bytes: Option<u64>,
    /// Sync a thread's files when they are finalized. Without it, a power loss may damage a finalized
    /// trace.
    pub sync_on_finalize: bool,
}

impl Default for DrainOptions {
    fn default() -> Self {
        Self {
            ring: RingOptions::default(),
            write_bytes: 256 * 1024,
            flush_interval: Duration::from_millis(200),
            sync_bytes: None,
            sync_on_finalize: true,
        }
    }
}

impl DrainOptions {
    /// Sets [`ring`](Self::ring).
    #[must_use]
    pub const fn ring(mut self, ring: RingOptions) -> Self {
        self.ring = ring;
        self
    }

    /// Sets [`write_bytes`](Self::write_bytes); the nearest allowed size is used.
    #[must_use]
    pub fn write_bytes(mut self, bytes: usize) -> Self {
        self.write_bytes = bytes.clamp(*WRITE_BYTES.start(), *WRITE_BYTES.end());
        self
    }

    /// Sets [`flush_interval`](Self::flush_interval).
    #[must_use]
    pub const fn flush_interval(mut self, interval: Duration) -> Self {
        self.flush_interval = interval;
        self
    }

    /// Sets [`sync_bytes`](Self::sync_bytes).
    #[must_use]
    pub const fn sync_bytes(mut self, bytes: Option<u64>) -> Self {
        self.sync_bytes = bytes;
        self
    }

    /// Sets [`sync_on_finalize`](Self::sync_on_finalize).
    #[must_use]
    pub const fn sync_on_finalize(mut self, sync: bool) -> Self {
        self.sync_on_finalize = sync;
        self
    }

    pub(super) fn writer(&self) -> WriterOptions {
        WriterOptions::default()
            .buffer_bytes(self.write_bytes.clamp(*WRITE_BYTES.start(), *WRITE_BYTES.end()))
            .sync_on_finalize(self.sync_on_finalize)
    }
}
