//! Writer, reader, verification and recovery of ATF v2 function traces.
//!
//! A traced program writes one `thread_N/index.atf` per thread, and a `detail.atf` for events with
//! detail: see [`ThreadWriter`] and [`session::SessionWriter`]. [`session::SessionReader`] and
//! [`ThreadReader`] read these files over a memory map, also after a crash left them truncated or
//! unfinalized. [`verify`] reports what is wrong with a trace, [`recovery`] repairs it.
//!
//! The types in [`mod@format`] are generated from the schema, `schema/atf-v2.toml`. No other code
//! contains a byte offset. Their fields are `zerocopy` integers of alignment 1, because events are
//! borrowed from the map: `zerocopy` is part of this crate's public API.
//!
//! # Conventions
//!
//! - A path goes in as `impl AsRef<Path>` and comes out as `&Path`.
//! - Sequences, thread ids, and what one writer or producer has written are `u32`, as in the
//!   format. `len` of a reader is `usize`, because it indexes memory. Sums over threads, bytes and
//!   offsets are `u64`.
//! - Work that takes long is given an `Option` of a [`verify::Progress`], and reports bytes to it.
//! - Results are `#[non_exhaustive]`. Not so [`Event`], [`Platform`], [`FunctionDetail`] and the parts
//!   of a manifest, which callers write as literals; [`Lane`] and [`Sequences`], which follow from the
//!   two files of a thread; and enums with a variant for everything else.
//! - Programs decide by the variants of [`Error`] and by [`FaultKind`], people read the text.

#![deny(unsafe_code)]
#![deny(missing_debug_implementations)]
// What docs/api-guidelines.md says of a lint. A type that callers write as a literal expects the last two.
#![warn(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::iter_without_into_iter
)]

pub mod clock;
mod consistency;
pub mod drain;
mod ending;
pub mod error;
#[expect(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    reason = "records and closed enums of the schema"
)]
pub mod format;
mod input;
mod lane;
mod lock;
mod lost;
pub mod manifest;
pub mod merge;
mod output;
mod parallel;
mod platform;
pub mod reader;
pub mod recovery;
pub mod ring;
mod rollback;
mod seq;
pub mod session;
pub mod storage;
pub mod survey;
mod sys;
mod thread_dir;
#[cfg(feature = "v4")]
pub mod v4;
pub mod verify;
pub mod writer;

pub use error::{Error, Fault, FaultKind, Result};
pub use lane::Lane;
pub use lost::lost_events;
pub use merge::{Merge, MergedEvent};
pub use platform::{Platform, clock_of};
pub use reader::{DetailEvent, DetailReader, IndexReader, ThreadReader};
pub use seq::{DetailSeq, IndexSeq, Sequences, ThreadCounters};
pub use writer::{Event, FunctionDetail, Payload, ThreadSummary, ThreadWriter, WriterOptions};

/// The README's examples, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The examples of this crate's own README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
