//! The options that choose which events are printed.

use std::ops::Bound;

use atf_runtime::Merge;

use crate::failure::Failure;
use crate::integer;
use crate::trace::{Thread, Trace};

/// Which threads and events to print.
#[derive(Debug, clap::Args)]
pub(super) struct Selection {
    /// Print only this thread
    #[arg(long, value_name = "ID", value_parser = integer::u32)]
    thread: Option<u32>,
    /// Print only events at or after this timestamp, in ns
    #[arg(long, value_name = "NS", value_parser = integer::u64)]
    from: Option<u64>,
    /// Print only events before this timestamp, in ns
    #[arg(long, value_name = "NS", value_parser = integer::u64)]
    to: Option<u64>,
    /// Stop after N events, counted over all threads
    #[arg(long, value_name = "N", value_parser = integer::u64)]
    limit: Option<u64>,
    /// Print the threads one after another, each in the order of its file, not in timestamp order
    #[arg(long)]
    by_seq: bool,
}

impl Selection {
    /// The first `limit` events of the trace.
    pub(super) fn first(limit: u64) -> Self {
        Self { thread: None, from: None, to: None, limit: Some(limit), by_seq: false }
    }

    /// The threads to print.
    ///
    /// # Errors
    ///
    /// If `--thread` names a thread that does not exist or cannot be read.
    pub(super) fn threads<'a>(&self, trace: &'a Trace) -> Result<Vec<&'a Thread>, Failure> {
        let Some(id) = self.thread else { return Ok(trace.threads.iter().collect()) };
        let Some(thread) = trace.threads.iter().find(|thread| thread.id == id) else {
            return Err(unknown_thread(id, trace));
        };
        match &thread.files {
            Ok(_) => Ok(vec![thread]),
            Err(error) => Err(Failure::Other(format!("thread {id} cannot be read: {error:#}"))),
        }
    }

    /// The events to print. Does not apply the limit.
    pub(super) fn of<'a>(&self, events: Merge<'a>) -> Merge<'a> {
        if (self.from, self.to) == (None, None) {
            // `within` reads every event to find a range; without one that is not needed.
            return events;
        }
        let from = self.from.map_or(Bound::Unbounded, Bound::Included);
        let to = self.to.map_or(Bound::Unbounded, Bound::Excluded);
        events.within((from, to))
    }

    /// Whether the threads are printed one after another.
    pub(super) fn is_by_seq(&self) -> bool {
        self.by_seq
    }

    /// Whether an event or a detail record with this timestamp is printed.
    pub(super) fn contains(&self, timestamp_ns: u64) -> bool {
        self.from.is_none_or(|from| from <= timestamp_ns)
            && self.to.is_none_or(|to| timestamp_ns < to)
    }

    /// The only thread to print, if one was named.
    pub(super) fn thread(&self) -> Option<u32> {
        self.thread
    }

    /// The maximum number of events to print.
    pub(super) fn limit(&self) -> u64 {
        self.limit.unwrap_or(u64::MAX)
    }
}

/// An error lists this many thread ids and counts the others.
const MAX_LISTED: usize = 20;

fn unknown_thread(id: u32, trace: &Trace) -> Failure {
    let path = trace.path.path().display();
    let listed = trace.threads.iter().take(MAX_LISTED).map(|thread| thread.id.to_string());
    let listed = listed.collect::<Vec<_>>().join(", ");
    let found = match trace.threads.len() {
        0 => "the trace has no threads".to_owned(),
        1..=MAX_LISTED => format!("the trace has these threads: {listed}"),
        count => format!("the trace has these threads: {listed} and {} more", count - MAX_LISTED),
    };
    Failure::Other(format!("{path}: no thread {id}; {found}"))
}
