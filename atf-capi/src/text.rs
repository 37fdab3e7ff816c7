//! Strings for C: they end with a zero byte and contain no other.

use std::ffi::CString;
use std::path::Path;

/// `text`, with each zero byte replaced by `?`.
pub(crate) fn c_string(text: impl Into<Vec<u8>>) -> CString {
    let mut bytes = text.into();
    bytes.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b'?');
    CString::new(bytes).unwrap_or_default()
}

/// A path as the operating system takes it, also if it is not UTF-8.
pub(crate) fn c_path(path: &Path) -> CString {
    #[cfg(unix)]
    return c_string(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()));
    #[cfg(not(unix))]
    c_string(path.to_string_lossy().into_owned())
}
