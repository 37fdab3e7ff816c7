//! The frame of every exported function: an error becomes a code and the thread's text, and a panic stops here.

use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::failure::{Failure, Result};
use crate::last_error;
use crate::pointer;

/// Runs `work`. Returns 0, or the negative code of its failure.
#[inline]
pub(crate) fn guard(work: impl FnOnce() -> Result) -> c_int {
    guard_or(work, |()| 0, |failure| failure.code)
}

/// As [`guard`], for functions that return something other than a code.
#[inline]
pub(crate) fn guard_or<T, R>(
    work: impl FnOnce() -> Result<T>,
    done: impl FnOnce(T) -> R,
    failed: impl FnOnce(&Failure) -> R,
) -> R {
    // A panic may leave the handle's object half changed; memory safety does not depend on it.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(result)) => done(result),
        Ok(Err(failure)) => failed(&keep(failure)),
        Err(_) => failed(&keep(panicked())),
    }
}

/// The body of every close function: takes a handle back and drops it. Does nothing for NULL.
///
/// # Safety
///
/// NULL, or from [`pointer::give`], and never used again.
pub(crate) unsafe fn close<T>(handle: *mut T) {
    // A panic while it is dropped sets the text; there is no code to return.
    let _ = guard(|| {
        // SAFETY: the caller's.
        drop(unsafe { pointer::take(handle) });
        Ok(())
    });
}

#[cold]
fn keep(failure: Failure) -> Failure {
    last_error::set(&failure);
    failure
}

#[cold]
fn panicked() -> Failure {
    Failure::new(
        libc::ENOTRECOVERABLE,
        "internal error: the library panicked; close the handle and report it",
    )
}
