//! The text of the last failure, per thread.

use std::cell::RefCell;
use std::ffi::{CString, c_char};

use crate::text::c_string;

thread_local! {
    static TEXT: RefCell<CString> = RefCell::default();
}

/// Keeps `text` for [`atf_last_error`]. A thread that is ending has nobody left to ask for it.
pub(crate) fn set(text: &str) {
    let _ = TEXT.try_with(|last| last.replace(c_string(text)));
}

/// What the last call that failed on this thread has to say: file, place, what was expected and
/// what was found. UTF-8.
///
/// Calls that succeed leave it as it is. Never NULL; an empty string when no call has failed on
/// this thread. Valid until the next call on this thread that fails, or the thread ends; not to be
/// freed.
#[unsafe(no_mangle)]
pub extern "C" fn atf_last_error() -> *const c_char {
    TEXT.try_with(|last| last.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}
