//! The C interface of ATF v2: what `include/atf/atf.h` declares.
//!
//! The doc comments of the exported functions are the header's: `atf-capi-header` writes it from
//! them. They speak to people who read C, and never see this crate.
//!
//! Every function goes through the module `guard`: it looks at its arguments, calls the runtime,
//! and turns an error into a code and a text; a panic goes no further. What a pointer must be for
//! that to be sound is said in the header, and again where it is used.

#![allow(unsafe_code)]
// What C has to keep is in each function's text; `# Safety` sections would be read by nobody.
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

pub mod index_writer;

pub mod detail_writer;

pub mod writer;

pub mod symbols;

pub mod session_writer;

pub mod now;

pub mod producer;

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

/// What the header says of threads. Readers and reports: several may use one at the same time.
const fn is_shared<T: Send + Sync>() {}
/// Iterators: one after the other.
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
