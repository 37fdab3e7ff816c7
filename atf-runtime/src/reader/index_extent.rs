//! Where the events of an index.atf are: from its bytes to an [`IndexExtent`].
//!
//! In this order: a footer that fits the file is believed; else a final header that fits it; else
//! the length of the file, from which a torn footer is cut.

use std::mem::offset_of;

use zerocopy::{FromBytes, IntoBytes};

use super::footer::{FooterState, TornTail};
use super::header::check_header;
use crate::error::Fault;
use crate::format::{AtfIndexFooter, AtfIndexHeader, IndexEvent};

const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;
const HEADER_SIZE: u64 = size_of::<AtfIndexHeader>() as u64;
const FOOTER_SIZE: u64 = size_of::<AtfIndexFooter>() as u64;
const AFTER_CHECKSUM: usize = offset_of!(AtfIndexFooter, checksum) + size_of::<u32>();

/// The events section of an index.atf, and how its end was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexExtent {
    /// Byte at which the first event starts.
    pub events_offset: u64,
    /// Bytes from one event to the next; at least 32.
    pub stride: u64,
    /// Number of whole events.
    pub count: u32,
    /// What stands at their end.
    pub footer: FooterState,
}

impl IndexExtent {
    /// Finds the events of a file.
    ///
    /// # Errors
    ///
    /// The fault of a header that cannot be believed: too short, wrong magic, endian mark or
    /// version; or, where no footer tells better, `event_size` or `events_offset` out of range.
    pub fn of(bytes: &[u8]) -> Result<Self, Fault> {
        let header = check_header::<AtfIndexHeader>(bytes)?;
        let by_footer = || {
            let at_end = (bytes.len() as u64).checked_sub(FOOTER_SIZE);
            let candidates = [Some(header.footer_offset.get()), at_end];
            candidates.into_iter().flatten().find_map(|offset| by_footer(bytes, header, offset))
        };
        match by_footer().or_else(|| by_header(bytes, header)) {
            Some(extent) => Ok(extent),
            None => by_length(bytes, header),
        }
    }

    /// Byte after the last whole event.
    pub const fn events_end(&self) -> u64 {
        self.events_offset + self.stride * self.count as u64
    }

    /// The bytes of the events.
    pub(crate) fn events<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.events_offset as usize..self.events_end() as usize]
    }
}

/// The footer at `offset`, if it is one, whatever it says.
pub(crate) fn footer_at(bytes: &[u8], offset: u64) -> Option<&AtfIndexFooter> {
    let tail = bytes.get(usize::try_from(offset).ok()?..)?;
    let (footer, _) = AtfIndexFooter::ref_from_prefix(tail).ok()?;
    (footer.magic == AtfIndexFooter::INIT.magic).then_some(footer)
}

/// A footer fits when the section it describes ends where it starts, and starts where the header
/// says or, should the header be damaged, where every file of this version has it.
fn by_footer(bytes: &[u8], header: &AtfIndexHeader, offset: u64) -> Option<IndexExtent> {
    let footer = footer_at(bytes, offset)?;
    let count = u32::try_from(footer.event_count.get()).ok()?;
    let length = footer.bytes_written.get();
    let events_offset = offset.checked_sub(length)?;
    if ![header.events_offset.get(), HEADER_SIZE].contains(&events_offset)
        || events_offset < HEADER_SIZE
    {
        return None;
    }
    // A header that was never finalized points at the first event: with bytes behind it, it takes
    // more than a likeness to be the footer of none.
    let is_last = offset + FOOTER_SIZE == bytes.len() as u64;
    if count == 0 && !is_last && *footer != AtfIndexFooter::INIT {
        return None;
    }
    let stride = if count == 0 { EVENT_SIZE } else { length / u64::from(count) };
    let fits = stride.checked_mul(count.into()) == Some(length)
        && stride >= EVENT_SIZE
        && (count == 0 || [u64::from(header.event_size.get()), EVENT_SIZE].contains(&stride));
    fits.then_some(IndexExtent {
        events_offset,
        stride,
        count,
        footer: FooterState::Whole { offset },
    })
}

/// A final header without its footer: written after the footer, so that one was there.
fn by_header(bytes: &[u8], header: &AtfIndexHeader) -> Option<IndexExtent> {
    let count = header.event_count.get();
    let events_offset = header.events_offset.get();
    let length = EVENT_SIZE * u64::from(count);
    let fits = count > 0
        && u64::from(header.event_size.get()) == EVENT_SIZE
        && events_offset >= HEADER_SIZE
        && events_offset.checked_add(length) == Some(header.footer_offset.get())
        && header.footer_offset.get() <= bytes.len() as u64;
    let offset = header.footer_offset.get();
    fits.then(|| IndexExtent {
        events_offset,
        stride: EVENT_SIZE,
        count,
        footer: match bytes.len() as u64 - offset {
            0 => FooterState::Missing(TornTail::None),
            len if len < FOOTER_SIZE => FooterState::Missing(TornTail::Footer { len }),
            _ => FooterState::Damaged { offset },
        },
    })
}

/// No footer and no final header: all whole events up to the end of the file.
fn by_length(bytes: &[u8], header: &AtfIndexHeader) -> Result<IndexExtent, Fault> {
    // Without a footer nothing confirms another stride, and a wrong one would turn every event
    // into garbage that looks like events.
    if u64::from(header.event_size.get()) != EVENT_SIZE {
        let offset = offset_of!(AtfIndexHeader, event_size) as u64;
        return Err(Fault::new("header", offset, "event_size", EVENT_SIZE, header.event_size));
    }
    let events_offset = header.events_offset.get();
    let events = usize::try_from(events_offset).ok().and_then(|offset| bytes.get(offset..));
    let events = events.filter(|events| {
        events_offset == HEADER_SIZE
            || events_offset > HEADER_SIZE && first_event_is_of_thread(events, header)
    });
    let Some(events) = events else {
        let offset = offset_of!(AtfIndexHeader, events_offset) as u64;
        return Err(Fault::new("header", offset, "events_offset", HEADER_SIZE, events_offset));
    };
    let torn = torn_footer_len(events).unwrap_or(0);
    let whole = (events.len() as u64 - torn) / EVENT_SIZE;
    // 0xFFFFFFFF is not a sequence; events beyond it cannot be named.
    let count = u32::try_from(whole).unwrap_or(u32::MAX);
    let rest = events.len() as u64 - torn - EVENT_SIZE * u64::from(count);
    let tail = match (torn, rest) {
        (0, 0) => TornTail::None,
        (0, len) => TornTail::Event { len },
        (len, _) => TornTail::Footer { len },
    };
    Ok(IndexExtent { events_offset, stride: EVENT_SIZE, count, footer: FooterState::Missing(tail) })
}

/// A longer header is allowed, but only the events themselves can tell it from a flipped bit.
fn first_event_is_of_thread(events: &[u8], header: &AtfIndexHeader) -> bool {
    IndexEvent::ref_from_prefix(events).is_ok_and(|(event, _)| event.thread_id == header.thread_id)
}

/// Length of the trailing bytes that are a prefix of the footer that belongs to the events before
/// them; a whole footer of which a part was damaged counts too.
///
/// Events are whole multiples of 32 bytes, so that at most three lengths are possible; 32 bytes
/// and more would otherwise be taken for an event.
fn torn_footer_len(events: &[u8]) -> Option<u64> {
    let odd = events.len() % EVENT_SIZE as usize;
    [odd + 2 * EVENT_SIZE as usize, odd + EVENT_SIZE as usize, odd]
        .into_iter()
        .filter(|&len| len > 0 && len <= FOOTER_SIZE as usize)
        .find(|&len| {
            events.len().checked_sub(len).is_some_and(|at| belongs(&events[..at], &events[at..]))
        })
        .map(|len| len as u64)
}

fn belongs(events: &[u8], tail: &[u8]) -> bool {
    let magic = AtfIndexFooter::INIT.magic;
    if !magic.starts_with(&tail[..tail.len().min(magic.len())]) {
        return false;
    }
    if tail.len() as u64 == FOOTER_SIZE {
        // Had all of it been right, the file would have been finalized.
        return AtfIndexFooter::ref_from_bytes(tail).is_ok_and(|footer| {
            footer.bytes_written.get() == events.len() as u64
                || footer.event_count.get() == events.len() as u64 / EVENT_SIZE
        });
    }
    let timestamp = |event: Option<&IndexEvent>| event.map_or(0, |event| event.timestamp_ns.get());
    let first = IndexEvent::ref_from_prefix(events).ok().map(|(event, _)| event);
    let last = IndexEvent::ref_from_suffix(events).ok().map(|(_, event)| event);
    let mut footer = AtfIndexFooter {
        event_count: (events.len() as u64 / EVENT_SIZE).into(),
        time_start_ns: timestamp(first).into(),
        time_end_ns: timestamp(last).into(),
        bytes_written: (events.len() as u64).into(),
        ..AtfIndexFooter::INIT
    };
    // The checksum costs a pass over the events: only when all else already agrees.
    let after_checksum = AFTER_CHECKSUM.min(tail.len());
    if footer.as_bytes()[after_checksum..tail.len()] != tail[after_checksum..] {
        return false;
    }
    // The original tracer wrote 0.
    if footer.as_bytes().starts_with(tail) {
        return true;
    }
    footer.checksum = crc32fast::hash(events).into();
    footer.as_bytes().starts_with(tail)
}
