//! The C interface of ATF v2: the functions that `include/atf/atf.h` declares.
//!
//! The doc comments of the exported items become the header's comments: `atf-capi-header` writes the header from this
//! source. They are written for readers of C, who never see this crate.
//!
//! Every function runs in the module `guard`: it checks its arguments, calls the runtime, and turns an error into a code
//! and a text. A panic does not leave the library. The header states what each pointer must be; the code repeats it
//! where the pointer is used.

#![allow(unsafe_code)]
// The header states the rules for callers; nobody would read `# Safety` sections.
#![allow(clippy::missing_safety_doc)]

mod clock;
mod failure;
mod guard;
mod pointer;
mod shared;
mod sized;
mod text;

pub mod error_code;
pub mod last_error;
pub mod version;

pub mod event;
pub mod sequences;

pub mod writer_options;

pub mod index_writer;

pub mod detail_writer;

pub mod writer;

pub mod symbols;

pub mod thread_summary;

pub mod session_writer;

pub mod now;

pub mod producer;

pub mod drain_notice;
pub mod drain_report;

pub mod drain;

pub mod index_reader;

pub mod detail;

pub mod detail_reader;

pub mod thread_reader;

pub mod session_reader;

pub mod merge;

pub mod problem;

pub mod progress;

pub mod verify;

pub mod recover;

/// The header's promise about threads. Readers, reports, clocks and drains: several threads may use one at once.
const fn is_shared<T: Send + Sync>() {}
/// Iterators, merges and producers: one thread at a time, not always the same one.
const fn is_sent<T: Send>() {}

const _: () = {
    is_shared::<index_reader::AtfIndexReader>();
    is_shared::<detail_reader::AtfDetailReader>();
    is_shared::<thread_reader::AtfThreadReader>();
    is_shared::<session_reader::AtfSessionReader>();
    is_shared::<verify::AtfVerifyReport>();
    is_shared::<recover::AtfRecoverReport>();
    is_sent::<detail_reader::AtfDetailIterator>();
    is_sent::<merge::AtfMerge>();
    is_shared::<now::AtfClock>();
    is_shared::<drain::AtfDrain>();
    is_sent::<producer::AtfProducer>();
};
