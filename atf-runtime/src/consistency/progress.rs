//! A callback by which verification and recovery report how far they are.

/// Called with the number of bytes that were processed since the last call.
pub type Progress<'a> = &'a mut dyn FnMut(u64);
