//! Timestamps: the operating system's clock, and the TSC on its scale.

use std::ffi::c_int;

use atf_runtime::clock::{Clock, now_ns};

use crate::guard::{guard, guard_or};
use crate::pointer;

/// The time since the machine was started, sleep included: CLOCK_BOOTTIME, which is ATF_CLOCK_HOST.
///
/// It never decreases, and is the same for all threads and processes. It makes no system call if the kernel reads
/// its clock from the TSC. May be called from a signal handler.
///
/// @return Time in ns.
#[unsafe(no_mangle)]
pub extern "C" fn atf_now_ns() -> u64 {
    now_ns()
}

/// The processor's counter (TSC) on the scale of atf_now_ns. Reading it costs less than atf_now_ns.
///
/// Make one per session, so that all threads share one scale. It never changes: any number of threads may read it
/// at once.
pub struct AtfClock {
    clock: Clock,
}

impl AtfClock {
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Makes a clock from the TSC. Takes about 10 ms, to compare the TSC with the system's clock.
///
/// @param clock Receives the clock, for atf_clock_close. Set only on success. Pass the clock in AtfDrainOptions
///        too, so that the manifest records its calibration.
/// @return 0; -ENOTSUP if the TSC cannot be used as a clock (atf_last_error says why; use atf_now_ns instead);
///         -EINVAL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_clock_calibrate(clock: *mut *mut AtfClock) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(clock, "clock") }?;
        pointer::give(to, AtfClock { clock: Clock::calibrated()? });
        Ok(())
    })
}

/// Reads a clock. May be called from a signal handler.
///
/// @param clock A clock; NULL to read atf_now_ns.
/// @return Time in ns, on the scale of atf_now_ns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_clock_now_ns(clock: *const AtfClock) -> u64 {
    // SAFETY: the header asks for a clock that is not closed, or NULL.
    unsafe { clock.as_ref() }.map_or_else(now_ns, |clock| clock.clock.now_ns())
}

/// Frees a clock. No thread may use it during the call or after it. Does nothing for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_clock_close(clock: *mut AtfClock) {
    guard_or(
        || {
            // SAFETY: the header asks for a clock that is closed once, or NULL.
            drop(unsafe { pointer::take(clock) });
            Ok(())
        },
        |()| (),
        |_| (),
    );
}
