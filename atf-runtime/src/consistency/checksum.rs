//! What a file's checksum field is worth: from the bytes of a section and the recorded number to a
//! [`ChecksumState`]. Called while the facts of a file are gathered.

use std::fmt;

use super::progress::Progress;

/// Bytes that a checksum is computed over at a time, between two calls of the progress.
const STEP_BYTES: usize = 1 << 20;

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
pub(super) struct Checksum {
    pub(super) actual: u32,
    pub(super) state: ChecksumState,
}

impl Checksum {
    pub(super) fn of(section: &[u8], recorded: Option<u32>, progress: Progress<'_>) -> Self {
        match recorded {
            None => {
                progress(section.len() as u64);
                Self { actual: 0, state: ChecksumState::NotRecorded }
            }
            Some(recorded) => {
                let actual = crc32(section, progress);
                Self { actual, state: ChecksumState::of(recorded, actual) }
            }
        }
    }
}

fn crc32(bytes: &[u8], progress: Progress<'_>) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for chunk in bytes.chunks(STEP_BYTES) {
        hasher.update(chunk);
        progress(chunk.len() as u64);
    }
    hasher.finalize()
}
