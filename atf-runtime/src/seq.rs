//! Sequences: zero-based positions in a lane, typed so that the two lanes cannot be mixed up,
//! and the counters of a thread that hand them out.

use std::fmt;

use crate::error::{Error, Result};
use crate::format::NO_DETAIL_SEQ;
use crate::lane::Lane;

/// Position of an event in a thread's index.atf. Not a byte offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[expect(clippy::exhaustive_structs, reason = "a number with a type")]
pub struct IndexSeq(pub u32);

/// Position of a record in a thread's detail.atf. Not a byte offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[expect(clippy::exhaustive_structs, reason = "a number with a type")]
pub struct DetailSeq(pub u32);

impl DetailSeq {
    /// The sequence that an event's `detail_seq` holds, or `None` for the sentinel 0xFFFFFFFF.
    ///
    /// ```
    /// use atf_runtime::DetailSeq;
    /// assert_eq!(DetailSeq::from_field(7), Some(DetailSeq(7)));
    /// assert_eq!(DetailSeq::from_field(0xFFFF_FFFF), None);
    /// ```
    #[must_use]
    pub const fn from_field(raw: u32) -> Option<Self> {
        if raw == NO_DETAIL_SEQ { None } else { Some(Self(raw)) }
    }

    /// What an event's `detail_seq` holds for this link: the sequence, or the sentinel.
    #[must_use]
    pub const fn to_field(link: Option<Self>) -> u32 {
        match link {
            Some(Self(seq)) => seq,
            None => NO_DETAIL_SEQ,
        }
    }
}

impl fmt::Display for IndexSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for DetailSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The sequences reserved for one event: its own, and its detail record's if it has one. One for
/// each [`Lane`], so that there will be no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "one for each file of a thread")]
pub struct Sequences {
    /// Position of the event in the index lane.
    pub index_seq: IndexSeq,
    /// Position of its record in the detail lane.
    pub detail_seq: Option<DetailSeq>,
}

impl Sequences {
    /// The sequences of an event, and of its detail record if it has one.
    #[must_use]
    pub const fn new(index_seq: IndexSeq, detail_seq: Option<DetailSeq>) -> Self {
        Self { index_seq, detail_seq }
    }
}

/// Hands out the sequences of one thread.
///
/// One producer per thread, so there is no lock and no atomic: taking `&mut self` is what
/// makes it safe.
///
/// ```
/// use atf_runtime::{DetailSeq, IndexSeq, ThreadCounters};
/// let mut counters = ThreadCounters::new(7);
/// assert_eq!(counters.reserve(false)?.detail_seq, None);
/// let second = counters.reserve(true)?;
/// assert_eq!((second.index_seq, second.detail_seq), (IndexSeq(1), Some(DetailSeq(0))));
/// # Ok::<(), atf_runtime::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadCounters {
    thread_id: u32,
    next_index: u32,
    next_detail: u32,
}

impl ThreadCounters {
    /// Counters of a thread that has written nothing yet.
    #[must_use]
    pub const fn new(thread_id: u32) -> Self {
        Self::starting_at(thread_id, 0, 0)
    }

    /// Counters of a thread whose next free sequences are `index_count` and `detail_count`.
    #[must_use]
    pub const fn starting_at(thread_id: u32, index_count: u32, detail_count: u32) -> Self {
        Self { thread_id, next_index: index_count, next_detail: detail_count }
    }

    /// Reserves the sequences of the next event.
    ///
    /// # Errors
    ///
    /// [`Error::SequencesExhausted`] when a lane already holds 0xFFFFFFFF records; then nothing
    /// is reserved in the other lane either.
    #[inline]
    pub fn reserve(&mut self, with_detail: bool) -> Result<Sequences> {
        if self.next_index == NO_DETAIL_SEQ {
            return Err(self.exhausted(Lane::Index));
        }
        let detail_seq = if with_detail {
            if self.next_detail == NO_DETAIL_SEQ {
                return Err(self.exhausted(Lane::Detail));
            }
            let seq = self.next_detail;
            self.next_detail += 1;
            Some(DetailSeq(seq))
        } else {
            None
        };
        let index_seq = IndexSeq(self.next_index);
        self.next_index += 1;
        Ok(Sequences { index_seq, detail_seq })
    }

    /// The sequences that an event without detail would get, if there are any left.
    #[inline(always)]
    pub(crate) fn next_without_detail(&self) -> Option<Sequences> {
        let index_seq = IndexSeq(self.next_index);
        (self.next_index != NO_DETAIL_SEQ).then_some(Sequences { index_seq, detail_seq: None })
    }

    /// Reserves the sequences that [`next_without_detail`](Self::next_without_detail) returned.
    #[inline(always)]
    pub(crate) fn took(&mut self, next: &Sequences) {
        self.next_index = next.index_seq.0 + 1;
    }

    /// Reserves `count` index sequences in a row, without detail, and returns the first.
    ///
    /// # Errors
    ///
    /// [`Error::SequencesExhausted`] when fewer than `count` are left; then none is reserved.
    pub fn reserve_run(&mut self, count: usize) -> Result<IndexSeq> {
        let first = self.next_index;
        let end = u32::try_from(count).ok().and_then(|count| first.checked_add(count));
        self.next_index = end.ok_or_else(|| self.exhausted(Lane::Index))?;
        Ok(IndexSeq(first))
    }

    /// Number of index sequences handed out so far.
    #[must_use]
    pub const fn index_count(&self) -> u32 {
        self.next_index
    }

    /// Number of detail sequences handed out so far.
    #[must_use]
    pub const fn detail_count(&self) -> u32 {
        self.next_detail
    }

    /// The thread these counters belong to.
    #[must_use]
    pub const fn thread_id(&self) -> u32 {
        self.thread_id
    }

    #[cold]
    fn exhausted(&self, lane: Lane) -> Error {
        Error::SequencesExhausted { thread_id: self.thread_id, lane }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // W-002: running out of sequences is an error, and nothing is half reserved.
    #[test]
    fn last_index_sequence_is_followed_by_an_error() {
        let mut counters = ThreadCounters::starting_at(3, 0xFFFF_FFFE, 0);
        assert_eq!(counters.reserve(false).unwrap().index_seq, IndexSeq(0xFFFF_FFFE));
        let error = counters.reserve(true).unwrap_err().to_string();
        assert_eq!(
            error,
            "thread 3: index lane: expected at most 4294967295 records, found one more"
        );
        assert_eq!(counters.detail_count(), 0);
    }

    #[test]
    fn exhausted_detail_lane_takes_no_index_sequence() {
        let mut counters = ThreadCounters::starting_at(3, 5, 0xFFFF_FFFF);
        assert!(matches!(
            counters.reserve(true),
            Err(Error::SequencesExhausted { thread_id: 3, lane: Lane::Detail })
        ));
        assert_eq!(counters.reserve(false).unwrap().index_seq, IndexSeq(5));
    }

    #[test]
    fn a_run_that_does_not_fit_reserves_nothing() {
        let mut counters = ThreadCounters::starting_at(3, 0xFFFF_FFF0, 0);
        assert!(counters.reserve_run(16).is_err());
        assert_eq!(counters.reserve_run(15).unwrap(), IndexSeq(0xFFFF_FFF0));
        assert!(counters.reserve_run(usize::MAX).is_err());
        assert!(counters.reserve(false).is_err());
    }
}
