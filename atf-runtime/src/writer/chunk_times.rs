//! The lowest and highest times of a lane's chunks, gathered event by event or record by record.

use std::collections::VecDeque;

use super::section_sum::CHUNK_BYTES;

/// Lowest and highest time of some events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    min: u64,
    max: u64,
}

impl Times {
    /// Of no events.
    const NONE: Self = Self { min: u64::MAX, max: 0 };

    #[inline]
    pub(super) const fn of(time_ns: u64) -> Self {
        Self { min: time_ns, max: time_ns }
    }

    #[inline]
    pub(super) const fn new(min: u64, max: u64) -> Self {
        Self { min, max }
    }

    #[inline]
    fn with(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// As an entry has them: without events the lowest is higher than the highest.
    pub(super) const fn range(self) -> (u64, u64) {
        if self.min > self.max { (1, 0) } else { (self.min, self.max) }
    }
}

/// Times by chunk, of chunks that nobody took yet.
#[derive(Debug)]
pub(super) struct ChunkTimes {
    /// Of the chunks before `chunk`. Those at the front are taken first.
    complete: VecDeque<Times>,
    /// The chunk in which the last event began, and its times.
    chunk: u64,
    current: Times,
    all: Times,
}

impl Default for ChunkTimes {
    fn default() -> Self {
        Self { complete: VecDeque::new(), chunk: 0, current: Times::NONE, all: Times::NONE }
    }
}

impl ChunkTimes {
    /// Takes an event or record that begins at `position` of the section, or several in one chunk. Positions do
    /// not decrease.
    #[inline]
    pub(super) fn take(&mut self, position: u64, times: Times) {
        if position / CHUNK_BYTES != self.chunk {
            self.begin(position / CHUNK_BYTES);
        }
        self.current = self.current.with(times);
    }

    /// A chunk begins. Those between it and the last one have no event.
    fn begin(&mut self, chunk: u64) {
        while self.chunk < chunk {
            self.complete.push_back(std::mem::replace(&mut self.current, Times::NONE));
            self.chunk += 1;
        }
    }

    /// The times of `chunk`, which is complete. To be called once for each chunk, in order.
    pub(super) fn end_chunk(&mut self, chunk: u32) -> Times {
        self.begin(u64::from(chunk) + 1);
        let times = self.complete.pop_front().unwrap_or(Times::NONE);
        self.all = self.all.with(times);
        times
    }

    /// The times of the chunk after the last one that was taken, as far as it goes.
    pub(super) fn so_far(&self) -> Times {
        *self.complete.front().unwrap_or(&self.current)
    }

    /// The times of all events.
    pub(super) fn all(&self) -> Times {
        self.complete.iter().fold(self.all.with(self.current), |all, times| all.with(*times))
    }
}
