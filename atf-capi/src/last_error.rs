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

/// Keeps a failure for [`atf_last_error`] and [`atf_last_error_code`]. A thread that is ending has
/// nobody left to ask for it.
pub(crate) fn set(failure: &Failure) {
    let _ = TEXT.try_with(|last| last.replace(c_string(failure.text.as_str())));
    let _ = CODE.try_with(|last| last.set(failure.error));
}

/// The text of the last call that failed on this thread: file, place, what was expected and what
/// was found. UTF-8. For people: programs decide by atf_last_error_code.
///
/// Calls that succeed leave it as it is. Never NULL; an empty string when no call has failed on
/// this thread. Valid until the next call on this thread that fails, or the thread ends; not to be
/// freed.
#[unsafe(no_mangle)]
pub extern "C" fn atf_last_error() -> *const c_char {
    TEXT.try_with(|last| last.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}

/// The code of the last call that failed on this thread: one of the ATF_ERROR_ constants, or
/// ATF_ERROR_NONE when no call has failed on this thread. It says more than the errno that the call
/// returned: an errno of -EBADMSG is a footer that is missing, a checksum that is wrong, and so on.
///
/// The numbers are stable: an error keeps its number, and a later library may have new ones. Calls
/// that succeed leave the code as it is. Pushing into a ring does not set it.
#[unsafe(no_mangle)]
pub extern "C" fn atf_last_error_code() -> u32 {
    CODE.try_with(Cell::get).unwrap_or(ATF_ERROR_NONE)
}
