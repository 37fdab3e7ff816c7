//! The text and the code of the last failure, per thread.

use std::cell::{Cell, RefCell};
use std::ffi::{CString, c_char};

use crate::error_code::ATF_ERROR_NONE;
use crate::failure::Failure;
use crate::text::c_string;

thread_local! {
    static TEXT: RefCell<CString> = RefCell::default();
    static CODE: Cell<u32> = const { Cell::new(ATF_ERROR_NONE) };
}

/// Keeps a failure for [`atf_last_error`] and [`atf_last_error_code`]. Does nothing in a thread that is ending.
pub(crate) fn set(failure: &Failure) {
    let _ = TEXT.try_with(|last| last.replace(c_string(failure.text.as_str())));
    let _ = CODE.try_with(|last| last.set(failure.error));
}

/// The text of the last call that failed on this thread: file, place, expected, found. It is for people; programs
/// should use atf_last_error_code.
///
/// A call that succeeds does not change it. Pushes set no text.
///
/// @return The text, UTF-8, never NULL; empty if no call has failed on this thread. Valid until the next call that
///         fails on this thread, or until the thread ends. Do not free it.
#[unsafe(no_mangle)]
pub extern "C" fn atf_last_error() -> *const c_char {
    TEXT.try_with(|last| last.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}

/// The code of the last call that failed on this thread. It says more than the errno that the call returned: for
/// example, -EBADMSG stands for a missing footer as well as for a wrong checksum.
///
/// A call that succeeds does not change it. Pushes set no code. An error keeps its code in later versions; new
/// codes may come.
///
/// @return One of the ATF_ERROR_ constants; ATF_ERROR_NONE if no call has failed on this thread.
#[unsafe(no_mangle)]
pub extern "C" fn atf_last_error_code() -> u32 {
    CODE.try_with(Cell::get).unwrap_or(ATF_ERROR_NONE)
}
