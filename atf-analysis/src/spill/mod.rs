//! Sorting more calls than memory should hold: in runs, which are written to a temporary file and merged.
//!
//! In: calls in any order. Out: the same in another order. The file has no name, so that nothing of it is left
//! however the program ends.

mod cursor;
mod file;
mod order;
mod record;
mod sorter;

pub(crate) use order::{Key, Order};
pub(crate) use record::Sorted;
pub(crate) use sorter::{SortedCalls, Sorter};
