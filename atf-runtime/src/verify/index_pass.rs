//! The pass over the events of an index.atf: everything that is checked of them, and their checksum. A block of
//! events is passed to the checksum and to the checks while it is in the processor's nearest cache, and the
//! parts of a long file are passed over on several processors.
//!
//! Nearly all blocks have nothing to note. One loop without branches finds that out, and only the others are
//! looked at event by event.

use std::mem::offset_of;
use std::ops::Range;

use zerocopy::IntoBytes;

use super::faults::Faults;
use super::links::{LinkChain, LinkTarget, event_offset};
use crate::consistency::{Checksum, Progress, RunningChecksum, Steps, recorded_checksum};
use crate::error::{Fault, FaultKind, Region};
use crate::format::{EventKind, IndexEvent, NO_DETAIL_SEQ};
use crate::lost::Marked;
use crate::parallel::in_order;
use crate::reader::IndexReader;
use crate::survey::{JUMP_NS, Occurrences, Surveyor};

/// How the events of a file are divided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Division {
    /// Events that stay in the cache: 32 KiB of them.
    pub(super) block: usize,
    /// Events that one processor passes over: 16 MiB of them.
    pub(super) part: usize,
    /// Parts at the same time.
    pub(super) workers: usize,
}

impl Division {
    pub(super) const fn for_workers(workers: usize) -> Self {
        Self { block: 1024, part: 512 * 1024, workers }
    }
}

/// What a pass found.
pub(super) struct IndexPass {
    pub(super) checksum: Checksum,
    /// Events of another thread than the header's.
    pub(super) foreign: Faults,
    pub(super) backward: Occurrences,
    pub(super) jumps: Occurrences,
    /// Events that cannot have been written.
    pub(super) zero: Occurrences,
    pub(super) marked: Marked,
    pub(super) links: Faults,
}

/// Passes over all events.
pub(super) fn pass(
    index: &IndexReader,
    target: LinkTarget,
    division: Division,
    progress: Progress<'_>,
) -> IndexPass {
    let parts = index.len().div_ceil(division.part).max(1);
    let mut all = Part::new(index, 0, target);
    let work = |number: usize, progress: Progress<'_>| {
        let start = number * division.part;
        let mut part = Part::new(index, start, target);
        part.pass(start..index.len().min(start + division.part), division.block, progress);
        part
    };
    let take = |_, part| {
        all.append(part);
        Ok::<(), std::convert::Infallible>(())
    };
    let Ok(()) = in_order(parts, division.workers, progress, work, take);
    all.finish()
}

/// A part of the events.
struct Part<'a> {
    index: &'a IndexReader,
    thread_id: u32,
    checksum: RunningChecksum,
    surveyor: Surveyor,
    foreign: Faults,
    backward: Occurrences,
    jumps: Occurrences,
    zero: Occurrences,
    marked: Marked,
    links: LinkChain,
}

/// What a look at a block of events says of all of them.
struct Look {
    /// Nothing is to be noted of the events, but perhaps of their links.
    is_usual: bool,
    has_links: bool,
    last_ns: u64,
}

impl<'a> Part<'a> {
    fn new(index: &'a IndexReader, start: usize, target: LinkTarget) -> Self {
        let before = start.checked_sub(1).and_then(|at| index.slice(at..start).next());
        let (surveyor, links) = match before {
            None => (Surveyor::default(), LinkChain::new(target)),
            Some(before) => (
                Surveyor::starting_at(start as u64, before.timestamp_ns.get()),
                LinkChain::of_part(target),
            ),
        };
        Self {
            index,
            thread_id: index.thread_id(),
            checksum: RunningChecksum::new(recorded_checksum(index)),
            surveyor,
            foreign: Faults::default(),
            backward: Occurrences::default(),
            jumps: Occurrences::default(),
            zero: Occurrences::default(),
            marked: Marked::default(),
            links,
        }
    }

    fn pass(&mut self, seqs: Range<usize>, block: usize, progress: Progress<'_>) {
        let (index, stride) = (self.index, self.index.extent().stride as usize);
        let mut steps = Steps::new(progress);
        for start in seqs.clone().step_by(block) {
            let end = seqs.end.min(start + block);
            let bytes = &index.events_bytes()[start * stride..end * stride];
            self.checksum.update(bytes);
            steps.add(bytes.len() as u64);
            let events = index.slice(start..end);
            let look = self.look(events.clone());
            if look.is_usual {
                self.surveyor.add_usual((end - start) as u64, look.last_ns);
            } else {
                self.add_each(start, events.clone());
            }
            self.links.add_all(index, start, events, look.has_links);
        }
        if let Some(next) = index.slice(seqs.end..index.len().min(seqs.end + 1)).next() {
            self.surveyor.marked_mut().settle(next);
        }
    }

    /// Looks at all events at once.
    fn look<'e>(&self, events: impl ExactSizeIterator<Item = &'e IndexEvent> + Clone) -> Look {
        let first_ns = events.clone().next().map_or(0, |event| event.timestamp_ns.get());
        let is_first = self.surveyor.seq() == 0;
        let before_ns = if is_first { first_ns } else { self.surveyor.previous_ns() };
        let (mut last_ns, mut is_step) = (before_ns, false);
        let (mut other_threads, mut above_known, mut links) = (0, 0, NO_DETAIL_SEQ);
        const HIGHEST_KNOWN: u64 = EventKind::LOST.get() as u64 - 1;
        events.for_each(|event| {
            let time_ns = event.timestamp_ns.get();
            is_step |= (time_ns < last_ns) | (time_ns.wrapping_sub(last_ns) > JUMP_NS);
            last_ns = time_ns;
            other_threads |= event.thread_id.get() ^ self.thread_id;
            // The highest bit is set by a greater number.
            above_known |= HIGHEST_KNOWN.wrapping_sub(event.event_kind.get().into());
            links &= event.detail_seq.get();
        });
        // Where no time goes back, an event of zeros comes after none or after others with time 0.
        let is_usual = !is_step
            && before_ns > 0
            && other_threads == 0
            && above_known >> 63 == 0
            && !self.surveyor.marked().is_undecided();
        Look { is_usual, has_links: links != NO_DETAIL_SEQ, last_ns }
    }

    /// Looks at the events from `start` on one by one.
    fn add_each<'e>(&mut self, start: usize, events: impl Iterator<Item = &'e IndexEvent>) {
        let (index, thread_id) = (self.index, self.thread_id);
        for (seq, event) in (start..).zip(events) {
            if event.thread_id != thread_id {
                self.foreign.add("thread_id", || {
                    let at = offset_of!(IndexEvent, thread_id) as u64;
                    let offset = event_offset(index, seq) + at;
                    let expected = format!("{thread_id} (as in the header)");
                    let (kind, region) = (FaultKind::Mismatch, Region::Event(seq as u64));
                    Fault::new(kind, region, offset, "thread_id", expected, event.thread_id)
                });
            }
            // Recovery may have cleared its link.
            let before_link = &event.as_bytes()[..offset_of!(IndexEvent, detail_seq)];
            if before_link.iter().all(|&byte| byte == 0) {
                self.zero.add(seq as u64);
            }
            self.surveyor.add(event);
        }
    }

    /// Takes the next part, which was passed over.
    fn append(&mut self, later: Self) {
        self.checksum.append(&later.checksum);
        self.foreign.append(later.foreign);
        self.zero.append(later.zero);
        self.links.append(self.index, later.links);
        self.marked.append(later.surveyor.marked());
        let survey = later.surveyor.finish();
        self.backward.append(survey.backward);
        self.jumps.append(survey.jumps);
    }

    fn finish(self) -> IndexPass {
        IndexPass {
            checksum: self.checksum.finish(),
            foreign: self.foreign,
            backward: self.backward,
            jumps: self.jumps,
            zero: self.zero,
            marked: self.marked,
            links: self.links.into_faults(),
        }
    }
}
