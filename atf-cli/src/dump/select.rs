//! Which events are printed.

use std::ops::Bound;

use atf_runtime::Merge;

use crate::failure::Failure;
use crate::trace::{Thread, Trace};
use crate::whole_number;

/// Options that narrow down what is printed.
#[derive(Debug, clap::Args)]
pub(super) struct Selection {
    /// Only this thread, in the order of its file.
    #[arg(long, value_name = "ID", value_parser = whole_number::u32)]
    thread: Option<u32>,
    /// Only events at or after this time, in ns.
    #[arg(long, value_name = "NS", value_parser = whole_number::u64)]
    from: Option<u64>,
    /// Only events before this time, in ns.
    #[arg(long, value_name = "NS", value_parser = whole_number::u64)]
    to: Option<u64>,
    /// At most so many events, over all threads.
    #[arg(long, value_name = "N", value_parser = whole_number::u64)]
    limit: Option<u64>,
}

impl Selection {
    /// The first `limit` events of the trace.
    pub(super) fn first(limit: u64) -> Self {
        Self { thread: None, from: None, to: None, limit: Some(limit) }
    }

    /// The threads to print.
    ///
    /// # Errors
    ///
    /// When the one that is asked for is not there, or cannot be read.
    pub(super) fn threads<'a>(&self, trace: &'a Trace) -> Result<Vec<&'a Thread>, Failure> {
        let Some(id) = self.thread else { return Ok(trace.threads.iter().collect()) };
        let Some(thread) = trace.threads.iter().find(|thread| thread.id == id) else {
            return Err(unknown_thread(id, trace));
        };
        match &thread.files {
            Ok(_) => Ok(vec![thread]),
            Err(error) => {
                let why = crate::failure::one_line(error);
                Err(Failure::Other(format!("thread {id} cannot be read: {why}")))
            }
        }
    }

    /// The events to print, but for the limit.
    pub(super) fn of<'a>(&self, events: Merge<'a>) -> Merge<'a> {
        if (self.from, self.to) == (None, None) {
            // Spares the look at every event that finding a range takes.
            return events;
        }
        let from = self.from.map_or(Bound::Unbounded, Bound::Included);
        let to = self.to.map_or(Bound::Unbounded, Bound::Excluded);
        events.within((from, to))
    }

    /// Whether a detail record of that time is printed.
    pub(super) fn contains(&self, timestamp_ns: u64) -> bool {
        self.from.is_none_or(|from| from <= timestamp_ns)
            && self.to.is_none_or(|to| timestamp_ns < to)
    }

    /// Most events that are printed.
    pub(super) fn limit(&self) -> u64 {
        self.limit.unwrap_or(u64::MAX)
    }
}

/// So many threads are named; the rest is counted.
const MOST_NAMED: usize = 20;

fn unknown_thread(id: u32, trace: &Trace) -> Failure {
    let named = trace.threads.iter().take(MOST_NAMED).map(|thread| thread.id.to_string());
    let mut there = named.collect::<Vec<_>>().join(", ");
    if trace.threads.len() > MOST_NAMED {
        there.push_str(&format!(" and {} more", trace.threads.len() - MOST_NAMED));
    }
    let found = if there.is_empty() { "no thread at all".to_owned() } else { there };
    let path = trace.path.path().display();
    Failure::Other(format!("{path}: expected a thread {id}, found {found}"))
}
