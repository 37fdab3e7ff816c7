//! How far long work is, told to C.

use std::ffi::c_void;

/// Told now and then how far a call is, on the thread that made the call.
///
/// It cannot end the work, must return (no longjmp, no exception), and must not use what the call works on.
///
/// @param done Bytes worked through; `total` is what that will be, roughly: what is written and what changes meanwhile
///        is not known before.
/// @param user What the call was given.
pub type AtfProgress = Option<unsafe extern "C" fn(done: u64, total: u64, user: *mut c_void)>;

/// A callback of C's, with what it was told.
pub(crate) struct Told {
    callback: AtfProgress,
    user: *mut c_void,
    done: u64,
    total: u64,
}

impl Told {
    /// Of work on so many bytes.
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
