//! What a file's checksum field is worth: from the bytes of a section and the recorded number to a
//! [`ChecksumState`]. Called while the facts of a file are gathered.

use std::fmt;

use crc32fast::Hasher;

use super::progress::{Progress, STEP_BYTES};

/// Whether the checksum in a footer is that of the events. Displays as `ok`, `mismatch` or `not recorded`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChecksumState {
    /// It is the CRC-32 of the events.
    Ok,
    /// It is not.
    Mismatch,
    /// It is 0, as the original tracer wrote it, or there is no footer.
    NotRecorded,
}

impl fmt::Display for ChecksumState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::Mismatch => "mismatch",
            Self::NotRecorded => "not recorded",
        })
    }
}

impl ChecksumState {
    pub(crate) fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Mismatch, _) | (_, Self::Mismatch) => Self::Mismatch,
            (Self::NotRecorded, _) | (_, Self::NotRecorded) => Self::NotRecorded,
            (Self::Ok, Self::Ok) => Self::Ok,
        }
    }

    fn of(recorded: u32, actual: u32) -> Self {
        match recorded {
            _ if recorded == actual => Self::Ok,
            0 => Self::NotRecorded,
            _ => Self::Mismatch,
        }
    }
}

/// A file's checksum, computed only where there is a recorded one to compare it with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checksum {
    pub(super) actual: u32,
    pub(crate) state: ChecksumState,
}

impl Checksum {
    pub(super) fn of(section: &[u8], recorded: Option<u32>, progress: Progress<'_>) -> Self {
        let mut checksum = RunningChecksum::new(recorded);
        for chunk in section.chunks(STEP_BYTES as usize) {
            checksum.update(chunk);
            progress(chunk.len() as u64);
        }
        checksum.finish()
    }
}

/// A checksum of bytes that are handed over piece by piece, by a pass that checks other things too.
#[derive(Clone, Debug)]
pub(crate) struct RunningChecksum {
    recorded: Option<u32>,
    hasher: Hasher,
}

impl RunningChecksum {
    /// `recorded` is what the footer says; without it nothing is computed.
    pub(crate) fn new(recorded: Option<u32>) -> Self {
        Self { recorded, hasher: Hasher::new() }
    }

    /// Takes the next bytes of the section.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        if self.recorded.is_some() {
            self.hasher.update(bytes);
        }
    }

    /// Takes the checksum of the bytes that follow those that were taken.
    pub(crate) fn append(&mut self, later: &Self) {
        self.hasher.combine(&later.hasher);
    }

    pub(crate) fn finish(self) -> Checksum {
        let Some(recorded) = self.recorded else {
            return Checksum { actual: 0, state: ChecksumState::NotRecorded };
        };
        let actual = self.hasher.finalize();
        Checksum { actual, state: ChecksumState::of(recorded, actual) }
    }
}
