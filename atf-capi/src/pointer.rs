//! Turns the pointers that C passes into references. Nothing else in this crate does.
//!
//! Every pointer is NULL, or points to a valid object that nothing else uses during the call. So the header says.

use std::ffi::{CStr, c_char};
use std::path::PathBuf;

use crate::failure::{Failure, Result};

/// The object of a handle, for changing it.
///
/// # Safety
///
/// NULL, or made by this library, not closed, and not used by another thread during the call.
#[inline]
pub(crate) unsafe fn handle<'a, T>(pointer: *mut T, name: &str) -> Result<&'a mut T> {
    // SAFETY: the caller's.
    unsafe { pointer.as_mut() }.ok_or_else(|| is_null(name))
}

/// An object that is only read.
///
/// # Safety
///
/// NULL, or valid and not written to during the call.
#[inline]
pub(crate) unsafe fn input<'a, T>(pointer: *const T, name: &str) -> Result<&'a T> {
    // SAFETY: the caller's.
    unsafe { pointer.as_ref() }.ok_or_else(|| is_null(name))
}

/// `len` objects. NULL is allowed if `len` is 0.
///
/// # Safety
///
/// NULL, or valid for `len` objects that are not written to while the result is used.
#[inline]
pub(crate) unsafe fn slice<'a, T>(pointer: *const T, len: usize, name: &str) -> Result<&'a [T]> {
    if len == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(is_null(name));
    }
    if len.checked_mul(size_of::<T>()).is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err(Failure::argument(name, "a count that fits into memory", len));
    }
    // SAFETY: not NULL, and no longer than an object can be; the rest is the caller's.
    Ok(unsafe { std::slice::from_raw_parts(pointer, len) })
}

/// A path.
///
/// # Safety
///
/// NULL, or a string that ends with a zero byte.
pub(crate) unsafe fn path(pointer: *const c_char, name: &str) -> Result<PathBuf> {
    // SAFETY: the caller's.
    let bytes = unsafe { text(pointer, name) }?.to_bytes();
    if bytes.is_empty() {
        return Err(Failure::argument(name, "a path", "an empty string"));
    }
    #[cfg(unix)]
    return Ok(PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes)));
    #[cfg(not(unix))]
    std::str::from_utf8(bytes)
        .map(PathBuf::from)
        .map_err(|error| Failure::argument(name, "UTF-8", error))
}

/// A string.
///
/// # Safety
///
/// NULL, or a string that ends with a zero byte and is not written to while the result is used.
pub(crate) unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a CStr> {
    if pointer.is_null() {
        return Err(is_null(name));
    }
    // SAFETY: not NULL; the rest is the caller's.
    Ok(unsafe { CStr::from_ptr(pointer) })
}

/// A place for a result.
///
/// # Safety
///
/// NULL, or valid for writing. What it holds is not read.
#[inline]
pub(crate) unsafe fn output<T>(pointer: *mut T, name: &str) -> Result<Output<T>> {
    if pointer.is_null() { Err(is_null(name)) } else { Ok(Output(pointer)) }
}

/// A place for a result that is not NULL.
pub(crate) struct Output<T>(*mut T);

impl<T> Output<T> {
    pub(crate) fn pointer(&self) -> *mut T {
        self.0
    }

    #[inline]
    pub(crate) fn set(self, value: T) {
        // SAFETY: `output` was promised a place that can be written. The old value is not dropped.
        unsafe { self.0.write(value) }
    }
}

/// Places for several results.
///
/// # Safety
///
/// NULL, or valid for writing `len` objects. What they hold is not read.
pub(crate) unsafe fn places<T>(pointer: *mut T, len: usize, name: &str) -> Result<Places<T>> {
    if pointer.is_null() {
        return Err(is_null(name));
    }
    if len == 0 || len.checked_mul(size_of::<T>()).is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err(Failure::argument(
            name,
            "room for at least one, and no more than fits into memory",
            len,
        ));
    }
    Ok(Places { first: pointer, len: 0, room: len })
}

/// Places for several results, not NULL, filled from the first on.
pub(crate) struct Places<T> {
    first: *mut T,
    len: usize,
    room: usize,
}

impl<T> Places<T> {
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.len >= self.room
    }

    /// How many are filled.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Fills the next place, if one is left.
    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        if self.is_full() {
            return;
        }
        let place = self.first.wrapping_add(self.len);
        // SAFETY: `places` was promised `room` places. The old value is not dropped.
        unsafe { place.write(value) };
        self.len += 1;
    }
}

/// Makes a new handle for C.
pub(crate) fn give<T>(to: Output<*mut T>, value: T) {
    to.set(Box::into_raw(Box::new(value)));
}

/// Takes a handle back; `None` for NULL.
///
/// # Safety
///
/// NULL, or from [`give`], and never used again.
pub(crate) unsafe fn take<T>(pointer: *mut T) -> Option<Box<T>> {
    // SAFETY: the caller's.
    (!pointer.is_null()).then(|| unsafe { Box::from_raw(pointer) })
}

/// The failure for a pointer that must not be NULL.
#[cold]
pub(crate) fn is_null(name: &str) -> Failure {
    Failure::argument(name, "a pointer", "NULL")
}
