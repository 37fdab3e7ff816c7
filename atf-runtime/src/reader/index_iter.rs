//! Iterating over the events of an index, from both ends.

use std::iter::FusedIterator;
use std::slice;

use zerocopy::FromBytes;

use crate::format::IndexEvent;

/// The events of an [`IndexReader`](super::IndexReader) or of a time range of it.
///
/// Exact in size, double-ended and fused; it borrows the events from the map.
#[derive(Clone, Debug)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IndexIter<'a>(Events<'a>);

#[derive(Clone, Debug)]
enum Events<'a> {
    /// The stride is the size of an event: the section is a slice of them.
    Packed(slice::Iter<'a, IndexEvent>),
    /// Events have grown at their end.
    Strided(slice::ChunksExact<'a, u8>),
}

impl<'a> IndexIter<'a> {
    /// `bytes` holds complete events, `stride` bytes apart, which is at least the size of one.
    pub(super) fn new(bytes: &'a [u8], stride: usize) -> Self {
        if stride == size_of::<IndexEvent>()
            && let Ok(events) = <[IndexEvent]>::ref_from_bytes(bytes)
        {
            return Self(Events::Packed(events.iter()));
        }
        Self(Events::Strided(bytes.chunks_exact(stride)))
    }

    /// Events that are in memory.
    pub(super) fn of(events: &'a [IndexEvent]) -> Self {
        Self(Events::Packed(events.iter()))
    }
}

fn event_of(chunk: &[u8]) -> &IndexEvent {
    match IndexEvent::ref_from_prefix(chunk) {
        Ok((event, _)) => event,
        Err(_) => unreachable!("events that are shorter are copied and not iterated over here"),
    }
}

impl<'a> Iterator for IndexIter<'a> {
    type Item = &'a IndexEvent;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Events::Packed(events) => events.next(),
            Events::Strided(chunks) => chunks.next().map(event_of),
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Events::Packed(events) => events.size_hint(),
            Events::Strided(chunks) => chunks.size_hint(),
        }
    }

    #[inline]
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        match &mut self.0 {
            Events::Packed(events) => events.nth(n),
            Events::Strided(chunks) => chunks.nth(n).map(event_of),
        }
    }

    // Decides once which kind it is, and not at every event.
    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, init: B, f: F) -> B {
        match self.0 {
            Events::Packed(events) => events.fold(init, f),
            Events::Strided(chunks) => chunks.map(event_of).fold(init, f),
        }
    }
}

impl DoubleEndedIterator for IndexIter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Events::Packed(events) => events.next_back(),
            Events::Strided(chunks) => chunks.next_back().map(event_of),
        }
    }

    #[inline]
    fn nth_back(&mut self, n: usize) -> Option<Self::Item> {
        match &mut self.0 {
            Events::Packed(events) => events.nth_back(n),
            Events::Strided(chunks) => chunks.nth_back(n).map(event_of),
        }
    }
}

impl ExactSizeIterator for IndexIter<'_> {}
impl FusedIterator for IndexIter<'_> {}
