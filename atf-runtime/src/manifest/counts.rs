//! How many events a thread emitted, recorded and dropped, as the ring counts them and the manifest
//! lists them.

use super::ManifestThread;

/// What became of a thread's events, counted where they were emitted. Always
/// `emitted == recorded + dropped_events`.
///
/// ```
/// use atf_runtime::manifest::RingCounts;
/// let counts = RingCounts { emitted: 10, recorded: 7, dropped_events: 3, dropped_details: 1 };
/// assert!(counts.is_consistent());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_structs, reason = "callers write it as a literal")]
pub struct RingCounts {
    /// Events that the program pushed.
    pub emitted: u64,
    /// Those that are in index.atf. Markers of lost events are not among them.
    pub recorded: u64,
    /// Events that were dropped because the ring was full.
    pub dropped_events: u64,
    /// Events in index.atf whose detail was dropped.
    pub dropped_details: u64,
}

impl RingCounts {
    /// Whether every event that was emitted was either recorded or dropped.
    #[must_use]
    pub const fn is_consistent(&self) -> bool {
        matches!(self.recorded.checked_add(self.dropped_events), Some(sum) if sum == self.emitted)
    }
}

impl ManifestThread {
    /// The four counts, when the manifest has all of them.
    ///
    /// ```
    /// use atf_runtime::manifest::{RingCounts, ManifestThread};
    /// let counts = RingCounts { emitted: 3, recorded: 2, dropped_events: 1, dropped_details: 0 };
    /// let mut thread = ManifestThread::new(7);
    /// assert_eq!(thread.counts(), None);
    /// thread.set_counts(counts);
    /// assert_eq!((thread.counts(), thread.recorded), (Some(counts), Some(2)));
    /// ```
    #[must_use]
    pub fn counts(&self) -> Option<RingCounts> {
        Some(RingCounts {
            emitted: self.emitted?,
            recorded: self.recorded?,
            dropped_events: self.dropped_events?,
            dropped_details: self.dropped_details?,
        })
    }

    /// Sets all four counts.
    pub fn set_counts(&mut self, counts: RingCounts) {
        self.emitted = Some(counts.emitted);
        self.recorded = Some(counts.recorded);
        self.dropped_events = Some(counts.dropped_events);
        self.dropped_details = Some(counts.dropped_details);
    }

    /// Adjusts the counts to a file with `recorded` events, not counting markers. `emitted` stays; events
    /// that are no longer in the file count as dropped.
    pub(crate) fn fit_counts(&mut self, recorded: u64) {
        if let Some(said) = &mut self.recorded {
            *said = recorded;
        }
        let (Some(emitted), Some(_), Some(dropped)) =
            (&mut self.emitted, self.recorded, &mut self.dropped_events)
        else {
            return;
        };
        *emitted = recorded.max(*emitted);
        *dropped = *emitted - recorded;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread(emitted: u64, recorded: u64, dropped_events: u64) -> ManifestThread {
        let mut thread = ManifestThread::new(1);
        let dropped_details = 5;
        thread.set_counts(RingCounts { emitted, recorded, dropped_events, dropped_details });
        thread
    }

    #[test]
    fn counts_that_do_not_add_up_are_not_consistent() {
        let is_consistent = |emitted, recorded, dropped| {
            thread(emitted, recorded, dropped).counts().unwrap().is_consistent()
        };
        assert!(is_consistent(0, 0, 0));
        assert!(is_consistent(u64::MAX, 1, u64::MAX - 1));
        assert!(!is_consistent(2, 1, 0));
        assert!(!is_consistent(0, 1, u64::MAX));
    }

    #[test]
    fn counts_are_fitted_to_what_is_there() {
        for (said, fitted) in [
            // Nothing was wrong.
            (thread(10, 7, 3), thread(10, 7, 3)),
            // Two events were cut from the file since.
            (thread(12, 9, 3), thread(12, 7, 5)),
            // Fewer emitted than there are.
            (thread(4, 4, 0), thread(7, 7, 0)),
            (thread(u64::MAX, 7, 0), thread(u64::MAX, 7, u64::MAX - 7)),
        ] {
            let mut thread = said.clone();
            thread.fit_counts(7);
            assert_eq!(thread, fitted, "{said:?}");
            assert!(thread.counts().unwrap().is_consistent());
        }
    }

    #[test]
    fn counts_that_are_not_there_are_not_made_up() {
        let mut none = ManifestThread::new(1);
        none.fit_counts(8);
        assert_eq!(none, ManifestThread::new(1));
        let mut one = ManifestThread { recorded: Some(u64::MAX), ..ManifestThread::new(1) };
        one.fit_counts(8);
        assert_eq!(one, ManifestThread { recorded: Some(8), ..ManifestThread::new(1) });
    }
}
