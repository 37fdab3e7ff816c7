//! What a V4 trace is as a session of v2, worked out from the tests' own events in the simplest way. Nothing
//! here comes from the conversion or the reader.

use std::collections::BTreeMap;

use crate::v4::{Event, Payload};

/// An event as `atf dump` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Thread.
    pub thread: u32,
    /// Position in the thread.
    pub seq: u64,
    /// Time in ns.
    pub timestamp_ns: u64,
    /// "call", "return" or "signal".
    pub kind: &'static str,
    /// Depth.
    pub depth: u64,
    /// Name of the function; the number of a signal.
    pub name: String,
}

/// The events of each thread that has any, in the order of the file.
pub fn expected(events: &[Event]) -> BTreeMap<u32, Vec<Expected>> {
    let mut threads: BTreeMap<u32, (Vec<Expected>, Vec<&str>)> = BTreeMap::new();
    for event in events {
        let thread = u32::from_ne_bytes(event.thread_id.to_ne_bytes());
        let (kind, name) = match &event.payload {
            Some(Payload::Call { symbol, .. }) => ("call", symbol.clone()),
            Some(Payload::Return { symbol, .. }) => ("return", symbol.clone()),
            Some(Payload::Signal { number, .. }) => ("signal", number.to_string()),
            _ => continue,
        };
        let (written, open) = threads.entry(thread).or_default();
        let depth = match &event.payload {
            Some(Payload::Call { symbol, .. }) => {
                open.push(symbol);
                open.len() - 1
            }
            Some(Payload::Return { symbol, .. }) => {
                if let Some(at) = open.iter().rposition(|it| it == symbol) {
                    open.truncate(at);
                }
                open.len()
            }
            _ => open.len(),
        };
        let (seconds, nanos) = event.timestamp.unwrap_or_default();
        written.push(Expected {
            thread,
            seq: written.len() as u64,
            timestamp_ns: seconds as u64 * 1_000_000_000 + nanos as u64,
            kind,
            depth: depth as u64,
            name,
        });
    }
    threads.into_iter().map(|(id, (events, _))| (id, events)).collect()
}
