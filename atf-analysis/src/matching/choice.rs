//! Choosing how the depths of a thread are read, by what matches.

use atf_runtime::IndexReader;
use atf_runtime::format::EventKind;

use super::clip::Clip;
use super::depth_from::DepthFrom;
use super::matcher::Matcher;
use super::sink::{Ended, Gap, Opened, Orphan, Sink};
use crate::call::EndedBy;
use crate::events::Blocks;
use crate::selection::Selection;

/// Events of a thread that decide how its depths are read.
const DECIDING: usize = 1 << 20;
/// Of those, how many are looked at before a reading may be given up.
const BLOCK: usize = 4096;

/// The reading under which the first 2^20 events of the file have the fewest orphan returns, unwound calls and calls
/// that are open at the end of them, together. The first of equally good ones.
pub(crate) fn choose(index: &IndexReader) -> DepthFrom {
    let exact = count(index, DepthFrom::Exact, u64::MAX);
    // Each call and each return that is not matched counts once, unless a marker ended the call. So nothing can be
    // better than a reading that matches every return of a thread without markers.
    if exact.orphans == 0 && exact.markers == 0 {
        return DepthFrom::Exact;
    }
    let mut best = (exact.sum, DepthFrom::Exact);
    for reading in [DepthFrom::PlusOne, DepthFrom::Nesting] {
        let found = count(index, reading, best.0);
        if found.sum < best.0 {
            best = (found.sum, reading);
        }
    }
    best.1
}

/// What does not match under a reading.
#[derive(Clone, Copy, Debug, Default)]
struct Unmatched {
    orphans: u64,
    unwound: u64,
    markers: u64,
    /// Orphans, unwound and open calls.
    sum: u64,
}

/// Counts what does not match. Stops when it is as bad as `limit`.
fn count(index: &IndexReader, reading: DepthFrom, limit: u64) -> Unmatched {
    let mut matcher = Matcher::new(0, reading, Clip::of(&Selection::default()));
    let mut found = Unmatched::default();
    let mut blocks = Blocks::new(index);
    let mut left = DECIDING;
    while left > 0
        && let Some((first_seq, events)) = blocks.next(left.min(BLOCK))
    {
        left -= events.len();
        matcher.add(index, first_seq, events, &mut found);
        found.sum = found.orphans + found.unwound;
        if found.sum >= limit {
            return found;
        }
    }
    found.sum += matcher.height() as u64;
    found
}

impl Sink for Unmatched {
    type Mark = ();

    #[inline]
    fn open(&mut self, _: Opened, _: Option<&()>) {}

    #[inline]
    fn close(&mut self, ended: &Ended, (): ()) {
        self.unwound += u64::from(ended.call.ended_by == EndedBy::Unwound);
    }

    fn orphan(&mut self, _: Orphan) {
        self.orphans += 1;
    }

    fn gap(&mut self, _: Gap) {
        self.markers += 1;
    }

    fn skip(&mut self, _: EventKind, _: u64) {}
}
