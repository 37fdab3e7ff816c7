//! Comparing the fields of one header or footer with what they must be: from pairs of values to
//! [`Fault`]s. Called by the facts of each kind of file.

use super::checksum::{Checksum, ChecksumState};
use crate::error::{Fault, FaultKind, FieldId, Region, count};
use crate::reader::TrailingBytes;

/// Compares fields of one record with what they must be.
pub(super) struct Comparison<'a> {
    pub(super) region: Region,
    pub(super) region_offset: u64,
    pub(super) faults: &'a mut Vec<Fault>,
}

impl Comparison<'_> {
    /// `field_offset` is the field's place in the record. `why` says where `expected` comes from.
    pub(super) fn field(
        &mut self,
        field_offset: usize,
        name: &'static str,
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
        let kind = match name {
            "time_start_ns" | "time_end_ns" => FaultKind::TimeMismatch,
            _ => FaultKind::CountMismatch,
        };
        self.faults.push(Fault::new(kind, self.region, offset, name, expected, found));
    }

    pub(super) fn checksum(&mut self, field_offset: usize, checksum: Checksum, found: u32) {
        if checksum.state == ChecksumState::Mismatch {
            let offset = self.region_offset + field_offset as u64;
            let (expected, found) =
                (format!("{:#010x}", checksum.actual), format!("{found:#010x}"));
            let kind = FaultKind::Checksum;
            self.faults.push(Fault::new(kind, self.region, offset, "checksum", expected, found));
        }
    }
}

pub(crate) fn missing_footer(offset: u64, footer_size: usize, found: String) -> Fault {
    let expected = format!("{} of footer", count(footer_size as u64, "byte"));
    let kind = FaultKind::MissingFooter;
    Fault::new(kind, Region::Footer, offset, FieldId::Length, expected, found)
}

/// What a file without a footer has after its events instead. `what` names an event or a record.
pub(super) fn found_after(tail: TrailingBytes, footer_size: usize, what: &str) -> String {
    match tail {
        TrailingBytes::None => "the end of the file".to_owned(),
        TrailingBytes::Event { len } => {
            format!("{} of {what} and the end of the file", count(len, "byte"))
        }
        TrailingBytes::Unwritten { len } => {
            format!(
                "{} of events that cannot have been written (zeros, or time 0) and the end of the file",
                count(len, "byte")
            )
        }
        TrailingBytes::Footer { len } if len <= footer_size as u64 => {
            format!("the first {} of it and the end of the file", count(len, "byte"))
        }
        TrailingBytes::Footer { len } => {
            format!("{} that begin with it and the end of the file", count(len, "byte"))
        }
    }
}

/// The fault of bytes that are not a footer's magic.
pub(super) fn magic_fault(bytes: &[u8], offset: u64, magic: [u8; 4]) -> Fault {
    let found = &bytes[offset as usize..][..magic.len()];
    let (expected, found) = (magic.escape_ascii(), found.escape_ascii());
    let (expected, found) = (format!("\"{expected}\""), format!("\"{found}\""));
    Fault::new(FaultKind::BadMagic, Region::Footer, offset, "magic", expected, found)
}

/// The fault of bytes after the footer.
pub(super) fn trailing(after: u64, len: u64) -> Fault {
    let (kind, expected) = (FaultKind::TrailingBytes, "no bytes after the footer");
    let found = count(len, "byte");
    Fault::new(kind, Region::EndOfFile, after, FieldId::Length, expected, found)
}
