//! The clock for timestamps: in ns, continuous, the same on all cores.

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use atf_runtime::clock::now_ns;

/// Time since the first call, in ns. Reading the platform's own clock needs unsafe code; for a
/// sample trace this is sufficient.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn now_ns() -> u64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}
