//! Where a file that was never finalized ends in its own footer, or in the beginning of it: the one rule, for
//! both lanes.
//!
//! Trailing bytes go in, and the events or records before them; whether the bytes are a footer comes out.
//! The extent of an index.atf asks, and the pass over the records of a detail.atf. Verification and
//! recovery take what these decided, as [`TrailingBytes`](super::TrailingBytes).
//!
//! Bytes are the beginning of a footer if it is the footer that belongs to what is before them: magic,
//! checksum, count, times and length agree as far as the bytes reach. The checksum may be 0, as the
//! original tracer wrote it. As many bytes as a footer has are one even if it is damaged: then the magic
//! and either count or length must agree.

use std::mem::offset_of;

use crate::format::{AtfDetailFooter, AtfIndexFooter, Record};

/// The events or records before a footer.
pub(super) struct Section<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) count: u64,
    /// Timestamps of the first and the last of them; 0 without any.
    pub(super) times_ns: (u64, u64),
}

/// A footer, by what it says about the section before it.
pub(super) trait Footer: Record {
    /// A footer of a later revision may be longer: so many trailing bytes are looked at.
    const LONGEST: usize = 4 * size_of::<Self>();
    /// Its first bytes.
    const MAGIC: [u8; 4];
    /// Byte after the checksum, which follows the magic.
    const CHECKSUM_END: usize;
    /// Byte after the fields that the section determines. A later revision may use what follows.
    const DETERMINED_END: usize;

    /// The footer of a section, with a checksum.
    fn of(section: &Section<'_>, checksum: u32) -> Self;

    /// Number of events or records, and their length in bytes.
    fn count_and_length(&self) -> (u64, u64);
}

impl Footer for AtfIndexFooter {
    const MAGIC: [u8; 4] = Self::INIT.magic;
    const CHECKSUM_END: usize = offset_of!(Self, checksum) + size_of::<u32>();
    const DETERMINED_END: usize = offset_of!(Self, bytes_written) + size_of::<u64>();

    fn of(section: &Section<'_>, checksum: u32) -> Self {
        Self {
            checksum: checksum.into(),
            event_count: section.count.into(),
            time_start_ns: section.times_ns.0.into(),
            time_end_ns: section.times_ns.1.into(),
            bytes_written: (section.bytes.len() as u64).into(),
            ..Self::INIT
        }
    }

    fn count_and_length(&self) -> (u64, u64) {
        (self.event_count.get(), self.bytes_written.get())
    }
}

impl Footer for AtfDetailFooter {
    const MAGIC: [u8; 4] = Self::INIT.magic;
    const CHECKSUM_END: usize = offset_of!(Self, checksum) + size_of::<u32>();
    const DETERMINED_END: usize = offset_of!(Self, time_end_ns) + size_of::<u64>();

    fn of(section: &Section<'_>, checksum: u32) -> Self {
        Self {
            checksum: checksum.into(),
            event_count: section.count.into(),
            bytes_length: (section.bytes.len() as u64).into(),
            time_start_ns: section.times_ns.0.into(),
            time_end_ns: section.times_ns.1.into(),
            ..Self::INIT
        }
    }

    fn count_and_length(&self) -> (u64, u64) {
        (self.event_count.get(), self.bytes_length.get())
    }
}

/// Whether `tail`, all bytes after a section, is the beginning of the footer that belongs to it.
pub(super) fn is_beginning<F: Footer>(tail: &[u8], section: &Section<'_>) -> bool {
    let is_candidate = (1..=F::LONGEST).contains(&tail.len()) && has_magic::<F>(tail);
    if !is_candidate {
        return false;
    }
    if tail.len() == size_of::<F>() {
        // If all of it were right, the file would have been finalized.
        return F::read_start(tail).is_some_and(|footer| {
            let (count, length) = footer.count_and_length();
            count == section.count || length == section.bytes.len() as u64
        });
    }
    // Longer than ours: in a section without events, these could begin like this.
    if tail.len() > size_of::<F>() && section.count == 0 {
        return false;
    }
    let tail = &tail[..tail.len().min(F::DETERMINED_END)];
    let without_checksum = F::of(section, 0);
    let after_checksum = F::CHECKSUM_END.min(tail.len());
    if without_checksum.as_bytes()[after_checksum..tail.len()] != tail[after_checksum..] {
        return false;
    }
    // The checksum costs a pass over the section, so it comes last.
    without_checksum.as_bytes().starts_with(tail)
        || F::of(section, crc32fast::hash(section.bytes)).as_bytes().starts_with(tail)
}

/// Whether `bytes` start with a complete footer for `count` records of `length` bytes. More bytes may
/// follow: repair in place writes the footer first and then cuts the file.
pub(super) fn is_complete<F: Footer>(bytes: &[u8], count: u64, length: u64) -> bool {
    has_magic::<F>(bytes)
        && F::read_start(bytes).is_some_and(|it| it.count_and_length() == (count, length))
}

fn has_magic<F: Footer>(bytes: &[u8]) -> bool {
    F::MAGIC.starts_with(&bytes[..bytes.len().min(F::MAGIC.len())])
}
