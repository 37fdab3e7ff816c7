//! The other fields of headers and footers: reserved bytes, the platform, the thread. From a record to
//! faults. Called by the checks of a thread, and by recovery.

use crate::error::{Fault, FaultKind, Region};
use crate::format::{AtfDetailHeader, AtfIndexHeader, FieldKind, Record, Value};
use crate::platform::clock_of;

/// Reserved bytes and unknown flag bits of a record, which must be zero.
pub(crate) fn reserved_faults<R: Record>(
    region: Region,
    region_offset: u64,
    record: &R,
) -> Vec<Fault> {
    const DAMAGED: &str = "0 (reserved: damaged, or from a newer revision)";
    const KIND: FaultKind = FaultKind::ReservedNotZero;
    let bytes = record.as_bytes();
    let mut faults = Vec::new();
    // An older file may still have a value in a field that was removed since.
    for field in R::FIELDS.iter().filter(|field| field.removed.is_none()) {
        let value = &bytes[field.offset..field.offset + field.size];
        let offset = region_offset + field.offset as u64;
        if field.reserved && value.iter().any(|&byte| byte != 0) {
            let found = hex(value);
            faults.push(Fault::new(KIND, region, offset, field.name, DAMAGED, found));
        }
        if let (FieldKind::Flags { bits, removed }, Some(Value::Unsigned(found))) =
            (&field.kind, field.value(bytes))
        {
            let unknown = bits.iter().fold(found & !removed, |rest, flag| rest & !flag.value);
            if unknown != 0 {
                let found = format!("bits {unknown:#x}");
                faults.push(Fault::new(KIND, region, offset, field.name, DAMAGED, found));
            }
        }
    }
    faults
}

/// The bits of a record that [`reserved_faults`] wants to be zero, by byte. To look at them takes a few
/// instructions, where records are many.
#[derive(Debug)]
pub(super) struct ReservedBits(Vec<(usize, u8)>);

impl ReservedBits {
    pub(super) fn of<R: Record>() -> Self {
        let mut bits = Vec::new();
        for field in R::FIELDS.iter().filter(|field| field.removed.is_none()) {
            let unknown = match &field.kind {
                FieldKind::Flags { bits, removed } => {
                    !bits.iter().fold(*removed, |known, flag| known | flag.value)
                }
                _ => 0,
            };
            // Reserved bytes may be more than a number has.
            let of_byte = |at: usize| match unknown.to_le_bytes().get(at) {
                _ if field.reserved => u8::MAX,
                unknown => unknown.copied().unwrap_or(0),
            };
            let bytes = (0..field.size).map(|at| (field.offset + at, of_byte(at)));
            bits.extend(bytes.filter(|&(_, mask)| mask != 0));
        }
        Self(bits)
    }

    /// Whether all of them are zero in the bytes of a record.
    #[inline]
    pub(super) fn are_zero(&self, record: &[u8]) -> bool {
        self.0.iter().all(|&(at, mask)| record.get(at).is_none_or(|byte| byte & mask == 0))
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ")
}

/// Values of the index header that no reader knows.
pub(super) fn index_platform_faults(header: &AtfIndexHeader) -> Vec<Fault> {
    unknown_values(header)
}

/// A known clock that is not the operating system's.
pub(super) fn clock_fault(header: &AtfIndexHeader) -> Option<Fault> {
    let clock = clock_of(header.os).filter(|&clock| clock != header.clock_type)?;
    if !header.clock_type.is_known() {
        return None;
    }
    let offset = std::mem::offset_of!(AtfIndexHeader, clock_type) as u64;
    let expected = format!("{clock} (the clock of {})", header.os);
    let (kind, found) = (FaultKind::Mismatch, header.clock_type);
    Some(Fault::new(kind, Region::Header, offset, "clock_type", expected, found))
}

/// Values of the detail header that no reader knows, or that are not the index header's.
pub(super) fn detail_platform_faults(
    detail: &AtfDetailHeader,
    index: Option<&AtfIndexHeader>,
) -> Vec<Fault> {
    let mut faults = unknown_values(detail);
    let Some(index) = index else { return faults };
    let pairs = [
        ("arch", index.arch.to_string(), detail.arch.to_string()),
        ("os", index.os.to_string(), detail.os.to_string()),
        ("thread_id", index.thread_id.to_string(), detail.thread_id.to_string()),
    ];
    for (name, expected, found) in pairs {
        if expected != found {
            let offset = offset_of_field::<AtfDetailHeader>(name);
            let expected = format!("{expected} (as in index.atf)");
            let kind = FaultKind::Mismatch;
            faults.push(Fault::new(kind, Region::Header, offset, name, expected, found));
        }
    }
    faults
}

/// A header decides how the rest is read, so an unknown value is a problem there. A value that was
/// removed from the schema is not: the writer of the file knew it.
fn unknown_values<H: Record>(header: &H) -> Vec<Fault> {
    let mut faults = Vec::new();
    for field in H::FIELDS.iter().filter(|field| field.is_live()) {
        if let (FieldKind::Enum { values, removed }, Some(Value::Unsigned(found))) =
            (&field.kind, field.value(header.as_bytes()))
            && removed.iter().all(|removed| removed.value != found)
        {
            let names: Vec<String> =
                values.iter().map(|known| format!("{} ({})", known.value, known.name)).collect();
            let expected = names.join(", ");
            let (kind, offset) = (FaultKind::UnknownValue, field.offset as u64);
            faults.push(Fault::new(kind, Region::Header, offset, field.name, expected, found));
        }
    }
    faults
}

fn offset_of_field<R: Record>(name: &str) -> u64 {
    R::FIELDS.iter().find(|field| field.name == name).map_or(0, |field| field.offset as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{AtfIndexFooter, DetailEventHeader, DetailFunctionPayload, IndexEvent};

    fn every_bit_is_judged_alike<R: Record>() {
        let bits = ReservedBits::of::<R>();
        for bit in 0..R::SIZE * 8 {
            let mut record = R::new_zeroed();
            record.as_mut_bytes()[bit / 8] = 1 << (bit % 8);
            let faults = reserved_faults(Region::Header, 0, &record);
            assert_eq!(bits.are_zero(record.as_bytes()), faults.is_empty(), "{}: {bit}", R::NAME);
        }
    }

    #[test]
    fn reserved_bits_are_those_that_make_faults() {
        every_bit_is_judged_alike::<AtfIndexHeader>();
        every_bit_is_judged_alike::<AtfIndexFooter>();
        every_bit_is_judged_alike::<AtfDetailHeader>();
        every_bit_is_judged_alike::<DetailEventHeader>();
        every_bit_is_judged_alike::<DetailFunctionPayload>();
        every_bit_is_judged_alike::<IndexEvent>();
    }
}
