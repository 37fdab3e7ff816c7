//! Running an analysis over threads, on one or more threads of this process.

mod in_parallel;
mod one_thread;
mod replay;

pub(crate) use in_parallel::{Work, in_parallel};
pub(crate) use one_thread::run;
