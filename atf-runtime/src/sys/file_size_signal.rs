//! SIGXFSZ, which the system sends to a thread that writes beyond the limit on the size of files (`ulimit
//! -f`), besides answering the write with `FileTooLarge`. Its default is to end the program: a trace must not
//! do that to the traced program.
//!
//! The program's handler is never changed. The signal is blocked in the calling thread only, and one that
//! came meanwhile is taken back.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::ptr::null_mut;

use libc::{
    SIG_BLOCK, SIG_SETMASK, SIGXFSZ, pthread_sigmask, sigaddset, sigemptyset, sigismember,
    sigpending, sigset_t, sigtimedwait, timespec,
};

/// The set of this one signal.
fn only_sigxfsz() -> sigset_t {
    let mut set = MaybeUninit::<sigset_t>::uninit();
    // SAFETY: `sigemptyset` writes all of the set that it is given.
    unsafe { sigemptyset(set.as_mut_ptr()) };
    // SAFETY: initialized by the line above.
    let mut set = unsafe { set.assume_init() };
    // SAFETY: an initialized set, and a signal that exists.
    unsafe { sigaddset(&raw mut set, SIGXFSZ) };
    set
}

/// Blocks the signal in the calling thread, and returns the mask before; `None` if that failed.
fn block() -> Option<sigset_t> {
    let set = only_sigxfsz();
    let mut before = MaybeUninit::<sigset_t>::uninit();
    // SAFETY: both point to sets of this function; changes the mask of this thread only.
    let failed = unsafe { pthread_sigmask(SIG_BLOCK, &raw const set, before.as_mut_ptr()) };
    // SAFETY: a call that succeeded has written the mask.
    (failed == 0).then(|| unsafe { before.assume_init() })
}

/// Whether the signal waits until it is not blocked any more.
fn is_pending() -> bool {
    let mut pending = only_sigxfsz();
    // SAFETY: points to a set of this function.
    let failed = unsafe { sigpending(&raw mut pending) } != 0;
    // SAFETY: an initialized set, and a signal that exists.
    !failed && unsafe { sigismember(&raw const pending, SIGXFSZ) } == 1
}

thread_local! {
    /// Whether the calling thread is one of ours, which blocks the signal for good.
    static IS_BLOCKED: Cell<bool> = const { Cell::new(false) };
}

/// Blocks the signal in the calling thread for good.
pub(crate) fn block_file_size_signal() {
    IS_BLOCKED.set(block().is_some());
}

/// Runs `write`, which may fail with `FileTooLarge`, without the signal that comes with that.
pub(crate) fn without_file_size_signal<T>(write: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    if IS_BLOCKED.get() {
        return write();
    }
    let Some(before) = block() else { return write() };
    // One that waits already, because the program blocks it, is the program's own.
    let was_pending = is_pending();
    let result = write();
    let is_too_large = matches!(&result, Err(error) if error.kind() == ErrorKind::FileTooLarge);
    if is_too_large && !was_pending {
        let (set, now) = (only_sigxfsz(), timespec { tv_sec: 0, tv_nsec: 0 });
        // SAFETY: both point to values of this function. Does not wait.
        unsafe { sigtimedwait(&raw const set, null_mut(), &raw const now) };
    }
    // SAFETY: the mask that this thread had.
    unsafe { pthread_sigmask(SIG_SETMASK, &raw const before, null_mut()) };
    result
}
