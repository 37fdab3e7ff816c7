//! From calls in the order of their start to lines in timestamp order.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use atf_analysis::Call;

use super::line::Lines;

/// The calls that are open, of each thread.
#[derive(Default)]
pub(super) struct Threads {
    open: BTreeMap<u32, Vec<Open>>,
    /// The end of the innermost open call of each thread.
    ends: BTreeSet<(u64, u32)>,
    /// Lines up to now.
    lines: u64,
}

/// An open call.
struct Open {
    call: Call,
    /// Whether its first line was printed: it has calls inside.
    is_printed: bool,
    /// Lines when it was printed.
    at_line: u64,
    /// How deep it is indented.
    level: usize,
}

/// A call with more lines inside repeats its name at its end.
const LONG: u64 = 10;

impl Threads {
    /// Adds the next call. Prints what ended before it began, and the first line of the call around it.
    pub(super) fn add(&mut self, call: Call, lines: &mut Lines<'_>) -> io::Result<()> {
        while let Some(&(end_ns, thread)) = self.ends.first() {
            // At the same time, the call that ends comes first unless this one is inside of it.
            if end_ns > call.start_ns || (end_ns == call.start_ns && self.encloses(thread, &call)) {
                break;
            }
            self.end(thread, lines)?;
        }
        let stack = self.open.entry(call.thread_id).or_default();
        if let Some(outer) = stack.last_mut() {
            self.ends.remove(&(outer.call.end_ns, call.thread_id));
            if !outer.is_printed {
                outer.is_printed = true;
                self.lines += 1;
                outer.at_line = self.lines;
                lines.begin(&outer.call, outer.level)?;
            }
        }
        let level = stack.last().map_or(0, |outer| outer.level + 1);
        self.ends.insert((call.end_ns, call.thread_id));
        stack.push(Open { call, is_printed: false, at_line: 0, level });
        Ok(())
    }

    /// Ends what is open.
    pub(super) fn finish(&mut self, lines: &mut Lines<'_>) -> io::Result<()> {
        while let Some(&(_, thread)) = self.ends.first() {
            self.end(thread, lines)?;
        }
        Ok(())
    }

    /// Whether the call is inside of the innermost open one of the thread.
    fn encloses(&self, thread: u32, call: &Call) -> bool {
        let innermost = self.open.get(&thread).and_then(|stack| stack.last());
        let is_parent = |outer: &Open| call.parent == Some(outer.call.start_seq);
        thread == call.thread_id && innermost.is_some_and(is_parent)
    }

    /// Ends the innermost call of a thread.
    fn end(&mut self, thread: u32, lines: &mut Lines<'_>) -> io::Result<()> {
        let Some(stack) = self.open.get_mut(&thread) else { return Ok(()) };
        let Some(ended) = stack.pop() else { return Ok(()) };
        self.ends.remove(&(ended.call.end_ns, thread));
        if let Some(outer) = stack.last() {
            self.ends.insert((outer.call.end_ns, thread));
        }
        self.lines += 1;
        if ended.is_printed {
            let is_long = self.lines - ended.at_line > LONG;
            lines.end(&ended.call, ended.level, is_long)
        } else {
            lines.leaf(&ended.call, ended.level)
        }
    }
}
