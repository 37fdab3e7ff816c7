//! How long work tells of itself: a callback that callers of verification and recovery pass in.

/// Called with the number of bytes that were worked through since the last call.
pub type Progress<'a> = &'a mut dyn FnMut(u64);
