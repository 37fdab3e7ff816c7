//! Calls, reports, call trees and differences, as tables of columns.
//!
//! What a call is, and what the filters mean, is decided in `atf-analysis`.

mod calls;
mod columns;
mod difference;
mod filters;
mod report;
mod source;
mod table;
mod tree;
mod verified;

pub(crate) use calls::calls;
pub(crate) use difference::difference;
pub(crate) use report::report;
pub(crate) use source::Source;
pub(crate) use table::{Column, Table};
pub(crate) use tree::call_tree;
pub(crate) use verified::{recover, verify};
