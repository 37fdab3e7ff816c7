//! Reports: calls and times per function, thread or module.

mod distribution;
mod grouping;
mod stats;
mod table;

pub use table::{By, Report, ReportRow};

pub(crate) use grouping::{Grouping, group};
pub(crate) use stats::{Stats, saturated};
