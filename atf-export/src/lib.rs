//! Function traces in the formats of other tools.
//!
//! [`Source`] is what is exported: a trace, the names of its functions, and which of its calls are taken. Each format
//! is a module with a function `write`, which streams it to any [`Write`](std::io::Write) and returns what was
//! written, and what the format could not hold ([`Exported`]).
//!
//! # What becomes of what
//!
//! - A call that was open at the end of the trace, was left without a return, or ended among lost events, ends where
//!   [`atf_analysis`] ends it. Formats with a place for it say how it ended.
//! - A return without a call has no beginning. No format holds it; it is counted.
//! - Viewers need times that never decrease on a thread. Where the clock went backwards, the time of the event before
//!   is used instead; that is counted.

#![forbid(unsafe_code)]
#![deny(missing_debug_implementations)]
#![warn(
    clippy::must_use_candidate,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs
)]

pub mod callgrind;
pub mod chrome;
mod error;
mod exported;
mod gaps;
mod names;
pub mod perfetto;
pub mod pprof;
mod source;
pub mod speedscope;
mod steps;

pub use error::{Error, Result};
pub use exported::{Exported, LeftOut};
pub use source::Source;

/// Receives the bytes of events that were read since the last call.
pub use atf_runtime::verify::Progress;
