//! A callback by which verification and recovery report how far they are.

/// Called with the number of bytes that were processed since the last call.
pub type Progress<'a> = &'a mut dyn FnMut(u64);

/// The callback of a caller who wants progress, else one that does nothing.
pub(crate) fn or_silent(progress: Option<Progress<'_>>) -> Progress<'_> {
    match progress {
        Some(progress) => progress,
        // It captures nothing and so has no size: nothing is allocated.
        None => Box::leak(Box::new(|_| ())),
    }
}
