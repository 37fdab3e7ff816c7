//! Where the events of an index.atf are: from its bytes to an [`IndexExtent`].
//!
//! The end is taken from the footer if it is consistent with the file, else from the final header if
//! that is, else from the length of the file, without a part of a footer at its end.

use std::mem::offset_of;

use super::footer::{FooterState, TrailingBytes};
use super::header::check_header;
use super::own_footer::{self, Footer, Section};
use super::revision::{bounded, is_size_of, sizes_of};
use super::unwritten::unwritten_at_end;
use crate::error::{Fault, FaultKind, Region};
use crate::format::{AtfIndexFooter, AtfIndexHeader, IndexEvent, Record};

const EVENT_SIZE: u64 = size_of::<IndexEvent>() as u64;
const HEADER_SIZE: u64 = size_of::<AtfIndexHeader>() as u64;
/// What a file of an earlier revision has at least.
const CORE_HEADER_SIZE: u64 = AtfIndexHeader::CORE_SIZE as u64;
const CORE_FOOTER_SIZE: u64 = AtfIndexFooter::CORE_SIZE as u64;
/// The events section of an index.atf, and how its end was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct IndexExtent {
    /// Byte at which the first event starts.
    pub events_offset: u64,
    /// Bytes from one event to the next: 32, more in a file of a later revision, less (where this
    /// one's events are longer) in one of an earlier.
    pub stride: u64,
    /// Number of complete events.
    pub count: u32,
    /// What is at their end.
    pub footer: FooterState,
}

impl IndexExtent {
    /// Finds the events of a file.
    ///
    /// # Errors
    ///
    /// The fault of a damaged header: too short, wrong magic, endian mark or
    /// version; or, where no footer tells better, `event_size` or `events_offset` out of range.
    pub fn of(bytes: &[u8]) -> Result<Self, Fault> {
        Self::of_sparse(bytes, bytes.len() as u64)
    }

    /// As [`of`](Self::of), for a file whose bytes from `data_end` on are a hole: zeros that need not be read.
    pub(super) fn of_sparse(bytes: &[u8], data_end: u64) -> Result<Self, Fault> {
        let header = &header_of(bytes)?;
        let by_footer = || {
            let len = bytes.len() as u64;
            let at_end = sizes_of::<AtfIndexFooter>().filter_map(|size| len.checked_sub(size));
            let mut candidates = std::iter::once(header.footer_offset.get()).chain(at_end);
            candidates.find_map(|offset| by_footer(bytes, header, offset))
        };
        match by_footer().or_else(|| by_header(bytes, header)) {
            Some(extent) => Ok(extent),
            None => by_length(bytes, header, data_end),
        }
    }

    /// Byte after the last complete event.
    #[must_use]
    pub const fn events_end(&self) -> u64 {
        self.events_offset + self.stride * self.count as u64
    }

    /// The bytes of the events.
    pub(crate) fn events<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.events_offset as usize..self.events_end() as usize]
    }
}

/// The header of a file, with what its revision has of it.
///
/// # Errors
///
/// As for [`IndexExtent::of`], but for the values out of range.
pub(super) fn header_of(bytes: &[u8]) -> Result<AtfIndexHeader, Fault> {
    let header = check_header::<AtfIndexHeader>(bytes)?;
    Ok(bounded(header, bytes, header.events_offset.get()))
}

/// The footer at `offset`, if it is one, whatever it says; bounded by the end of the file.
pub(crate) fn footer_at(bytes: &[u8], offset: u64) -> Option<AtfIndexFooter> {
    let tail = bytes.get(usize::try_from(offset).ok()?..)?;
    let footer = AtfIndexFooter::read_start(tail)?;
    (footer.magic == AtfIndexFooter::INIT.magic).then_some(footer)
}

/// A footer fits when the section it describes ends where it starts, and starts where the header
/// says or, should the header be damaged, where every file of this version has it.
fn by_footer(bytes: &[u8], header: &AtfIndexHeader, offset: u64) -> Option<IndexExtent> {
    let footer = footer_at(bytes, offset)?;
    let count = u32::try_from(footer.event_count.get()).ok()?;
    let length = footer.bytes_written.get();
    let events_offset = offset.checked_sub(length)?;
    let starts = [header.events_offset.get(), HEADER_SIZE, CORE_HEADER_SIZE];
    if !starts.contains(&events_offset) || events_offset < CORE_HEADER_SIZE {
        return None;
    }
    // A placeholder header points at the first event. If more bytes follow there, they are the footer of
    // an empty file only if all of it is right.
    let is_last = is_size_of::<AtfIndexFooter>(bytes.len() as u64 - offset);
    if count == 0 && !is_last && footer != AtfIndexFooter::INIT {
        return None;
    }
    let declared = u64::from(header.event_size.get());
    let stride = match count {
        0 if is_size_of::<IndexEvent>(declared) => declared,
        0 => EVENT_SIZE,
        _ => length / u64::from(count),
    };
    let is_known = is_size_of::<IndexEvent>(stride);
    let fits = stride.checked_mul(count.into()) == Some(length)
        && (is_known || stride > EVENT_SIZE && stride == declared);
    fits.then_some(IndexExtent {
        events_offset,
        stride,
        count,
        footer: FooterState::Complete { offset },
    })
}

/// A final header without its footer: written after the footer, so that one was there.
fn by_header(bytes: &[u8], header: &AtfIndexHeader) -> Option<IndexExtent> {
    let count = header.event_count.get();
    let events_offset = header.events_offset.get();
    let stride = u64::from(header.event_size.get());
    let length = stride * u64::from(count);
    let fits = count > 0
        && is_size_of::<IndexEvent>(stride)
        && events_offset >= CORE_HEADER_SIZE
        && events_offset.checked_add(length) == Some(header.footer_offset.get())
        && header.footer_offset.get() <= bytes.len() as u64;
    let offset = header.footer_offset.get();
    fits.then(|| IndexExtent {
        events_offset,
        stride,
        count,
        footer: match bytes.len() as u64 - offset {
            0 => FooterState::Missing(TrailingBytes::None),
            len if len < CORE_FOOTER_SIZE => FooterState::Missing(TrailingBytes::Footer { len }),
            _ => FooterState::Damaged { offset },
        },
    })
}

/// No footer and no final header: all complete events up to the end of the file, without those at the end
/// that cannot have been written.
fn by_length(bytes: &[u8], header: &AtfIndexHeader, data_end: u64) -> Result<IndexExtent, Fault> {
    // Without a footer nothing confirms another stride, and a wrong one would turn every event
    // into garbage that looks like events.
    let stride = u64::from(header.event_size.get());
    if !is_size_of::<IndexEvent>(stride) {
        let offset = offset_of!(AtfIndexHeader, event_size) as u64;
        return Err(impossible(offset, "event_size", EVENT_SIZE, stride));
    }
    let events_offset = header.events_offset.get();
    let events = usize::try_from(events_offset).ok().and_then(|offset| bytes.get(offset..));
    let events = events.filter(|events| {
        [HEADER_SIZE, CORE_HEADER_SIZE].contains(&events_offset)
            || events_offset > CORE_HEADER_SIZE && first_event_is_of_thread(events, header)
    });
    let Some(events) = events else {
        let offset = offset_of!(AtfIndexHeader, events_offset) as u64;
        return Err(impossible(offset, "events_offset", HEADER_SIZE, events_offset));
    };
    let footer = footer_beginning_len(events, stride as usize).unwrap_or(0);
    let complete = (events.len() as u64 - footer) / stride;
    // 0xFFFFFFFF is not a sequence; events beyond it cannot be named.
    let count = u32::try_from(complete).unwrap_or(u32::MAX);
    // The beginning of the footer proves all events before it.
    let unwritten = match footer {
        0 => {
            let with_data = data_end.saturating_sub(events_offset).div_ceil(stride);
            let with_data = u32::try_from(with_data).unwrap_or(u32::MAX).min(count);
            let events = events.chunks_exact(stride as usize).take(with_data as usize);
            unwritten_at_end(events.rev(), count - with_data)
        }
        _ => 0,
    };
    let count = count - unwritten;
    let rest = events.len() as u64 - footer - stride * u64::from(count);
    let tail = match (footer, unwritten, rest) {
        (0, 0, 0) => TrailingBytes::None,
        (0, 0, len) => TrailingBytes::Event { len },
        (0, _, len) => TrailingBytes::Unwritten { len },
        (len, ..) => TrailingBytes::Footer { len },
    };
    Ok(IndexExtent { events_offset, stride, count, footer: FooterState::Missing(tail) })
}

fn impossible(offset: u64, name: &'static str, expected: u64, found: u64) -> Fault {
    let kind = if found == 0 { FaultKind::Zeroed } else { FaultKind::OutOfRange };
    Fault::new(kind, Region::Header, offset, name, expected, found)
}

/// A longer header is allowed, but only the events themselves can tell it from a flipped bit.
fn first_event_is_of_thread(events: &[u8], header: &AtfIndexHeader) -> bool {
    IndexEvent::read_start(events).is_some_and(|event| event.thread_id == header.thread_id)
}

/// Length of the trailing bytes that are the beginning of the footer.
///
/// Events are multiples of the stride, so few lengths are possible. A footer that is cut after as many
/// bytes as an event has, or more, would otherwise be taken for one.
fn footer_beginning_len(events: &[u8], stride: usize) -> Option<u64> {
    let odd = events.len() % stride;
    (0..=AtfIndexFooter::LONGEST / stride)
        .rev()
        .map(|events| odd + events * stride)
        .filter(|&len| len > 0)
        .find(|&len| {
            let at = events.len().checked_sub(len);
            at.is_some_and(|at| {
                let (events, tail) = events.split_at(at);
                own_footer::is_beginning::<AtfIndexFooter>(tail, &section(events, stride))
            })
        })
        .map(|len| len as u64)
}

fn section(events: &[u8], stride: usize) -> Section<'_> {
    let timestamp = |event: Option<IndexEvent>| event.map_or(0, |event| event.timestamp_ns.get());
    let last = events.len().checked_sub(stride).and_then(|at| events.get(at..));
    let times_ns = (
        timestamp(IndexEvent::read_start(events)),
        timestamp(last.and_then(IndexEvent::read_start)),
    );
    Section { bytes: events, count: (events.len() / stride) as u64, times_ns }
}
