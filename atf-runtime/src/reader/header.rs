//! The check that both headers share: their constants must be right before any other field is used.

use crate::error::{Fault, FaultKind, FieldId, Region, count};
use crate::format::{Field, READS, Record};

/// The start of `bytes` as a header whose magic, endian mark and version are right. What later
/// fields of it hold is known only once it is known where the file's own header ends.
///
/// Every constant that was there from the beginning is compared, but for the version, which may
/// be any that the schema says is read.
pub(super) fn check_header<H: Record>(bytes: &[u8]) -> Result<H, Fault> {
    let Some(header) = H::read_start(bytes) else {
        let expected = format!("at least {}", count(H::CORE_SIZE as u64, "byte"));
        let (kind, found) = (FaultKind::Truncated, count(bytes.len() as u64, "byte"));
        return Err(Fault::new(kind, Region::Header, 0, FieldId::Length, expected, found));
    };
    for field in H::FIELDS.iter().filter(|field| field.since == 0) {
        let (Some(constant), Some(found)) = (field.constant, field.bytes(bytes)) else { continue };
        if found != constant && !(field.name == "version" && is_read(found)) {
            return Err(constant_fault(Region::Header, 0, field, constant, found));
        }
    }
    Ok(header)
}

fn is_read(version: &[u8]) -> bool {
    matches!(version, [version] if READS.contains(version))
}

/// The fault of a field that must hold `expected`; text where all of it is printable, else a
/// number or hexadecimal bytes.
pub(crate) fn constant_fault(
    region: Region,
    region_offset: u64,
    field: &Field,
    expected: &[u8],
    found: &[u8],
) -> Fault {
    let offset = region_offset + field.offset as u64;
    let kind = match field.name {
        "magic" => FaultKind::BadMagic,
        "endian" => FaultKind::BadByteOrder,
        "version" if found.iter().all(|&byte| byte == 0) => FaultKind::Zeroed,
        "version" => FaultKind::UnsupportedVersion,
        _ => FaultKind::OutOfRange,
    };
    Fault::new(kind, region, offset, field.name, show_bytes(expected), show_bytes(found))
}

fn show_bytes(bytes: &[u8]) -> String {
    if let [byte] = bytes {
        return byte.to_string();
    }
    format!("\"{}\"", bytes.escape_ascii())
}
