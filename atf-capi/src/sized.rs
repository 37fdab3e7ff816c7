//! Structs that a later revision may extend: they begin with the number of bytes that the program's header
//! gave them, and no byte behind that is read or written.

use crate::failure::{Failure, Result};
use crate::pointer::{self, Output};

/// A struct of numbers and pointers that begins with its size, as a `u32`.
///
/// # Safety
///
/// `repr(C)`, the size first, and every value of its other bytes is one that it can have.
pub(crate) unsafe trait Extensible: Copy {
    /// Its name in C.
    const NAME: &'static str;
    /// Its length in the first revision that had it.
    const LEAST: usize;
}

/// Fills one of `size` bytes with what it is to hold before the program changes it.
///
/// # Safety
///
/// NULL, or valid for writing `size` bytes.
pub(crate) unsafe fn init<T: Extensible>(to: *mut T, size: usize, value: T, name: &str) -> Result {
    check::<T>(size)?;
    // SAFETY: the caller's.
    let to = unsafe { pointer::output(to, name) }?;
    // SAFETY: `size` bytes can be written, the caller says; `check` let no more pass than there are.
    unsafe { store(to, size, &value) };
    Ok(())
}

/// What the program has filled in; what it does not know of is as in `value`.
///
/// # Safety
///
/// NULL, or valid for as many bytes as its first member says.
pub(crate) unsafe fn read<T: Extensible>(from: *const T, mut value: T, name: &str) -> Result<T> {
    if from.is_null() {
        return Err(pointer::is_null(name));
    }
    // SAFETY: not NULL; it begins with its size, as `T` does.
    let size = unsafe { from.cast::<u32>().read_unaligned() } as usize;
    check::<T>(size)?;
    let to = (&raw mut value).cast::<u8>();
    // SAFETY: as many bytes as the program says there are, and no more than `value` has; any are valid.
    unsafe { std::ptr::copy_nonoverlapping(from.cast::<u8>(), to, size) };
    Ok(value)
}

/// A place for a result, whose size the program has filled in.
pub(crate) struct Place<T> {
    to: Output<T>,
    size: usize,
}

impl<T: Extensible> Place<T> {
    pub(crate) fn set(self, value: &T) {
        // SAFETY: `output` was promised as many bytes, and `check` let no more pass than there are.
        unsafe { store(self.to, self.size, value) };
    }
}

/// Where a result goes.
///
/// # Safety
///
/// NULL, or valid for writing as many bytes as its first member says.
pub(crate) unsafe fn output<T: Extensible>(to: *mut T, name: &str) -> Result<Place<T>> {
    // SAFETY: the caller's.
    let output = unsafe { pointer::output(to, name) }?;
    // SAFETY: not NULL; it begins with its size, as `T` does.
    let size = unsafe { to.cast::<u32>().read_unaligned() } as usize;
    check::<T>(size)?;
    Ok(Place { to: output, size })
}

/// # Safety
///
/// `size` bytes can be written, and `T` has as many.
unsafe fn store<T: Extensible>(to: Output<T>, size: usize, value: &T) {
    let to = to.pointer().cast::<u8>();
    let from = std::ptr::from_ref(value).cast::<u8>();
    // SAFETY: the caller's; `value` is this function's own or borrowed, and so elsewhere.
    unsafe { std::ptr::copy_nonoverlapping(from, to, size) };
    // SAFETY: no struct is shorter than its size.
    unsafe { to.cast::<u32>().write_unaligned(size as u32) };
}

fn check<T: Extensible>(size: usize) -> Result {
    let known = T::LEAST..=size_of::<T>();
    if known.contains(&size) {
        return Ok(());
    }
    let expected = format!("{} to {}, set by its init function", known.start(), known.end());
    Err(Failure::argument(&format!("{}.size", T::NAME), expected, size))
}
