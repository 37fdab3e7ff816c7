//! Which events a selection keeps. A condition on calls keeps the events at which the calls that match start and
//! end; of a call that was left without an event of its own, that is the event which proves it.

use atf_analysis::{Options, Selection, ThreadCalls};
use atf_runtime::IndexReader;

use crate::event::Shown;
use crate::progress::{Progress, Unit};
use crate::trace::Thread;

/// Decides event by event, apart from threads and times.
pub(crate) struct EventFilter<'a> {
    selection: &'a Selection,
    /// If there is a condition on calls: of each thread, the events of the calls that match.
    calls: Option<Vec<Events>>,
}

impl<'a> EventFilter<'a> {
    /// The filter for the events of these threads; `None` if all of them are kept. Computes their calls if there is
    /// a condition on calls.
    pub(crate) fn of(selection: &'a Selection, threads: &[&Thread]) -> Option<Self> {
        let Selection { functions, callers, depth_below, min_duration_ns, kinds, .. } = selection;
        let is_on_calls = callers.is_some() || min_duration_ns.is_some();
        let keeps_all = functions.is_none() && depth_below.is_none() && kinds.is_none();
        if keeps_all && !is_on_calls {
            return None;
        }
        let calls = is_on_calls.then(|| events_of_calls(selection, threads));
        Some(Self { selection, calls })
    }

    /// Whether the event at `seq` of the thread at position `at` is kept.
    pub(crate) fn keeps(&self, at: usize, seq: u32, shown: Shown<'_>) -> bool {
        if !self.selection.has_kind(shown.event.event_kind) {
            return false;
        }
        if let Some(calls) = &self.calls {
            return calls[at].has(seq);
        }
        let Selection { functions, depth_below, .. } = self.selection;
        let keeps_function = || match (functions, shown.function_id()) {
            (None, _) => true,
            (Some(functions), Some(function_id)) => functions.contains(function_id),
            (Some(_), None) => false,
        };
        depth_below.is_none_or(|below| shown.event.call_depth.get() < below) && keeps_function()
    }
}

/// A set of events of a thread: a bit for each.
#[derive(Default)]
struct Events(Vec<u64>);

impl Events {
    fn with_len(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    fn add(&mut self, seq: u32) {
        if let Some(bits) = self.0.get_mut(seq as usize / 64) {
            *bits |= 1 << (seq % 64);
        }
    }

    fn has(&self, seq: u32) -> bool {
        self.0.get(seq as usize / 64).is_some_and(|bits| bits >> (seq % 64) & 1 == 1)
    }
}

/// The events at which the selected calls start and end, of each thread.
fn events_of_calls(selection: &Selection, threads: &[&Thread]) -> Vec<Events> {
    let mut of_calls = selection.clone();
    // These are asked of each event: a call that began before the range has its end in it.
    (of_calls.from_ns, of_calls.to_ns, of_calls.kinds) = (None, None, None);
    let indexes: Vec<_> = threads.iter().map(|thread| Some((thread.id, thread.index()?))).collect();
    let len = |(_, index): &(u32, &IndexReader)| index.len() as u64;
    let progress = Progress::new("matching", indexes.iter().flatten().map(len).sum(), Unit::Events);
    let of_thread = |found: &Option<(u32, &IndexReader)>| {
        let Some((id, index)) = *found else { return Events::default() };
        let mut events = Events::with_len(index.len());
        for call in ThreadCalls::new(id, index, &of_calls, &Options::default()) {
            events.add(call.start_seq.0);
            if let Some(end_seq) = call.end_seq {
                events.add(end_seq.0);
            }
        }
        progress.add(index.len() as u64);
        events
    };
    indexes.iter().map(of_thread).collect()
}
