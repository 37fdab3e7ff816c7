//! The one instruction that reads the processor's counter.
#![allow(unsafe_code)]

/// Ticks of the time stamp counter. Some 11 ns; does not wait for the instructions before it.
#[inline]
pub(super) fn read() -> u64 {
    // SAFETY: 1. RDTSC touches no memory and every x86_64 has it.
    //         2. A kernel that forbids it to programs (PR_SET_TSC) ends them with a signal, no worse.
    unsafe { core::arch::x86_64::_rdtsc() }
}
