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

/// Bytes between two calls of a callback, which may read the clock and draw.
pub(crate) const STEP_BYTES: u64 = 1 << 20;

/// Progress of small pieces, such as events: the callback is called once for many of them, and at the end.
pub(crate) struct Steps<'a> {
    progress: Progress<'a>,
    untold: u64,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(progress: Progress<'a>) -> Self {
        Self { progress, untold: 0 }
    }

    /// Adds the bytes of a piece.
    #[inline]
    pub(crate) fn add(&mut self, bytes: u64) {
        self.untold += bytes;
        if self.untold >= STEP_BYTES {
            self.tell();
        }
    }

    fn tell(&mut self) {
        (self.progress)(std::mem::take(&mut self.untold));
    }
}

impl Drop for Steps<'_> {
    fn drop(&mut self) {
        if self.untold > 0 {
            self.tell();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_small_pieces_make_few_calls_and_no_byte_is_missing() {
        let (mut calls, mut told) = (0, 0);
        let mut progress = |bytes| {
            calls += 1;
            told += bytes;
        };
        let mut steps = Steps::new(&mut progress);
        (0..1_000_000).for_each(|_| steps.add(32));
        steps.add(5 * STEP_BYTES);
        steps.add(7);
        drop(steps);
        drop(Steps::new(&mut progress));
        assert_eq!((calls, told), (32, 32_000_000 + 5 * STEP_BYTES + 7));
    }
}
