//! One self-contained HTML page of a function trace.
//!
//! [`Page::of`] analyses a trace and reduces it until it fits into a budget of bytes: `timeline` folds calls that are too
//! short to be seen, `tree` paths that take too little time, `report` functions. The page says what was folded.
//! `html` puts data, script and style into one file.

#![forbid(unsafe_code)]
#![deny(missing_debug_implementations)]
#![warn(
    clippy::must_use_candidate,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs
)]

mod error;
mod functions;
mod html;
mod page;
mod report;
mod row;
mod source;
mod timeline;
mod tree;
mod varint;

pub use error::{Error, Result};
pub use page::Page;
pub use source::Source;

/// Receives the bytes of events that were read since the last call.
pub use atf_runtime::verify::Progress;
