//! Progress of long calls, reported to C.

use std::ffi::c_void;

/// A function that a long call runs from time to time, on the thread that made the call.
///
/// It must return: no longjmp, no exception. It must not use the objects of the call. It cannot stop the call.
///
/// @param done Bytes processed so far.
/// @param total Estimated number of bytes in all; may grow, and is never less than `done`.
/// @param user The pointer that the call was given.
pub type AtfProgress = Option<unsafe extern "C" fn(done: u64, total: u64, user: *mut c_void)>;

/// A callback of C, and how much was reported to it.
pub(crate) struct Reporter {
    callback: AtfProgress,
    user: *mut c_void,
    done: u64,
    total: u64,
}

impl Reporter {
    /// For work on `total` bytes.
    ///
    /// # Safety
    ///
    /// `callback` may be called with `user` on this thread.
    pub(crate) unsafe fn new(callback: AtfProgress, user: *mut c_void, total: u64) -> Self {
        Self { callback, user, done: 0, total }
    }

    pub(crate) fn add(&mut self, bytes: u64) {
        self.done = self.done.saturating_add(bytes);
        if let Some(callback) = self.callback {
            // SAFETY: `new` was promised that it may be called with this.
            unsafe { callback(self.done, self.total.max(self.done), self.user) };
        }
    }
}
