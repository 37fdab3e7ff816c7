//! What the tests share.
//!
//! [`builder`] is the oracle and depends on nothing of the project. What does depend on it (the
//! fake disk, the judges of a recovered trace) is taken in by the tests that need it.

pub mod builder;
pub mod cli;
