//! What the header and footer of a file must say, given its events; and where they do not.
//!
//! Facts are gathered in one pass over a mapped file; comparing them gives [`Fault`]s. Verification
//! reports these, recovery takes a lane without any for whole.

mod detail;
mod index;
mod offsets;

pub(crate) use detail::DetailFacts;
pub(crate) use index::IndexFacts;
pub(crate) use offsets::OffsetsFacts;

use crate::error::Fault;

/// Called with the number of bytes that were worked through since the last call.
pub type Progress<'a> = &'a mut dyn FnMut(u64);

/// How often progress is told, in bytes; also what a checksum is computed over at a time.
const STEP_BYTES: usize = 1 << 20;

/// What a file's checksum field is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChecksumState {
    /// It is the CRC-32 of the events.
    Ok,
    /// It is not.
    Mismatch,
    /// It is 0, as the original tracer wrote it, or there is no footer.
    NotRecorded,
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
struct Checksum {
    actual: u32,
    state: ChecksumState,
}

impl Checksum {
    fn of(section: &[u8], recorded: Option<u32>, progress: Progress<'_>) -> Self {
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

/// Compares fields of one record with what they must be.
struct Comparison<'a> {
    region: &'static str,
    region_offset: u64,
    faults: &'a mut Vec<Fault>,
}

impl Comparison<'_> {
    /// `field_offset` is the field's place in the record. `why` says where `expected` comes from.
    fn field(&mut self, field_offset: usize, name: &str, expected: u64, found: u64, why: &str) {
        if expected == found {
            return;
        }
        let offset = self.region_offset + field_offset as u64;
        let expected =
            if why.is_empty() { expected.to_string() } else { format!("{expected} ({why})") };
        self.faults.push(Fault::new(self.region, offset, name, expected, found));
    }

    fn checksum(&mut self, field_offset: usize, checksum: Checksum, found: u32) {
        if checksum.state == ChecksumState::Mismatch {
            let offset = self.region_offset + field_offset as u64;
            let (expected, found) =
                (format!("{:#010x}", checksum.actual), format!("{found:#010x}"));
            self.faults.push(Fault::new(self.region, offset, "checksum", expected, found));
        }
    }
}

pub(crate) fn missing_footer(offset: u64, footer_size: usize, found: String) -> Fault {
    let expected = format!("{footer_size} bytes of footer");
    Fault::new("footer", offset, "length", expected, found)
}

/// What stands where a footer's magic belongs.
fn magic_fault(bytes: &[u8], offset: u64, magic: [u8; 4]) -> Fault {
    let found = &bytes[offset as usize..][..magic.len()];
    let (expected, found) = (magic.escape_ascii(), found.escape_ascii());
    Fault::new("footer", offset, "magic", format!("\"{expected}\""), format!("\"{found}\""))
}

/// Bytes that nothing accounts for.
fn trailing(after: u64, len: u64) -> Fault {
    Fault::new("end of file", after, "length", "no bytes after the footer", format!("{len} bytes"))
}
