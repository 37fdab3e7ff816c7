//! What the tests of the analysis share: sessions of the oracle as files, and its choices as selections.
#![allow(dead_code, reason = "each test uses a part of it")]

use atf_analysis::{FunctionSet, Selection, Trace};
use atf_runtime::IndexReader;
use atf_runtime::format::EventKind;
use atf_tests::builder::{self, IndexFile};
use atf_tests::calls::{Choice, Dice, Event, Reading, Session, best_reading, random_session};

/// How many random sessions are compared. A debug build takes fewer; `.ci/long` runs a release build.
pub(crate) fn sessions() -> u64 {
    if cfg!(debug_assertions) { 200 } else { 1000 }
}

/// A session of the oracle, and the same as files.
pub(crate) struct Opened {
    /// Thread, events, and how the oracle reads their depths.
    pub(crate) threads: Vec<(u32, Vec<Event>, Reading)>,
    pub(crate) indexes: Vec<IndexReader>,
}

impl Opened {
    pub(crate) fn of(session: Session) -> Self {
        let indexes = session.iter().map(|(thread, events)| index_of(*thread, events)).collect();
        let read = |(thread, events): (u32, Vec<Event>)| {
            let reading = best_reading(&events, 1 << 20);
            (thread, events, reading)
        };
        Self { threads: session.into_iter().map(read).collect(), indexes }
    }

    pub(crate) fn events(&self) -> Session {
        self.threads.iter().map(|(thread, events, _)| (*thread, events.clone())).collect()
    }

    pub(crate) fn trace(&self) -> Trace<'_> {
        Trace::new(self.threads.iter().map(|(thread, ..)| *thread).zip(&self.indexes))
    }
}

/// A random session.
pub(crate) fn opened(dice: &mut Dice) -> Opened {
    Opened::of(random_session(dice))
}

/// A thread's file, whose events may be longer than ours.
pub(crate) fn index_of(thread: u32, events: &[Event]) -> IndexReader {
    let mut details = 0;
    let on_disk = |event: &Event| builder::IndexEvent {
        timestamp_ns: event.time,
        function_id: event.function,
        thread_id: thread,
        event_kind: event.kind,
        call_depth: event.depth,
        detail_seq: if event.has_detail {
            details += 1;
            details - 1
        } else {
            builder::NO_DETAIL
        },
    };
    let events: Vec<_> = events.iter().map(on_disk).collect();
    let mut file = IndexFile::unfinalized(thread, &events);
    if events.len() % 4 == 1 {
        file.more_per_event = vec![0x5A; 8];
    }
    IndexReader::from_bytes("index.atf", file.finalize().bytes()).expect("a file that is right")
}

/// The choice of the oracle, as the analysis is given it.
pub(crate) fn selection_of(choice: &Choice) -> Selection {
    let mut selection = Selection::default();
    let ranges = |threads: &Vec<u32>| threads.iter().map(|&id| id..=id).collect();
    selection.threads = choice.threads.as_ref().map(ranges);
    selection.from_ns = choice.from;
    selection.to_ns = choice.to;
    selection.functions = choice.functions.as_ref().map(|(listed, of)| match listed {
        true => of.iter().copied().collect(),
        false => of.iter().fold(FunctionSet::of_all(), |set, &id| set.without(id)),
    });
    selection.callers = choice.callers.as_ref().map(|of| of.iter().copied().collect());
    selection.depth_below = choice.depth;
    selection.min_duration_ns = choice.least;
    let kinds = |kinds: &Vec<u32>| kinds.iter().map(|&kind| EventKind::new(kind)).collect();
    selection.kinds = choice.kinds.as_ref().map(kinds);
    selection
}
