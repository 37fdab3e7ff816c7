//! Where the records of a detail.atf are: from its bytes to a [`DetailExtent`].
//!
//! The footer is always the last 64 bytes of a finalized file. Without one the records go on as far
//! as their lengths lead, which only a scan can tell.

use std::mem::offset_of;

use zerocopy::FromBytes;

use super::detail_event::DetailEvent;
use super::footer::{FooterState, TornTail};
use super::header::check_header;
use crate::error::Fault;
use crate::format::{AtfDetailFooter, AtfDetailHeader};

const HEADER_SIZE: u64 = size_of::<AtfDetailHeader>() as u64;
const FOOTER_SIZE: u64 = size_of::<AtfDetailFooter>() as u64;

/// The events section of a detail.atf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetailExtent {
    /// Byte at which the first record starts.
    pub events_offset: u64,
    /// Byte at which the section ends; without a footer the end of the file, and a torn record may
    /// lie before it.
    pub section_end: u64,
    /// Number of records that the footer, or else the final header, promises; `None` if the file
    /// was never finalized.
    pub promised: Option<u64>,
    /// What stands at the end.
    pub footer: FooterState,
}

impl DetailExtent {
    /// Finds the records of a file.
    ///
    /// # Errors
    ///
    /// The fault of a header that cannot be believed.
    pub fn of(bytes: &[u8]) -> Result<Self, Fault> {
        let header = check_header::<AtfDetailHeader>(bytes)?;
        let declared = header.events_offset.get();
        match by_footer(bytes, declared).or_else(|| by_header(bytes, header)) {
            Some(extent) => Ok(extent),
            None if first_record_is_of_thread(bytes, header) => by_length(bytes, declared),
            None => Err(offset_fault(declared)),
        }
    }

    /// Finds the records of a file whose header cannot be believed, where every file of this
    /// version has them. Only their links can tell whether they are records.
    pub(crate) fn without_header(bytes: &[u8]) -> Self {
        let nothing = Self {
            events_offset: bytes.len() as u64,
            section_end: bytes.len() as u64,
            promised: None,
            footer: FooterState::Missing(TornTail::None),
        };
        by_footer(bytes, HEADER_SIZE)
            .or_else(|| by_length(bytes, HEADER_SIZE).ok())
            .unwrap_or(nothing)
    }
}

impl DetailExtent {
    /// The record at `offset`, which is the `number`th; `None` where the records end.
    ///
    /// In a file that was not finalized they also end at the footer that belongs to the records
    /// before it: repairing such a file in place writes one before it cuts what is behind, and in a
    /// large file its magic would do for a length.
    pub(super) fn record_at<'a>(
        &self,
        bytes: &'a [u8],
        offset: u64,
        number: u64,
    ) -> Option<Result<DetailEvent<'a>, Fault>> {
        // 0xFFFFFFFF is no sequence: records beyond it cannot be named.
        let is_over = offset >= self.section_end
            || number >= u64::from(u32::MAX)
            || self.promised.is_none() && self.is_own_footer(bytes, offset, number);
        (!is_over).then(|| DetailEvent::at(bytes, offset, self.section_end, number))
    }

    fn is_own_footer(&self, bytes: &[u8], offset: u64, number: u64) -> bool {
        let tail = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..));
        let footer = tail.and_then(|tail| AtfDetailFooter::ref_from_prefix(tail).ok());
        footer.is_some_and(|(footer, _)| {
            footer.magic == AtfDetailFooter::INIT.magic
                && footer.event_count.get() == number
                && footer.bytes_length.get() == offset - self.events_offset
        })
    }
}

/// The last 64 bytes of the file as a footer, if they are one, whatever it says.
pub(crate) fn footer_at_end(bytes: &[u8]) -> Option<(u64, &AtfDetailFooter)> {
    let (before, footer) = AtfDetailFooter::ref_from_suffix(bytes).ok()?;
    (footer.magic == AtfDetailFooter::INIT.magic).then_some((before.len() as u64, footer))
}

fn by_footer(bytes: &[u8], declared_offset: u64) -> Option<DetailExtent> {
    let (offset, footer) = footer_at_end(bytes)?;
    let events_offset = offset.checked_sub(footer.bytes_length.get())?;
    let fits =
        events_offset >= HEADER_SIZE && [declared_offset, HEADER_SIZE].contains(&events_offset);
    fits.then(|| DetailExtent {
        events_offset,
        section_end: offset,
        promised: Some(footer.event_count.get()),
        footer: FooterState::Whole { offset },
    })
}

fn by_header(bytes: &[u8], header: &AtfDetailHeader) -> Option<DetailExtent> {
    let events_offset = header.events_offset.get();
    let end = events_offset.checked_add(header.bytes_length.get())?;
    let len = bytes.len() as u64;
    let fits = events_offset >= HEADER_SIZE && header.bytes_length.get() > 0 && end <= len;
    fits.then(|| DetailExtent {
        events_offset,
        section_end: end,
        promised: Some(header.event_count.get()),
        footer: match len - end {
            0 => FooterState::Missing(TornTail::None),
            rest if rest < FOOTER_SIZE => FooterState::Missing(TornTail::Footer { len: rest }),
            _ => FooterState::Damaged { offset: end },
        },
    })
}

/// A longer header is allowed, but without a footer only the records themselves can tell it from a
/// flipped bit, which would turn all of them into garbage.
fn first_record_is_of_thread(bytes: &[u8], header: &AtfDetailHeader) -> bool {
    let events_offset = header.events_offset.get();
    events_offset == HEADER_SIZE
        || DetailEvent::at(bytes, events_offset, bytes.len() as u64, 0)
            .is_ok_and(|first| first.header.thread_id == header.thread_id)
}

fn offset_fault(found: u64) -> Fault {
    let offset = offset_of!(AtfDetailHeader, events_offset) as u64;
    Fault::new("header", offset, "events_offset", HEADER_SIZE, found)
}

fn by_length(bytes: &[u8], events_offset: u64) -> Result<DetailExtent, Fault> {
    if events_offset < HEADER_SIZE || events_offset > bytes.len() as u64 {
        return Err(offset_fault(events_offset));
    }
    Ok(DetailExtent {
        events_offset,
        section_end: bytes.len() as u64,
        promised: None,
        footer: FooterState::Missing(TornTail::None),
    })
}
