//! Benchmarks of ATF beside their baselines.
//!
//! The machine is noisy and absolute figures mean little, so every benchmark runs its sides in
//! rounds, one of each per round, and what counts is the ratio of their medians.

#![forbid(unsafe_code)]

pub mod figures;
mod rounds;
mod workload;

pub use rounds::{Side, Target, run_rounds};
pub use workload::{
    BUFFER_BYTES, EVENT_COUNT, Events, THREAD, bare_limit, platform, record, scratch_dir,
};

/// The file with the figures of the last full run, from the repository's root.
pub const FIGURES: &str = "docs/benchmarks.json";
/// The pages that show them.
pub const PAGES: [&str; 2] = ["README.md", "docs/benchmarks.md"];
