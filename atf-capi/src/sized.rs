//! Structs that a later version may extend. They begin with their size, as the program's header defines it; bytes beyond that
//! size are neither read nor written.

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
    /// Its length in the first version that had it.
    const LEAST: usize;
}

/// Fills a struct of `size` bytes with defaults.
///
/// # Safety
///
/// NULL, or valid for writing `size` bytes.
pub(crate) unsafe fn init<T: Extensible>(to: *mut T, size: usize, value: T, name: &str) -> Result {
    check::<T>(size)?;
    // SAFETY: the caller's.
    let to = unsafe { pointer::output(to, name) }?;
    // SAFETY: the caller's word is that `size` bytes can be written; `check` refused more than `T` has.
    unsafe { store(to, size, &value) };
    Ok(())
}

/// Zeros, except for the size, which is that of this library's struct.
pub(crate) fn zeros<T: Extensible>() -> T {
    // SAFETY: every value of its bytes is one that it can have.
    let mut value: T = unsafe { std::mem::zeroed() };
    // SAFETY: it begins with its size.
    unsafe { (&raw mut value).cast::<u32>().write(size_of::<T>() as u32) };
    value
}

/// Fills a struct of `size` bytes with zeros and its size.
///
/// # Safety
///
/// NULL, or valid for writing `size` bytes.
pub(crate) unsafe fn init_zeros<T: Extensible>(to: *mut T, size: usize, name: &str) -> Result {
    // SAFETY: the caller's.
    unsafe { init(to, size, zeros::<T>(), name) }
}

/// What the program has filled in; members that its header does not have are taken from `value`.
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
    // SAFETY: as many bytes as the program says, and no more than `value` has; any bytes are valid.
    unsafe { std::ptr::copy_nonoverlapping(from.cast::<u8>(), to, size) };
    Ok(value)
}

/// A list of such structs: all have the size of the first. Members that the program's header does not have are
/// taken from `value`.
///
/// # Safety
///
/// NULL, or valid for `count` elements that are as long as the first one says, and not written to during the call.
pub(crate) unsafe fn list<T: Extensible>(
    from: *const T,
    count: usize,
    value: T,
    name: &str,
) -> Result<Vec<T>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if from.is_null() {
        return Err(pointer::is_null(name));
    }
    // SAFETY: not NULL; it begins with its size, as `T` does.
    let stride = unsafe { from.cast::<u32>().read_unaligned() } as usize;
    check::<T>(stride)?;
    if count.checked_mul(stride).is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err(Failure::argument(name, "a count that fits into memory", count));
    }
    let elements = (0..count).map(|at| {
        let element = from.cast::<u8>().wrapping_add(at * stride).cast::<T>();
        // SAFETY: one of the `count` elements that the caller's word is for; it begins with its size.
        let size = unsafe { element.cast::<u32>().read_unaligned() } as usize;
        if size != stride {
            let which = format!("{name}[{at}].size");
            return Err(Failure::argument(&which, format!("{stride}, as in {name}[0]"), size));
        }
        // SAFETY: as for `size`.
        unsafe { read(element, value, name) }
    });
    elements.collect()
}

/// A place for a result, with the size that the program has set.
pub(crate) struct Place<T> {
    to: Output<T>,
    size: usize,
}

impl<T: Extensible> Place<T> {
    pub(crate) fn set(self, value: &T) {
        // SAFETY: `output` was promised as many bytes, and `check` refused more than `T` has.
        unsafe { store(self.to, self.size, value) };
    }
}

/// A place for a result.
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
    // SAFETY: the caller's; `value` does not overlap the place.
    unsafe { std::ptr::copy_nonoverlapping(from, to, size) };
    // SAFETY: no struct is shorter than its size.
    unsafe { to.cast::<u32>().write_unaligned(size as u32) };
}

fn check<T: Extensible>(size: usize) -> Result {
    let known = T::LEAST..=size_of::<T>();
    if known.contains(&size) {
        return Ok(());
    }
    let expected = match (known.start(), known.end()) {
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    };
    Err(Failure::argument(&format!("{}.size", T::NAME), expected, size))
}
