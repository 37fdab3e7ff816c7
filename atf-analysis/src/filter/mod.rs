//! What a user chooses: functions and modules by pattern, threads, times, depth, durations, kinds.
//!
//! The parts are parsed from text ([`Pattern`], [`TimePoint`], [`parse_threads`], [`parse_duration`],
//! [`parse_kind`]); an error names what was expected, with an example. A [`Filter`] holds them, and becomes a
//! [`Selection`](crate::Selection) when the names and times of a session are known.

mod duration;
mod error;
mod kind;
mod pattern;
mod resolve;
mod threads;
mod time;

pub use duration::parse_duration;
pub use error::FilterError;
pub use kind::parse_kind;
pub use pattern::{Pattern, is_kept};
pub use resolve::{Filter, Resolved};
pub use threads::parse_threads;
pub use time::TimePoint;
