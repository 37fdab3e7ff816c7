//! The oracle of calls, reports, trees, folded stacks and differences: the rules, written down in the plainest way.
//!
//! Nothing here comes from the schema, the runtime or the analysis. Everything is slow on purpose: lists are searched
//! from one end to the other, sums are made again for each call, and nothing is kept from one question to the next.

mod choice;
mod matching;
mod random;
mod tables;

pub use choice::Choice;
pub use matching::{Matched, READINGS, Reading, best_reading, match_thread};
pub use random::{Dice, Session, random_choice, random_session};
pub use tables::{
    Answer, Both, Numbers, Row, Taken, Tree, difference, folded, inverted, report, take, tree,
};

/// An event, as the oracle sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its time.
    pub time: u64,
    /// Its function, or how many events were lost.
    pub function: u64,
    /// 1 call, 2 return, 3 exception, 4 lost, 5 signal.
    pub kind: u32,
    /// Its depth.
    pub depth: u32,
    /// Whether it has a detail record.
    pub has_detail: bool,
}

/// A call, as the oracle sees it. Its times are not clipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Thread.
    pub thread: u32,
    /// Sequence of the call event.
    pub start: u32,
    /// Sequence of the event that ended it.
    pub end: Option<u32>,
    /// Function.
    pub function: u64,
    /// Depth of the call event.
    pub depth: u32,
    /// Start of the enclosing call.
    pub parent: Option<u32>,
    /// Time of the call event.
    pub start_ns: u64,
    /// Time of its end.
    pub end_ns: u64,
    /// return, exception, unwound, lost, end_of_trace.
    pub ended_by: &'static str,
    /// Whether it spans a marker.
    pub has_gap: bool,
}
