//! What every exported function runs in: an error becomes a code and this thread's text, and a
//! panic goes no further than here.

use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::failure::{Failure, Result};
use crate::last_error;
use crate::pointer;

/// Runs `work`; 0, or its failure's negative code.
#[inline]
pub(crate) fn guard(work: impl FnOnce() -> Result) -> c_int {
    guard_or(work, |()| 0, |failure| failure.code)
}

/// As [`guard`], for functions that return something else than a code.
#[inline]
pub(crate) fn guard_or<T, R>(
    work: impl FnOnce() -> Result<T>,
    done: impl FnOnce(T) -> R,
    failed: impl FnOnce(&Failure) -> R,
) -> R {
    // Whatever a panic left half done stays with the handle, which only memory safety is asked of.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(result)) => done(result),
        Ok(Err(failure)) => failed(&told(failure)),
        Err(_) => failed(&told(panicked())),
    }
}

/// What every close function does: takes a handle back and drops it. NULL is nothing to do.
///
/// # Safety
///
/// NULL, or from [`pointer::give`], and never used again.
pub(crate) unsafe fn close<T>(handle: *mut T) {
    // A panic while it is dropped is told, and there is nobody to whom a code could be returned.
    let _ = guard(|| {
        // SAFETY: the caller's.
        drop(unsafe { pointer::take(handle) });
        Ok(())
    });
}

#[cold]
fn told(failure: Failure) -> Failure {
    last_error::set(&failure);
    failure
}

#[cold]
fn panicked() -> Failure {
    Failure::new(
        libc::ENOTRECOVERABLE,
        "a defect of the library: a call panicked; close the handle and report it",
    )
}
