//! Differences of two traces, function by function.

mod compare;
mod key;

pub use compare::{Change, Compared, Difference, DifferenceRow, Totals};
pub use key::{FunctionKey, FunctionKeys};
