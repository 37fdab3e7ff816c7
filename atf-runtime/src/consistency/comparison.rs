//! Comparing the fields of one header or footer with what they must be: from pairs of values to
//! [`Fault`]s. Called by the facts of each kind of file.

use super::checksum::{Checksum, ChecksumState};
use crate::error::Fault;

/// Compares fields of one record with what they must be.
pub(super) struct Comparison<'a> {
    pub(super) region: &'static str,
    pub(super) region_offset: u64,
    pub(super) faults: &'a mut Vec<Fault>,
}

impl Comparison<'_> {
    /// `field_offset` is the field's place in the record. `why` says where `expected` comes from.
    pub(super) fn field(
        &mut self,
        field_offset: usize,
        name: &str,
        expected: u64,
        found: u64,
        why: &str,
    ) {
        if expected == found {
            return;
        }
        let offset = self.region_offset + field_offset as u64;
        let expected =
            if why.is_empty() { expected.to_string() } else { format!("{expected} ({why})") };
        self.faults.push(Fault::new(self.region, offset, name, expected, found));
    }

    pub(super) fn checksum(&mut self, field_offset: usize, checksum: Checksum, found: u32) {
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
pub(super) fn magic_fault(bytes: &[u8], offset: u64, magic: [u8; 4]) -> Fault {
    let found = &bytes[offset as usize..][..magic.len()];
    let (expected, found) = (magic.escape_ascii(), found.escape_ascii());
    Fault::new("footer", offset, "magic", format!("\"{expected}\""), format!("\"{found}\""))
}

/// Bytes that nothing accounts for.
pub(super) fn trailing(after: u64, len: u64) -> Fault {
    Fault::new("end of file", after, "length", "no bytes after the footer", format!("{len} bytes"))
}
