//! The native part of the Python package `atf`: the readers of `atf-runtime` as Python classes, and the answers of
//! `atf-analysis` as tables.
//!
//! In: paths and numbers from Python. Out: records as objects of the generated module `atf.atf_v2`, arrays over
//! the mapped files ([`memory`]), and streams of the Arrow C interface ([`arrow`]). What the format means is
//! decided in `atf-runtime`; nothing here knows a byte offset.
//!
//! A Python object holds its reader through a [`home::Handle`]. Closing the object drops its share of the reader.
//! Arrays and streams hold a share of their own, so that a map is never removed under them.

#![forbid(unsafe_code)]

mod analysis;
mod arrow;
mod convert;
mod detail;
mod errors;
mod events;
mod home;
mod index;
mod manifest;
mod memory;
mod merged;
mod record;
mod session;
mod thread;

use pyo3::prelude::*;

/// The native part of the package.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::analysis::{Column, Table};
    #[pymodule_export]
    use super::detail::{DetailReader, RecordIterator};
    #[pymodule_export]
    use super::events::{EventIterator, EventSlice};
    #[pymodule_export]
    use super::index::IndexReader;
    #[pymodule_export]
    use super::manifest::{function_id_of, read_manifest};
    #[pymodule_export]
    use super::memory::Memory;
    #[pymodule_export]
    use super::merged::{BlockIterator, MergedEvents};
    #[pymodule_export]
    use super::record::DetailEvent;
    #[pymodule_export]
    use super::session::{OpenedThread, SessionReader};
    #[pymodule_export]
    use super::thread::ThreadReader;
}
