//! Merging the events of many threads into one stream in timestamp order.
//!
//! In: the index files of a session, each with the id of its thread. Out: [`Merge`], an iterator over
//! [`MergedEvent`]. `atf dump` and exports read a session through it.
//!
//! Events are ordered by (running maximum of the thread's timestamps, thread id, sequence). That is timestamp
//! order, stable on ties. The events of a thread keep the order of the file even where its clock went backwards:
//! an event that is earlier than one before it on its thread directly follows that one.

mod batch;
mod engine;
mod packing;
mod pool;
mod source;
mod span;
mod split;
mod stream;
mod tournament;
mod tree;

use std::fmt;
use std::iter::FusedIterator;
use std::ops::{Bound, RangeBounds, RangeInclusive};

use self::engine::Engine;
use self::span::Span;
use self::stream::{Events, Stream};
use crate::format::IndexEvent;
use crate::reader::IndexReader;
use crate::seq::IndexSeq;

/// An event and where it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MergedEvent<'a> {
    /// The thread id that came with the reader. A damaged event may hold another one.
    pub thread_id: u32,
    /// Position of the event in its thread's index.
    pub seq: IndexSeq,
    /// The event, borrowed from the map.
    pub event: &'a IndexEvent,
}

impl<'a> MergedEvent<'a> {
    /// The event at position `seq` of the thread `thread_id`.
    #[inline]
    #[must_use]
    pub const fn new(thread_id: u32, seq: IndexSeq, event: &'a IndexEvent) -> Self {
        Self { thread_id, seq, event }
    }
}

/// Events that follow each other both on their thread and in the merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Run<'a> {
    /// Thread of all of them.
    pub thread_id: u32,
    /// Position of the first in its thread's index; the others follow.
    pub first_seq: IndexSeq,
    /// The events; never empty.
    pub events: &'a [IndexEvent],
}

/// Iterator over the events of several threads in timestamp order: see the [module](self).
///
/// It reads nothing before it is asked for the first event. It needs about a kilobyte per thread, for files of
/// any length. If threads take long turns, `fold` and what uses it (`for_each`, `sum`, ...) and
/// [`next_run`](Self::next_run) are faster than a `for` loop.
///
/// ```
/// # use atf_runtime::format::{Arch, ClockType, EventKind, Os};
/// # use atf_runtime::{Event, Platform, ThreadWriter, WriterOptions};
/// use atf_runtime::{IndexReader, Merge};
/// # let dir = tempfile::tempdir().unwrap();
/// # let platform = Platform { arch: Arch::X86_64, os: Os::LINUX, clock_type: ClockType::BOOTTIME };
/// # for (thread_id, times) in [(1, [10, 30, 20]), (2, [10, 20, 40])] {
/// #     let mut writer = ThreadWriter::create(dir.path(), thread_id, platform, WriterOptions::default())?;
/// #     for timestamp_ns in times {
/// #         let event = Event { timestamp_ns, function_id: 1, event_kind: EventKind::CALL, call_depth: 0 };
/// #         writer.write_event(&event, None)?;
/// #     }
/// #     writer.finalize()?;
/// # }
/// # let session = dir.path();
/// let one = IndexReader::open(session.join("thread_1/index.atf"))?; // 10, 30, 20: a faulty clock
/// let two = IndexReader::open(session.join("thread_2/index.atf"))?; // 10, 20, 40
/// let merge = Merge::new([(1, &one), (2, &two)]);
/// let order: Vec<_> = merge.map(|it| (it.thread_id, it.event.timestamp_ns.get())).collect();
/// assert_eq!(order, [(1, 10), (2, 10), (2, 20), (1, 30), (1, 20), (2, 40)]);
/// # Ok::<(), atf_runtime::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Merge<'a>(Kind<'a>);

#[derive(Clone)]
enum Kind<'a> {
    /// All files have events of our size.
    Packed(Engine<'a, &'a [IndexEvent]>),
    /// Some have grown.
    Mixed(Engine<'a, Events<'a>>),
}

/// Does the same with the engine of either kind.
macro_rules! either {
    ($kind:expr, $engine:pat => $body:expr) => {
        match $kind {
            Kind::Packed($engine) => $body,
            Kind::Mixed($engine) => $body,
        }
    };
}

impl<'a> Merge<'a> {
    /// The events of all `readers`, each with the id of its thread, in any order. Readers with the same id
    /// keep the order in which they are passed.
    pub fn new(readers: impl IntoIterator<Item = (u32, &'a IndexReader)>) -> Self {
        let spans = readers
            .into_iter()
            .map(|(thread_id, reader)| Span::new(thread_id, Events::of(reader), Some(reader)));
        let spans: Vec<_> = spans.collect();
        let packed: Option<Vec<_>> = spans.iter().map(Span::packed).collect();
        Self(match packed {
            Some(spans) => Kind::Packed(engine_of(spans)),
            None => Kind::Mixed(engine_of(spans)),
        })
    }

    /// The same for events that are in memory.
    ///
    /// # Panics
    ///
    /// When a slice holds more than 0xFFFFFFFF events, which no file of the format does.
    ///
    /// ```
    /// use atf_runtime::Merge;
    /// use atf_runtime::format::IndexEvent;
    /// let at = |time: u64| IndexEvent { timestamp_ns: time.into(), ..IndexEvent::INIT };
    /// let (one, two) = ([at(1), at(4)], [at(2), at(3)]);
    /// let merge = Merge::of_slices([(1, &one[..]), (2, &two[..])]);
    /// let order: Vec<u64> = merge.map(|it| it.event.timestamp_ns.get()).collect();
    /// assert_eq!(order, [1, 2, 3, 4]);
    /// ```
    pub fn of_slices(slices: impl IntoIterator<Item = (u32, &'a [IndexEvent])>) -> Self {
        let spans = slices.into_iter().map(|(thread_id, events)| {
            assert!(u32::try_from(events.len()).is_ok(), "more events than sequences");
            Span::new(thread_id, events, None)
        });
        Self(Kind::Packed(engine_of(spans.collect())))
    }

    /// The events of all `readers` whose own timestamp, in ns, lies in `times`, in the order that they have in
    /// the merge of all. See [`within`](Self::within).
    pub fn range(
        readers: impl IntoIterator<Item = (u32, &'a IndexReader)>,
        times: impl RangeBounds<u64>,
    ) -> Self {
        Self::new(readers).within(times)
    }

    /// What is left of this merge and has a timestamp, in ns, in `times`, in the same order.
    ///
    /// No event is missed, even on threads whose clock went backwards. To know whether it did,
    /// [`IndexReader::is_monotonic`] passes over each thread once. If it did not, the range is found by binary
    /// search; if it did, each range costs a pass over that thread. If the merge has begun, events that it has
    /// given out may be passed over again.
    ///
    /// ```
    /// # use atf_runtime::Merge;
    /// # use atf_runtime::format::IndexEvent;
    /// # let at = |time: u64| IndexEvent { timestamp_ns: time.into(), ..IndexEvent::INIT };
    /// let events = [at(10), at(30), at(20), at(40)];
    /// let times = |merge: Merge| merge.map(|it| it.event.timestamp_ns.get()).collect::<Vec<_>>();
    /// let merge = Merge::of_slices([(1, &events[..])]);
    /// assert_eq!(times(merge.clone().within(15..40)), [30, 20]);
    /// assert_eq!(times(merge.clone().within(20..)), [30, 20, 40]);
    /// assert_eq!(times(merge.within(40..10)), [0; 0]);
    /// ```
    pub fn within(self, times: impl RangeBounds<u64>) -> Self {
        let times = inclusive(&times);
        Self(match self.0 {
            Kind::Packed(engine) => Kind::Packed(restricted(engine, times.as_ref())),
            Kind::Mixed(engine) => Kind::Mixed(restricted(engine, times.as_ref())),
        })
    }

    /// The next event and following ones of the same thread that are adjacent in memory, perhaps not all of
    /// them; `None` at the end. May be mixed with [`next`](Iterator::next).
    ///
    /// In a file with longer events, of a later revision, a run has one event.
    pub fn next_run(&mut self) -> Option<Run<'a>> {
        let (thread_id, first_seq, events) = either!(&mut self.0, engine => engine.next_run())?;
        Some(Run { thread_id, first_seq, events })
    }

    /// Splits what is left of this merge into at most `parts` merges (1 to 1024) that follow each other in
    /// time: read one after the other, they give the same events in the same order.
    ///
    /// Parts have about the same size, except in a range of threads whose clock went backwards; some may be
    /// empty. Each can be read on a thread of its own. For readers that are not yet known to be
    /// [monotonic](IndexReader::is_monotonic), it costs a pass over the events of all parts but the last.
    #[must_use]
    pub fn split(self, parts: usize) -> Vec<Self> {
        self.split_on(parts, 1)
    }

    /// Splits what is left of this merge into `threads` parts, does `work` with each on a thread of its own,
    /// and returns the results in the order of the parts.
    ///
    /// Splits as [`split`](Self::split) does, but reads on all threads what that has to read.
    ///
    /// # Panics
    ///
    /// When `work` panics.
    ///
    /// ```
    /// # use atf_runtime::Merge;
    /// # use atf_runtime::format::IndexEvent;
    /// # let at = |time: u64| IndexEvent { timestamp_ns: time.into(), ..IndexEvent::INIT };
    /// let (one, two) = ([at(1), at(4), at(5)], [at(2), at(3), at(6)]);
    /// let merge = Merge::of_slices([(1, &one[..]), (2, &two[..])]);
    /// let parts: Vec<Vec<u64>> =
    ///     merge.parallel(2, |part| part.map(|it| it.event.timestamp_ns.get()).collect());
    /// assert_eq!(parts.concat(), [1, 2, 3, 4, 5, 6]);
    /// ```
    pub fn parallel<R: Send>(self, threads: usize, work: impl Fn(Self) -> R + Sync) -> Vec<R> {
        pool::run_all(self.split_on(threads, threads), threads, work)
    }

    fn split_on(self, parts: usize, threads: usize) -> Vec<Self> {
        fn engines<'a, S: Stream<'a>>(
            engine: Engine<'a, S>,
            parts: usize,
            threads: usize,
        ) -> impl Iterator<Item = Engine<'a, S>> {
            split::split(&engine.into_spans(), parts, threads).into_iter().map(Engine::new)
        }
        match self.0 {
            Kind::Packed(engine) => {
                engines(engine, parts, threads).map(|part| Self(Kind::Packed(part))).collect()
            }
            Kind::Mixed(engine) => {
                engines(engine, parts, threads).map(|part| Self(Kind::Mixed(part))).collect()
            }
        }
    }

    /// Events that are left.
    fn remaining(&self) -> usize {
        either!(&self.0, engine => engine.remaining())
    }
}

fn engine_of<'a, S: Stream<'a>>(mut spans: Vec<Span<'a, S>>) -> Engine<'a, S> {
    spans.sort_by_key(|span| span.thread_id);
    Engine::new(spans)
}

fn restricted<'a, S: Stream<'a>>(
    engine: Engine<'a, S>,
    times: Option<&RangeInclusive<u64>>,
) -> Engine<'a, S> {
    let spans = engine.into_spans();
    let Some(times) = times else { return Engine::new([]) };
    Engine::new(spans.into_iter().map(|span| span.within(times)))
}

/// The same range with both ends in it, or `None` if it is empty.
fn inclusive(times: &impl RangeBounds<u64>) -> Option<RangeInclusive<u64>> {
    let from = match times.start_bound() {
        Bound::Included(&from) => from,
        Bound::Excluded(&before) => before.checked_add(1)?,
        Bound::Unbounded => 0,
    };
    let to = match times.end_bound() {
        Bound::Included(&to) => to,
        Bound::Excluded(&behind) => behind.checked_sub(1)?,
        Bound::Unbounded => u64::MAX,
    };
    (from <= to).then_some(from..=to)
}

impl<'a> Iterator for Merge<'a> {
    type Item = MergedEvent<'a>;

    #[inline]
    fn next(&mut self) -> Option<MergedEvent<'a>> {
        either!(&mut self.0, engine => engine.next())
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.remaining(), Some(self.remaining()))
    }

    fn count(self) -> usize {
        self.remaining()
    }

    // Decides once which kind it is, so that what changes with each event stays in registers.
    #[inline]
    fn fold<B, F: FnMut(B, MergedEvent<'a>) -> B>(self, init: B, fold: F) -> B {
        either!(self.0, engine => engine.fold(init, fold))
    }
}

impl ExactSizeIterator for Merge<'_> {}
impl FusedIterator for Merge<'_> {}

impl fmt::Debug for Merge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merge").field("remaining", &self.remaining()).finish_non_exhaustive()
    }
}
