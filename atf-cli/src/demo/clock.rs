//! The clock for timestamps: in ns, continuous, the same on all cores.

pub(super) use atf_runtime::clock::now_ns;
