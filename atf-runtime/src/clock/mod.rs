//! The clock that a tracer stamps its events with: `CLOCK_BOOTTIME` in ns, the clock that
//! [`Platform::host`](crate::Platform::host) names on Linux and Android. It also counts while the machine
//! sleeps, and is the same for all threads and processes.
//!
//! [`now_ns`] asks the operating system. A [`Clock`] is the same, or, where even that costs too much,
//! the processor's counter on the same scale; its anchors go into the manifest by
//! [`SessionWriter::set_clock`](crate::session::SessionWriter::set_clock). Cost of a call
//! (medians on a busy virtual machine; on an idle one the first took 29 ns and the last 11 ns;
//! `cargo bench -p atf-benches --bench clock` measures yours):
//!
//! | | ns |
//! |---|---|
//! | `clock_gettime` of libc | 36 |
//! | [`now_ns`], [`Clock::system`] | 38 |
//! | [`Clock::calibrated`] | 22 |
//! | the bare instruction, RDTSC | 21 |
//!
//! The counter is supported on Linux and Android only. On other systems [`now_ns`] is the time since the
//! process first called it, because reading their continuous clocks needs unsafe code. A tracer for such a
//! system reads the clock itself and passes the ns.

#[cfg(target_arch = "x86_64")]
mod calibrate;
#[cfg(any(target_arch = "x86_64", test))]
mod counter;
#[cfg(any(target_arch = "x86_64", test))]
mod scale;
#[cfg(target_arch = "x86_64")]
mod tsc;

use crate::error::Result;
use crate::manifest::{ClockAnchor, ClockSource, ManifestClock};
use crate::sys;

/// The time since the machine was started, in ns, sleep included: `CLOCK_BOOTTIME`.
///
/// Never decreases. Costs one call through the vDSO, 29 to 38 ns where it was measured, and no system
/// call; where the kernel's own clock is not the processor's counter it is a system call, and several
/// times that.
///
/// ```
/// use atf_runtime::clock::now_ns;
/// let earlier = now_ns();
/// assert!(earlier > 0 && now_ns() >= earlier);
/// ```
#[inline]
#[must_use]
pub fn now_ns() -> u64 {
    sys::now_ns()
}

/// A source of timestamps: the operating system's clock, or the processor's counter on its scale.
///
/// A plain value: make it once per session and give every thread a copy, so that all threads have the
/// same scale.
///
/// ```
/// use atf_runtime::clock::Clock;
/// // The counter where it can be trusted, else the system's clock.
/// let clock = Clock::calibrated().unwrap_or(Clock::system());
/// let earlier = clock.now_ns();
/// assert!(clock.now_ns() >= earlier);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Clock(Source);

#[derive(Clone, Copy, Debug)]
enum Source {
    System,
    #[cfg(target_arch = "x86_64")]
    Counter(scale::Scale),
}

impl Clock {
    /// The operating system's clock, as [`now_ns`] reads it. Always available, always right.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// The processor's time stamp counter, on the scale of [`now_ns`]. Takes 20 ms, mostly asleep between the
    /// two anchors that define the scale.
    ///
    /// How far it can be trusted:
    ///
    /// - It never decreases on one thread. Nor does it from one thread to another that waited for it, if the
    ///   processors' counters agree; the kernel watches that they do.
    /// - The scale is fixed by this call. Its error is that of the anchors, at most 100 ppm (twenty measured
    ///   ones were within 0.13 ppm), plus later corrections of the system's clock (by NTP, up to 500 ppm). An
    ///   error of 1 ppm is 1 us after a second and 3.6 ms after an hour. The last anchor, taken by
    ///   [`reanchor`](Self::reanchor), shows the error, and a reader may correct it.
    /// - The counter may stop while the machine is suspended. Afterwards this clock is late by that time, or,
    ///   if the counter restarted below its anchor, stands still. Use
    ///   [`system`](Self::system) for a session that may see a suspend. `verify` reports it.
    /// - RDTSC does not wait for the instructions before it: a timestamp may be some ns early.
    ///
    /// # Errors
    ///
    /// [`Error::NoCounter`](crate::Error::NoCounter) where the counter cannot be trusted: the
    /// processor is not an x86_64, the kernel does not keep its own time by the counter, the counter
    /// changes its rate (no constant_tsc) or stops (no nonstop_tsc), or no two anchors
    /// with an error below 100 ppm could be taken. The counter of arm64 can only be read by assembly and is not
    /// offered.
    pub fn calibrated() -> Result<Self> {
        if !sys::CAN_RECORD {
            return Err(crate::Error::NoCounter {
                what: "operating system",
                expected: "Linux or Android",
                found: std::env::consts::OS.to_owned(),
            });
        }
        #[cfg(target_arch = "x86_64")]
        {
            counter::check_host()?;
            Ok(Self(Source::Counter(calibrate::scale()?)))
        }
        #[cfg(not(target_arch = "x86_64"))]
        Err(crate::Error::NoCounter {
            what: "architecture",
            expected: "x86_64",
            found: std::env::consts::ARCH.to_owned(),
        })
    }

    /// The time in ns, on the scale of [`now_ns`].
    #[inline]
    #[must_use]
    pub fn now_ns(&self) -> u64 {
        match &self.0 {
            Source::System => now_ns(),
            #[cfg(target_arch = "x86_64")]
            Source::Counter(scale) => scale.time_ns(tsc::read()),
        }
    }

    /// Where the time comes from.
    #[must_use]
    pub const fn source(&self) -> ClockSource {
        match &self.0 {
            Source::System if sys::CAN_RECORD => ClockSource::Boottime,
            Source::System => ClockSource::Process,
            #[cfg(target_arch = "x86_64")]
            Source::Counter(_) => ClockSource::Tsc,
        }
    }

    /// The pairs of counter and time that define the scale; none for the system's clock.
    #[must_use]
    pub const fn anchors(&self) -> &[ClockAnchor] {
        match &self.0 {
            Source::System => &[],
            #[cfg(target_arch = "x86_64")]
            Source::Counter(scale) => scale.anchors(),
        }
    }

    /// Takes another anchor now, in a few us; `None` for the system's clock. It shows how far this clock has
    /// drifted since it was made. It does not correct the clock, because time would then jump.
    ///
    /// [`SessionWriter::finish`](crate::session::SessionWriter::finish) calls it for the clock that
    /// it was given.
    #[must_use]
    pub fn reanchor(&self) -> Option<ClockAnchor> {
        match &self.0 {
            Source::System => None,
            #[cfg(target_arch = "x86_64")]
            Source::Counter(_) => Some(calibrate::anchor()),
        }
    }
}

impl From<&Clock> for ManifestClock {
    fn from(clock: &Clock) -> Self {
        Self {
            source: clock.source(),
            anchors: clock.anchors().to_vec(),
            other: Default::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn system_clock_never_decreases_and_has_no_anchors() {
        let clock = Clock::system();
        let mut earlier = now_ns();
        for _ in 0..10_000 {
            let now = clock.now_ns();
            assert!(now >= earlier, "{now} after {earlier}");
            earlier = now;
        }
        assert!(earlier <= now_ns());
        assert_eq!(
            (clock.source(), clock.anchors(), clock.reanchor()),
            (ClockSource::Boottime, &[][..], None)
        );
    }

    // Where the counter cannot be trusted the error says why, and there is nothing else to test.
    #[test]
    fn calibrated_clock_is_on_the_scale_of_the_system() {
        const TOLERANCE_NS: u64 = 1_000_000;
        let clock = match Clock::calibrated() {
            Ok(clock) => clock,
            Err(Error::NoCounter { what, expected, found }) => {
                assert_ne!(found, expected, "{what}");
                return;
            }
            Err(error) => panic!("{error}"),
        };
        assert_eq!(clock.source(), ClockSource::Tsc);
        let mut earlier = 0;
        for _ in 0..1_000 {
            let before = now_ns();
            let now = clock.now_ns();
            let after = now_ns();
            let within = before.saturating_sub(TOLERANCE_NS)..=after + TOLERANCE_NS;
            assert!(within.contains(&now), "{now} not in {within:?}");
            assert!(now >= earlier, "{now} after {earlier}");
            earlier = now;
        }
        let last = clock.reanchor().expect("a counter has anchors");
        let anchors = [clock.anchors(), &[last]].concat();
        assert_eq!(anchors.len(), 3);
        assert!(anchors.is_sorted_by(|a, b| a.counter < b.counter && a.time_ns < b.time_ns));
        let manifest = ManifestClock::from(&clock);
        assert_eq!(
            (manifest.source, manifest.anchors.as_slice()),
            (ClockSource::Tsc, clock.anchors())
        );
    }

    #[test]
    fn copies_on_other_threads_are_the_same_clock() {
        let clock = Clock::calibrated().unwrap_or(Clock::system());
        let mut earlier = clock.now_ns();
        for _ in 0..8 {
            let later = std::thread::spawn(move || clock.now_ns()).join().unwrap();
            assert!(later >= earlier, "{later} after {earlier}");
            earlier = later;
        }
    }
}
