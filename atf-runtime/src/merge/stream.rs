//! A thread's events in memory: what a merge reads from.
//!
//! In: an [`IndexReader`] or a slice. Out: events by sequence, and timestamps in bulk. The usual
//! file is a slice of events; [`Events`] also holds files whose events have grown, and a merge
//! chooses once between the two, so that the usual one does not pay for the other.

use std::ops::Range;

use zerocopy::FromBytes;

use crate::format::IndexEvent;
use crate::reader::IndexReader;

/// Events of one thread, by sequence.
pub(super) trait Stream<'a>: Copy + Send + Sync {
    /// Whether all events are adjacent in memory.
    const IS_PACKED: bool;
    /// No events.
    const EMPTY: Self;

    fn len(self) -> usize;

    /// The event at `seq`, or `None` after the last.
    fn get(self, seq: usize) -> Option<&'a IndexEvent>;

    /// The events at `seqs` if they are adjacent, else the first of them; empty when there is none.
    fn run(self, seqs: Range<usize>) -> &'a [IndexEvent];

    /// Timestamps of the events at `seqs` in order, as far as there are events.
    fn fold_times<B>(self, seqs: Range<usize>, init: B, fold: impl FnMut(B, u64) -> B) -> B;

    /// The timestamp of the event at `seq`, or `None` after the last.
    fn time(self, seq: usize) -> Option<u64> {
        self.get(seq).map(|event| event.timestamp_ns.get())
    }
}

impl<'a> Stream<'a> for &'a [IndexEvent] {
    const IS_PACKED: bool = true;
    const EMPTY: Self = &[];

    #[inline]
    fn len(self) -> usize {
        <[IndexEvent]>::len(self)
    }

    #[inline]
    fn get(self, seq: usize) -> Option<&'a IndexEvent> {
        <[IndexEvent]>::get(self, seq)
    }

    #[inline]
    fn run(self, seqs: Range<usize>) -> &'a [IndexEvent] {
        <[IndexEvent]>::get(self, seqs).unwrap_or(&[])
    }

    #[inline]
    fn fold_times<B>(self, seqs: Range<usize>, init: B, mut fold: impl FnMut(B, u64) -> B) -> B {
        let events = <[IndexEvent]>::get(self, seqs).unwrap_or(&[]);
        events.iter().fold(init, |value, event| fold(value, event.timestamp_ns.get()))
    }
}

/// Events of any size.
#[derive(Clone, Copy, Debug)]
pub(super) enum Events<'a> {
    Packed(&'a [IndexEvent]),
    /// Complete events, `stride` bytes apart, which is more than the size of one.
    Strided {
        bytes: &'a [u8],
        stride: usize,
    },
}

impl<'a> Events<'a> {
    pub(super) fn of(reader: &'a IndexReader) -> Self {
        let stride = reader.extent().stride as usize;
        match reader.as_slice() {
            Some(events) => Self::Packed(events),
            None if stride > size_of::<IndexEvent>() => {
                Self::Strided { bytes: reader.events_bytes(), stride }
            }
            None => Self::Packed(reader.lengthened()),
        }
    }
}

impl<'a> Stream<'a> for Events<'a> {
    const IS_PACKED: bool = false;
    const EMPTY: Self = Self::Packed(&[]);

    fn len(self) -> usize {
        match self {
            Self::Packed(events) => events.len(),
            Self::Strided { bytes, stride } => bytes.len() / stride,
        }
    }

    #[inline]
    fn get(self, seq: usize) -> Option<&'a IndexEvent> {
        match self {
            Self::Packed(events) => events.get(seq),
            Self::Strided { bytes, stride } => {
                let at = seq.checked_mul(stride)?;
                Some(IndexEvent::ref_from_prefix(bytes.get(at..)?).ok()?.0)
            }
        }
    }

    #[inline]
    fn run(self, seqs: Range<usize>) -> &'a [IndexEvent] {
        match self {
            Self::Packed(events) => events.run(seqs),
            Self::Strided { .. } if seqs.is_empty() => &[],
            Self::Strided { .. } => self.get(seqs.start).map_or(&[], std::slice::from_ref),
        }
    }

    #[inline]
    fn fold_times<B>(self, seqs: Range<usize>, init: B, fold: impl FnMut(B, u64) -> B) -> B {
        match self {
            Self::Packed(events) => events.fold_times(seqs, init, fold),
            Self::Strided { .. } => seqs.map_while(|seq| self.time(seq)).fold(init, fold),
        }
    }
}
