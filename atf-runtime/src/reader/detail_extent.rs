//! Where the records of a detail.atf are: from its bytes to a [`DetailExtent`].
//!
//! The footer is always the last 64 bytes of a finalized file. Without a footer only a pass over the
//! records finds where they end.

use std::mem::offset_of;

use super::detail_event::DetailEvent;
use super::footer::{FooterState, TrailingBytes};
use super::header::check_header;
use super::own_footer::{self, Section};
use super::revision::{bounded, sizes_of};
use crate::error::{Fault, FaultKind, Region};
use crate::format::{AtfDetailFooter, AtfDetailHeader, Record};

const HEADER_SIZE: u64 = size_of::<AtfDetailHeader>() as u64;

/// What a file of an earlier revision has at least.
const CORE_HEADER_SIZE: u64 = AtfDetailHeader::CORE_SIZE as u64;
const CORE_FOOTER_SIZE: u64 = AtfDetailFooter::CORE_SIZE as u64;

/// The events section of a detail.atf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DetailExtent {
    /// Byte at which the first record starts.
    pub events_offset: u64,
    /// Byte at which the section ends. Without a footer or final header that is the end of the file, and
    /// the section may end in a part of a record or of a footer.
    pub section_end: u64,
    /// Number of records according to the footer, or else the final header; `None` if the file was
    /// never finalized.
    pub promised: Option<u64>,
    /// What is at the end.
    pub footer: FooterState,
}

impl DetailExtent {
    /// Finds the records of a file.
    ///
    /// # Errors
    ///
    /// The fault of a damaged header.
    pub fn of(bytes: &[u8]) -> Result<Self, Fault> {
        let header = &header_of(bytes)?;
        let declared = header.events_offset.get();
        let final_header = (header.event_count.get(), header.bytes_length.get());
        let by_footer = by_footer(bytes, declared, Some(final_header));
        match by_footer.or_else(|| by_header(bytes, header)) {
            Some(extent) => Ok(extent),
            None if first_record_is_of_thread(bytes, header) => by_length(bytes, declared),
            None => Err(offset_fault(declared)),
        }
    }

    /// Finds the records of a file whose header is damaged, where every file of this
    /// version has them. Only their links can tell whether they are records.
    pub(crate) fn without_header(bytes: &[u8]) -> Self {
        let nothing = Self {
            events_offset: bytes.len() as u64,
            section_end: bytes.len() as u64,
            promised: None,
            footer: FooterState::Missing(TrailingBytes::None),
        };
        by_footer(bytes, HEADER_SIZE, None)
            .or_else(|| by_length(bytes, HEADER_SIZE).ok())
            .unwrap_or(nothing)
    }

    /// The record at `offset`, which is the `number`th; `None` where the records end.
    ///
    /// In a file that was not finalized they also end at the complete footer that belongs to the records
    /// before it. Repair in place writes it before it cuts off what follows, and in a file of more than
    /// 1 GiB the magic could pass for a length.
    pub(super) fn record_at<'a>(
        &self,
        bytes: &'a [u8],
        offset: u64,
        number: u64,
    ) -> Option<Result<DetailEvent<'a>, Fault>> {
        // 0xFFFFFFFF is no sequence: records beyond it cannot be named.
        let is_over = offset >= self.section_end
            || number >= u64::from(u32::MAX)
            || self.promised.is_none() && self.has_own_footer(bytes, offset, number);
        (!is_over).then(|| DetailEvent::at(bytes, offset, self.section_end, number))
    }

    /// Whether the section has exactly `count` records and nothing else. Passes over all of them.
    fn holds_exactly(&self, bytes: &[u8], count: u64) -> bool {
        let (mut offset, mut number) = (self.events_offset, 0);
        while let Some(record) = self.record_at(bytes, offset, number) {
            let Ok(record) = record else { return false };
            offset = record.end();
            number += 1;
        }
        number == count && offset == self.section_end
    }

    /// What follows the last complete record: the `count` records of the section end at byte `end`, and
    /// `times_ns` are those of the first and the last.
    pub(super) fn trailing(
        &self,
        bytes: &[u8],
        end: u64,
        count: u64,
        times_ns: (u64, u64),
    ) -> TrailingBytes {
        let FooterState::Missing(by_header) = self.footer else {
            // The rest of the section before its footer.
            return TrailingBytes::of_event(self.section_end - end);
        };
        let rest = slice(bytes, end, bytes.len() as u64);
        let len = rest.len() as u64;
        let section = Section { bytes: slice(bytes, self.events_offset, end), count, times_ns };
        if self.has_own_footer(bytes, end, count)
            || own_footer::is_beginning::<AtfDetailFooter>(rest, &section)
        {
            TrailingBytes::Footer { len }
        } else if end == self.section_end {
            by_header
        } else {
            TrailingBytes::of_event(len)
        }
    }

    fn has_own_footer(&self, bytes: &[u8], offset: u64, number: u64) -> bool {
        let length = offset - self.events_offset;
        let rest = slice(bytes, offset, bytes.len() as u64);
        own_footer::is_complete::<AtfDetailFooter>(rest, number, length)
    }
}

/// The bytes from `start` to `end`; none where the file does not have them.
fn slice(bytes: &[u8], start: u64, end: u64) -> &[u8] {
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    range.and_then(|(start, end)| bytes.get(start..end)).unwrap_or_default()
}

/// The header of a file, with what its revision has of it.
///
/// # Errors
///
/// The fault of a damaged header.
pub(super) fn header_of(bytes: &[u8]) -> Result<AtfDetailHeader, Fault> {
    let header = check_header::<AtfDetailHeader>(bytes)?;
    Ok(bounded(header, bytes, header.events_offset.get()))
}

/// The footer at `offset`, if it is one, whatever it says; bounded by the end of the file.
pub(crate) fn footer_at(bytes: &[u8], offset: u64) -> Option<AtfDetailFooter> {
    let tail = bytes.get(usize::try_from(offset).ok()?..)?;
    let footer = AtfDetailFooter::read_start(tail)?;
    (footer.magic == AtfDetailFooter::INIT.magic).then_some(footer)
}

/// A footer fits when the section it describes starts where it must, and either the header's count
/// and length bear it out or the records do: the last bytes of a payload may look like one.
fn by_footer(
    bytes: &[u8],
    declared_offset: u64,
    final_header: Option<(u64, u64)>,
) -> Option<DetailExtent> {
    let len = bytes.len() as u64;
    sizes_of::<AtfDetailFooter>()
        .filter_map(|size| len.checked_sub(size))
        .find_map(|offset| by_footer_at(bytes, offset, declared_offset, final_header))
}

fn by_footer_at(
    bytes: &[u8],
    offset: u64,
    declared_offset: u64,
    final_header: Option<(u64, u64)>,
) -> Option<DetailExtent> {
    let footer = footer_at(bytes, offset)?;
    let (count, length) = (footer.event_count.get(), footer.bytes_length.get());
    let events_offset = offset.checked_sub(length)?;
    let extent = DetailExtent {
        events_offset,
        section_end: offset,
        promised: Some(count),
        footer: FooterState::Complete { offset },
    };
    let starts = [declared_offset, HEADER_SIZE, CORE_HEADER_SIZE];
    let starts_right = events_offset >= CORE_HEADER_SIZE && starts.contains(&events_offset);
    // One of the two suffices: a flipped bit in the header must not cost the pass over the records.
    let is_borne_out = final_header
        .is_some_and(|(of_header, bytes)| length > 0 && (of_header == count || bytes == length));
    (starts_right && (is_borne_out || extent.holds_exactly(bytes, count))).then_some(extent)
}

fn by_header(bytes: &[u8], header: &AtfDetailHeader) -> Option<DetailExtent> {
    let events_offset = header.events_offset.get();
    let end = events_offset.checked_add(header.bytes_length.get())?;
    let len = bytes.len() as u64;
    let fits = events_offset >= CORE_HEADER_SIZE && header.bytes_length.get() > 0 && end <= len;
    fits.then(|| DetailExtent {
        events_offset,
        section_end: end,
        promised: Some(header.event_count.get()),
        footer: match len - end {
            0 => FooterState::Missing(TrailingBytes::None),
            rest if rest < CORE_FOOTER_SIZE => {
                FooterState::Missing(TrailingBytes::Footer { len: rest })
            }
            // Bytes after a footer are damage, but the footer is not.
            _ if footer_at(bytes, end).is_some_and(|footer| {
                footer.bytes_length == header.bytes_length
                    && footer.event_count == header.event_count
            }) =>
            {
                FooterState::Complete { offset: end }
            }
            _ => FooterState::Damaged { offset: end },
        },
    })
}

/// A longer header is allowed, but without a footer only the records themselves can tell it from a
/// flipped bit, which would turn all of them into garbage.
fn first_record_is_of_thread(bytes: &[u8], header: &AtfDetailHeader) -> bool {
    let events_offset = header.events_offset.get();
    [HEADER_SIZE, CORE_HEADER_SIZE].contains(&events_offset)
        || DetailEvent::at(bytes, events_offset, bytes.len() as u64, 0)
            .is_ok_and(|first| first.header.thread_id == header.thread_id)
}

fn offset_fault(found: u64) -> Fault {
    let offset = offset_of!(AtfDetailHeader, events_offset) as u64;
    let kind = if found == 0 { FaultKind::Zeroed } else { FaultKind::OutOfRange };
    Fault::new(kind, Region::Header, offset, "events_offset", HEADER_SIZE, found)
}

fn by_length(bytes: &[u8], events_offset: u64) -> Result<DetailExtent, Fault> {
    if events_offset < CORE_HEADER_SIZE || events_offset > bytes.len() as u64 {
        return Err(offset_fault(events_offset));
    }
    Ok(DetailExtent {
        events_offset,
        section_end: bytes.len() as u64,
        promised: None,
        footer: FooterState::Missing(TrailingBytes::None),
    })
}
