//! Timestamps: the operating system's clock, and the processor's counter on its scale.

use std::ffi::c_int;

use atf_runtime::clock::{Clock, now_ns};

use crate::guard::{guard, guard_or};
use crate::pointer;

/// The time since the machine was started, sleep included, in ns: CLOCK_BOOTTIME, ATF_CLOCK_HOST. Never
/// decreases; the same for all threads and processes. Without a system call, where the kernel's clock is the
/// processor's counter.
#[unsafe(no_mangle)]
pub extern "C" fn atf_now_ns() -> u64 {
    now_ns()
}

/// The processor's counter on the scale of atf_now_ns: costs less. Made once per session, so that all threads
/// have one scale; it never changes, and any number of threads may ask it at once.
pub struct AtfClock {
    clock: Clock,
}

impl AtfClock {
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }
}

/// Makes a clock of the processor's counter; takes some 10 ms, in which it is laid on the system's scale.
///
/// @param clock Where it goes, to be given to atf_clock_close; and into AtfDrainOptions, so that the manifest
///        says how it was laid. Not touched on failure.
/// @return 0; -ENOTSUP where the counter cannot be trusted, and the text says why: use atf_now_ns then;
///         -EINVAL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_clock_calibrate(clock: *mut *mut AtfClock) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a place for a pointer, or NULL.
        let to = unsafe { pointer::output(clock, "clock") }?;
        pointer::give(to, AtfClock { clock: Clock::calibrated()? });
        Ok(())
    })
}

/// The time in ns, on the scale of atf_now_ns, from this clock; with NULL it is atf_now_ns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn atf_clock_now_ns(clock: *const AtfClock) -> u64 {
    // SAFETY: the header asks for a clock that is not closed, or NULL.
    unsafe { clock.as_ref() }.map_or_else(now_ns, |clock| clock.clock.now_ns())
}

/// Frees a clock, when no thread asks it any more. NULL is nothing to do.
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
