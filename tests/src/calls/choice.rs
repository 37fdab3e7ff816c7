//! Which calls are wanted.

use super::{Call, Matched};

/// Which calls are wanted; the default wants all.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Threads.
    pub threads: Option<Vec<u32>>,
    /// From this time on.
    pub from: Option<u64>,
    /// Before this time.
    pub to: Option<u64>,
    /// Whether these functions or all others are wanted.
    pub functions: Option<(bool, Vec<u64>)>,
    /// Inside of a call of one of these.
    pub callers: Option<Vec<u64>>,
    /// With a smaller depth.
    pub depth: Option<u32>,
    /// At least so long.
    pub least: Option<u64>,
    /// With an event of one of these kinds.
    pub kinds: Option<Vec<u32>>,
}

impl Choice {
    /// Whether the thread is wanted.
    pub fn wants_thread(&self, thread: u32) -> bool {
        self.threads.as_ref().is_none_or(|threads| threads.contains(&thread))
    }

    /// Whether the time is wanted.
    pub fn wants_time(&self, time: u64) -> bool {
        self.from.is_none_or(|from| time >= from) && self.to.is_none_or(|to| time < to)
    }

    /// Whether the function is wanted.
    pub fn wants_function(&self, function: u64) -> bool {
        self.functions.as_ref().is_none_or(|(listed, of)| of.contains(&function) == *listed)
    }

    /// Moves a time into the range.
    pub fn clip(&self, time: u64) -> u64 {
        let mut time = time;
        if let Some(from) = self.from
            && time < from
        {
            time = from;
        }
        if let Some(to) = self.to
            && time > to
        {
            time = to;
        }
        time
    }

    /// Whether the call, one of `matched`, is wanted.
    pub fn wants(&self, call: &Call, matched: &Matched) -> bool {
        let enclosing = ancestors(call, matched);
        let is_called = |callers: &Vec<u64>| {
            enclosing.iter().any(|ancestor| callers.contains(&ancestor.function))
        };
        let has_kind = |kinds: &Vec<u32>| {
            let ended = match call.ended_by {
                "return" => 2,
                "exception" => 3,
                "lost" => 4,
                _ => 1,
            };
            kinds.contains(&1) || kinds.contains(&ended)
        };
        let last = call.end_ns.max(call.start_ns);
        let is_range_empty =
            matches!((self.from, self.to), (from, Some(to)) if from.unwrap_or(0) >= to);
        self.wants_thread(call.thread)
            && !is_range_empty
            && self.to.is_none_or(|to| call.start_ns < to)
            && self.from.is_none_or(|from| last >= from)
            && self.wants_function(call.function)
            && self.callers.as_ref().is_none_or(is_called)
            && self.depth.is_none_or(|depth| call.depth < depth)
            && self.least.is_none_or(|least| call.end_ns.saturating_sub(call.start_ns) >= least)
            && self.kinds.as_ref().is_none_or(has_kind)
    }
}

/// The calls that enclose `call`, the outermost first.
pub(super) fn ancestors<'a>(call: &Call, matched: &'a Matched) -> Vec<&'a Call> {
    let mut found = Vec::new();
    let mut parent = call.parent;
    while let Some(start) = parent {
        let above = matched.calls.iter().find(|it| it.start == start).expect("a parent");
        found.push(above);
        parent = above.parent;
    }
    found.reverse();
    found
}
