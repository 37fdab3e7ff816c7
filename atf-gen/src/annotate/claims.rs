//! Compares what the header and the footer state about the events with the events.

use std::io::{self, Read, Seek};

use super::frame::{Claim, Frame, Remark};
use super::input::Input;
use super::number::{self, bytes_of};
use super::presence::holds_value;
use super::{Options, value};
use crate::model::{
    Algorithm, Covered, Extent, Field, FieldRef, Format, RoleKind, Section, Statement,
};

/// Compares every statement and adds those that are wrong to the frame's claims.
pub(super) fn check<R: Read + Seek>(
    format: &Format,
    frame: &mut Frame<'_>,
    input: &mut Input<R>,
    options: &Options,
) -> io::Result<()> {
    let file = frame.file;
    for statement in &format.statements(file) {
        let placed = frame.placed(statement.section).filter(|placed| !placed.is_cut);
        let Some(placed) = placed else { continue };
        let Some(bytes) = bytes_of(statement.field, &placed.bytes).map(<[u8]>::to_vec) else {
            continue;
        };
        if !holds_value(format, statement.field, placed.held(), frame.header()) {
            continue;
        }
        let is_initial = value::is_initial(statement.field, Some(&placed.bytes));
        let late = !matches!(
            statement.kind,
            RoleKind::Version | RoleKind::Stride(_) | RoleKind::Offset(Section::Events)
        );
        let remark = if late && frame.is_unfinished() && is_initial {
            Some(Remark::Note("not set: the file is not finalized".to_owned()))
        } else {
            remark(format, frame, statement, &bytes, input, options)?
        };
        if let Some(remark) = remark {
            frame.claims.push(Claim { section: statement.section, field: statement.at, remark });
        }
    }
    Ok(())
}

fn remark<R: Read + Seek>(
    format: &Format,
    frame: &Frame,
    statement: &Statement,
    bytes: &[u8],
    input: &mut Input<R>,
    options: &Options,
) -> io::Result<Option<Remark>> {
    let found = number::raw(bytes);
    let number = |expected: u64, why: &str| {
        (expected != found).then(|| Remark::Wrong {
            expected: format!("{expected}{why}"),
            found: found.to_string(),
        })
    };
    let size = |section: Section| frame.file.record(section).map(|id| format.records[id].size);
    let Some(events) = &frame.events else { return Ok(None) };
    let walk = &events.walk;
    let same = |at: FieldRef, event: Option<&Vec<u8>>| {
        let event = event.filter(|_| at.record == events.record)?;
        differs(format, statement.field, bytes, &format.records[at.record].fields[at.field], event)
    };
    let extreme = |at: FieldRef, high: bool| {
        let known = walk.extremes.iter().find(|it| at.record == events.record && it.0 == at.field);
        let expected = known.map(|(_, low, top)| if high { *top } else { *low })?;
        let int = number::int_of(format, &statement.field.ty)?;
        let found = number::signed(int, bytes);
        (expected != found)
            .then(|| Remark::Wrong { expected: expected.to_string(), found: found.to_string() })
    };
    Ok(match statement.kind {
        RoleKind::Count(Section::Events) => {
            walk.count.and_then(|count| number(count, ", the number in the file"))
        }
        RoleKind::Offset(Section::Header) => number(0, ""),
        RoleKind::Length(Extent::Section(Section::Events)) => {
            number(events.end - events.start, ", the number of bytes in the file")
        }
        RoleKind::Length(Extent::Section(section)) => {
            size(section).filter(|size| found < *size).and_then(|size| number(size, " or more"))
        }
        RoleKind::Checksum(Covered::Section(Section::Events), Algorithm::Crc32)
            if options.checksum =>
        {
            let expected = crc32(input, events.start, events.end)?;
            if u64::from(expected) == found {
                Some(Remark::Note("checked".to_owned()))
            } else {
                let zero = if found == 0 { ": probably never computed" } else { "" };
                Some(Remark::Wrong {
                    expected: format!(
                        "0x{expected:08X}, the crc32 of bytes {}..{}",
                        events.start, events.end
                    ),
                    found: format!("0x{found:08X}{zero}"),
                })
            }
        }
        // What a record says of itself is compared where the record is shown.
        RoleKind::Checksum(Covered::Record | Covered::Preceding, _) => None,
        RoleKind::Checksum(..) => Some(Remark::Note("not checked".to_owned())),
        RoleKind::First(at) => same(at, walk.first.as_ref()),
        RoleKind::Last(at) => same(at, walk.last.as_ref().filter(|_| walk.count.is_some())),
        RoleKind::Min(at) => extreme(at, false),
        RoleKind::Max(at) => extreme(at, true),
        // These were used to find the parts; the others state nothing about the events.
        RoleKind::Count(_)
        | RoleKind::Offset(_)
        | RoleKind::Stride(_)
        | RoleKind::Length(Extent::Record | Extent::Payload)
        | RoleKind::Link(_)
        | RoleKind::Same(..)
        | RoleKind::Version => None,
    })
}

/// What is wrong when `field` does not hold what `source` holds in `event`.
fn differs(
    format: &Format,
    field: &Field,
    bytes: &[u8],
    source: &Field,
    event: &[u8],
) -> Option<Remark> {
    let original = bytes_of(source, event)?;
    let is_same = match (number::int_of(format, &field.ty), number::int_of(format, &source.ty)) {
        (Some(own), Some(other)) => number::signed(own, bytes) == number::signed(other, original),
        _ => bytes == original,
    };
    (!is_same).then(|| Remark::Wrong {
        expected: value::text(format, &source.ty, original),
        found: value::text(format, &field.ty, bytes),
    })
}

fn crc32<R: Read + Seek>(input: &mut Input<R>, start: u64, end: u64) -> io::Result<u32> {
    let mut hasher = crc32fast::Hasher::new();
    let mut at = start;
    while at < end {
        let bytes = input.at(at, (end - at).min(64 << 10))?;
        hasher.update(bytes);
        at += bytes.len() as u64;
    }
    Ok(hasher.finalize())
}
