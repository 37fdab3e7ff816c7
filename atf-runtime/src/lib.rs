//! Writer, reader, verification and recovery of ATF v2 function traces.
//!
//! A traced program writes one `thread_N/index.atf` per thread, and a `detail.atf` when asked;
//! see [`ThreadWriter`] and [`session::SessionWriter`]. [`session::SessionReader`] and
//! [`ThreadReader`] read them back over a memory map, also when they were torn by a crash.
//! [`verify`] says what is wrong with a trace, [`recovery`] makes a whole one of what is left.
//!
//! The types in [`mod@format`] are generated from the schema, `schema/atf-v2.toml`; nothing here
//! types a byte offset of its own.

#![deny(unsafe_code)]
#![deny(missing_debug_implementations)]

pub mod clock;
mod consistency;
pub mod drain;
mod ending;
pub mod error;
pub mod format;
mod input;
mod lock;
pub mod manifest;
pub mod merge;
mod output;
mod platform;
pub mod reader;
pub mod recovery;
pub mod ring;
mod seq;
pub mod session;
pub mod storage;
mod sys;
mod thread_dir;
pub mod verify;
pub mod writer;

pub use error::{Error, Fault, FaultKind, Result};
pub use merge::{Merge, MergedEvent};
pub use platform::{Platform, clock_of};
pub use reader::{DetailEvent, DetailReader, IndexReader, ThreadReader};
pub use seq::{DetailSeq, IndexSeq, Lane, Sequences, ThreadCounters};
pub use writer::{Event, FunctionDetail, Payload, ThreadSummary, ThreadWriter, WriterOptions};

/// The README's examples, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The examples of this crate's own README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
