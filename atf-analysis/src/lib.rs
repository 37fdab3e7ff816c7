//! From a trace to an answer: calls, and what is computed from them.
//!
//! A *call* pairs a call event with the event that ends it, on one thread. [`ThreadCalls`] gives the calls of a thread
//! straight from its mapped file; nothing is imported or converted. A [`Selection`] chooses among them.
//!
//! # Matching
//!
//! A stack per thread, in the order of the file:
//!
//! 1. A call at depth *d* ends the open calls at depth *d* and below: they were left without an event (`unwound`, for
//!    example by `longjmp`). Then it begins.
//! 2. A return or exception of a function at depth *d* ends the open call of that function at that depth, and with it
//!    the calls inside (`unwound`). Without such a call it is an *orphan return*, which is counted.
//! 3. A marker of lost events leaves the calls open, and they *have a gap*. The next event shows which of them ended
//!    meanwhile: they end at the time of the marker (`lost`).
//! 4. At the end of the file, open calls end at the highest time of the thread (`end_of_trace`).
//! 5. Signals and events of unknown kinds are counted and skipped.
//!
//! Depth is evidence, not law: see [`DepthFrom`].
//!
//! # Conventions
//!
//! Those of `atf-runtime`. Times are `u64` in ns, and sums of them stop at `u64::MAX`. What is wrong with the events
//! is never an error: it is in the [`Counts`].

#![forbid(unsafe_code)]
#![deny(missing_debug_implementations)]
#![warn(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::iter_without_into_iter
)]

mod call;
mod calls;
mod counts;
mod difference;
mod error;
mod events;
pub mod filter;
mod matching;
pub mod names;
mod options;
mod report;
mod running;
mod selecting;
mod selection;
mod spill;
mod summary;
mod trace;
mod tree;

pub use call::{Call, Cut, EndedBy};
pub use calls::{CallsByEnd, CallsByStart, CallsInFileOrder, ThreadCalls, map_threads};
pub use counts::{Counts, ThreadCounts};
pub use difference::{
    Change, Compared, Difference, DifferenceRow, FunctionKey, FunctionKeys, Totals,
};
pub use error::{Error, Result};
pub use matching::DepthFrom;
pub use options::Options;
pub use report::{By, Report, ReportRow};
pub use selection::{FunctionSet, Selection};
pub use summary::{Summary, ThreadSummary};
pub use trace::Trace;
pub use tree::{CallTree, Folded, Recursion, Stack, TreeNode, Walk};

/// The examples of this crate's README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
